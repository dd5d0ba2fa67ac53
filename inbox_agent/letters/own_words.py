"""The operator's own wordings of letters: tried out first, then written into their folder."""

import os
import uuid
from dataclasses import replace
from pathlib import Path

from inbox_agent.errors import WrongSetting
from inbox_agent.letters.catalogue import KINDS, Kind
from inbox_agent.letters.finished import LONGEST, finished
from inbox_agent.letters.markup import SCRIPTS
from inbox_agent.letters.samples import sample
from inbox_agent.letters.stationery import Stationery
from inbox_agent.letters.writing import Draft, compose
from inbox_agent.rendering import Templates


def source_of(stationery: Stationery, kind: Kind, language: str) -> str:
    """What the file of a letter says that is used now: the operator's, else ours."""
    own = own_file(stationery, kind, language)
    return own.read_text("utf-8", "replace") if own is not None and own.is_file() else ours(kind, language)


def ours(kind: Kind, language: str) -> str:
    """The product's wording."""
    return Templates().source(f"letters/{kind.name}/{language}.txt")


def own_file(stationery: Stationery, kind: Kind, language: str) -> Path | None:
    """Where the operator's wording of a letter is, or would be; None where they have no folder."""
    folder = stationery.overrides
    return None if folder is None else folder / "letters" / kind.name / f"{language}.txt"


def tried(stationery: Stationery, kind: Kind, language: str, source: str) -> Stationery:
    """A stationery with this wording, filled in with all sample facts, and with as few as ours needs.

    Raises WrongSetting where it cannot be used: no letter must fail for want of a fact that it may lack.
    """
    wanted = stationery.trying(kind, language, source)
    known = stationery.trying(kind, language, ours(kind, language))
    whole = sample(kind.name, (language,))
    if any(len(text) > LONGEST for text in finished(compose(whole, wanted), whole).texts.values()):
        raise WrongSetting(f"a letter has at most {LONGEST} characters")
    for fact in sorted(whole.facts):
        less = replace(whole, facts={name: value for name, value in whole.facts.items() if name != fact})
        if _can_be_written(less, known) and not _can_be_written(less, wanted):
            raise WrongSetting(
                f"some letters have no {fact}: write {{% if {fact} is defined %}} … {{% endif %}} around it"
            )
    return wanted


def keep(stationery: Stationery, kind: Kind, language: str, source: str) -> None:
    """From now on letters are written with it; raises WrongSetting where it cannot be used or kept."""
    tried(stationery, kind, language, source)
    file = _file_to_change(stationery, kind, language)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, source.rstrip("\n") + "\n")
    except OSError as error:
        raise WrongSetting(f"the wording cannot be written: {error.strerror}") from None
    stationery.reload()


def give_up(stationery: Stationery, kind: Kind, language: str) -> None:
    """Back to the product's wording."""
    file = _file_to_change(stationery, kind, language)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise WrongSetting(f"the wording cannot be removed: {error.strerror}") from None
    stationery.reload()


def _file_to_change(stationery: Stationery, kind: Kind, language: str) -> Path:
    """Raises WrongSetting where there is no folder, where a link leads out of it, for what is no letter."""
    file, folder = own_file(stationery, kind, language), stationery.overrides
    if file is None or folder is None:
        raise WrongSetting("INBOX_AGENT_TEMPLATES is not set: there is no folder for wordings of your own")
    if kind is not KINDS.get(kind.name) or language not in SCRIPTS:
        raise WrongSetting("there is no such letter")
    if not file.resolve().is_relative_to(folder.resolve()):
        raise WrongSetting("a link leads out of the folder for wordings of your own")
    return file


def _can_be_written(draft: Draft, stationery: Stationery) -> bool:
    try:
        compose(draft, stationery)
    except WrongSetting:
        return False
    return True


def _write(file: Path, text: str) -> None:
    """It gets its name once it is whole on the disk."""
    new = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    try:
        with new.open("x", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
