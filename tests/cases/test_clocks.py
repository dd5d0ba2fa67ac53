"""By when a right must be answered, under the rules that hold until an owner picks a law."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox_agent.cases.clocks import load_law
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
