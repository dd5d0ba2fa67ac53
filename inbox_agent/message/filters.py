"""Filters that ask every unknown sender to prove themselves: an answer would confirm a forged request."""

import re

from inbox_agent.message.lines import key_of

CHALLENGING_HEADERS = ("x-boxbe", "x-tmda", "x-spamarrest", "x-challenge")
"""How header fields of such filters begin, in lower case."""

_SUBJECT = re.compile(
    r"(?:confirm|verify|validate|verification of) (?:that )?(?:your|you sent|this)\b"
    r"|(?:mail )?sender verification|boxbe|spam ?arrest"
    r"|(?:تاكيد|التحقق من) (?:ارسال |وصول )?(?:رسالتكم?|هوية المرسل|انكم? المرسل)"
)
_ASKED = re.compile(
    r"(?:click|follow|visit|use|press|open) (?:on )?(?:the|this) (?:link|button|address)"
    r"|reply to this (?:message|e-?mail)|captcha"
    r"|(?:اضغطوا?|انقروا?|(?:ال)?نقر|(?:ال)?ضغط) .{0,20}(?:الرابط|الزر)|الرد علي هذه الرسالة"
)
_HELD_BACK = re.compile(
    r"before (?:it|your (?:message|e-?mail|mail)) (?:can|will) be delivered"
    r"|(?:is|has been|being) (?:held|quarantined)|(?:approved|guest|allowed|white) ?list|unknown senders?"
    r"|محتجزة|لن تصل|قبل تسليم|قائمة المرسلين"
)
_READ = 2_000


def asks_for_proof(subject: str, text: str) -> bool:
    """Whether the mail says that ours is held back until we prove who we are."""
    key = key_of(text[:_READ])
    says_so = _ASKED.search(key) is not None and _HELD_BACK.search(key) is not None
    return says_so and _SUBJECT.search(key_of(subject)) is not None
