"""The demo's five weeks: every state and every ending, all by the real ways, whatever day it is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox_agent.cases import search
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found
from inbox_agent.cases.event import Event
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.notes import Note
from inbox_agent.cases.record import Record
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.tables import CaseLink, InboundEmail
from inbox_agent.cases.triage import corrections
from inbox_agent.cli.sample_office import fill
from inbox_agent.cli.sample_office.stories import moment, stories, timeline
from inbox_agent.errors import Erased
from inbox_agent.mailbox import MaildirDoor
from inbox_agent.settings import MaildirSettings
from inbox_agent.understanding import Language, RequestType
from tests.company import agent, settings, stationery, understanding

DAYS = {
    "a Wednesday at noon": "2026-11-25T12:00:00+03:00",
    "a Friday just after midnight": "2026-05-01T00:00:30+03:00",
    "the end of 31 January": "2027-01-31T23:59:00+03:00",
    "a leap day": "2028-02-29T08:15:00+03:00",
}
AMMAN = ZoneInfo("Asia/Amman")
INVENTED = re.compile(r"(?:[\w-]+\.)*example(?:\.com|\.org|\.net)?")


class Letterbox:
    """Where our letters go."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    def send(self, _sender: str, recipient: str, _raw: bytes) -> None:
        self.recipients.append(recipient)

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Lived:
    """An office when its five weeks are over."""

    record: Record
    now: datetime
    letterbox: Letterbox

    def all(self, of: Any, *conditions: Any) -> list[Any]:
        """All rows of a table, or of a column, of which this is true."""
        with self.record.reading() as session:
            return list(session.scalars(select(of).where(*conditions)))

    def cases(self, look: Callable[[Session, Case], Any]) -> list[Any]:
        with self.record.reading() as session:
            return [look(session, case) for case in search.cases(session)]


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lived]]:
    lived = {
        day: _lived(tmp_path_factory.mktemp("office"), datetime.fromisoformat(day)) for day in DAYS.values()
    }
    yield lived
    for office in lived.values():
        office.record.close()


@pytest.fixture(params=DAYS.values(), ids=DAYS.keys())
def office(request: pytest.FixtureRequest, offices: dict[str, Lived]) -> Lived:
    return offices[request.param]


def _lived(folder: Path, now: datetime) -> Lived:
    letterbox = Letterbox()
    maildir = MaildirSettings(path=folder / "maildir")
    record = Record.open(settings(folder / "data", time_zone="Asia/Amman", maildir=maildir))
    began = perf_counter()
    fill(record, stationery(), understanding(), now, letterbox)
    print(f"\n  five weeks in {perf_counter() - began:.1f} s")
    return Lived(record, now, letterbox)


def test_there_are_about_forty_cases_in_every_state(office: Lived) -> None:
    states = office.all(Case.state)
    assert 38 <= len(states) <= 45
    assert set(states) == set(State)


def test_a_case_has_ended_in_every_way(office: Lived) -> None:
    assert set(office.all(Case.outcome, Case.outcome.is_not(None))) == set(Outcome)


def test_every_type_and_language_is_there_and_nearly_half_of_it_arabic(office: Lived) -> None:
    assert set(office.all(Right.type)) == set(RequestType)
    languages = office.all(Case.language)
    assert set(languages) == set(Language)
    arabic = [one for one in languages if one not in {Language.EN, Language.OTHER}]
    assert 0.4 <= len(arabic) / len(languages) <= 0.6


def test_every_chain_of_events_holds(office: Lived) -> None:
    assert set(office.cases(lambda _, case: case.broken_at())) == {None}


def test_nothing_has_happened_in_the_future(office: Lived) -> None:
    for column in (Event.at, Letter.sent_at, InboundEmail.received_at, Case.opened_at, Note.at):
        assert max(office.all(column, column.is_not(None))) <= office.now


