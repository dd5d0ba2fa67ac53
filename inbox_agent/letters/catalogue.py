"""Every kind of letter we send, and what each may do.

A letter is a folder `templates/letters/<kind>/` with one file per language, and an entry here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Sent = Literal["automatic", "released", "staff"]

EVERYWHERE = frozenset({"ref", "address", "say", "theirs"})
"""What every letter may know; `theirs`, a customer's own reference, only where a tool made it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter.

    `sent` automatic: leaves by itself, and so may carry nothing that the sender of a mail supplied;
    released: leaves when a person lets it go; staff: goes to staff, not to a customer. `languages` both:
    always English and Arabic, whatever the case's language. `facts` are all that its files can know beside
    EVERYWHERE; which of them a letter has depends on its case, so a file asks `{% if code is defined %}`.
    """

    name: str
    sent: Sent
    languages: Literal["both", "one"]
    facts: frozenset[str]


def _kinds(sent: Sent, languages: Literal["both", "one"], **facts: str) -> Iterator[Kind]:
    for name, known in facts.items():
        yield Kind(name, sent, languages, frozenset(known.split()))


_ALL = (
    *_kinds(
        "automatic",
        "both",
        acknowledgement="received rights code expires tries lapses done_on",
        child_acknowledgement="received rights done_on",
        question_acknowledgement="received due",
    ),
    *_kinds(
        "automatic",
        "one",
        verify_code="code expires tries lapses rights",
        verify_reminder="code expires tries lapses rights",
        confirm_delete="code expires tries",
        cooloff_started="code until",
        withdrawal_check="rights",
        withdrawn="rights",
        guardian_reminder="code expires tries lapses",
        optout_done="done_on",
        cookies_help="received",
        complaint_receipt="received due",
        status="today rights needed",
        lapsed="received",
    ),
    *_kinds(
        "released",
        "one",
        need_identifier="due",
        clarify_scope="words due",
        correction_details="due",
        optout_which_address="done_on",
        extension="received due new_due words",
        access_ready="received categories reason words download",
        no_data_found="received record_months",
        deleted="received done_on categories record_months",
        partial_retained="received done_on categories kept words record_months",
        denied="received type reason words",
        guardian_steps="code expires tries due",
        child_types="categories",
        child_deleted="received done_on categories kept words record_months",
        guardian_not_verified="received words",
        corrected="received done_on words",
        correction_refused="received reason words",
        answer="received words",
        routed_to_customer="received words",
        closed="rights record_months",
    ),
    *_kinds(
        "staff",
        "both",
        digest="today counts urgent silent retention head",
        mailbox_silent="since at",
        mailbox_read_again="since at",
    ),
)

KINDS = {kind.name: kind for kind in _ALL}
