import email
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_agent.letters.mime import folded, mail, mailbox

# What a header can hold: no controls, no halves of letters; runs of spaces are one.
WORDS = st.lists(
    st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=30
).filter(lambda words: not any("=?" in word for word in words))


@given(words=WORDS)
def test_a_subject_of_any_letters_comes_back_as_it_was_in_lines_of_ascii(words: list[str]) -> None:
    value = folded("Subject", " ".join(words))
    lines = f"Subject: {value}".split("\r\n")
    assert value.isascii()
    assert all(len(line) <= 76 for line in lines)
    parsed = email.message_from_string(f"Subject: {value}\r\n\r\n", policy=default)
    assert str(parsed["subject"]).split() == " ".join(words).split()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Privacy team", "Privacy team <a@b.c>"),
        ("Mittal, Inc.", '"Mittal, Inc." <a@b.c>'),
        ('The "cloud" \\', '"The \\"cloud\\" \\\\" <a@b.c>'),
    ],
)
def test_a_display_name_is_quoted_where_it_must_be(name: str, value: str) -> None:
    assert mailbox(name, "a@b.c") == value
    parsed = email.message_from_string(f"From: {value}\r\n\r\n", policy=default)["from"].addresses[0]
    assert (parsed.display_name, parsed.addr_spec) == (name, "a@b.c")


@given(
    text=st.text(st.characters(blacklist_categories=["Cs"])),
    html=st.text(st.characters(blacklist_categories=["Cs"])),
)
def test_both_parts_come_back_letter_by_letter(text: str, html: str) -> None:
    parsed = email.message_from_bytes(mail([("Subject", "x")], text, html), policy=default)
    parts = [part.get_payload(decode=True).decode() for part in parsed.iter_parts()]
    assert parts == [text, html]
