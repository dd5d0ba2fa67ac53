"""From a Message to a Reading: language, request types, evidence, decision. No database, no network."""

from inbox_agent.understanding.numbers import masked
from inbox_agent.understanding.reader import Understanding
from inbox_agent.understanding.reading import (
    Decision,
    Flag,
    Language,
    Reading,
    ReplyAct,
    ReplyReading,
    RequestType,
    Span,
)
from inbox_agent.understanding.replies import codes_in
from inbox_agent.understanding.words import folded_words

__all__ = [
    "Decision",
    "Flag",
    "Language",
    "Reading",
    "ReplyAct",
    "ReplyReading",
    "RequestType",
    "Span",
    "Understanding",
    "codes_in",
    "folded_words",
    "masked",
]
