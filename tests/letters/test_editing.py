"""A person changes a letter: its words become theirs, and nothing that they type is more than words."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.letters import KINDS, Draft, compose, editing
from inbox_agent.letters import write as put_into_words
from inbox_agent.letters.finished import check, finished, promises_security
from inbox_agent.letters.sentences import ready_sentences
from inbox_agent.letters.writing import Source, draft_of
from inbox_agent.understanding import Language, RequestType
from tests.beginning import new_record
from tests.company import settings, stationery
from tests.letters.drafts import ADDRESS, REF, TOKEN, Read, draft

STATIONERY = stationery()
NOW = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)
CUSTOMERS = [name for name, kind in KINDS.items() if kind.sent != "staff"]
ORDERS = [("en",), ("ar",), ("en", "ar"), ("ar", "en")]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    opened = new_record(settings(tmp_path, sending="review"))
    yield opened
    opened.close()


def held_letter(record: Record) -> tuple[Act, Case, Letter]:
    act = record.act(NOW, "sara")
    asked = Request("lina@example.com", Language.EN, (RequestType.ACCESS,), NOW, message_id="<a@example.com>")
    case = Case.begin(act, asked, state="open")
    letter = case.acknowledge(act)
    assert letter is not None
    put_into_words([letter], record.keyring, STATIONERY)
    return act, case, letter


def edited(body: str, subject: str = "Our answer", language: str = "en") -> Read:
    typed = Source(subject, {language: body})
    return Read(compose(replace(draft("answer", (language,)), edited=typed), STATIONERY))


def failed(letter: Draft, names: tuple[str, ...] = ()) -> list[str]:
    checks = check(finished(compose(letter, STATIONERY), letter), letter, STATIONERY, names)
    return [one.name for one in checks if not one.passed]


def wrong(body: str, language: str = "en", subject: str = "Our answer", **more: str) -> list[str]:
    letter = draft(more.get("kind", "answer"), (language,))
    return failed(replace(letter, edited=Source(subject, {language: body})), (more.get("name", ""),))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("kind", CUSTOMERS)
def test_the_source_that_a_person_gets_makes_the_very_same_letter(kind: str, order: tuple[str, ...]) -> None:
    usual = draft(kind, order)
    again = replace(usual, edited=editing.standard(usual, STATIONERY))
    before, after = Read(compose(usual, STATIONERY)), Read(compose(again, STATIONERY))
    assert after.mail.items() == before.mail.items()
    assert after.part("plain") == before.part("plain")
    assert _seen(after.html) == _seen(before.html)


def _seen(html: str) -> str:
    return unescape(html).replace(" </td>", "</td>")


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("kind", CUSTOMERS)
def test_every_letter_in_our_own_words_passes_every_check(kind: str, order: tuple[str, ...]) -> None:
    letter = draft(kind, order)
    assert failed(letter) == []
    unchanged = replace(letter, edited=editing.standard(letter, STATIONERY))
    assert failed(unchanged, ("Request Answer",)) == []


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_finished_mail_is_taken_apart_by_language(order: tuple[str, ...]) -> None:
    letter = draft("verify_code", order)
    mail = finished(compose(letter, STATIONERY), letter)
    assert list(mail.texts) == list(order)
    for language, text in mail.texts.items():
        assert text.startswith({"en": "Hello,", "ar": "تحية طيبة،"}[language])
        assert text.endswith(ADDRESS)
        assert TOKEN not in text


def test_what_is_typed_is_never_run_as_a_template_and_never_html() -> None:
    hostile = "Sum: {{ 7*7 }}\n\n{% for x in y %}\n\n{{ say }} {# no #} <script>alert(1)</script> & <b>x</b>"
    letter = edited(hostile)
    for literal in ("{{ 7*7 }}", "{% for x in y %}", "{{ say }} {# no #}", "<script>alert(1)</script> & <b>"):
        assert literal in letter.text
    assert "49" not in letter.text
    assert "<script" not in letter.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;x&lt;/b&gt;" in letter.html
    assert "{{ 7*7 }}" in letter.html
    assert "{% for x in y %}" in letter.html


def test_a_line_like_a_templates_own_is_a_paragraph_like_any_other() -> None:
    letter = edited("Hello\n\n{% <img src=x> %}\n\n{# <b>note</b> #}")
    assert "Hello\n\n{% <img src=x> %}\n\n{# <b>note</b> #}\n\nKind regards" in letter.text
    assert "<img" not in letter.html
    assert ">{% &lt;img src=x&gt; %}</td></tr>" in letter.html
    assert ">{# &lt;b&gt;note&lt;/b&gt; #}</td></tr>" in letter.html


def test_paragraphs_bullets_and_bold_words_are_in_both_parts() -> None:
    letter = edited("Hello,\n\nWe **did** it:\n- one\n- two **x**\n\nBye {REF}".replace("{REF}", REF))
    assert "Hello,\n\nWe did it:\n- one\n- two x\n\nBye MC" in letter.text
    assert "We <strong>did</strong> it:</td>" in letter.html
    assert letter.html.count(">•</td>") == 2
    assert f'<bdi dir="ltr"><span dir="ltr">{REF}</span></bdi>' in letter.html
    assert "Kind regards,\nMittal Cloud privacy team" in letter.text
    assert letter.text.splitlines()[-1] == TOKEN


def test_an_address_and_a_code_among_arabic_words_are_isolated() -> None:
    page = edited("تحية طيبة،\n\nاكتبوا إلى help@example.com الرمز 4821 7730.", language="ar").html
    for value in ("help@example.com", "4821 7730"):
        assert f'<bdi dir="ltr"><span dir="ltr">{value}</span></bdi>' in page


def test_the_reference_goes_back_to_the_end_of_the_subject(record: Record) -> None:
    act, case, letter = held_letter(record)
    for subject in (
        "About your mail",
        f"[{case.ref}] About {case.ref} your mail",
        f"About your mail [{case.ref}]",
    ):
        editing.edit(act, case, letter, STATIONERY, Source(subject, {"en": "Hello", "ar": "تحية"}))
        mail = Read(letter.content(record.keyring)).mail
        assert str(mail["subject"]) == f"About your mail [{case.ref}]"


def test_only_subject_and_words_change_and_the_standard_text_comes_back(record: Record) -> None:
    act, case, letter = held_letter(record)
    before = letter.content(record.keyring)
    editing.edit(
        act,
        case,
        letter,
        STATIONERY,
        Source("New\r\nBcc: x@example.com", {"en": "Hi\r\n\r\nyou", "ar": "أهلا"}),
    )
    changed, usual = Read(letter.content(record.keyring)), Read(before)
    same = set(usual.mail) - {"Subject"}
    assert {name: str(changed.mail[name]) for name in same} == {name: str(usual.mail[name]) for name in same}
    assert set(changed.mail) == set(usual.mail)
    assert "Hi\n\nyou\n\nKind regards," in changed.text
    assert "أهلا\n\nمع التحية،" in changed.text
    editing.reset(act, case, letter, STATIONERY)
    assert letter.content(record.keyring) == before
    assert "edited" not in letter.facts(record.keyring)


def test_the_standard_text_saved_as_it_was_is_still_the_standard_text(record: Record) -> None:
    act, case, letter = held_letter(record)
    before = letter.content(record.keyring)
    source = editing.as_it_stands(draft_of(letter, record.keyring), STATIONERY)
    typed = {language: text.replace("\n", "\r\n") for language, text in source.bodies.items()}
    editing.edit(act, case, letter, STATIONERY, Source(f"{source.subject} [{case.ref}]", typed))
    assert letter.content(record.keyring) == before
    assert draft_of(letter, record.keyring).edited is None


def test_marks_of_direction_stay_and_what_turns_or_hides_words_goes(record: Record) -> None:
    act, case, letter = held_letter(record)
    typed = "a\u202eb\u2066c\u200bd\x00e\ud800f \u200fg\u200e\n\n\n\n\nh"
    editing.edit(act, case, letter, STATIONERY, Source("S\u202eubject", {"en": typed, "ar": "تحية"}))
    kept = draft_of(letter, record.keyring).edited
    assert kept == Source("Subject", {"en": "abcdef \u200fg\u200e\n\nh", "ar": "تحية"})


def test_nobody_draws_the_line_between_the_languages(record: Record) -> None:
    act, case, letter = held_letter(record)
    editing.edit(
        act, case, letter, STATIONERY, Source("S", {"en": f"One\n{'-' * 40}\nTwo", "ar": "تحية طيبة"})
    )
    mail = finished(letter.content(record.keyring), draft_of(letter, record.keyring))
    assert mail.texts["en"].startswith("One\n\nTwo\n\nKind regards")
    assert mail.texts["ar"].startswith("تحية طيبة\n\nمع التحية،")


def test_a_very_long_text_is_written_quickly_and_is_said_to_be_too_long() -> None:
    for body in ("x" * 20_001, "x " * 10_001, "**" * 10_001, "\n \n" * 9_000 + "x" * 3_000, "a@" * 10_001):
        begin = time.perf_counter()
        letter = edited(body)
        assert time.perf_counter() - begin < 1
        assert max(map(len, letter.raw.splitlines())) <= 78
    assert wrong("x " * 10_001) == ["length"]


def test_a_letter_that_was_about_to_leave_waits_after_it_was_changed(record: Record) -> None:
    act, case, letter = held_letter(record)
    letter.release(act, case)
    editing.edit(act, case, letter, STATIONERY, Source("S", {"en": "Hello", "ar": "تحية"}))
    assert (letter.state, letter.hold_reason) == ("held", "preview")


def test_who_changed_it_stands_in_the_history_and_what_they_wrote_does_not(record: Record) -> None:
    act, case, letter = held_letter(record)
    editing.edit(act, case, letter, STATIONERY, Source("S", {"en": "Hello Lina", "ar": "تحية"}))
    with record.writing() as session:
        record.keyring.save()
        write(session, act.rows)
    with record.reading() as session:
        events = session.get_one(Case, case.id).events
    last = events[-1]
    assert (last.kind, last.by) == ("letter_edited", "sara")
    assert last.detail(record.keyring) == {
        "letter": str(letter.id),
        "letter_kind": "acknowledgement",
        "standard": False,
    }


@pytest.mark.parametrize(
    "promise",
    [
        "Your data is absolutely secure.",
        "We keep it 100 % safe with us.",
        "It is 100% secure now.",
        "We offer complete security.",
        "We guarantee that your data stays safe.",
        "It is always secure with us.",
        "بياناتكم آمنة تمامًا لدينا.",
        "بياناتكم محميّة بالكامل.",
        "نوفر لكم حماية كاملة.",
        "نضمن لكم أمن بياناتكم.",
        "بياناتكم آمنة بنسبة ١٠٠٪.",
        "نوفر الأمان المطلق.",
    ],
)
def test_a_promise_of_absolute_security_is_found(promise: str) -> None:
    assert promises_security(f"Hello,\n\n{promise}")
    language = "en" if promise.isascii() else "ar"
    assert wrong(f"{promise}", language) == ["security"]


@pytest.mark.parametrize(
    "words",
    [
        "No system is absolutely secure.",
        "We cannot guarantee that it is safe.",
        "We answer your question about the security of our service.",
        "Keep the letter in a safe place.",
        "We gave you a complete copy of the security log.",
        "لا توجد طريقة آمنة تمامًا.",
        "نجيب عن سؤالكم بشأن أمن الخدمة.",
        "الرسالة كاملة، وضمن المدة المحددة.",
    ],
)
def test_words_about_security_that_promise_nothing_are_no_promise(words: str) -> None:
    assert not promises_security(words)


def test_a_subject_that_tells_the_matter_or_the_customer_is_not_right() -> None:
    for subject in (
        "Deletion of your account",
        "About your child",
        "حذف حسابكم",
        "To lina@example.com",
        "Dear LINA",
        "",
    ):
        assert wrong("Hello you", subject=subject, name="Lina Haddad") == ["subject"], subject
    assert wrong("Hello you", subject="Our answer to you", name="Lina Haddad") == []


def test_a_subject_with_the_reference_of_another_case_is_not_right() -> None:
    assert wrong("Hello you", subject="See MC-2222-2222") == ["reference"]


def test_a_letter_without_words_is_not_right() -> None:
    assert wrong("") == wrong("** - 123 **") == ["words"]


def test_a_paragraph_in_the_other_language_is_not_right_but_a_name_is() -> None:
    english = "Here is a whole sentence in English for nobody."
    assert wrong(f"تحية طيبة،\n\n{english}", "ar") == ["language"]
    assert wrong("تحية طيبة،\n\nMittal Cloud Ltd.\n\nراسلونا على info@mittalcloud.com", "ar") == []
    assert wrong("Hello,\n\nهذه جملة كاملة باللغة العربية لا يقرأها أحد هنا.", "en") == ["language"]


def test_the_code_that_the_customer_needs_must_stay() -> None:
    assert wrong("Hello, write back to us.", kind="verify_code") == ["code"]
    for written in ("4821 7730", "48217730", "4821-7730"):
        assert wrong(f"Hello, your code is {written}.", kind="verify_code") == []


def test_ready_sentences_hold_no_placeholder_and_never_speak_of_fraud() -> None:
    for language in ("en", "ar"):
        found = ready_sentences(STATIONERY, language)
        assert set(found) == {"state", "reason", "letter"}
        every = [sentence for group in found.values() for sentence in group]
        assert len(every) > 20
        assert not [one for one in every if re.search(r"[{}*]", one) or one[-1] not in ".?؟"]
        assert STATIONERY.phrases[language]["reason"]["suspected_fraud"] not in every
