"""What understanding makes of a message: the Reading and its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Language(StrEnum):
    """What the writer wrote in. Arabizi is Arabic in Latin letters; mixed is Arabic script and English."""

    EN = "en"
    AR = "ar"
    MIXED = "mixed"
    ARABIZI = "arabizi"
    OTHER = "other"


class RequestType(StrEnum):
    """What a person can ask for; each becomes a right of its own inside a case."""

    ACCESS = "access"
    DELETION = "deletion"
    CHILD_DATA = "child_data"
    OPT_OUT = "opt_out"
    CORRECTION = "correction"
    COOKIES = "cookies"
    OTHER_PRIVACY = "other_privacy"


class Decision(StrEnum):
    """What is to be done with a mail: acknowledge, ask a person, leave it alone, or only record it."""

    OPEN_CASE = "open_case"
    ASK_STAFF = "ask_staff"
    LEAVE = "leave"
    SET_ASIDE = "set_aside"


class Flag(StrEnum):
    """What a person should know before anything is done."""

    NEEDS_PERSON = "needs_person"
    NEGATION = "negation"
    OTHER_LANGUAGE = "other_language"
    LEGAL_THREAT = "legal_threat"
    REGULATOR = "regulator"
    AGENT = "agent"
    DECEASED = "deceased"
    MINOR = "minor"
    ID_NUMBER = "id_number"
    PHISHING = "phishing"
    QUESTIONNAIRE = "questionnaire"
    REPLY_TO_DIFFERS = "reply_to_differs"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the new text, as character positions: text[start:end]."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Language, what is asked for and how sure we are, why, and what to do.

    `scores` has every type (0–1), `request` is the score of asking for anything at all; `asserted` has the
    types at or above their own assert threshold;
    `other_language` is the ISO 639-1 code when `language` is OTHER and it could be named.
    `nearness` (0–1) says how near the highest score came to the line between leave and ask_staff.
    """

    language: Language | None
    decision: Decision
    asserted: Mapping[RequestType, float] = field(default_factory=dict)
    scores: Mapping[RequestType, float] = field(default_factory=dict)
    evidence: Mapping[RequestType, tuple[Span, ...]] = field(default_factory=dict)
    flags: frozenset[Flag] = field(default_factory=frozenset)
    other_language: str | None = None
    request: float = 0.0
    nearness: float = 0.0

    @property
    def request_types(self) -> Mapping[RequestType, float]:
        """The types to tell staff and scripts: none where nothing is to be done."""
        return {} if self.decision in {Decision.LEAVE, Decision.SET_ASIDE} else self.asserted


class ReplyAct(StrEnum):
    """What a mail on an open case does."""

    CONFIRMATION = "confirmation"
    NOT_ME = "not_me"
    INFORMATION = "information"
    STATUS_QUESTION = "status_question"
    COMPLAINT = "complaint"
    WITHDRAWAL = "withdrawal"
    THANKS = "thanks"
    NEW_REQUEST = "new_request"
    ABSENCE = "absence"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What a mail on an open case does: at least one act, the surest first, with its score (0–1).

    `codes` are numbers of eight digits in Latin figures, whatever they were sent for: only the case knows its
    code; none count where the new text repeats our own letter, as a machine that answers does. `agrees` says
    that the mail plainly says yes (yes, نعم, أؤكد) and takes nothing back. A mail whose acts are unsure does
    OTHER, and a person reads it.
    """

    acts: Mapping[ReplyAct, float]
    codes: tuple[str, ...] = ()
    agrees: bool = False
