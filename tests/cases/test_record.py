"""The record on disk: cases opened and settled, mail taken up, folders read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from inbox_agent.cases import inbound, mailboxes, search
from inbox_agent.cases.act import write
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.cases.tables import InboundEmail, Mailbox
from inbox_agent.errors import PersonNeeded
from inbox_agent.mailbox import Arrival, Position
from inbox_agent.understanding import Language, RequestType
from tests.company import settings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def begun(record: Record, *, state: str = "open") -> Case:
    """A new case with one right and a few events, read back from the database."""
    act = record.act(NOW)
    request = Request("rana@example.com", Language.EN, (RequestType.ACCESS,), NOW, subject="hello")
    case = Case.begin(act, request, state=state)
    case.acknowledge(act)
    record.keyring.save()
    with record.writing() as session:
        write(session, act.rows)
    return case


def test_a_record_opens_again_with_all_it_had(tmp_path: Path) -> None:
    first = Record.open(settings(tmp_path))
    ref = begun(first).ref
    first.close()
    again = Record.open(settings(tmp_path))
    with again.reading() as session:
        assert search.case(session, ref).request(again.keyring)["requester"] == "rana@example.com"
    again.close()


def test_a_case_shows_its_earliest_date_and_lowest_trust(record: Record) -> None:
    begun(record)
    with record.writing() as session:
        case = session.scalars(select(Case)).one()
        act = record.act(NOW, "Sara")
        case.add_right(act, RequestType.OPT_OUT, NOW)
        write(session, act.rows)
    with record.reading() as session:
        case = session.scalars(select(Case)).one()
        assert [right.type for right in case.rights] == [RequestType.ACCESS, RequestType.OPT_OUT]
        assert case.due_at == case.rights[1].legal_due
        assert case.trust == "T0"


def test_a_person_settles_a_triage_case_with_the_right_types(record: Record) -> None:
    begun(record, state="triage")
    with record.writing() as session:
        case, act = session.scalars(select(Case)).one(), record.act(NOW, "Sara")
        case.settle(act, [RequestType.DELETION])
        write(session, act.rows)
    with record.reading() as session:
        case = session.scalars(select(Case)).one()
        assert [(right.type, right.state) for right in case.rights] == [
            (RequestType.ACCESS, "closed"),
            (RequestType.DELETION, "open"),
        ]
        assert (case.state, case.events[-1].by) == ("open", "Sara")
        with pytest.raises(PersonNeeded, match="is open, not triage"):
            case.settle(record.act(NOW, "Sara"), [RequestType.ACCESS])


def test_mail_is_taken_up_in_batches_and_by_one_worker_only(record: Record) -> None:
    _store(record, [b"x" * 100] * 60)
    with record.writing() as session:
        first = inbound.take_up(session, "one")
    with record.writing() as session:
        second = inbound.take_up(session, "two")
    with record.writing() as session:
        assert inbound.take_up(session, "three") == []
    assert (len(first), len(second)) == (50, 10)
    assert not {mail.id for mail in first} & {mail.id for mail in second}


def test_a_batch_has_at_most_eight_megabytes(record: Record) -> None:
    _store(record, [b"x" * 3_000_000] * 4)
    with record.writing() as session:
        assert len(inbound.take_up(session, "one")) == 2


def test_mail_whose_reader_died_is_taken_alone(record: Record) -> None:
    _store(record, [b"one", b"two", b"three"])
    with record.writing() as session:
        inbound.take_up(session, "dead")
        inbound.let_go(session, ["dead"])
    with record.writing() as session:
        assert len(inbound.take_up(session, "alive")) == 1


def test_mail_that_could_not_be_written_is_there_again_as_if_untouched(record: Record) -> None:
    _store(record, [b"one", b"two"])
    with record.writing() as session:
        inbound.take_up(session, "me")
    with record.writing() as session:
        inbound.put_back(session, "me")
        assert {mail.tries for mail in session.scalars(select(InboundEmail))} == {0}


def test_the_same_uid_is_stored_once(record: Record) -> None:
    assert _store(record, [b"one", b"two"]) == 2
    assert _store(record, [b"one", b"two", b"three"]) == 1


def test_the_first_start_begins_behind_what_is_there(record: Record) -> None:
    with record.writing() as session:
        box = mailboxes.at(session, "imap:INBOX", Position(7, 42), NOW)
        assert (box.first_uid, box.next_uid, box.answer_from) == (42, 42, NOW)


def test_after_a_change_of_uidvalidity_only_what_is_surely_new_is_answered(record: Record) -> None:
    with record.writing() as session:
        mailboxes.at(session, "imap:INBOX", Position(7, 42), NOW)
    later = NOW + timedelta(days=30)
    with record.writing() as session:
        session.get_one(Mailbox, "imap:INBOX").polled_at = later
        box = mailboxes.at(session, "imap:INBOX", Position(8, 40), later)
        assert (box.next_uid, box.reread_below, box.answer_from) == (1, 40, later - timedelta(days=1))


def test_once_an_hour_the_last_uids_are_looked_at_again(record: Record) -> None:
    with record.writing() as session:
        box = mailboxes.at(session, "imap:INBOX", Position(7, 42), NOW)
        box.next_uid = 2000
        assert mailboxes.sweep_from(box, NOW + timedelta(minutes=59)) is None
        assert mailboxes.sweep_from(box, NOW + timedelta(minutes=60)) == 1500


def test_sqlite_keeps_a_write_ahead_log_and_syncs_fully(full_safety: None, tmp_path: Path) -> None:
    record = Record.open(settings(tmp_path))
    with record.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    record.close()


def _store(record: Record, raws: list[bytes]) -> int:
    with record.writing() as session:
        box = mailboxes.at(session, "imap:INBOX", Position(7, 1), NOW)
        session.flush()
        session.expunge(box)
    arrivals = [Arrival(uid, NOW, raw, len(raw)) for uid, raw in enumerate(raws, 1)]
    emails = inbound.sealed(record.keyring, box, arrivals, junk=False, now=NOW)
    with record.writing() as session:
        return inbound.store(session, emails)
