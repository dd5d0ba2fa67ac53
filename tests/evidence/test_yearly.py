"""A year in figures, as the CCPA's regulations ask for them, under each law by itself."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inbox_agent.cases.clocks import load_law
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.evidence import OfYear, yearly, yearly_csv, years
from inbox_agent.understanding import RequestType
from tests.cases.records import begun, kept

AMMAN = load_law("default", ZoneInfo("Asia/Amman"))
MAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ACCESS, DELETION = RequestType.ACCESS, RequestType.DELETION


def test_received_complied_with_in_whole_and_in_part_and_denied_are_counted_by_type(record: Record) -> None:
    for outcome in (Outcome.FULFILLED, Outcome.FULFILLED, Outcome.PARTIAL, Outcome.DENIED):
        ended(record, outcome, reason=None if outcome is Outcome.FULFILLED else Reason.NO_MATCH)
    ended(record, Outcome.NO_DATA_FOUND, types=[DELETION])
    opened(record, types=[DELETION])
    access, deletion = of(record)
    assert (access.type, access.received, access.closed) == (ACCESS, 4, 4)
    assert access.outcomes == {Outcome.FULFILLED: 2, Outcome.PARTIAL: 1, Outcome.DENIED: 1}
    assert (deletion.type, deletion.received, deletion.closed) == (DELETION, 2, 1)


def test_reasons_are_counted_of_what_was_denied_in_whole_or_in_part(record: Record) -> None:
    ended(record, Outcome.DENIED, reason=Reason.DISPUTE)
    ended(record, Outcome.PARTIAL, reason=Reason.LEGAL_RETENTION)
    ended(record, Outcome.PARTIAL, reason=Reason.LEGAL_RETENTION)
    [line] = of(record)
    assert line.refused == {Reason.DISPUTE: 1, Reason.LEGAL_RETENTION: 2}


def test_median_and_mean_are_of_what_was_answered_and_not_of_what_lapsed_or_was_taken_back(
    record: Record,
) -> None:
    for days in (1, 2, 12):
        ended(record, Outcome.FULFILLED, after=days * DAY)
    ended(record, Outcome.UNVERIFIED_LAPSED, after=21 * DAY)
    ended(record, Outcome.WITHDRAWN, after=18 * DAY)
    [line] = of(record)
    assert (line.days.median, line.mean_days) == (2, 5)
    assert line.closed == 5


def test_where_nothing_was_answered_there_are_no_days_to_tell(record: Record) -> None:
    opened(record)
    [line] = of(record)
    assert (line.days.median, line.mean_days) == (None, None)


def test_each_law_has_lines_of_its_own(record: Record) -> None:
    opened(record)
    with_law = record.act(MAY)
    case = begun(with_law)
    case.law = "ccpa"
    kept(record, with_law)
    assert [(one.law, one.received) for one in of(record)] == [("ccpa", 1), ("default", 1)]


def test_a_year_begins_and_ends_where_the_law_applies(record: Record) -> None:
    midnight = datetime(2025, 12, 31, 21, tzinfo=UTC)  # 2026 begins in Amman
    opened(record, at=midnight - timedelta(seconds=1))
    ended(record, Outcome.FULFILLED, at=midnight, after=365 * DAY)
    assert [(year, one.received, one.closed) for year in (2025, 2026, 2027) for one in of(record, year)] == [
        (2025, 1, 0),
        (2026, 1, 0),
        (2027, 0, 1),
    ]
    assert of(record, 2027)[0].late == 1


def test_what_is_no_request_waits_in_triage_or_goes_on_elsewhere_is_not_counted(record: Record) -> None:
    opened(record, state="triage")
    ended(record, Outcome.MERGED)
    ended(record, Outcome.NOT_A_REQUEST)
    assert of(record) == []


def test_the_years_to_choose_from_go_back_to_the_first_request(record: Record) -> None:
    with record.reading() as session:
        assert list(years(session, AMMAN, date(2026, 11, 28))) == [2026]
    opened(record, at=datetime(2024, 3, 1, tzinfo=UTC))
    with record.reading() as session:
        assert list(years(session, AMMAN, date(2026, 11, 28))) == [2026, 2025, 2024]


@pytest.mark.parametrize(("law", "metric"), [("ccpa", "delete"), ("gdpr", "")])
def test_the_csv_names_the_ccpa_s_metric_where_that_law_applies(law: str, metric: str) -> None:
    line = OfYear(law, DELETION, received=3)
    line.add(Outcome.DENIED, "no_match", late=True, hours=36, count=2)
    line.add(Outcome.FULFILLED, None, late=False, hours=240, count=1)
    [told] = csv.DictReader(io.StringIO(yearly_csv(2026, [line])))
    assert {name: value for name, value in told.items() if value not in {"0", ""}} == {
        "year": "2026",
        "law": law,
        "type": "deletion",
        **({"ccpa_metric": metric} if metric else {}),
        "received": "3",
        "closed": "3",
        "fulfilled": "1",
        "denied": "2",
        "median_days_to_respond": "1.5",
        "mean_days_to_respond": "4.3",
        "late": "2",
        "refused_no_match": "2",
    }


def opened(record: Record, *, at: datetime = MAY, **given: Any) -> None:
    act = record.act(at)
    begun(act, **given)
    kept(record, act)


def ended(
    record: Record,
    outcome: Outcome,
    *,
    at: datetime = MAY,
    after: timedelta = DAY,
    reason: Reason | None = None,
    **given: Any,
) -> None:
    act, later = record.act(at), record.act(at + after)
    case = begun(act, **given)
    for right in case.rights:
        right.reason = reason
        right.end(later, outcome)
    act.rows.extend(later.rows)
    kept(record, act)


def of(record: Record, year: int = 2026) -> list[OfYear]:
    with record.reading() as session:
        return yearly(session, AMMAN, year)
