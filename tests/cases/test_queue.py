"""The queue: what needs a person stands first and says why; everything can be found again."""

from datetime import timedelta

import pytest

from inbox_agent.cases import queue, triage, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.queue import Filter
from inbox_agent.cases.record import Record
from inbox_agent.cases.standing import View, Why
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import Language, RequestType
from tests.cases.records import NOW, begun, kept

ACCESS, DELETION, CHILD = RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA


def act_of(record: Record, days_ago: float = 0) -> Act:
    return record.act(NOW - timedelta(days=days_ago), "sara")


def made(record: Record, act: Act, **request: object) -> Case:
    case = begun(act, **request)  # type: ignore[arg-type]
    kept(record, act)
    return case


def refs(record: Record, me: str = "sara", **wanted: object) -> list[str]:
    with record.reading() as session:
        found = queue.look(session, record, Filter(**wanted), me=me, now=NOW)  # type: ignore[arg-type]
        assert found.total >= len(found.lines)
        return [line.case.ref for line in found.lines]


def whys(record: Record) -> list[Why]:
    with record.reading() as session:
        return [line.why for line in queue.look(session, record, Filter(), me="sara", now=NOW).lines]


def test_what_weighs_most_stands_first_and_says_why(record: Record) -> None:
    made(record, act_of(record), state="triage")
    made(record, act_of(record, 40), types=(DELETION,))
    made(record, act_of(record), types=(CHILD,))
    made(record, act_of(record, 27))
    act = act_of(record)
    complaint = begun(act)
    complaint.call_for("complaint")
    kept(record, act)
    assert whys(record) == [Why.CHILD, Why.LEGAL_THREAT, Why.OVERDUE, Why.DUE_SOON, Why.UNSURE]


def test_inside_a_reason_the_earliest_date_comes_first(record: Record) -> None:
    later = made(record, act_of(record, 35))
    sooner = made(record, act_of(record, 45))
    assert refs(record) == [sooner.ref, later.ref]


def test_what_waits_for_its_customer_needs_nobody(record: Record) -> None:
    act = act_of(record)
    case = begun(act)
    case.acknowledge(act)
    kept(record, act)
    assert refs(record) == []
    assert refs(record, view=View.WAITING) == [case.ref]


def test_a_case_put_off_comes_back_in_time_or_when_its_customer_writes(record: Record) -> None:
    act = act_of(record)
    case = begun(act)
    queue.snooze(act, case, NOW + timedelta(days=1))
    kept(record, act)
    assert refs(record) == []
    case.call_for("reply_waiting")
    assert case.snoozed_until is None
    with pytest.raises(PersonNeeded):
        queue.snooze(act, case, NOW + timedelta(days=30))


def test_a_decision_that_can_still_be_undone_takes_the_case_out_of_the_way(record: Record) -> None:
    case = made(record, act_of(record), state="triage")
    with record.writing() as session:
        triage.decide_soon(session, act_of(record), session.get_one(Case, case.id), [ACCESS])
    assert refs(record) == []
    with record.writing() as session:
        assert triage.undo(session, session.get_one(Case, case.id), NOW)
    assert refs(record) == [case.ref]


def test_counts_say_what_the_shelves_hold(record: Record) -> None:
    made(record, act_of(record), state="triage")
    act = act_of(record)
    mine = begun(act)
    queue.assign(act, mine, "sara")
    kept(record, act)
    with record.reading() as session:
        counted = queue.counts(session, me="sara", now=NOW)
    shelves = [view for view in View if view is not View.CLOSED]
    assert {view: counted[view] for view in shelves} == {
        view: len(refs(record, view=view)) for view in shelves
    }
    assert (counted["mine"], counted["triage"], counted["quarantine"]) == (1, 1, 0)


