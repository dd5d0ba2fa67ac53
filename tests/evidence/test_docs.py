"""The page about evidence names every column of the record and of the year, and every fact of the notice."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from inbox_agent.cases.clocks import load_law
from inbox_agent.cases.states import Reason
from inbox_agent.evidence import OfYear, year_json
from inbox_agent.evidence.notice import facts
from inbox_agent.evidence.requests import Entry
from inbox_agent.understanding import RequestType
from tests.company import settings

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def test_every_column_of_the_record_of_requests_has_a_line() -> None:
    page = PAGE.read_text("utf-8")
    assert [field.name for field in fields(Entry) if f"\n| `{field.name}` |" not in page] == []


def test_every_column_of_a_year_is_named() -> None:
    page = PAGE.read_text("utf-8")
    columns = year_json(2026, OfYear("ccpa", RequestType.ACCESS)).keys()
    assert [name for name in columns if f"`{name}`" not in page] == [f"refused_{one}" for one in Reason]


def test_every_fact_that_a_notice_can_name_is_named(tmp_path: Path) -> None:
    law = load_law("gdpr", ZoneInfo("UTC"))
    known = facts(settings(tmp_path), law, "en", today=date(2026, 11, 28))
    page = PAGE.read_text("utf-8").replace("{{ bodies }}", "bodies")
    assert [name for name in known if f"`{name}`" not in page] == []
