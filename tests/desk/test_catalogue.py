"""Everything the desk says is there in Arabic, whole, and says the same."""

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message

from inbox_agent.desk.words import LANGUAGES, Words
from tests.desk import catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)s")
LATIN = re.compile(r"[A-Za-z]{2,}")
KNOWN = frozenset(
    (
        *(
            "csv",
            "smtp",
            "imap",
            "totp",
            "gdpr",
            "html",
            "url",
            "uid",
            "idle",
            "dmarc",
            "pdf",
            "json",
            "sms",
            "utf",
        ),
        *("inbox", "agent", "mc", "id", "ctrl", "cmd", "enter", "esc", "kb", "mb", "qr", "ai"),
    )
)
"""Latin words that stay so in Arabic."""
ZONE = ZoneInfo("Asia/Amman")
MESSAGES = [message for message in catalogue.translated() if message.id]


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_text_of_the_desk_has_its_arabic_and_no_other_text_has() -> None:
    assert catalogue.untranslated() == []
    assert catalogue.up_to_date() == catalogue.PO.read_bytes(), "run python -m tests.desk.catalogue"


def test_a_new_text_would_be_noticed() -> None:
    assert {message.id for message in catalogue.said() if message.id} == {message.id for message in MESSAGES}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: str(one.id)[:60])
def test_placeholders_are_the_same_in_both_languages(message: Message) -> None:
    english = message.id if isinstance(message.id, str) else message.id[1]
    wanted = Counter(PLACEHOLDER.findall(english))
    for form in forms(message):
        found = Counter(PLACEHOLDER.findall(form))
        assert wanted - Counter({"%(num)s": 1}) == found - Counter({"%(num)s": 1}), form


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: str(one.id)[:60])
def test_the_arabic_is_arabic_down_to_its_marks(message: Message) -> None:
    for form in forms(message):
        bare = PLACEHOLDER.sub("", form)
        assert not re.search(r"[?;]|(?<![0-9A-Za-z]),|ـ", bare), "Arabic has marks of its own, and no tatweel"
        foreign = {word.lower() for word in LATIN.findall(bare)} - KNOWN
        assert not {
            word for word in foreign if f"_{word}" not in bare.lower() and word not in str(message.id).lower()
        }


def test_counts_have_the_six_forms_of_arabic() -> None:
    words = Words("ar", "latin", ZONE)
    said = [str(words.count("%(num)s day left", "%(num)s days left", num)) for num in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6


def test_digits_are_as_the_reader_wants_them_but_never_in_references() -> None:
    arabic, latin = Words("ar", "arabic", ZONE), Words("ar", "latin", ZONE)
    assert (arabic.number(402), latin.number(402)) == ("٤٠٢", "402")
    assert Words("en", "arabic", ZONE).number(402) == "402"


def test_both_languages_can_be_chosen() -> None:
    assert set(LANGUAGES) == {"en", "ar"}
