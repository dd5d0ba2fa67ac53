"""What the page of a letter says: to whom it goes, what its customer reads, what must be right about it."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox_agent.cases import notes, search
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.desk import labels
from inbox_agent.desk.case_facts import last_mail, people_of
from inbox_agent.desk.harmless import harmless
from inbox_agent.desk.labels.events import EVENTS
from inbox_agent.desk.marking import paragraphs
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import Erased, PersonNeeded, WrongSetting
from inbox_agent.letters import compose
from inbox_agent.letters.editing import in_language
from inbox_agent.letters.finished import Checked, Finished, check, finished
from inbox_agent.letters.hidden_codes import MASK, code_of, hidden_in_mail
from inbox_agent.letters.markup import SCRIPTS
from inbox_agent.letters.writing import Draft, draft_of
from inbox_agent.rendering import LeftToRight

RELEASABLE = frozenset({"held", "refused"})
CHANGEABLE = RELEASABLE | {"ready"}


@dataclass(frozen=True, slots=True)
class Half:
    """The letter in one language: the one that is sent, or one for staff to read."""

    language: str
    direction: str
    sent: bool
    paragraphs: Sequence[Markup]


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter with what it is made of and the mail that was made of it, which is for checks alone."""

    draft: Draft
    mail: Finished

    @property
    def shown(self) -> Finished:
        """The mail as staff see it."""
        return hidden_in_mail(self.mail, code_of(self.draft.facts))


def found(
    visit: Visit, session: Session, name: str | None = None, *, lock: bool = False
) -> tuple[Case, Letter]:
    """The letter of the address, or of this name, which stands on this very case; any other is not here."""
    case = search.case(session, visit.path("ref"))
    try:
        letter_id = uuid.UUID(hex=name or visit.path("letter"))
    except ValueError:
        raise PersonNeeded("no_such_id") from None
    wanted = select(Letter).where(Letter.id == letter_id, Letter.case_id == case.id)
    letter = session.scalar(wanted.with_for_update() if lock else wanted)
    if letter is None:
        raise PersonNeeded("no_such_id")
    return case, letter


def opened(visit: Visit, letter: Letter) -> Opened:
    """Raises PersonNeeded where its words were erased."""
    keyring = visit.record.keyring
    try:
        draft = draft_of(letter, keyring)
        return Opened(draft, finished(letter.content(keyring), draft))
    except Erased:
        raise PersonNeeded("erased") from None


def version(letter: Letter) -> str:
    """Another one with each change of its words."""
    return hashlib.sha256(letter.sealed_content or b"").hexdigest()[:16]


def checks(visit: Visit, case: Case, letter: Opened) -> list[Checked]:
    """What must be right before it may leave."""
    name = case.request(visit.record.keyring).get("name", "")
    return check(letter.mail, letter.draft, visit.desk.stationery, [name])


def facts(visit: Visit, session: Session, case: Case, letter: Letter) -> dict[str, Any]:
    """All that is said of a letter; of an erased one only what its row says."""
    people = people_of(session)
    told = {
        "case": case,
        "letter": letter,
        "labels": labels,
        "ref": LeftToRight(case.ref),
        "path": f"/cases/{case.ref}/letters/{letter.id.hex}",
        "version": version(letter),
        "last_mail": last_mail(session, case),
        "newer": newer_mail(session, case, letter.created_at) if letter.state in CHANGEABLE else None,
        "others": notes.others_here(session, case, visit.me, visit.now),
        "trust": visit.words.say(labels.TRUST[case.trust]),
        "leaves_off": visit.record.settings.sending == "off",
        "doings": list(_doings(visit, case, letter, people)),
        "releasable": letter.state in RELEASABLE,
        "changeable": letter.state in CHANGEABLE,
        "erased": False,
    }
    try:
        letter_opened = opened(visit, letter)
    except PersonNeeded:
        return told | {"erased": True, "releasable": False, "changeable": False, "checks": ()}
    return told | _words(visit, case, letter, letter_opened)


def _words(visit: Visit, case: Case, letter: Letter, one: Opened) -> dict[str, Any]:
    checked = checks(visit, case, one)
    return {
        "to": LeftToRight(letter.to(visit.record.keyring)),
        "subject": one.shown.subject,
        "mask": LeftToRight(MASK) if code_of(one.draft.facts) else "",
        "halves": list(_halves(visit, one)),
        "edited": one.draft.edited is not None,
        "checks": [(one.passed, labels.LETTER_CHECKS[one.name][not one.passed]) for one in checked],
        "wrong": [one.name for one in checked if not one.passed],
    }


def _halves(visit: Visit, one: Opened) -> Iterator[Half]:
    """What is sent; where that is in one language and the reader has another, that one beside it."""
    for language, text in one.shown.texts.items():
        yield Half(language, direction(language), True, spoken(text, one.draft.ref))
    mine = visit.words.language
    if len(one.mail.texts) == 1 and mine not in one.mail.texts:
        other = in_language(one.draft, mine)
        try:
            mail = finished(compose(other, visit.desk.stationery), other)
        except WrongSetting:  # a wording of the operator's that asks for more: the letter itself is there
            return
        yield Half(mine, direction(mine), False, spoken(Opened(other, mail).shown.texts[mine], one.draft.ref))


def spoken(text: str, ref: str) -> list[Markup]:
    """A letter's paragraphs on a page, the reference in one piece."""
    whole = Markup('<span dir="ltr" class="nowrap">{}</span>').format(ref)
    return [one.replace(ref, whole) for one in paragraphs(harmless(text))]


def direction(language: str) -> str:
    return SCRIPTS[language].direction


def newer_mail(session: Session, case: Case, since: datetime) -> InboundEmail | None:
    """What the customer wrote after that."""
    found_mail = last_mail(session, case)
    mail = session.get(InboundEmail, uuid.UUID(hex=found_mail)) if found_mail else None
    return mail if mail is not None and mail.received_at > since else None


def _doings(visit: Visit, case: Case, letter: Letter, people: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What was done with this letter, by whom, oldest first."""
    for event in case.events:
        if event.kind.startswith("letter_"):
            try:
                detail = event.detail(visit.record.keyring) or {}
            except Erased:
                return
            if detail.get("letter") == str(letter.id):
                yield {
                    "at": event.at,
                    "what": visit.words.say(EVENTS[event.kind]),
                    "by": people.get(event.by, event.by),
                    "agent": event.by == "agent",
                    "words": detail.get("words", ""),
                }
