"""What administrators see of the machine: how it understands, where mail comes from, a test mail."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from inbox_agent.cases import triage
from inbox_agent.desk import application
from inbox_agent.desk.settings_pages.understanding import card_tables
from inbox_agent.errors import TryAgainLater
from inbox_agent.resources import MODELS
from tests.company import ADDRESS, COPY_PLEASE
from tests.desk.office import Browser, Office
from tests.desk.settings_pages.page import look


def test_the_lines_their_curves_and_the_card_s_figures_are_shown(office: Office) -> None:
    page = look(office.signed_in("sara"), "/settings/understanding")
    assert page.count("<polyline") == 14
    assert page.count('class="curve__line"') == 21
    assert "0.076" in page, "from here a person is asked"
    assert "requests missed (left)" in page


def test_a_table_of_the_card_is_read_without_its_emphasis() -> None:
    parts = [
        "# A model\n\n| no | figure |\n|---|---|\n| a | 1 |",
        "## How good it is\n\nWords.\n\n| | F1 |\n|---|---|\n| **macro** / all | **.87** |",
        "## Known failures\n\n| c | d |\n|---|---|\n| e | f |",
    ]
    card = "\n\n".join(parts)
    [table] = card_tables(card)
    assert (table.heads, table.rows) == (["", "F1"], [["macro / all", ".87"]])


@pytest.mark.parametrize(("keeps", "kept"), [(True, 1), (False, 0)])
def test_corrections_that_wait_for_training_are_counted(tmp_path: Path, keeps: bool, kept: int) -> None:
    office = Office(tmp_path, keep_corrections=keeps)
    ref = office.receive("I would like to know about removing stuff from my details")
    assert office.case(ref).state == "triage"
    with office.record.writing() as session:
        act = office.record.act(office.now, "omar")
        triage.decide_soon(session, act, office.case(ref), [])
    office.later(minutes=1)
    page = look(office.signed_in("sara"), "/settings/understanding")
    assert "Staff judged 1 reading in triage." in page
    assert f"{kept} mail{'s wait' if kept != 1 else ' waits'} to be learned from." in page
    assert ("inbox-agent train --with-corrections" in page) is keeps
    office.close()


def test_a_model_that_was_trained_here_is_shown_with_its_own_lines_and_without_our_figures(
    tmp_path: Path,
) -> None:
    made = tmp_path / "made"
    shutil.copytree(MODELS, made, ignore=shutil.ignore_patterns("examples", "README.md"))
    bands = made / "requests" / "trained" / "bands.json"
    lines = json.loads(bands.read_text("utf-8"))
    bands.write_text(json.dumps(lines | {"ask": 0.123}), "utf-8")
    office = Office(tmp_path, models=made)
    page = look(office.signed_in("sara"), "/settings/understanding")
    assert "0.123" in page
    assert "This model was trained here" in page
    assert "95 of 100" not in page
    office.close()


def sending(office: Office, send: Callable[[str], None]) -> Browser:
    """An administrator at a desk that sends its test mails like this."""
    office.desk = application(office.record, office.paper, lambda: office.now, send_test=send)
    return office.signed_in("sara")


def test_folders_letters_and_how_mail_is_sent_are_shown(office: Office) -> None:
    office.receive(COPY_PLEASE)
    page = look(office.signed_in("sara"), "/settings/mail")
    assert "Automatic letters leave by themselves" in page
    assert ADDRESS in page
    assert str(office.maildir) in page
    assert "none yet" not in page
    assert "too long ago" not in page
    office.now = office.now.replace(year=office.now.year + 1)
    assert "too long ago" in look(office.signed_in("sara"), "/settings/mail")


def test_a_test_mail_goes_to_the_address_that_was_typed_once_a_minute(office: Office) -> None:
    sent: list[str] = []
    sara = sending(office, sent.append)
    assert sara.submit("/settings/mail/test", to="Me@Example.com").status_code == 303
    assert sara.submit("/settings/mail/test", to="you@example.com").status_code == 429
    office.later(seconds=61)
    sara.submit("/settings/mail/test", to="you@example.com")
    assert sent == ["me@example.com", "you@example.com"]


@pytest.mark.parametrize("to", ["", "nobody", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@c.d"])
def test_a_test_mail_goes_to_one_address_only(office: Office, to: str) -> None:
    sent: list[str] = []
    answer = sending(office, sent.append).submit("/settings/mail/test", to=to)
    assert (answer.status_code, sent) == (422, [])


def test_what_keeps_a_test_mail_from_leaving_is_said(office: Office) -> None:
    def send(_to: str) -> None:
        raise TryAgainLater("the relay mail.example:25 is out of reach")

    answer = sending(office, send).submit("/settings/mail/test", to="me@example.com")
    assert (answer.status_code, "mail.example:25 is out of reach" in answer.text) == (502, True)


def test_a_desk_that_cannot_send_says_so(office: Office) -> None:
    answer = office.signed_in("sara").submit("/settings/mail/test", to="me@example.com")
    assert (answer.status_code, "cannot send by itself" in answer.text) == (409, True)
