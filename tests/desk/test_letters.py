"""Letters at the desk: read, changed, released, taken back, written; no text is lost, no wrong one leaves."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from inbox_agent.cases import answers, steps
from inbox_agent.cases.answers import Told
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome
from tests.company import COPY_PLEASE, DELETE_PLEASE, mail
from tests.desk.office import Browser, Office
from tests.letters.drafts import Read

QUESTION = "What does your privacy policy say about how long you keep the personal data of your customers?"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path, sending="review")
    yield opened
    opened.close()


@pytest.fixture
def sara(office: Office) -> Browser:
    return office.signed_in("sara")


class Desk:
    """One letter of one case in one browser."""

    def __init__(self, office: Office, browser: Browser, ref: str) -> None:
        self.office, self.browser, self.ref = office, browser, ref
        self.id = self.letters()[-1].id.hex
        self.path = f"/cases/{ref}/letters/{self.id}"

    def letters(self) -> list[Letter]:
        return self.office.case(self.ref).letters

    @property
    def letter(self) -> Letter:
        return next(one for one in self.letters() if one.id.hex == self.id)

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(one.kind, one.by) for one in self.office.case(self.ref).events]

    def page(self, after: str = "") -> str:
        return str(self.browser.get(self.path + after).text)

    def hidden(self, after: str = "") -> dict[str, str]:
        """What the forms of the page bring along."""
        return fields_of(self.page(after))

    def press(self, what: str, hidden: dict[str, str] | None = None, **fields: str) -> Any:
        return self.browser.post(
            f"{self.path}/{what}", data={**(hidden or self.hidden()), **fields}, follow_redirects=False
        )

    def change(self, body: str, subject: str = "Our answer", **fields: str) -> Any:
        typed = {
            "subject": subject,
            "text-en": body,
            "text-ar": "تحية طيبة،\n\nنجيبكم هنا عن سؤالكم.",
            **fields,
        }
        return self.press("edit", self.hidden("/edit"), **typed)


def fields_of(page: str) -> dict[str, str]:
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    }


def area(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, f"no {name}"
    return unescape(found[1])


@pytest.fixture
def question(office: Office, sara: Browser) -> Desk:
    """A held letter that has no code in it: the acknowledgement of a question, in both languages."""
    return Desk(office, sara, office.receive(QUESTION))


@pytest.fixture
def answer(office: Office, sara: Browser) -> Desk:
    """A held answer of Sara's own, in English."""
    ref = office.receive(QUESTION)
    write(sara, ref, "We keep invoices for five years.")
    return Desk(office, sara, ref)


def write(browser: Browser, ref: str, words: str, **fields: str) -> Any:
    page = browser.get(f"/cases/{ref}/write").text
    data = {**fields_of(page), "text-en": words, **fields}
    return browser.post(f"/cases/{ref}/write", data=data, follow_redirects=False)


# ---- Read ----


def test_a_bilingual_letter_is_read_in_the_two_languages_that_are_sent(question: Desk) -> None:
    page = question.page()
    assert "English: this is sent" in page
    assert "Arabic: this is sent" in page
    assert "for you to read" not in page
    assert "rana@example.com" in page
    assert page.index("Hello,") < page.index("تحية طيبة،"), "the customer's language first"


def test_a_letter_in_one_language_stands_beside_the_readers_own(office: Office, answer: Desk) -> None:
    huda = office.signed_in("huda")
    in_english = answer.page()
    assert "English: this is sent" in in_english
    assert "As it is laid out" in in_english
    huda.submit("/language", language="ar", here="/")
    in_arabic = huda.get(answer.path).text
    assert in_arabic.count("half--sent") == 1
    assert in_arabic.count('<section class="half"') == 1
    assert "هذا ردنا على رسالتكم" in in_arabic
    assert in_arabic.index("We keep invoices") < in_arabic.index("هذا ردنا على رسالتكم")


