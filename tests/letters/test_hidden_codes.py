"""A code is hidden however it is written, and stands in its place again where its mask was left."""

import pytest

from inbox_agent.letters.hidden_codes import MASK, code_of, hidden, put_back

CODE = "4821 7730"


@pytest.mark.parametrize(
    "written", [CODE, "48217730", "4821-7730", "4821\u00a07730", "4821 \r\n\u200f7730", "4 8 2 1 7 7 3 0"]
)
def test_a_code_is_hidden_however_its_digits_are_set_apart(written: str) -> None:
    assert hidden(f"Write {written} above.", CODE) == f"Write {MASK} above."


def test_nothing_else_is_hidden() -> None:
    text = "MC-4821-7730, 4821 7731, 2026"
    assert hidden("4821 7731, 2026", CODE) == "4821 7731, 2026"
    assert hidden(text, "") == text


@pytest.mark.parametrize("left", [MASK, "••••••••", "•••• \n••••", "••••-••••"])
def test_a_mask_that_was_left_becomes_the_code_again(left: str) -> None:
    assert put_back(f"Write {left} above.", CODE) == f"Write {CODE} above."


def test_where_there_is_no_code_a_mask_is_only_text() -> None:
    assert code_of({}) == code_of({"code": None}) == ""
    assert put_back(MASK, "") == MASK