@pytest.mark.parametrize(
    "attention",
    [
        "child",
        "complaint",
        "legal_threat",
        "letter_refused",
        "not_me",
        "overdue",
        "reply_waiting",
        "someone_else",
        "unsure",
    ],
)
def test_something_calls_for_a_person_because_of(office: Lived, attention: str) -> None:
    assert office.all(Case.ref, Case.attention == attention)


@pytest.mark.parametrize(
    ("kind", "state", "outcome"),
    [
        (RequestType.ACCESS, State.AWAITING_IDENTITY, None),
        (RequestType.ACCESS, State.IN_PROGRESS, None),
        (RequestType.ACCESS, State.ON_HOLD, None),
        (RequestType.ACCESS, State.RESPONDED, Outcome.FULFILLED),
        (RequestType.ACCESS, State.CLOSED, Outcome.FULFILLED),
        (RequestType.ACCESS, State.CLOSED, Outcome.DENIED),
        (RequestType.DELETION, State.AWAITING_INFO, None),
        (RequestType.DELETION, State.REVIEW, None),
        (RequestType.DELETION, State.CLOSED, Outcome.FULFILLED),
        (RequestType.DELETION, State.CLOSED, Outcome.PARTIAL),
        (RequestType.CHILD_DATA, State.OPEN, None),
        (RequestType.CHILD_DATA, State.AWAITING_GUARDIAN, None),
        (RequestType.CHILD_DATA, State.IN_PROGRESS, None),
        (RequestType.CHILD_DATA, State.CLOSED, Outcome.FULFILLED),
        (RequestType.OPT_OUT, State.CLOSED, Outcome.FULFILLED),
        (RequestType.CORRECTION, State.CLOSED, Outcome.FULFILLED),
        (RequestType.CORRECTION, State.AWAITING_INFO, None),
        (RequestType.COOKIES, State.CLOSED, Outcome.FULFILLED),
        (RequestType.OTHER_PRIVACY, State.OPEN, None),
        (RequestType.OTHER_PRIVACY, State.CLOSED, Outcome.ANSWERED),
    ],
)
def test_a_right_stands_at(office: Lived, kind: RequestType, state: State, outcome: Outcome | None) -> None:
    assert office.all(Right.id, Right.type == kind, Right.state == state, Right.outcome == outcome)


def test_one_is_late_and_one_is_due_in_two_days(office: Lived) -> None:
    undecided = Right.state.not_in((State.CLOSED, State.RESPONDED))
    law = office.record.law
    days = [law.day(due) - law.day(office.now) for due in office.all(Right.legal_due, undecided)]
    assert min(days) < timedelta(0)
    assert timedelta(days=2) in days


def test_one_deletion_waits_for_its_cool_off(office: Lived) -> None:
    assert office.all(Right.id, Right.state == State.IN_PROGRESS, Right.erase_after > office.now)


def test_a_checklist_is_half_done_and_payment_data_were_kept(office: Lived) -> None:
    found = office.cases(lambda _, case: [{row.found for row in r.checklist} for r in case.rights])
    assert any({Found.OPEN, Found.DONE} <= rows for rights in found for rows in rights)
    assert any(Found.KEPT in rows for rights in found for rows in rights)


def test_one_letter_is_held_and_one_was_refused(office: Lived) -> None:
    assert office.all(Letter.hold_reason, Letter.state == "held") == ["limit"]
    assert office.all(Letter.refusal, Letter.state == "refused") == ["550 5.1.1"]
    assert not office.all(Letter.id, Letter.state.in_(("ready", "sending")))


def test_letters_are_passed_on_to_the_carrier(office: Lived) -> None:
    sent = office.all(Letter.id, Letter.state == "sent")
    assert len(office.letterbox.recipients) == len(sent)


def test_cases_came_by_phone_were_merged_split_linked_and_slept(office: Lived) -> None:
    assert office.all(Case.id, Case.channel == "phone")
    assert office.all(Case.id, Case.merged_into.is_not(None))
    assert set(office.all(CaseLink.why)) == {"merged", "split", "same_sender"}
    assert office.all(Case.id, Case.snoozed_until > office.now)


