"""The law that applies: shown with its source, chosen, taken at once by all that is open."""

import re
from datetime import timedelta

import pytest

from inbox_agent.cases.clocks import law_names
from inbox_agent.cases.record import Record
from inbox_agent.dates import day, locale
from inbox_agent.desk import application
from tests.company import COPY_PLEASE, agent
from tests.desk.office import Office
from tests.desk.settings_pages.page import look


def test_all_laws_are_shown_with_source_rules_and_whether_we_read_them(office: Office) -> None:
    page = look(office.signed_in("sara"), "/settings/law")
    assert all(f'id="{name}"' in page for name in law_names())
    assert "Regulation (EU) 2016/679, Art. 12(3)" in page
    assert "15 working days from the day after receipt" in page
    assert "Not verified" in page


def test_the_law_that_is_chosen_applies_at_once_also_to_open_cases(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    before, sara = office.case(ref).due_at, office.signed_in("sara")
    assert "law is not chosen yet" in look(sara, "/queue/decide")
    assert sara.submit("/settings/law", law="jordan").status_code == 303
    assert "law is not chosen yet" not in look(sara, "/queue/decide")
    assert "Chosen by Sara Nasser" in look(sara, "/settings/law")
    newer = office.case(office.receive(COPY_PLEASE, sender="other@example.com"))
    older = office.case(ref)
    assert (older.law, newer.law) == ("jordan", "jordan")
    assert older.due_at != before
    assert "clock_reckoned" in [event.kind for event in older.events]


@pytest.mark.parametrize(("law", "country", "other"), [("egypt", "EG", "JO"), ("jordan", "JO", "EG")])
def test_months_are_called_as_in_the_country_of_the_law(
    office: Office, law: str, country: str, other: str
) -> None:
    """On the desk and in the letters that stand on it."""
    office.signed_in("sara").submit("/settings/law", law=law)
    case = office.case(office.receive(COPY_PLEASE))
    huda = office.signed_in("huda")
    huda.submit("/language", language="ar", here="/")
    page = _plain(re.sub("<[^>]+>", "", look(huda, f"/cases/{case.ref}")))
    assert case.due_at is not None
    due = office.record.law.day(case.due_at)
    assert page.count(_plain(day(due, locale("ar", country)))) >= 2
    assert _plain(day(due, locale("ar", other))) not in page


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_an_agent_at_work_takes_another_law_without_starting_again(office: Office) -> None:
    ref, sara = office.receive(COPY_PLEASE), office.signed_in("sara")
    at_work = agent(office.record, [], office.post, clock=lambda: office.now)
    at_work._process_all()
    sara.submit("/settings/law", law="gdpr")
    at_work._process_all()
    at_work.close()
    assert office.case(ref).law == "gdpr"


def test_a_chosen_law_outlives_the_process(office: Office) -> None:
    office.signed_in("sara").submit("/settings/law", law="ksa")
    again = Record.open(office.record.settings)
    assert again.law.name == "ksa"
    again.close()


def test_another_process_takes_the_law_that_was_chosen_elsewhere(office: Office) -> None:
    other = Record.open(office.record.settings)
    ref = office.receive(COPY_PLEASE)
    at_work = agent(other, [], office.post, clock=lambda: office.now)
    at_work._process_all()
    office.signed_in("sara").submit("/settings/law", law="qatar")
    office.now += timedelta(seconds=61)
    at_work._process_all()
    at_work.close()
    assert (other.law.name, office.case(ref).law) == ("qatar", "qatar")
    other.close()


def test_the_setting_goes_before_what_is_chosen_here(office: Office) -> None:
    office.signed_in("sara").submit("/settings/law", law="ksa")
    record = Record.open(office.record.settings.model_copy(update={"law_profile": "gdpr"}))
    assert record.law.name == "gdpr"
    office.desk = application(record, office.paper, lambda: office.now)
    sara = office.signed_in("sara")
    page = look(sara, "/settings/law")
    assert ("The setting LAW_PROFILE decides this." in page, "Apply this law" in page) == (True, False)
    assert sara.submit("/settings/law", law="uk").status_code == 409
    assert record.law.name == "gdpr"
    record.close()


@pytest.mark.parametrize("law", ["", "atlantis", "../laws/gdpr"])
def test_only_a_law_that_is_there_can_be_chosen(office: Office, law: str) -> None:
    assert office.signed_in("sara").submit("/settings/law", law=law).status_code == 404
    assert office.record.law.name == "default"
