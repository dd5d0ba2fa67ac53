"""A request by phone, on paper or in person becomes a case."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_agent.cases import notes, search
from tests.desk.office import Office

ASKED = {
    "address": "Rana@Example.com",
    "name": "Rana Awad",
    "type": ["deletion", "access"],
    "channel": "phone",
    "language": "ar",
    "subject": "by phone",
    "note": "She called at nine.\nShe wants everything gone.",
}


def test_a_call_becomes_an_open_case_with_a_letter_that_can_be_held_back(office: Office) -> None:
    answer = enter(office)
    [case] = office.cases()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.ref}")
    assert (case.state, case.channel, case.language) == ("awaiting_identity", "phone", "ar")
    assert [right.type for right in case.rights] == ["access", "deletion"]
    kept = case.request(office.record.keyring)
    assert [kept[name] for name in ("requester", "name", "subject")] == [
        "rana@example.com",
        "Rana Awad",
        "by phone",
    ]
    assert {event.by for event in case.events} == {"huda"}
    office.later(seconds=29)
    assert office.post.sent == []
    office.later(seconds=1)
    assert [to for to, _ in office.post.sent] == ["rana@example.com"]


def test_what_was_asked_stands_on_the_case_as_a_note(office: Office) -> None:
    enter(office)
    with office.record.reading() as session:
        [note] = notes.notes_of(session, search.case(session, office.cases()[0].ref))
        said = note.text(office.record.keyring).replace("\r", "")
        assert (note.by, said) == ("huda", ASKED["note"])


def test_without_an_address_no_letter_goes(office: Office) -> None:
    enter(office, address="", note="")
    [case] = office.cases()
    assert (case.letters, case.state) == ([], "open")
    with office.record.reading() as session:
        assert notes.notes_of(session, case) == []


def test_the_clock_runs_from_the_day_on_which_it_was_received(office: Office) -> None:
    day = office.record.law.day(office.now) - timedelta(days=5)
    enter(office, received=day.isoformat())
    [case] = office.cases()
    assert office.record.law.day(case.received_at) == day
    assert office.record.law.day(case.rights[0].legal_due) == day + timedelta(days=28)


def test_of_today_is_now(office: Office) -> None:
    enter(office)
    assert office.cases()[0].received_at == office.now


@pytest.mark.parametrize(
    ("changes", "name", "says"),
    [
        ({"address": "rana"}, "address", "This is not an e-mail address."),
        ({"address": "a@b.example, c@d.example"}, "address", "This is not an e-mail address."),
        ({"address": f"{'a' * 250}@example.com"}, "address", "This is not an e-mail address."),
        ({"type": []}, "type", "Choose at least one type."),
        ({"type": ["everything"]}, "type", "Choose at least one type."),
        ({"received": ""}, "received", "Give the day on which the request was received."),
        ({"received": "2026-02-30"}, "received", "Give the day on which the request was received."),
        ({"received": "tomorrow"}, "received", "This day has not come yet."),
        ({"received": "9999-12-31"}, "received", "This day has not come yet."),
        ({"received": "0001-01-01"}, "received", "This day is too long ago."),
        ({"channel": "email"}, "channel", "Say how the request came."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    office: Office, changes: dict[str, Any], name: str, says: str
) -> None:
    if changes.get("received") == "tomorrow":
        changes = {"received": (office.record.law.day(office.now) + timedelta(days=1)).isoformat()}
    answer = enter(office, **changes)
    assert answer.status_code == 422
    assert answer.text.count(says) == 2
    assert f'<a href="#f-{name}">' in answer.text
    assert f'id="f-{name}' in answer.text
    assert "She wants everything gone." in answer.text
    assert 'value="Rana Awad"' in answer.text
    assert ('value="deletion" checked' in answer.text) is (name != "type")
    assert office.cases() == []


def test_what_was_typed_is_shown_as_it_was_typed(office: Office) -> None:
    answer = enter(office, address="<script>alert(1)</script>")
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in answer.text


def test_the_form_begins_with_today(office: Office) -> None:
    page = office.signed_in("huda").get("/new").text
    assert f'type="date" value="{office.record.law.day(office.now).isoformat()}"' in page


def test_who_may_only_look_opens_no_case(office: Office) -> None:
    browser = office.signed_in("vera")
    assert browser.get("/new").status_code == 403
    assert browser.submit("/new", **ASKED).status_code == 403


def enter(office: Office, **changes: Any) -> Any:
    """The form, sent."""
    today = office.record.law.day(office.now).isoformat()
    return office.signed_in("huda").submit("/new", **{"received": today, **ASKED, **changes})