def test_the_letter_as_it_is_laid_out_stands_in_a_frame_without_rights(question: Desk) -> None:
    assert re.search(rf'<iframe[^>]* src="{question.path}/body" sandbox=""', question.page())
    body = question.browser.get(f"{question.path}/body")
    assert (
        body.text.replace("\r\n", "\n") == Read(question.letter.content(question.office.record.keyring)).html
    )
    policy = body.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy


def test_a_letter_of_another_case_is_not_here(office: Office, question: Desk) -> None:
    other = office.receive(COPY_PLEASE, sender="omar@example.org")
    for path in (
        f"/cases/{other}/letters/{question.id}",
        f"/cases/{question.ref}/letters/x",
        "/cases/MC-2222-2222/letters/x",
    ):
        assert question.browser.get(path).status_code == 404
    assert question.browser.get(f"/cases/{other}/letters/{question.id}/body").status_code == 404


def test_a_viewer_reads_and_can_do_nothing(office: Office, question: Desk) -> None:
    vera = office.signed_in("vera")
    page = vera.get(question.path)
    assert page.status_code == 200
    assert "Release the letter" not in page.text
    fields = {"shown": question.hidden()["shown"], "last_mail": question.hidden()["last_mail"]}
    for what in ("edit", "reset", "release", "undo", "hold"):
        assert vera.submit(f"{question.path}/{what}", **fields).status_code == 403
    assert vera.get(f"{question.path}/edit").status_code == 403
    assert vera.get(f"/cases/{question.ref}/write").status_code == 403
    assert vera.submit(f"/cases/{question.ref}/draft", place="answer").status_code == 403
    assert question.letter.state == "held"


def test_a_letter_whose_words_were_erased_says_only_that(office: Office, question: Desk) -> None:
    case = office.case(question.ref)
    hidden = question.hidden()
    office.record.keyring.destroy([case.key_id], why="too_old", now=office.now)
    page = question.browser.get(question.path)
    assert page.status_code == 200
    assert "The words of this letter were erased." in page.text
    for path in (f"{question.path}/body", f"{question.path}/edit", f"/cases/{question.ref}/write"):
        assert question.browser.get(path).status_code == 409
    for what in ("edit", "reset", "release"):
        assert question.press(what, hidden).status_code == 409


# ---- Change ----


def test_what_was_edited_is_what_leaves_in_both_parts(office: Office, question: Desk) -> None:
    before = Read(question.letter.content(office.record.keyring))
    typed = "Hello,\n\nThree things, {{ 7*7 }} and <script>alert(1)</script>:\n- **one**\n- two\u200f\u202e"
    assert question.change(typed).status_code == 303
    assert question.press("release").status_code == 303
    office.later(seconds=31)
    [(to, raw)] = office.post.sent
    left = Read(raw)
    assert to == "rana@example.com"
    assert (
        "Three things, {{ 7*7 }} and <script>alert(1)</script>:\n- one\n- two\u200f\n\nKind regards,"
        in left.text
    )
    assert "&lt;script&gt;" in left.html
    assert "<strong>one</strong>" in left.html
    assert "49" not in left.text
    assert str(left.mail["subject"]) == f"Our answer [{question.ref}]"
    for name in ("Message-ID", "Reply-To", "References", "Date", "To", "From"):
        assert left.mail[name] == before.mail[name]
    assert left.text.splitlines()[-1] == before.text.splitlines()[-1]
    assert ("letter_edited", "sara") in question.events


def test_the_form_holds_the_letter_with_its_facts_filled_in(question: Desk) -> None:
    page = question.page("/edit")
    english = area(page, "text-en")
    assert english.startswith("Hello,")
    assert f"**{question.ref}**" in english
    assert "{{" not in english
    assert "Kind regards" not in english
    assert area(page, "text-ar").startswith("تحية طيبة،")
    assert f"[{question.ref}]" in page


def test_the_standard_text_can_be_taken_again(office: Office, question: Desk) -> None:
    before = question.letter.content(office.record.keyring)
    assert "Take the standard text again" not in question.page()
    question.change("Hello,\n\nshort.")
    assert "Take the standard text again" in question.page()
    assert question.press("reset").status_code == 303
    assert question.letter.content(office.record.keyring) == before


