"""By when a right must be answered, under the rules that hold until an owner picks a law."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis.strategies import dates as dates_between
from hypothesis.strategies import integers

from inbox_agent.cases.clocks import Pace, law_names, load_law
from inbox_agent.errors import WrongSetting
from inbox_agent.understanding import RequestType

AMMAN = ZoneInfo("Asia/Amman")
EVERYDAY = [kind for kind in RequestType if kind is not RequestType.OPT_OUT]
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=AMMAN)


@pytest.mark.parametrize("right", EVERYDAY)
def test_a_right_is_answered_within_28_calendar_days(right: RequestType) -> None:
    _, legal = load_law("", AMMAN).due(right, THURSDAY)
    assert legal.date() == date(2026, 12, 24)


@pytest.mark.parametrize("right", EVERYDAY)
def test_staff_mean_to_be_done_after_five_working_days_of_a_week_that_rests_on_friday_and_saturday(
    right: RequestType,
) -> None:
    internal, _ = load_law("", AMMAN).due(right, THURSDAY)
    assert internal.date() == date(2026, 12, 3), "Sunday to Thursday"


def test_marketing_stops_on_the_next_working_day_and_within_ten_at_the_latest() -> None:
    internal, legal = load_law("", AMMAN).due(RequestType.OPT_OUT, THURSDAY)
    assert (internal.date(), legal.date()) == (date(2026, 11, 29), date(2026, 12, 10))


def test_the_day_of_receipt_is_not_counted_even_when_it_is_a_day_of_rest() -> None:
    friday = datetime(2026, 11, 27, 10, tzinfo=AMMAN)
    internal, _ = load_law("", AMMAN).due(RequestType.OPT_OUT, friday)
    assert internal.date() == date(2026, 11, 29)


def test_a_mail_shortly_before_midnight_belongs_to_the_company_s_day() -> None:
    evening = datetime(2026, 11, 24, 23, 30, tzinfo=AMMAN)
    night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # half past one on the 25th in Amman
    law = load_law("", AMMAN)
    assert law.due(RequestType.ACCESS, evening)[1].date() == date(2026, 12, 22)
    assert law.due(RequestType.ACCESS, night)[1].date() == date(2026, 12, 23)
    assert load_law("", ZoneInfo("UTC")).due(RequestType.ACCESS, night)[1].date() == date(2026, 12, 22)


def test_a_date_ends_with_the_company_s_day() -> None:
    for due in load_law("", AMMAN).due(RequestType.ACCESS, THURSDAY):
        assert due.isoformat()[10:] == "T23:59:59+03:00"


def test_28_days_hold_where_the_clocks_change_meanwhile() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    _, legal = load_law("", berlin).due(RequestType.ACCESS, datetime(2026, 10, 20, 12, tzinfo=berlin))
    assert legal.isoformat() == "2026-11-17T23:59:59+01:00"


@pytest.mark.parametrize("name", ["nowhere", "../default", "default.toml", "DEFAULT"])
def test_a_law_profile_that_is_not_there_is_a_wrong_setting(name: str) -> None:
    with pytest.raises(WrongSetting, match=r"LAW_PROFILE.*there is: .*default"):
        load_law(name, AMMAN)


RIYADH = ZoneInfo("Asia/Riyadh")


def dates(law: str, right: RequestType, received: datetime, **pace: Any) -> tuple[date, date]:
    rules = load_law(law, AMMAN)
    internal, legal = rules.due(right, received, Pace(**pace))
    return rules.day(internal), rules.day(legal)


@pytest.mark.parametrize(
    ("received", "legal"),
    [
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),  # a leap year
        (date(2028, 2, 29), date(2028, 3, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_a_month_ends_on_the_same_day_of_the_month_or_on_its_last(received: date, legal: date) -> None:
    at = datetime.combine(received, time(12), AMMAN)
    assert dates("gdpr", RequestType.ACCESS, at)[1] == legal


def test_an_extension_of_two_months_is_counted_from_the_end_of_the_first() -> None:
    at = datetime(2026, 12, 31, 12, tzinfo=AMMAN)
    assert dates("gdpr", RequestType.ACCESS, at, extended=True)[1] == date(2027, 3, 31)


def test_thursday_evening_in_riyadh_is_friday_nowhere_that_counts() -> None:
    evening = datetime(2026, 11, 26, 22, 30, tzinfo=RIYADH)
    internal, legal = dates("ksa", RequestType.ACCESS, evening)
    assert (internal, legal) == (date(2026, 12, 3), date(2026, 12, 26))
    utc = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)  # half past midnight on Friday in Riyadh
    assert dates("ksa", RequestType.ACCESS, utc)[1] == date(2026, 12, 27)


def test_a_holiday_is_no_working_day_where_it_is_certain() -> None:
    before = datetime(2026, 12, 24, 9, tzinfo=ZoneInfo("Europe/London"))
    law = load_law("uk", AMMAN)
    assert law.calendar.holiday(date(2026, 12, 25)) == "Christmas Day"
    assert law.day(law.due(RequestType.OPT_OUT, before)[0]) == date(2026, 12, 29), "Monday is Boxing Day"


def test_an_estimated_holiday_makes_no_date_later() -> None:
    days = load_law("jordan", AMMAN).calendar
    assert days.works(date(2026, 5, 27)), "Eid al-Adha, which the moon has not confirmed"
    assert not days.works(date(2026, 5, 25)), "Independence Day is certain"


def test_egypt_counts_six_working_days_and_jordan_fifteen() -> None:
    at = datetime(2026, 11, 26, 10, tzinfo=AMMAN)
    assert dates("egypt", RequestType.ACCESS, at)[1] == date(2026, 12, 6)
    assert dates("jordan", RequestType.ACCESS, at)[1] == date(2026, 12, 17)


def test_a_day_in_which_the_clocks_change_ends_like_any_other() -> None:
    london = ZoneInfo("Europe/London")
    _, legal = load_law("uk", AMMAN).due(RequestType.ACCESS, datetime(2027, 2, 28, 12, tzinfo=london))
    assert legal.isoformat() == "2027-03-28T23:59:59+01:00", "the night before, summer time began"


def test_days_for_which_the_clock_stood_still_are_added() -> None:
    at = datetime(2026, 11, 2, 12, tzinfo=AMMAN)
    assert dates("uk", RequestType.ACCESS, at, paused_days=5)[1] == date(2026, 12, 7)


@pytest.mark.parametrize("name", law_names())
def test_every_profile_says_where_it_comes_from_in_both_languages(name: str) -> None:
    law = load_law(name, AMMAN)
    rules = [rule for clock in law.clocks.values() for rule in (clock.rule, clock.extension_rule) if rule]
    assert law.name == name
    assert "opt_out" in law.clocks
    assert all(rule.source and set(rule.text) == {"en", "ar"} for rule in rules)
    assert set(law.title) == {"en", "ar"}


@pytest.mark.parametrize("name", law_names())
@pytest.mark.parametrize("right", list(RequestType))
@given(day=dates_between(date(2024, 1, 1), date(2030, 12, 31)), hour=integers(0, 23))
def test_no_internal_date_is_after_the_legal_one_and_no_lapse_after_either(
    name: str, right: RequestType, day: date, hour: int
) -> None:
    law, at = load_law(name, AMMAN), datetime.combine(day, time(hour), UTC)
    for begun in (False, True):
        internal, legal = law.due(right, at, Pace(begun=begun))
        assert at < internal <= legal
        assert law.due(right, at, Pace(begun=begun, extended=True))[1] >= legal
    assert law.lapse(at, legal) < legal


@pytest.mark.parametrize("name", ["jordan", "qatar", "uae", "kuwait"])
def test_what_we_have_not_read_ourselves_is_marked(name: str) -> None:
    assert not load_law(name, AMMAN).clock(RequestType.ACCESS).rule.verified