@pytest.mark.parametrize(
    "asked",
    ["hala.haddad@example.com", "Haddad", "haddad hala", "HÁLA", "invoice", "{ref}", "  {ref} ", "mc-{tail}"],
)
def test_a_case_is_found_by_reference_address_and_words(record: Record, asked: str) -> None:
    case = made(
        record,
        act_of(record),
        requester="hala.haddad@example.com",
        name="Hala Haddad",
        subject="my invoice data",
    )
    made(record, act_of(record), requester="other@example.com", name="Someone Else", subject="something")
    asked = asked.format(ref=case.ref, tail=case.ref[3:].lower())
    assert refs(record, view=View.ALL, q=asked) == [case.ref]


@pytest.mark.parametrize(
    "asked", ["أحمد", "احمد", "إحمد", "أَحْمَد", "العلي", "علي", "على", "بيانات أحمد", "البيانات"]
)
def test_arabic_words_are_found_with_and_without_hamza_marks_and_article(record: Record, asked: str) -> None:
    case = made(record, act_of(record), name="أحمد العلي", subject="بيانات حسابي", language=Language.AR)
    assert refs(record, view=View.ALL, q=asked) == [case.ref]


@pytest.mark.parametrize("asked", ["nobody", "haddad nobody", "MC-2222-2222", "x@example.com", "%", "'", "…"])
def test_what_is_not_there_is_not_found(record: Record, asked: str) -> None:
    made(record, act_of(record), name="Hala Haddad")
    assert refs(record, view=View.ALL, q=asked) == []


def test_no_word_of_a_case_stands_readable_in_the_record(record: Record) -> None:
    made(record, act_of(record), name="Zarqa Qasem", subject="unmistakable")
    with record.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT hash FROM search_tokens").all()
    assert len(rows) == 3
    assert not any(word in bytes(row[0]).lower() for row in rows for word in (b"zarqa", b"qasem", b"unmist"))


def test_a_dismissed_case_is_found_by_no_word_any_more(record: Record) -> None:
    case = made(record, act_of(record), state="triage", name="Hala Haddad")
    act = act_of(record)
    with record.writing() as session:
        session.get_one(Case, case.id).dismiss(act, [])
    assert refs(record, view=View.CLOSED, q="Haddad") == []


def test_filters_narrow_a_shelf(record: Record) -> None:
    one = made(record, act_of(record, 3), types=(DELETION,), language=Language.AR)
    made(record, act_of(record))
    for wanted in (
        {"type": "deletion"},
        {"language": "ar"},
        {"until": (NOW - timedelta(days=2)).date()},
        {"person": "nobody", "type": "deletion"},
    ):
        assert refs(record, view=View.ALL, **wanted) == [one.ref], wanted
    assert refs(record, view=View.ALL, state="closed") == []


def test_pages_of_a_long_shelf_hold_each_case_once(record: Record) -> None:
    act = act_of(record)
    for _ in range(queue.PAGE + 5):
        begun(act)
    kept(record, act)
    first, second = (refs(record, view=View.ALL, page=page) for page in (1, 2))
    assert (len(first), len(second), len({*first, *second})) == (queue.PAGE, 5, queue.PAGE + 5)


def test_work_for_a_second_person_says_so(record: Record) -> None:
    act = act_of(record)
    case = begun(act, types=(DELETION,))
    right = case.rights[0]
    right.move(act, "start")
    right.trust = "T3"
    work.submit(act, right)
    kept(record, act)
    assert whys(record) == [Why.SECOND_PERSON]


def test_who_filters_all_cases_by_their_end_finds_the_closed_ones(record: Record) -> None:
    open_one, case = made(record, act_of(record)), made(record, act_of(record), state="triage")
    with record.writing() as session:
        session.get_one(Case, case.id).dismiss(act_of(record), [])
    assert refs(record, view=View.ALL, state="closed") == [case.ref]
    assert refs(record, view=View.ALL) == [open_one.ref]


def test_a_page_beyond_the_last_still_says_how_many_there_are(record: Record) -> None:
    made(record, act_of(record))
    with record.reading() as session:
        found = queue.look(session, record, Filter(view=View.ALL, page=9), me="sara", now=NOW)
    assert (list(found.lines), found.total) == ([], 1)
