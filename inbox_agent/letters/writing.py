"""From a draft, the facts of one letter, to the finished mail."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from typing import Any

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.dates import day
from inbox_agent.letters import mime
from inbox_agent.letters.catalogue import KINDS, Kind
from inbox_agent.letters.markup import SCRIPTS
from inbox_agent.letters.plain import flowed
from inbox_agent.letters.stationery import Stationery
from inbox_agent.rendering import Reference

_RULE = "-" * 40
_ARABIC = re.compile("[\u0621-\u064a]")
_REF = re.compile("MC-[0-9A-Z]{4}-[0-9A-Z]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Line ends and other controls, direction marks, halves of letters: none may change how a letter is laid out.
_UNSETTLING = re.compile(r"[\x00-\x20\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything one letter is made of. `facts` is JSON, with dates like `2026-12-20`.

    `languages` has the writer's first. `token` stands at the letter's foot, to be found in an answer.
    """

    kind: str
    languages: Sequence[str]
    to: str
    message_id: str
    date: datetime
    ref: str
    facts: Mapping[str, Any]
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    token: str | None = None


def write(letters: Iterable[Letter], keyring: Keyring, stationery: Stationery) -> None:
    """Put queued letters into words, before their rows are committed; raises Erased."""
    for letter in letters:
        letter.put_into_words(keyring, compose(_draft(letter, keyring), stationery))


def compose(draft: Draft, stationery: Stationery) -> bytes:
    """The finished mail (RFC 5322), the same bytes each time for the same draft.

    It is addressed to nobody where `to` cannot stand in a header; the relay refuses such an address.
    Raises WrongSetting when a wording asks for a fact that the draft has not got.
    """
    languages = _languages(KINDS[draft.kind], draft.languages)
    subject = f"{' | '.join(stationery.wordings[draft.kind, one].subject for one in languages)} [{draft.ref}]"
    facts = {language: _facts(draft, stationery, language) for language in languages}
    return mime.mail(
        _headers(draft, stationery, subject, stationery.frames[languages[0]].sender),
        _text(draft, stationery, facts),
        _html(draft, stationery, facts, subject),
    )


def _draft(letter: Letter, keyring: Keyring) -> Draft:
    facts = letter.facts(keyring)
    return Draft(
        kind=letter.kind,
        languages=letter.language.split(","),
        to=letter.to(keyring),
        message_id=letter.message_id,
        date=letter.created_at,
        ref=facts["ref"],
        facts=facts,
        in_reply_to=facts["in_reply_to"],
        references=facts["references"],
        token=facts["token"],
    )


def _languages(kind: Kind, wanted: Sequence[str]) -> list[str]:
    both = [language for language in SCRIPTS if language not in wanted] if kind.languages == "both" else []
    return [*wanted, *both]


def _facts(draft: Draft, stationery: Stationery, language: str) -> dict[str, Any]:
    """What the kind of letter may know, and nothing else that the draft has."""
    known = {name: fact for name, fact in draft.facts.items() if name in KINDS[draft.kind].facts}
    worded: dict[str, Any] = _in_words(known, stationery.locales[language])
    if "words" in worded:
        worded["words"] = _said_in(language, worded["words"])
    if "code" in worded:
        worded["code"] = Reference(worded["code"])
    return {
        **worded,
        "ref": Reference(draft.ref),
        "address": stationery.address,
        "say": stationery.phrases[language],
    }


def _said_in(language: str, words: Sequence[str]) -> Sequence[str]:
    """Of the staff's paragraphs those in this language's script, or all where none is."""
    own = [line for line in words if bool(_ARABIC.search(line)) is (SCRIPTS[language].direction == "rtl")]
    return own or words


def _in_words(fact: Any, locale: str) -> Any:
    match fact:
        case str():
            if _REF.fullmatch(fact):
                return Reference(fact)
            when = _date(fact)
            return day(when, locale) if when else _UNSETTLING.sub(" ", fact).strip()
        case list():
            return [_in_words(one, locale) for one in fact]
        case dict():
            return {name: _in_words(one, locale) for name, one in fact.items()}
    return fact


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _headers(draft: Draft, stationery: Stationery, subject: str, sender: str) -> Iterable[tuple[str, str]]:
    yield "From", mime.mailbox(sender, stationery.postal_address)
    yield "To", mime.postal(draft.to) or "undisclosed-recipients:;"
    yield "Subject", mime.folded("Subject", subject)
    yield "Date", format_datetime(draft.date)
    yield "Message-ID", draft.message_id
    yield from mime.thread(draft.in_reply_to, draft.references)
    yield "Reply-To", stationery.reply_to(draft.token)
    yield "Auto-Submitted", "auto-replied"
    yield "X-Auto-Response-Suppress", "All"


def _text(draft: Draft, stationery: Stationery, facts: Mapping[str, Mapping[str, Any]]) -> str:
    first, *others = facts
    lines = [stationery.frames[other].below for other in others]
    for language, known in facts.items():
        written = stationery.wordings[draft.kind, language].text.render(**known)
        rule = [] if language == first else [_RULE]
        lines += [*rule, flowed(written.strip(), right_to_left=SCRIPTS[language].direction == "rtl")]
    return "\r\n\r\n".join([*lines, *([draft.token] if draft.token else [])]) + "\r\n"


def _html(draft: Draft, stationery: Stationery, facts: Mapping[str, Mapping[str, Any]], title: str) -> str:
    sections = [
        {
            "script": SCRIPTS[language],
            "below": stationery.frames[language].below,
            "rows": stationery.wordings[draft.kind, language].html.render(**known),
        }
        for language, known in facts.items()
    ]
    token = Reference(draft.token) if draft.token else None
    return stationery.page.render(title=title, sections=sections, token=token)