def test_three_people_share_the_work_and_some_is_nobodys(office: Lived) -> None:
    assert set(office.all(Case.assigned_to)) == {"sara", "omar", "huda", None}
    assert set(office.all(Event.by)) == {"sara", "omar", "huda", "agent"}
    assert {note.by for note in office.all(Note)} == {"sara", "omar", "huda"}


def test_a_case_was_reopened(office: Lived) -> None:
    def was_reopened(_: Session, case: Case) -> bool:
        kinds = [event.kind for event in case.events]
        return "case_closed" in kinds and case.state == State.IN_PROGRESS

    assert True in office.cases(was_reopened)


def test_staff_corrected_some_readings(office: Lived) -> None:
    with office.record.reading() as session:
        judged = corrections(session, office.now - timedelta(weeks=6))
    assert {was_right for _, was_right in judged} == {True, False}


def test_an_ordinary_day_was_left_alone_and_two_mails_wait_in_quarantine(office: Lived) -> None:
    left = office.all(InboundEmail, InboundEmail.decision == "leave", InboundEmail.case_id.is_(None))
    assert len(left) >= 12
    assert max(mail.nearness for mail in left) > 0.5, "one is near the line"
    assert office.all(InboundEmail.id, InboundEmail.state == "set_aside")
    stuck = office.all(InboundEmail.reason, InboundEmail.state == "needs_staff")
    assert sorted(stuck) == ["someone_else_on_case", "too_long"]


def test_what_was_left_alone_can_be_read_again_from_the_mailbox(office: Lived) -> None:
    door = _door(office.record)
    uids = office.all(InboundEmail.uid, InboundEmail.decision == "leave", InboundEmail.case_id.is_(None))
    assert {arrival.uid for arrival in door.fetch(uids)} == set(uids)
    door.close()


def test_the_five_weeks_are_the_same_on_any_day(offices: dict[str, Lived]) -> None:
    looks = [
        sorted(office.cases(lambda _, case, record=office.record: _looks(record, case)))
        for office in offices.values()
    ]
    for look in looks[1:]:
        assert look == looks[0]


def _looks(record: Record, case: Case) -> tuple[str, ...]:
    try:
        who = str(case.request(record.keyring)["requester"])
    except Erased:
        who = ""
    rights = [f"{r.type} {r.state} {r.outcome} {r.trust}" for r in case.rights]
    letters = [f"{letter.kind} {letter.language} {letter.state}" for letter in case.letters]
    return (who, case.language, case.state, str(case.outcome), *rights, *letters)


def test_the_agent_goes_on_from_there(office: Lived) -> None:
    """It collects the same Maildir, reads nothing twice and has nothing to send."""
    mails = office.all(func.count(InboundEmail.id))
    going_on = agent(office.record, [_door(office.record)], clock=lambda: office.now)
    assert going_on.once() == []
    going_on.close()
    assert office.all(func.count(InboundEmail.id)) == mails


def _door(record: Record) -> MaildirDoor:
    assert record.settings.maildir.path is not None
    return MaildirDoor(record.settings.maildir.path, max_bytes=1 << 24)


def test_all_people_are_invented() -> None:
    told = stories()
    senders = [step.get("from", story.who) for story in told for step in story.steps]
    senders += [reply for story in told for step in story.steps for reply in step.get("headers", {}).values()]
    addresses = [parseaddr(one)[1] for one in senders if "@" in one]
    assert all(INVENTED.fullmatch(address.partition("@")[2]) for address in addresses)
    assert len({story.name for story in told}) == len(told)


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_each_story_goes_forward_in_time(day: str) -> None:
    now = datetime.fromisoformat(day)
    order = [(step.story.name, step.number) for step in timeline(stories(), now, AMMAN)]
    for story in stories():
        assert [number for name, number in order if name == story.name] == [*range(1, len(story.steps) + 1)]


def test_yesterday_comes_before_what_is_told_in_minutes() -> None:
    midnight = datetime(2026, 5, 1, tzinfo=AMMAN)
    assert moment("-1d 16:59", midnight, AMMAN) < moment("-389m", midnight, AMMAN)