def test_a_letter_that_is_about_to_leave_is_held_when_it_is_changed(office: Office, question: Desk) -> None:
    question.press("release")
    assert question.letter.state == "ready"
    question.change("Hello,\n\nbetter words.")
    assert question.letter.state == "held"
    office.later(minutes=5)
    assert office.post.sent == []


def test_two_editors_see_each_others_text_and_neither_is_lost(office: Office, question: Desk) -> None:
    omar = Desk(office, office.signed_in("omar"), question.ref)
    mine, theirs = question.hidden("/edit"), omar.hidden("/edit")
    texts = {"subject": "Our answer", "text-ar": "تحية طيبة"}
    assert omar.press("edit", theirs, **texts, **{"text-en": "Omar wrote this."}).status_code == 303
    late = question.press("edit", mine, **texts, **{"text-en": "Sara wrote this."})
    assert late.status_code == 409
    assert area(late.text, "text-en") == "Sara wrote this."
    assert "Omar wrote this." in late.text
    assert "Omar wrote this." in Read(question.letter.content(office.record.keyring)).text
    again = question.press("edit", fields_of(late.text), **texts, **{"text-en": "Sara and Omar wrote this."})
    assert again.status_code == 303
    assert "Sara and Omar wrote this." in Read(question.letter.content(office.record.keyring)).text


def test_a_text_that_is_too_long_stays_in_the_form_whole(question: Desk) -> None:
    answer = question.change("x " * 10_001)
    assert answer.status_code == 409
    assert len(area(answer.text, "text-en")) == 20_001
    assert "This text is too long" in answer.text
    assert ("letter_edited", "sara") not in question.events


def test_a_letter_that_has_left_can_be_read_and_not_changed(office: Office, question: Desk) -> None:
    hidden, editing = question.hidden(), question.hidden("/edit")
    question.press("release", hidden)
    office.later(minutes=1)
    assert question.letter.state == "sent"
    page = question.page()
    assert "Release the letter" not in page
    assert "Hello," in page
    texts = {"subject": "S", "text-en": "too late, but kept", "text-ar": "تحية"}
    late = question.press("edit", editing, **texts)
    assert late.status_code == 409
    assert area(late.text, "text-en") == "too late, but kept"
    assert "It is too late for this: the letter has left." in late.text
    assert question.press("release", hidden).status_code == 409
    assert question.press("hold", hidden).status_code == 409


# ---- Release, undo, hold ----


def test_a_released_letter_leaves_after_half_a_minute_and_says_so(office: Office, question: Desk) -> None:
    answer = question.press("release")
    assert answer.headers["location"] == f"/cases/{question.ref}"
    page = question.browser.get(answer.headers["location"]).text
    assert "The letter leaves in half a minute." in page
    assert f'action="{question.path}/undo"' in page
    office.later(seconds=29)
    assert office.post.sent == []
    office.later(seconds=2)
    assert len(office.post.sent) == 1
    assert question.letter.state == "sent"


def test_undo_holds_the_letter_and_the_revised_text_is_what_leaves_later(
    office: Office, question: Desk
) -> None:
    question.press("release")
    office.later(seconds=20)
    undone = question.press("undo")
    assert undone.status_code == 303
    assert (question.letter.state, question.letter.hold_reason) == ("held", "undone")
    office.later(minutes=10)
    assert office.post.sent == []
    question.change("Hello,\n\nthe revised words.")
    question.press("release")
    office.later(seconds=31)
    [(_, raw)] = office.post.sent
    assert "the revised words." in Read(raw).text


def test_undo_twice_is_as_good_as_once(question: Desk) -> None:
    question.press("release")
    hidden = question.hidden()
    again = {name: value for name, value in hidden.items() if name != "once"}  # of another page
    assert question.press("undo", hidden).status_code == question.press("undo", again).status_code == 303
    assert [kind for kind, _ in question.events].count("letter_held") == 2, "once when written, once by undo"


