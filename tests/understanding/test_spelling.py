"""However a word is spelled, it is the same word."""

import pytest

from inbox_agent.message import Message
from inbox_agent.understanding import RequestType, Understanding
from inbox_agent.understanding.forms import arabic_forms, english_forms, skeleton
from inbox_agent.understanding.words import READ_AT_END, READ_AT_START, fold, words_of

PLAIN = "أرجو حذف حسابي وجميع بياناتي الشخصية من أنظمتكم، رقم العميل ٤٨١٢"


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param("ارجو حذف حسابي وجميع بياناتي الشخصيه من انظمتكم، رقم العميل ٤٨١٢", id="without hamza"),
        pytest.param(
            "أرجو حـــذف حســـابي وجميع بيانـــاتي الشخصية من أنظمتكم، رقم العميل ٤٨١٢", id="tatweel"
        ),
        pytest.param("أَرْجُو حَذْفَ حِسَابِي وَجَمِيعَ بَيَانَاتِي الشَّخْصِيَّةِ مِنْ أَنْظِمَتِكُمْ، رَقْمُ العَمِيلِ ٤٨١٢", id="harakat"),
        pytest.param("أرجو حذف حسابي وجميع بياناتي الشخصية من أنظمتكم، رقم العميل 4812", id="Latin digits"),
        pytest.param(
            "أرجو حذف حسابی وجمیع بیاناتی الشخصیة من أنظمتکم، رقم العمیل ۴۸۱۲",
            id="Persian letters and digits",
        ),
        pytest.param(
            "\u202bأرجو حذف حسابي وجميع بياناتي الشخصية من أنظمتكم، رقم العميل ٤٨١٢\u202c", id="bidi marks"
        ),
    ],
)
def test_arabic_spelled_otherwise_gets_the_same_types(understanding: Understanding, spelled: str) -> None:
    expected = understanding.read(Message(text=PLAIN))
    found = understanding.read(Message(text=spelled))
    assert RequestType.DELETION in expected.asserted
    assert (found.language, found.decision) == (expected.language, expected.decision)
    assert found.scores == pytest.approx(expected.scores, abs=1e-6)


def test_arabizi_shares_its_consonants_with_arabic_script() -> None:
    assert skeleton(fold("حسابي")) == skeleton("7sabi") == skeleton("hesaby") == "hsb"


def test_clitics_and_endings_hide_no_arabic_word() -> None:
    assert "حساب" in arabic_forms(fold("وبحسابكم"))
    assert "مسح" in arabic_forms(fold("تمسحوها"))


def test_inflection_hides_no_english_word() -> None:
    assert "stop" in english_forms("stopping")
    assert "erase" in english_forms("erased")


def test_stretched_letters_are_shortened_but_numbers_are_kept() -> None:
    assert fold("pleaseeeee") == "please"
    assert fold("مشكووووور") == fold("مشكور")
    assert fold("٢٠٠٠") == "2000"


def test_a_word_stands_where_the_text_has_it() -> None:
    text = "Hi, (الحِساب) info@example.org!"
    assert [text[word.start : word.end] for word in words_of(text)] == ["Hi", "الحِساب", "info@example.org"]


def test_of_a_very_long_mail_both_ends_are_read_in_place() -> None:
    text = "ordinary words " * READ_AT_START + "the end"
    words = words_of(text)
    assert len(words) < (READ_AT_START + READ_AT_END) / 4
    assert text[words[-1].start : words[-1].end] == "end"
