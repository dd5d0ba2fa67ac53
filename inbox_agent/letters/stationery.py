"""What letters are written on: our address, how dates are said, every letter's wording."""

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inbox_agent.cases.threads import plus_address
from inbox_agent.errors import WrongSetting
from inbox_agent.letters import markup, mime
from inbox_agent.letters.catalogue import EVERYWHERE, KINDS, Kind
from inbox_agent.letters.markup import SCRIPTS
from inbox_agent.rendering import LeftToRight, Template, Templates


@dataclass(frozen=True, slots=True)
class Frame:
    """What all letters of one language share. `below` tells its reader that their text comes second.

    `closing` is the markup at every letter's end, `closing_text` and `closing_html` what is made of it.
    """

    sender: str
    below: str
    closing: str
    closing_text: Template
    closing_html: Template


@dataclass(frozen=True, slots=True)
class Wording:
    """One letter in one language, ready to be filled in; `body` is its markup, without the closing."""

    subject: str
    body: str
    text: Template
    html: Template


class Stationery:
    """Our address and the wordings.

    With `plus_addresses` an answer goes to an address that names its case (`info+case-…@`), which not every
    mail host takes.

    `overrides` is a folder of the operator's own, laid out like `templates/`, that is looked into first.
    Every wording is read here, and again by `reload`; raises WrongSetting when one of them cannot be used.
    """

    def __init__(
        self,
        address: str,
        *,
        plus_addresses: bool = False,
        overrides: Path | None = None,
    ) -> None:
        postal = mime.postal(address)
        if postal is None:
            raise WrongSetting("INBOX_AGENT_ADDRESS cannot stand in a mail's header")
        self._plus_addresses = plus_addresses
        self.address, self.postal_address = LeftToRight(address), postal
        self.overrides = overrides
        self.reload()

    def reload(self) -> None:
        """Read every wording anew; where one cannot be used (WrongSetting), all stay as they were."""
        templates = Templates(self.overrides)
        page = _page(templates)
        frames = {language: _frame(templates, language) for language in SCRIPTS}
        phrases = {language: _phrases(templates, language) for language in SCRIPTS}
        wordings = {
            (kind.name, language): _wording(templates, kind, language, frame.closing)
            for kind in KINDS.values()
            for language, frame in frames.items()
        }
        self.page, self.frames, self.phrases, self.wordings = page, frames, phrases, wordings

    def trying(self, kind: Kind, language: str, source: str) -> "Stationery":
        """The same with another wording of one letter, which nobody else sees; raises WrongSetting."""
        wording = _worded(Templates(), kind, language, source, self.frames[language].closing)
        other = copy.copy(self)
        other.wordings = {**self.wordings, (kind.name, language): wording}
        return other

    def body(self, kind: str, language: str) -> Template:
        """A letter's markup as a template of its own: filled in, it is what a person can change."""
        known = KINDS[kind].facts | EVERYWHERE
        name = f"letters/{kind}/{language}.txt"
        return Templates().compile(name, self.wordings[kind, language].body, knows=known)

    def reply_to(self, token: str | None) -> str:
        """Where an answer to a letter of this case goes."""
        if not (self._plus_addresses and token):
            return self.postal_address
        return plus_address(self.postal_address, token)


def _page(templates: Templates) -> Template:
    """What all letters stand on; it is held to the same small language as their words."""
    name = "letters/frame/page.html"
    return templates.compile(name, templates.source(name), knows=("title", "sections", "token"))


def _phrases(templates: Templates, language: str) -> Mapping[str, Mapping[str, str]]:
    """The words that letters share: how a right, a category, a reason, a state is called."""
    name = f"letters/phrases/{language}.toml"
    try:
        return tomllib.loads(templates.source(name))
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(f"template {name}: {error}") from None


def _frame(templates: Templates, language: str) -> Frame:
    name = f"letters/frame/{language}.txt"
    source = templates.source(name)
    templates.check(name, source)
    sheet = markup.sheet(name, source)
    page = name.replace(".txt", ".html")
    return Frame(
        sender=_line(name, sheet, "From"),
        below=_line(name, sheet, "Below"),
        closing=sheet.body,
        closing_text=templates.compile(name, markup.as_text(sheet.body), knows=EVERYWHERE),
        closing_html=templates.compile(page, markup.as_html(sheet.body, SCRIPTS[language]), knows=EVERYWHERE),
    )


def _wording(templates: Templates, kind: Kind, language: str, closing: str) -> Wording:
    source = templates.source(f"letters/{kind.name}/{language}.txt")
    return _worded(templates, kind, language, source, closing)


def _worded(templates: Templates, kind: Kind, language: str, source: str, closing: str) -> Wording:
    name = f"letters/{kind.name}/{language}"
    templates.check(f"{name}.txt", source)
    sheet = markup.sheet(f"{name}.txt", source)
    body, known = f"{sheet.body}\n\n{closing}", kind.facts | EVERYWHERE
    return Wording(
        subject=_line(f"{name}.txt", sheet, "Subject"),
        body=sheet.body,
        text=templates.compile(f"{name}.txt", markup.as_text(body), knows=known),
        html=templates.compile(f"{name}.html", markup.as_html(body, SCRIPTS[language]), knows=known),
    )


def _line(name: str, sheet: markup.Sheet, key: str) -> str:
    try:
        return sheet.head[key]
    except KeyError:
        raise WrongSetting(f"template {name}: the line `{key}: …` is missing at its head") from None