def test_undo_that_comes_too_late_says_so_kindly(office: Office, question: Desk) -> None:
    question.press("release")
    hidden = question.hidden()
    office.later(seconds=31)
    late = question.press("undo", hidden)
    assert late.status_code == 409
    assert "It is too late to undo this: the letter has left." in late.text
    assert "Hello," in late.text, "the letter itself is shown"


def test_a_held_key_releases_once(office: Office, question: Desk) -> None:
    hidden = question.hidden()
    assert question.press("release", hidden).status_code == 303
    assert question.press("release", hidden).status_code == 409
    assert [kind for kind, _ in question.events].count("letter_released") == 1


def test_a_letter_is_not_released_unread_mail_behind_it(office: Office, question: Desk) -> None:
    hidden = question.hidden()
    message_id = question.letter.message_id
    office.receive(raw=mail("Wait, I also want to know something else.", References=message_id))
    assert office.case(question.ref).event_count > 3, "it was filed on this very case"
    refused = question.press("release", hidden)
    assert refused.status_code == 409
    assert "The customer wrote meanwhile." in refused.text
    assert "The customer wrote after this" in refused.text
    assert question.letter.state == "held"
    assert question.press("release", fields_of(refused.text)).status_code == 303


def test_a_letter_is_not_released_as_somebody_else_changed_it(office: Office, question: Desk) -> None:
    hidden = question.hidden()
    Desk(office, office.signed_in("omar"), question.ref).change("Hello,\n\nOmar's words.")
    refused = question.press("release", hidden)
    assert refused.status_code == 409
    assert "Somebody changed this letter meanwhile." in refused.text
    assert "Omar&#39;s words." in refused.text
    assert question.letter.state == "held"


def test_a_letter_with_something_wrong_cannot_be_released_even_by_hand(question: Desk) -> None:
    question.change("Your data is absolutely secure with us.", subject="Deletion of your account")
    page = question.page()
    assert page.count('class="checks__no"') == 2
    assert re.search(r"<button[^>]* disabled[^>]*>Release the letter", page)
    refused = question.press("release")
    assert refused.status_code == 409
    assert "Something in this letter is not right yet" in refused.text
    assert question.letter.state == "held"


def test_a_held_letter_is_not_sent_and_why_it_is_held_is_told_to_colleagues(
    office: Office, question: Desk
) -> None:
    question.press("release")
    assert question.press("hold", why="Ask Omar about the date").status_code == 303
    assert (question.letter.state, question.letter.hold_reason) == ("held", "staff")
    office.later(hours=2)
    assert office.post.sent == []
    page = question.page()
    assert "Ask Omar about the date" in page
    assert "a colleague holds it" in page


def test_a_letter_that_nobody_wants_is_never_sent_and_what_it_answered_goes_on(
    office: Office, question: Desk
) -> None:
    with office.doing(question.ref) as (act, case):
        answers.finish(act, case.rights[0], Outcome.ANSWERED, Told(words=["Two years."]))
    answer = Desk(office, question.browser, question.ref)
    assert answer.press("discard").status_code == 303
    assert answer.letter.state == "discarded"
    assert [(one.state, one.outcome) for one in office.case(question.ref).rights] == [("in_progress", None)]
    office.later(hours=1)
    assert all(answer.letter.message_id.encode() not in raw for _, raw in office.post.sent)
    assert answer.press("release").status_code == 409


def test_with_sending_off_nothing_is_said_to_leave(tmp_path: Path) -> None:
    office = Office(tmp_path, sending="off")
    try:
        one = Desk(office, office.signed_in("sara"), office.receive(QUESTION))
        answer = one.press("release")
        assert "It leaves when sending is switched on." in one.browser.get(answer.headers["location"]).text
        office.later(hours=1)
        assert office.post.sent == []
        assert "It leaves when sending is switched on." in one.page()
    finally:
        office.close()


def test_a_form_from_elsewhere_releases_nothing(question: Desk) -> None:
    hidden = question.hidden() | {"csrf": "x"}
    assert question.press("release", hidden).status_code == 403
    assert question.letter.state == "held"


