"""A letter is changed: what was edited is what leaves, and no text is lost."""

from tests.desk.letters.letter import Desk, area, fields_of
from tests.desk.office import Office
from tests.letters.drafts import Read


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
