"""The figures: what is counted, in which week and month, and what is left out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from inbox_agent.cases.case import Case
from inbox_agent.cases.clocks import Law, load_law
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.evidence import Figures, Spread, figures, last_months, monthly
from inbox_agent.understanding import Language, RequestType
from tests.cases.records import begun, kept

AMMAN = load_law("default", ZoneInfo("Asia/Amman"))
MONDAY = date(2026, 11, 2)
SUNDAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
ACCESS, DELETION = RequestType.ACCESS, RequestType.DELETION


def test_requests_are_counted_in_the_week_they_came_and_in_the_week_they_were_closed(record: Record) -> None:
    closed(record, NOON, NOON + timedelta(days=9))
    opened(record, NOON + timedelta(days=7))
    weeks = these(record).weeks
    assert [(week.name, week.received, week.closed) for week in weeks] == [
        ("2026-W45", 1, 0),
        ("2026-W46", 1, 1),
        ("2026-W47", 0, 0),
        ("2026-W48", 0, 0),
    ]


def test_a_week_begins_on_monday_where_the_law_applies(record: Record) -> None:
    opened(record, datetime(2026, 11, 8, 20, 59, 59, tzinfo=UTC))  # Sunday, a second before midnight in Amman
    opened(record, datetime(2026, 11, 8, 21, tzinfo=UTC))
    assert [week.received for week in these(record).weeks] == [1, 1, 0, 0]


def test_the_first_and_the_last_week_hold_no_day_outside_the_period(record: Record) -> None:
    for day in (2, 3, 11, 12):
        opened(record, datetime(2026, 11, day, 12, tzinfo=UTC))
    found = these(record, since=date(2026, 11, 3), until=date(2026, 11, 11))
    assert [(week.first, week.received) for week in found.weeks] == [
        (date(2026, 11, 3), 1),
        (date(2026, 11, 9), 1),
    ]
    assert found.by_type().total() == 2


def test_the_last_days_of_a_year_may_be_of_the_first_week_of_the_next(record: Record) -> None:
    weeks = these(record, since=date(2025, 12, 29), until=date(2026, 1, 4)).weeks
    assert [week.name for week in weeks] == ["2026-W01"]


def test_a_mail_that_asks_for_two_things_is_two_requests(record: Record) -> None:
    opened(record, NOON, types=[ACCESS, DELETION], language=Language.AR)
    opened(record, NOON, types=[ACCESS])
    found = these(record)
    assert found.received == {
        (ACCESS, Language.AR): 1,
        (DELETION, Language.AR): 1,
        (ACCESS, Language.EN): 1,
    }
    assert found.by_type() == {ACCESS: 2, DELETION: 1}
    assert found.by_language() == {Language.AR: 2, Language.EN: 1}
    assert found.weeks[0].received == 3


def test_what_is_no_request_or_goes_on_elsewhere_is_not_counted(record: Record) -> None:
    for outcome in (Outcome.NOT_A_REQUEST, Outcome.MERGED):
        closed(record, NOON, NOON + timedelta(days=1), outcome=outcome)
    found = these(record)
    assert not found.received
    assert not found.outcomes
    assert sum(week.received + week.closed for week in found.weeks) == 0
    assert monthly_of(record)[-1].received == 0


def test_what_nobody_has_settled_yet_is_open_but_not_received(record: Record) -> None:
    opened(record, NOON, state="triage")
    opened(record, NOON)
    found = these(record)
    assert found.weeks[0].received == 1
    assert (found.standing.open, found.standing.in_triage) == (2, 1)


def test_outcomes_are_counted_and_refusals_by_reason(record: Record) -> None:
    day = timedelta(days=1)
    for reason in (Reason.NO_MATCH, Reason.NO_MATCH, Reason.DISPUTE):
        closed(record, NOON, NOON + day, outcome=Outcome.DENIED, reason=reason)
    closed(record, NOON, NOON + day, outcome=Outcome.PARTIAL, reason=Reason.LEGAL_RETENTION)
    closed(record, NOON - timedelta(days=9), NOON - timedelta(days=8), outcome=Outcome.ANSWERED)
    found = these(record)
    assert found.outcomes == {Outcome.DENIED: 3, Outcome.PARTIAL: 1}
    assert found.denied == {Reason.NO_MATCH: 2, Reason.DISPUTE: 1}


def test_times_are_told_as_median_and_90th_percentile(record: Record) -> None:
    for number in range(1, 11):
        taken = timedelta(days=number)
        closed(record, NOON, NOON + taken, acknowledged=NOON + timedelta(seconds=30 * number))
    found = these(record)
    assert found.days_to_close == Spread(10, 5, 9)
    assert found.minutes_to_acknowledge == Spread(10, 2.5, 4.5)


def test_a_case_that_was_never_acknowledged_has_no_time_to_tell(record: Record) -> None:
    opened(record, NOON)
    assert these(record).minutes_to_acknowledge == Spread(0, None, None)


def test_late_is_what_was_closed_after_its_legal_date_and_overdue_what_still_is_not(record: Record) -> None:
    due = record.law.due(ACCESS, NOON)[1]
    closed(record, NOON, due)
    closed(record, NOON, due + timedelta(seconds=1))
    opened(record, NOON)
    december = these(record, until=date(2026, 12, 31), now=due)
    assert (december.late, december.days_to_close.count) == (1, 2)
    assert december.standing.overdue == 0
    assert these(record, now=due + timedelta(seconds=1)).standing.overdue == 1


def test_workload_counts_open_cases_by_person_and_says_what_nobody_has(record: Record) -> None:
    for person in ("omar", "sara", "sara", None):
        opened(record, NOON, types=[ACCESS, DELETION], assigned_to=person)
    closed(record, NOON, NOON + timedelta(days=1), assigned_to="omar")
    assert list(these(record).workload.items()) == [("sara", 2), ("", 1), ("omar", 1)]


def test_corrections_are_counted_in_the_week_they_were_made(record: Record) -> None:
    judged = [(NOON, True), (NOON, False), (NOON + timedelta(days=7), True), (NOON - timedelta(days=7), True)]
    weeks = these(record, corrections=judged).weeks
    assert [(week.asked, week.right) for week in weeks] == [(2, 1), (1, 1), (0, 0), (0, 0)]


def test_where_nothing_came_the_figures_are_empty(record: Record) -> None:
    assert these(record).is_empty
    assert not these(record, corrections=[(NOON, True)]).is_empty
    opened(record, NOON - timedelta(days=300))
    assert not these(record).is_empty, "it is still open"


def test_months_are_those_of_the_law_s_time_zone(record: Record) -> None:
    opened(record, datetime(2026, 10, 31, 20, 59, tzinfo=UTC), types=[DELETION])
    closed(
        record, datetime(2026, 10, 31, 21, tzinfo=UTC), NOON + timedelta(days=40), types=[ACCESS, DELETION]
    )
    closed(record, NOON, NOON + timedelta(days=2), outcome=Outcome.DENIED, reason=Reason.OTHER)
    october, november, december = monthly_of(record, until=date(2026, 12, 5), count=3)
    assert (october.by_type, october.received) == ({DELETION: 1}, 1)
    assert (november.by_type, november.received) == ({ACCESS: 2, DELETION: 1}, 3)
    assert (november.days_to_close, november.late) == (Spread(1, 2, 2), 0)
    assert november.denied == {Reason.OTHER: 1}
    assert (december.received, december.days_to_close.count, december.late) == (0, 2, 2)


def test_a_month_in_which_the_clocks_change_loses_no_hour(record: Record) -> None:
    berlin = load_law("default", ZoneInfo("Europe/Berlin"))
    for at in (datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 22, 59, tzinfo=UTC)):
        opened(record, at)
    assert [month.received for month in monthly_of(record, law=berlin, until=date(2026, 11, 1))] == [2, 0]


def test_the_last_months_end_with_that_of_today() -> None:
    assert last_months(date(2026, 2, 28), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


@given(lists(integers(0, 10_000), min_size=1))
def test_half_of_all_took_no_longer_than_the_median_and_nine_in_ten_than_the_90th(times: list[int]) -> None:
    spread = Spread.of({time: times.count(time) for time in times})
    assert spread.median is not None
    assert spread.ninetieth is not None
    for tenths, figure in ((5, spread.median), (9, spread.ninetieth)):
        within = sum(time <= figure for time in times)
        below = sum(time < figure for time in times)
        assert below * 10 < len(times) * tenths <= within * 10
        assert figure in times


@pytest.mark.parametrize(("times", "median"), [({7: 1}, 7), ({1: 1, 3: 1}, 1), ({1: 1, 3: 1, 4: 1}, 3)])
def test_a_median_is_a_time_that_occurred(times: dict[int, int], median: float) -> None:
    assert Spread.of(times).median == median


def opened(record: Record, at: datetime, *, assigned_to: str | None = None, **given: Any) -> Case:
    act = record.act(at)
    case = begun(act, **given)
    case.assigned_to = assigned_to
    kept(record, act)
    return case


def closed(
    record: Record,
    at: datetime,
    until: datetime,
    *,
    outcome: Outcome = Outcome.FULFILLED,
    reason: Reason | None = None,
    acknowledged: datetime | None = None,
    assigned_to: str | None = None,
    **given: Any,
) -> None:
    """A case whose every right ended so at `until`."""
    act, later = record.act(at), record.act(until)
    case = begun(act, **given)
    case.acknowledged_at, case.assigned_to = acknowledged, assigned_to
    for right in case.rights:
        right.reason = reason
        right.end(later, outcome)
    act.rows.extend(later.rows)
    kept(record, act)


def these(
    record: Record, *, since: date = MONDAY, until: date = SUNDAY, now: datetime = NOW, **more: Any
) -> Figures:
    with record.reading() as session:
        return figures(session, AMMAN, since, until, now=now, **more)


def monthly_of(record: Record, *, law: Law = AMMAN, until: date = SUNDAY, count: int = 2) -> list[Any]:
    with record.reading() as session:
        return monthly(session, law, last_months(until, count))
