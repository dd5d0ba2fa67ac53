"""No text a stranger may write stops the reading."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_agent.message import Message
from inbox_agent.understanding import Understanding

LETTERS = st.characters(exclude_categories=("Cs",))
PIECES = st.sampled_from(
    ["delete my account", "امسحوا حسابي", "7sabi", "\u064b\u064b", "ـ", "'", "3'", "'n", "\n\n", ". ", "١٢"]
)


@given(st.lists(st.one_of(PIECES, st.text(LETTERS, max_size=20)), max_size=40).map("".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_gets_a_reading(understanding: Understanding, text: str) -> None:
    reading = understanding.read(Message(subject=text[:80], text=text))
    assert all(0 <= score <= 1 for score in reading.scores.values())
    assert all(
        text[span.start : span.end] == span.text for spans in reading.evidence.values() for span in spans
    )
