"""What is past its date goes, and nothing before it; what still matters is held."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inbox_agent.cases import erasing, holdings, identity, joining, retention, search, work
from inbox_agent.cases.act import Act, opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.holdings import ChosenAccounts
from inbox_agent.cases.identity import Check, CheckKind
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import Run, forgetting
from inbox_agent.cases.retention.outdated import Limits, held_back, months_before
from inbox_agent.cases.retention.retired import Retired
from inbox_agent.cases.states import Outcome
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.evidence import heads
from inbox_agent.evidence.heads import Heads
from inbox_agent.evidence.verifying import Kind, verify
from inbox_agent.letters import acting
from inbox_agent.understanding import RequestType
from tests.cases.records import NOW, begun, kept
from tests.company import stationery

DAY = timedelta(days=1)
LATER = NOW + 91 * DAY
MUCH_LATER = NOW + 800 * DAY


def closed(record: Record, **changes: Any) -> Case:
    """A case that was closed today."""
    act = record.act(NOW, "sara")
    case = begun(act)
    case.rights[0].end(act, Outcome.WITHDRAWN)
    for name, value in changes.items():
        setattr(case, name, value)
    kept(record, act)
    return case


def run(record: Record, now: datetime) -> Run:
    done = retention.run(record, now)
    assert done is not None
    return done


def counts(done: Run) -> tuple[int, int, int, int]:
    return done.bodies, done.records, done.held, done.failed


@pytest.mark.parametrize(("days", "bodies", "records"), [(89, 0, 0), (91, 1, 0), (700, 1, 0), (740, 0, 1)])
def test_bodies_go_after_90_days_the_record_after_24_months(
    record: Record, days: int, bodies: int, records: int
) -> None:
    closed(record)
    foreseen = retention.foreseen(record, NOW + days * DAY)
    assert counts(foreseen) == (bodies, records, 0, 0)
    assert counts(run(record, NOW + days * DAY)) == (bodies, records, 0, 0)
    assert counts(run(record, NOW + days * DAY)) == (0, 0, 0, 0), "twice does nothing more"


@pytest.mark.parametrize(
    ("hold", "changes"),
    [
        ("keeps_all", {"keeps_all": True}),
        ("frozen", {"frozen": True}),
        ("attention", {"attention": "reply_waiting"}),
    ],
)
def test_a_complaint_a_protest_and_what_nobody_saw_hold_a_case(
    record: Record, hold: str, changes: dict[str, Any]
) -> None:
    case = closed(record, **changes)
    assert counts(run(record, MUCH_LATER)) == (0, 0, 1, 0)
    with record.reading() as session:
        told = held_back(session, Limits.of(record.settings, MUCH_LATER))
        assert {name for name, count in told.items() if count} == {hold}
        assert search.case(session, case.ref).request(record.keyring)["requester"]


@pytest.mark.parametrize("turned", [False, True])
def test_an_open_case_beside_it_holds_a_case(record: Record, turned: bool) -> None:
    case, act = closed(record), record.act(NOW, "sara")
    other = begun(act)
    kept(record, act)
    act = record.act(NOW, "sara")
    one, two = (other, case) if turned else (case, other)
    one.link(act, two.id, "same")
    kept(record, act)
    assert counts(run(record, LATER)) == (0, 0, 1, 0)


def test_an_open_case_stays_whatever_its_age(record: Record) -> None:
    act = record.act(NOW, "sara")
    begun(act)
    kept(record, act)
    assert counts(run(record, MUCH_LATER)) == (0, 0, 0, 0)


def test_a_merged_case_goes_with_the_one_it_went_on_in(record: Record) -> None:
    into = closed(record)
    gone = closed(record, merged_into=into.id)
    with record.writing() as session:
        session.execute(update(Case).where(Case.id == into.id).values(closed_at=LATER))
    assert counts(run(record, LATER + DAY)) == (0, 0, 0, 0)
    assert counts(run(record, LATER + 91 * DAY)) == (1, 0, 0, 0)
    with record.reading() as session:
        assert search.case(session, gone.ref).bodies_erased_at is not None
    assert counts(run(record, LATER + 800 * DAY)) == (0, 1, 0, 0)
    with record.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


@pytest.mark.parametrize("way", ["split", "merge"])
def test_what_was_noted_for_a_right_outlives_the_case_that_it_came_from(record: Record, way: str) -> None:
    act = record.act(NOW, "sara")
    case = begun(act, types=[RequestType.ACCESS, RequestType.DELETION])
    other = begun(act, types=[RequestType.CORRECTION])
    kept(record, act)
    with doing(record, case) as (session, act, case):
        right = case.rights[0]
        right.raise_trust(act, "T1", "code")
        identity.record_check(act, right, CheckKind.ADDRESS_ON_FILE, "called back", passed=True)
        work.start(act, right)
        right.raise_trust(act, "T3", "test")
        work.look_at(act, right, Item.ACCOUNT, Found.KEPT, kept_for=Kept.LAW, note="an old invoice")
        holdings.choose(session, act, right, [{"id": "A-300"}])
    with doing(record, case) as (session, act, case):
        if way == "split":
            to = joining.split(act, case, [RequestType.ACCESS])
        else:
            to = search.case(session, other.ref)
            for one in (*case.rights, *to.rights):
                one.raise_trust(act, "T1", "test")
            joining.merge(act, case, to, [])
        ref = to.ref
    record.keyring.destroy([case.key_id], why="retention_bodies", now=NOW)
    with record.reading() as session:
        to = search.case(session, ref)
        right = next(one for one in to.rights if one.type is RequestType.ACCESS)
        assert [row.told(record.keyring) for row in right.checklist if row.sealed_note] == ["an old invoice"]
        check = session.scalars(select(Check).where(Check.right_id == right.id)).one()
        assert opened(record.keyring, check.sealed_how, "check.how", check.id) == "called back"
        chosen = session.get_one(ChosenAccounts, right.id)
        assert (chosen.case_id, chosen.accounts(record.keyring)) == (to.id, [{"id": "A-300"}])
        assert to.request(record.keyring)["requester"] == "rana@example.com"


@contextmanager
def doing(record: Record, case: Case) -> Iterator[tuple[Session, Act, Case]]:
    with acting(record, stationery(), by="sara", now=NOW) as (session, act):
        yield session, act, search.case(session, case.ref)


def test_what_came_after_the_bodies_went_goes_in_its_turn(record: Record) -> None:
    case = closed(record)
    run(record, LATER)
    act = record.act(LATER + DAY, "sara")
    with record.writing() as session:
        again = search.case(session, case.ref)
        again.tell(act, "note_written")
        session.add_all(act.rows)
    assert run(record, LATER + 2 * DAY).bodies == 0
    assert run(record, LATER + 92 * DAY).bodies == 1
    assert run(record, LATER + 184 * DAY).bodies == 0


def test_a_letter_that_waits_is_never_sent_when_its_words_are_gone(record: Record) -> None:
    act = record.act(NOW, "sara")
    case = begun(act)
    case.rights[0].end(act, Outcome.WITHDRAWN)
    case.write(act, "closed", hold="review")
    kept(record, act)
    run(record, LATER)
    with record.reading() as session:
        [letter] = session.scalars(select(Letter))
        assert (letter.state, letter.sealed_to, letter.sealed_content) == ("discarded", b"", None)


def test_a_mail_in_quarantine_goes_when_nobody_settled_it(record: Record) -> None:
    key = record.keyring.new_key(NOW)
    email = InboundEmail(
        id=record.act(NOW).new_id(),
        mailbox="imap:INBOX",
        uidvalidity=1,
        uid=1,
        received_at=NOW,
        stored_at=NOW,
        size=1,
        complete=True,
        answerable=False,
        junk=False,
        sent=False,
        key_id=key,
        state="needs_staff",
        tries=3,
        sealed_raw=b"sealed",
        digest=bytes(32),
    )
    record.keyring.save()
    with record.writing() as session:
        session.add(email)
    assert run(record, NOW + 89 * DAY).mails == 0
    assert run(record, NOW + 92 * DAY).mails == 1
    with record.reading() as session:
        [mail] = session.scalars(select(InboundEmail))
        assert (mail.state, mail.reason, mail.sealed_raw, mail.key_id) == ("left", "not_settled", None, None)


def test_the_agent_runs_it_once_a_day_whoever_asks(record: Record) -> None:
    closed(record)
    assert retention.run_daily(record, LATER) is not None
    assert retention.run_daily(record, LATER + timedelta(hours=23)) is None
    assert retention.run_daily(record, LATER + timedelta(hours=25)) is not None


def test_a_clock_that_jumped_ahead_takes_nothing_for_a_day(record: Record) -> None:
    closed(record)
    assert retention.run_daily(record, NOW + DAY) is not None
    assert retention.run_daily(record, NOW + 9_000 * DAY) is None
    right_again = retention.run_daily(record, NOW + 2 * DAY)
    assert right_again is not None
    assert (right_again.bodies, right_again.records) == (0, 0)


def test_after_a_long_stop_it_goes_on_a_day_later(record: Record) -> None:
    closed(record)
    retention.run_daily(record, NOW + DAY)
    assert retention.run_daily(record, LATER) is None
    gone_on = retention.run_daily(record, LATER + timedelta(hours=25))
    assert gone_on is not None
    assert gone_on.bodies == 1


def test_two_agents_at_once_do_it_once(record: Record) -> None:
    for _ in range(45):
        closed(record)
    done: list[Run | None] = []
    threads = [threading.Thread(target=lambda: done.append(retention.run(record, LATER))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.bodies for one in done if one is not None) == 45
    with record.reading() as session:
        told = session.scalars(select(Case)).all()
        assert [[event.kind for event in case.events].count("bodies_erased") for case in told] == [1] * 45


def test_a_run_that_was_killed_goes_on_and_counts_on(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(45):
        closed(record)
    with monkeypatch.context() as dying:
        dying.setattr(erasing, "carry_out", _dies_at(3))
        with pytest.raises(KeyboardInterrupt):
            retention.run(record, LATER)
    done = run(record, LATER)
    assert (done.bodies, done.failed) == (45, 0)
    with record.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 1
        assert session.scalar(select(func.count()).select_from(erasing.DyingKey)) == 0


def test_one_case_that_cannot_be_erased_keeps_no_other(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [closed(record) for _ in range(5)]
    little, bad = forgetting.keep_little, cases[2].id

    def fails(session: Any, act: Any, case: Case) -> None:
        if case.id == bad:
            raise RuntimeError("cannot")
        little(session, act, case)

    with monkeypatch.context() as changed:
        changed.setattr(forgetting, "keep_little", fails)
        assert counts(run(record, LATER)) == (4, 0, 0, 1)
    assert counts(run(record, LATER)) == (1, 0, 0, 0)


def _dies_at(call: int) -> Callable[..., None]:
    calls = iter(range(1, 100))
    carry_out = erasing.carry_out

    def dying(record: Record, now: datetime) -> None:
        if next(calls) == call:
            raise KeyboardInterrupt
        carry_out(record, now)

    return dying


def test_a_case_whose_time_was_over_is_not_missed(record: Record) -> None:
    closed(record)
    assert heads.note(record, Heads(), NOW)
    run(record, MUCH_LATER)
    assert verify(record).faults == []
    assert heads.note(record, heads.known(record), MUCH_LATER)
    assert verify(record).faults == []


def test_a_case_that_somebody_dropped_is_missed_for_good(record: Record) -> None:
    case = closed(record)
    assert heads.note(record, Heads(), NOW)
    _drop(record, case)
    heads.note(record, heads.known(record), LATER)
    assert [(one.kind, one.ref) for one in verify(record).faults] == [(Kind.MISSING, case.ref)]


def test_a_row_that_somebody_wrote_for_a_dropped_case_explains_nothing(record: Record) -> None:
    case = closed(record)
    assert heads.note(record, Heads(), NOW)
    _drop(record, case)
    with record.writing() as session:
        row = Retired.of(case, record.keyring, NOW)
        row.proof = bytes(32)
        session.add(row)
    assert [one.kind for one in verify(record).faults] == [Kind.MISSING]


def _drop(record: Record, case: Case) -> None:
    with record.engine.begin() as connection:
        for table in reversed(Case.metadata.sorted_tables):
            if "case_id" in table.c:
                connection.execute(table.delete())
        connection.execute(Case.__table__.delete())


def test_months_are_counted_by_the_calendar() -> None:
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 5, tzinfo=UTC), 24) == datetime(2024, 1, 5, tzinfo=UTC)
    assert months_before(datetime(2026, 12, 5, tzinfo=UTC), 12) == datetime(2025, 12, 5, tzinfo=UTC)
