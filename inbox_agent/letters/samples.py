"""Sample facts for every kind of letter: for previews, for the documentation, and for the tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from inbox_agent.letters.catalogue import KINDS
from inbox_agent.letters.writing import Draft

REF = "MC-7K2Q-9D4X"
LINK = "https://downloads.example.com/" + "x" * 43
_DUE = "2026-12-20"

# Names no person: it may be shown to anybody.
_FACTS: dict[str, Any] = {
    "received": "2026-11-22",
    "today": "2026-11-29",
    "due": _DUE,
    "new_due": "2027-01-19",
    "done_on": "2026-11-30",
    "until": "2026-12-03",
    "code": "4821 7730",
    "expires": "2026-12-06",
    "tries": 5,
    "record_months": 24,
    "lapses": "2026-12-13",
    "needed": True,
    "type": "access",
    "reason": "third_party_data",
    "categories": ["account", "usage", "device", "recipients"],
    "rights": [
        {"type": "access", "due": _DUE, "state": "awaiting_identity", "outcome": None},
        {"type": "opt_out", "due": _DUE, "state": "closed", "outcome": "fulfilled"},
    ],
    "counts": {"open": 12, "decide": 3, "overdue": 0, "soon": 1, "waiting": 6, "new": 2},
    "silent": {"since": "2026-11-29", "at": "06:40"},
    "retention": {"day": "2026-11-28", "late": False, "bodies": 4, "records": 1, "mails": 0, "held": 2},
    "head": "9f2c1e77a0b4d35c8e6f01a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6",
    "since": "2026-11-29",
    "at": "06:40",
    "urgent": [{"ref": REF, "why": "child", "due": _DUE}],
}
_WORDS = {
    "en": "Here stands what a member of staff has written for this customer.",
    "ar": "هنا ما كتبه أحد أفراد الفريق لهذا العميل.",
}
_NOTES = {"en": "invoices of the last five years", "ar": "فواتير السنوات الخمس الماضية"}
_OF_KIND: dict[str, dict[str, Any]] = {
    "child_acknowledgement": {
        "rights": [{"type": "child_data", "due": _DUE}, {"type": "deletion", "due": _DUE}]
    },
    "closed": {"rights": [{"type": "access", "outcome": "fulfilled"}]},
    "correction_refused": {"reason": "no_match"},
    "access_ready": {
        "reason": None,
        "download": {
            "link": LINK,
            "until": "2026-12-07",
            "times": 3,
        },
    },
}


def sample(kind: str, languages: Sequence[str], **changes: Any) -> Draft:
    """A letter of this kind as it might be, to nobody."""
    note = _NOTES[languages[0]] if len(languages) == 1 else ""
    kept = [{"category": "payment", "why": "law", "words": note}]
    facts = {"words": [_WORDS[one] for one in languages], "kept": kept, **_FACTS, **_OF_KIND.get(kind, {})}
    given: dict[str, Any] = {
        "to": "customer@example.com",
        "message_id": "<sample@mittalcloud.com>",
        "date": datetime(2026, 11, 22, 9, 12, tzinfo=UTC),
        "ref": REF,
        "facts": {name: fact for name, fact in facts.items() if name in KINDS[kind].facts},
    }
    return Draft(kind=kind, languages=languages, **{**given, **changes})
