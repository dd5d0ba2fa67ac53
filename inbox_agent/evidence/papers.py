"""The mails and letters of a case as they go into its bundle: one at a time, for they may be large."""

import contextlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, selectinload

from inbox_agent.cases.case import Case
from inbox_agent.cases.challenge import live
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.errors import Erased

WithoutCode = Callable[[bytes, str], bytes]
"""The bytes of a letter, or of a mail, with a mask for this code."""


class Standing(StrEnum):
    """Whether a mail or a letter is in the bundle, and if not, why."""

    WHOLE = "whole"
    BEGINNING = "beginning"
    CODE_HIDDEN = "code_hidden"
    QUOTED_CODE_HIDDEN = "quoted_code_hidden"
    ERASED = "erased"
    NOT_GIVEN = "not_given"
    NOT_SENT = "not_sent"

    @property
    def is_here(self) -> bool:
        return self not in {Standing.ERASED, Standing.NOT_GIVEN, Standing.NOT_SENT}


@dataclass(frozen=True, slots=True)
class Paper:
    """One mail or letter: when it came or left, and its file in the bundle, a name though it is not there.

    `kind` and `state` are a letter's; a mail `by_staff` was written by them in a mail program of their own.
    `documents` counts the identity documents that were taken out of it.
    """

    id: uuid.UUID
    file: str
    at: datetime
    standing: Standing
    kind: str = ""
    state: str = ""
    by_staff: bool = False
    documents: int = 0


Read = tuple[Paper, bytes]
"""What there is to say of a paper, and its bytes: none where it is not here."""


def mails(
    session: Session, case: Case, keyring: Keyring, now: datetime, without_code: WithoutCode
) -> Iterator[Read]:
    """Each mail on the case, in the order of receipt, as it arrived.

    Where it quotes a code that would still prove something, as a bounce may, that is masked as in its letter.
    """
    codes = _live_codes(case, keyring, now)
    wanted = select(InboundEmail).where(InboundEmail.case_id == case.id)
    light = defer(InboundEmail.sealed_raw), defer(InboundEmail.sealed_reading)
    found = session.scalars(
        wanted.options(*light, selectinload(InboundEmail.documents)).order_by(
            InboundEmail.received_at, InboundEmail.id
        )
    ).all()
    for number, email in enumerate(found, 1):
        octets, standing = _without(codes, *_mail(session, email, keyring), without_code)
        paper = Paper(
            id=email.id,
            file=f"mails/{number:03}.eml",
            at=email.received_at,
            standing=standing,
            by_staff=email.sent,
            documents=len(email.documents),
        )
        yield paper, octets


def _live_codes(case: Case, keyring: Keyring, now: datetime) -> list[str]:
    """Those of the letters of the case that an answer can still meet."""
    asking = {one.message_id for one in live(case.challenges, now)}
    codes = []
    for letter in case.letters:
        if letter.message_id in asking:
            with contextlib.suppress(Erased):
                codes.append(str(letter.facts(keyring).get("code") or ""))
    return codes


def _without(
    codes: Sequence[str], octets: bytes, standing: Standing, without_code: WithoutCode
) -> tuple[bytes, Standing]:
    for code in codes:
        masked = without_code(octets, code)
        if masked != octets:
            octets, standing = masked, Standing.QUOTED_CODE_HIDDEN
    return octets, standing


def _mail(session: Session, email: InboundEmail, keyring: Keyring) -> tuple[bytes, Standing]:
    sealed = session.scalar(select(InboundEmail.sealed_raw).where(InboundEmail.id == email.id))
    if sealed is None:
        return b"", Standing.NOT_GIVEN if email.reason == "not_given" else Standing.ERASED
    try:
        octets = keyring.open(sealed, "inbound_email.raw", email.id)
    except Erased:
        return b"", Standing.ERASED
    return octets, Standing.WHOLE if email.complete else Standing.BEGINNING


def letters(case: Case, keyring: Keyring, now: datetime, without_code: WithoutCode) -> Iterator[Read]:
    """Each letter of the case, in the order in which they were written; the bytes of those that have left.

    A code that would still prove something is for the customer alone, so it is masked.
    """
    open_codes = {one.message_id for one in live(case.challenges, now)}
    for number, letter in enumerate(case.letters, 1):
        octets, standing = _letter(letter, keyring)
        if standing is Standing.WHOLE and letter.message_id in open_codes:
            masked = without_code(octets, str(letter.facts(keyring).get("code") or ""))
            standing = Standing.WHOLE if masked == octets else Standing.CODE_HIDDEN
            octets = masked
        at = letter.sent_at or letter.created_at
        file = f"letters/{number:03}.eml"
        yield Paper(letter.id, file, at, standing, kind=letter.kind, state=letter.state), octets


def _letter(letter: Letter, keyring: Keyring) -> tuple[bytes, Standing]:
    if letter.state != "sent":
        return b"", Standing.NOT_SENT
    if letter.sealed_content is None:
        return b"", Standing.ERASED
    try:
        return letter.content(keyring), Standing.WHOLE
    except Erased:
        return b"", Standing.ERASED