# ---- Write ----


def test_an_answer_of_ones_own_waits_to_be_read_and_then_leaves(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    sheet = sara.get(f"/cases/{ref}/write").text
    assert "Hello," in sheet
    assert "Kind regards," in sheet
    assert "of your customers?" in sheet, "what the customer wrote stands beside it"
    answer = write(sara, ref, "We keep invoices\r\nfor five years.\r\n\r\nNothing else.")
    assert answer.status_code == 303
    letter = Desk(office, sara, ref)
    assert answer.headers["location"] == letter.path
    assert (letter.letter.kind, letter.letter.state, letter.letter.hold_reason) == (
        "answer",
        "held",
        "preview",
    )
    letter.press("release")
    office.later(seconds=31)
    assert "We keep invoices for five years.\n\nNothing else.\n\n" in Read(office.post.sent[-1][1]).text


def test_an_answer_can_answer_a_right_as_well(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    assert "This also answers" in sara.get(f"/cases/{ref}/write").text
    write(sara, ref, "Five years.", answers="other_privacy")
    assert [(one.state, one.outcome) for one in rights(office, ref)] == [("responded", "answered")]
    Desk(office, sara, ref).press("release")
    office.later(seconds=31)
    assert [(one.state, one.outcome) for one in rights(office, ref)] == [("closed", "answered")]


def test_an_answer_alone_leaves_the_right_open(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    write(sara, ref, "We look into it.")
    assert [one.outcome for one in rights(office, ref)] == [None]


def rights(office: Office, ref: str) -> list[Right]:
    return office.case(ref).rights


def test_a_case_in_both_languages_gets_words_in_both(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    with office.doing(ref) as (act, case):
        steps.choose_language(act, case, "both")
    one_only = write(sara, ref, "Five years.")
    assert one_only.status_code == 409
    assert "Write something in each language first." in one_only.text
    assert area(one_only.text, "text-en") == "Five years."
    assert write(sara, ref, "Five years.", **{"text-ar": "خمس سنوات."}).status_code == 303
    [*_, letter] = office.case(ref).letters
    text = Read(letter.content(office.record.keyring)).text
    assert text.index("Five years.") < text.index("خمس سنوات.")
    assert text.count("Five years.") == text.count("خمس سنوات.") == 1


def test_a_ready_sentence_comes_behind_what_was_typed_without_a_script(office: Office, sara: Browser) -> None:
    ref = office.receive(QUESTION)
    sheet = sara.get(f"/cases/{ref}/write").text
    sentence = "The law requires us to keep this data."
    assert f'name="add-en" value="{sentence}" data-insert=" {sentence}"' in sheet
    added = write(sara, ref, "Dear you.", **{"add-en": sentence})
    assert added.status_code == 200
    assert area(added.text, "text-en") == f"Dear you.\n\n{sentence}"
    assert "We cannot go on with this request in this form." not in sheet, "suspected fraud is never said"
    assert len(office.case(ref).letters) == 1


def test_mail_that_came_while_one_wrote_is_said_before_a_letter_is_made(
    office: Office, sara: Browser
) -> None:
    ref = office.receive(QUESTION)
    hidden = fields_of(sara.get(f"/cases/{ref}/write").text)
    office.receive(raw=mail("One more thing, please.", References=office.case(ref).letters[0].message_id))
    refused = sara.post(
        f"/cases/{ref}/write", data={**hidden, "text-en": "Five years."}, follow_redirects=False
    )
    assert refused.status_code == 409
    assert area(refused.text, "text-en") == "Five years."
    assert "The customer wrote meanwhile." in refused.text
    assert len(office.case(ref).letters) == 1
    again = sara.post(
        f"/cases/{ref}/write",
        data={**fields_of(refused.text), "text-en": "Five years."},
        follow_redirects=False,
    )
    assert again.status_code == 303


def test_nobody_can_be_written_to_in_triage_or_without_an_address(office: Office, sara: Browser) -> None:
    ref = office.receive(
        raw=mail("Please delete all my data", sender="list@example.org", List_Id="<x.example.org>")
    )
    page = sara.get(f"/cases/{ref}/write")
    assert "Write the letter" not in page.text
    assert write(sara, ref, "Hello").status_code == 409


def test_an_arabic_case_is_written_to_in_arabic(office: Office, sara: Browser) -> None:
    ref = office.receive(DELETE_PLEASE)
    sheet = sara.get(f"/cases/{ref}/write").text
    assert re.search(r'<textarea[^>]* name="text-ar"[^>]* dir="rtl"[^>]* lang="ar"', sheet)
    assert 'name="text-en"' not in sheet
    assert "مع التحية،" in sheet


# ---- Drafts ----


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


CODE_OF = re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)")


@pytest.fixture
def with_code(office: Office, sara: Browser) -> Desk:
    """A held acknowledgement that asks for its code."""
    return Desk(office, sara, office.receive(COPY_PLEASE))


def code_in(desk: Desk) -> str:
    code = desk.letter.facts(desk.office.record.keyring)["code"]
    assert CODE_OF.fullmatch(code)
    return str(code)


def leaving(desk: Desk) -> str:
    mail = message_from_bytes(desk.letter.content(desk.office.record.keyring), policy=default)
    return "".join(str(mail.get_body((kind,)).get_content()) for kind in ("plain", "html"))  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["held", "ready", "sent", "refused"])
def test_the_code_of_a_letter_is_shown_nowhere_on_the_desk_and_leaves_as_it_was(
    with_code: Desk, state: str
) -> None:
    desk, code = with_code, code_in(with_code)
    with desk.office.record.writing() as session:
        session.get_one(Letter, desk.letter.id).state = state
    case = [str(desk.browser.get(f"/cases/{desk.ref}{part}").text) for part in ("", "/print")]
    pages = [*case, desk.page(), desk.page("/body"), *([desk.page("/edit")] if state != "sent" else [])]
    for page in pages:
        assert not CODE_OF.search(re.sub(r"<[^>]*>", "", page))
        assert "•••• ••••" in page
    assert leaving(desk).count(code) >= 4, "in both languages, in text and page"


def test_a_changed_letter_leaves_with_the_code_where_its_mask_was_left(with_code: Desk) -> None:
    desk, code = with_code, code_in(with_code)
    assert code not in desk.page("/edit")
    english, arabic = (area(desk.page("/edit"), f"text-{one}") for one in ("en", "ar"))
    assert "•••• ••••" in english
    desk.change(f"Good morning.\n\n{english}", **{"text-ar": arabic})
    assert "Good morning." in leaving(desk)
    assert leaving(desk).count(code) >= 4
    assert "•••• ••••" not in leaving(desk)
    assert code not in desk.page() + desk.page("/body") + desk.page("/edit")
    assert "Something is not right yet" not in desk.page()


def test_a_letter_whose_mask_was_taken_out_cannot_be_released(with_code: Desk) -> None:
    with_code.change("Good morning, here is no code.")
    assert "Something is not right yet" in with_code.page()


def test_a_letter_saved_without_a_change_is_the_standard_letter_still(with_code: Desk) -> None:
    desk = with_code
    before = leaving(desk)
    page = desk.page("/edit")
    [subject] = re.findall(r'<input[^>]*name="subject"[^>]*value="([^"]*)"', page)
    english, arabic = (area(page, f"text-{one}") for one in ("en", "ar"))
    desk.change(english, subject=unescape(subject), **{"text-ar": arabic})
    assert leaving(desk) == before
    assert "edited" not in desk.letter.facts(desk.office.record.keyring)


def test_a_mask_in_the_subject_is_never_the_code(with_code: Desk) -> None:
    desk = with_code
    desk.change("Hello •••• ••••", subject="Our answer •••• ••••")
    mail = message_from_bytes(desk.letter.content(desk.office.record.keyring), policy=default)
    assert code_in(desk) not in str(mail["Subject"])
