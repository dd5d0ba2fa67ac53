"""Drafts are kept, each where it was begun."""

import re
from typing import Any

from tests.company import COPY_PLEASE
from tests.desk.letters.letter import QUESTION, Desk, area, fields_of, write
from tests.desk.office import Browser, Office


def save(browser: Browser, ref: str, *, place: str = "answer", script: bool = True, **fields: str) -> Any:
    token = browser.token(f"/cases/{ref}/write")
    data = {"place": place, "version": "0", **fields}
    headers = {"X-CSRF": token} if script else {}
    data = data if script else {**data, "csrf": token}
    return browser.post(f"/cases/{ref}/draft", data=data, headers=headers, follow_redirects=False)


def test_a_draft_is_kept_over_signing_out_and_is_nobody_elses(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    saved = save(sara, ref, **{"text-en": "Half a thought {{ x }} </textarea><script>"})
    assert saved.status_code == 200
    assert saved.json()["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d", saved.json()["saved"])
    sara.submit("/sign-out")
    page = office.signed_in("sara").get(f"/cases/{ref}/write").text
    assert area(page, "text-en") == "Half a thought {{ x }} </textarea><script>"
    assert f"Draft of {saved.json()['saved']}, by you" in page
    assert 'data-version="1"' in page
    assert "Half a thought" not in office.signed_in("omar").get(f"/cases/{ref}/write").text


def test_a_draft_saved_in_two_windows_gives_both_texts(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    save(sara, ref, **{"text-en": "from the first window"})
    clash = save(sara, ref, **{"text-en": "from the second window"})
    assert clash.status_code == 409
    said = clash.json()
    assert (said["version"], said["theirs"]["text-en"]) == (1, "from the first window")
    assert said["yours"]["text-en"] == "from the second window"
    by_form = save(sara, ref, script=False, **{"text-en": "from the second window"})
    assert by_form.status_code == 409
    assert area(by_form.text, "text-en") == "from the second window"
    assert "from the first window" in by_form.text
    assert (
        save(sara, ref, version=fields_of(by_form.text)["version"], **{"text-en": "both"}).json()["version"]
        == 2
    )


def test_a_draft_is_saved_and_discarded_by_buttons_as_well(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    saved = save(sara, ref, script=False, **{"text-en": "a thought"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"/cases/{ref}/write")
    page = sara.get(f"/cases/{ref}/write").text
    assert f'formaction="/cases/{ref}/draft/discard"' in page
    sara.submit(f"/cases/{ref}/draft/discard", place="answer")
    assert "a thought" not in sara.get(f"/cases/{ref}/write").text


def test_a_letter_that_was_written_needs_its_draft_no_more(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    save(sara, ref, **{"text-en": "a thought"})
    write(sara, ref, "a whole thought")
    assert "a thought" not in area(sara.get(f"/cases/{ref}/write").text, "text-en")


def test_the_draft_of_a_change_stands_in_its_form_and_ends_with_it(question: Desk) -> None:
    sara, ref = question.browser, question.ref
    shown = question.hidden("/edit")["shown"]
    save(sara, ref, place=question.id, shown=shown, subject="Half a subject", **{"text-en": "Half a change"})
    page = question.page("/edit")
    assert area(page, "text-en") == "Half a change"
    assert "Half a subject" in page
    assert question.change("A whole change").status_code == 303
    assert "A whole change" in area(question.page("/edit"), "text-en")


def test_a_draft_of_an_older_text_shows_the_newer_one_beside_it(office: Office, question: Desk) -> None:
    shown = question.hidden("/edit")["shown"]
    save(question.browser, question.ref, place=question.id, shown=shown, **{"text-en": "Sara's draft"})
    Desk(office, office.signed_in("omar"), question.ref).change("Omar changed it.")
    page = question.page("/edit")
    assert area(page, "text-en") == "Sara's draft"
    assert "The letter as it stands now" in page
    assert "Omar changed it." in page
    assert fields_of(page)["shown"] == shown, "so that saving it shows both once more"


def test_a_draft_needs_a_place_of_this_case(office: Office, question: Desk) -> None:
    other = office.receive(COPY_PLEASE, sender="omar@example.org")
    for place in ("", "x", question.id):
        assert save(question.browser, other, place=place, **{"text-en": "x"}).status_code == 404


def test_colleagues_are_told_who_writes(office: Office, question: Desk) -> None:
    question.page("/edit")
    omar = office.signed_in("omar")
    for path in (f"/cases/{question.ref}/write", question.path):
        page = omar.get(path).text
        assert "Sara Nasser" in page
        assert "is writing here since" in page
    office.now = office.now.replace(microsecond=0)
    office.later(minutes=2)
    assert "is writing here since" not in omar.get(question.path).text
