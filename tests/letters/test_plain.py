from hypothesis import given
from hypothesis import strategies as st

from inbox_agent.letters.plain import flowed

PARAGRAPHS = st.lists(st.text("ab >From ،م", max_size=300).map(lambda text: " ".join(text.split())))


@given(paragraphs=PARAGRAPHS)
def test_flowed_lines_joined_again_are_the_paragraphs(paragraphs: list[str]) -> None:
    lines = flowed("\n".join(paragraphs), right_to_left=False).split("\r\n")
    unstuffed = [line.removeprefix(" ") for line in lines]
    assert "\n".join(unstuffed).replace(" \n", " ").split("\n") == (paragraphs or [""])


def test_lines_are_broken_between_words_before_the_seventy_third_column() -> None:
    lines = flowed("word " * 100, right_to_left=False).split("\r\n")
    assert {len(line) for line in lines[:-1]} == {70}


def test_a_word_longer_than_a_line_stands_alone_and_unbroken() -> None:
    assert flowed(f"see {'x' * 200} now", right_to_left=False) == f"see \r\n{'x' * 200} \r\nnow"


def test_words_joined_by_no_break_spaces_stay_on_one_line_as_ordinary_words() -> None:
    assert flowed(f"{'x' * 60} Sunday\u00a020\u00a0December", right_to_left=False) == (
        f"{'x' * 60} \r\nSunday 20 December"
    )


def test_lines_that_would_read_as_quotes_are_stuffed() -> None:
    assert flowed("> not a quote\nFrom here on", right_to_left=False) == " > not a quote\r\n From here on"


def test_a_right_to_left_line_that_begins_with_a_latin_word_is_marked_and_a_latin_one_is_not() -> None:
    assert flowed("VoIP خدمة\na@b.c", right_to_left=True) == "\u200fVoIP خدمة\r\na@b.c"
