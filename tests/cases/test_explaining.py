"""Every date says in both languages which rule made it."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox_agent.cases.clocks import law_names, load_law
from inbox_agent.cases.explaining import explain
from inbox_agent.cases.right import Right
from inbox_agent.understanding import RequestType

ASKED = datetime(2026, 11, 26, 10, tzinfo=UTC)
ARABIC = re.compile("[\u0621-\u064a]")


def right(law: str, **changes: object) -> Right:
    made = Right(
        type=RequestType.ACCESS, received_at=ASKED, begun=False, paused_days=0, legal_due=ASKED, **changes
    )
    made.reckon(load_law(law, ZoneInfo("UTC")))
    return made


@pytest.mark.parametrize("law", law_names())
def test_each_date_is_explained_in_both_languages(law: str) -> None:
    rules = load_law(law, ZoneInfo("UTC"))
    told = explain(rules, right(law))
    assert [one.name for one in told] == ["legal", "internal"]
    for one in told:
        assert one.source
        assert not ARABIC.search(one.text["en"])
        assert ARABIC.search(one.text["ar"])
    assert ("not verified" in told[0].text["en"]) is not told[0].verified
    assert ("لم نتحقق" in told[0].text["ar"]) is not told[0].verified


def test_an_extension_and_a_pause_are_explained_too() -> None:
    told = explain(load_law("uk", ZoneInfo("UTC")), right("uk", extended_at=ASKED, paused_at=None))
    assert [one.name for one in told] == ["legal", "extension", "internal"]
    paused = right("uk")
    paused.paused_days = 3
    told = explain(load_law("uk", ZoneInfo("UTC")), paused)
    assert "3 days" in told[1].text["en"]
    assert "عدد الأيام: 3" in told[1].text["ar"]


def test_the_day_of_receipt_is_named() -> None:
    [legal, _] = explain(load_law("gdpr", ZoneInfo("UTC")), right("gdpr"))
    assert "one month from the day of receipt" in legal.text["en"]
    assert "Thursday 26 November 2026" in legal.text["en"].replace("\u00a0", " ")
    assert "الخميس 26 نوفمبر 2026" in legal.text["ar"].replace("\u00a0", " ")
