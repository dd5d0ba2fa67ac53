"""What the record already knows about the mails of one batch; it grows as the batch is decided.

A handful of queries answers for fifty mails, and the mails of one batch see each other.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import ForgottenMail
from inbox_agent.cases.letter import LIMITED_FOR, Letter, may_get_another
from inbox_agent.cases.tables import InboundEmail, SeenId, Table
from inbox_agent.cases.threads import Marks
from inbox_agent.understanding import RequestType

ON_ONE_CASE_A_DAY, ON_ONE_CASE_A_WEEK = 2, 5
"""Letters on one case that mail without any proof may cause: fewer than to one address."""
BOUNCES_WITHIN = timedelta(days=14)
"""How long after a letter a bounce that names nothing but its address may still be about it."""


@dataclass(slots=True)
class KnownCase:
    """As much of a case as it takes to decide where a mail belongs."""

    id: uuid.UUID
    ref: str
    state: str
    requester_hash: bytes | None
    open_types: set[RequestType]
    closed_at: datetime | None = None
    merged_into: uuid.UUID | None = None

    @property
    def is_open(self) -> bool:
        return self.state != "closed"


@dataclass(frozen=True, slots=True)
class Traces:
    """What one mail can be recognised by: content digest, sender, mailbox (all hashed), marks of a case.

    `mailbox` is whose letters are counted: the sender's, whatever stands behind a plus; `failed` are the
    mailboxes that a bounce is about.
    """

    digest: bytes
    sender: bytes | None
    mailbox: bytes | None
    marks: Marks
    failed: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Known:
    """The record's knowledge of one batch."""

    now: datetime
    digests: set[bytes] = field(default_factory=set)
    forgotten: set[bytes] = field(default_factory=set)
    by_ref: dict[str, KnownCase] = field(default_factory=dict)
    by_id: dict[bytes, KnownCase] = field(default_factory=dict)
    by_sender: dict[bytes, list[KnownCase]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[bytes, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    on_case: dict[uuid.UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    written_to: dict[bytes, KnownCase] = field(default_factory=dict)

    def proven_case(self, marks: Marks) -> KnownCase | None:
        """The case that a token or our own Message-ID names: its writer has one of our letters."""
        named = (self.by_ref.get(ref) for ref in marks.proven)
        return self._goes_on_in(next((case for case in named if case is not None), None))

    def seen_case(self, marks: Marks) -> KnownCase | None:
        """The case on which an id that this mail answers has been seen; anybody may have made that id."""
        seen = (self.by_id.get(one) for one in marks.ids)
        return self._goes_on_in(next((case for case in seen if case is not None), None))

    def _goes_on_in(self, case: KnownCase | None) -> KnownCase | None:
        """The case itself, or the one that it was merged into."""
        while case is not None and case.merged_into is not None:
            case = next((one for one in self.by_ref.values() if one.id == case.merged_into), None)
        return case

    def mentioned_case(self, marks: Marks) -> KnownCase | None:
        """The case whose bare reference the mail mentions."""
        return self._goes_on_in(next((self.by_ref[ref] for ref in marks.bare if ref in self.by_ref), None))

    def open_cases_of(self, sender: bytes | None) -> list[KnownCase]:
        return [] if sender is None else [case for case in self.by_sender[sender] if case.is_open]

    def may_write_to(self, address: bytes, per_day: int, per_week: int) -> bool:
        """Whether a mail that proved nothing may still cause a letter to this address."""
        return may_get_another(self.letters[address], self.now, per_day, per_week)

    def may_answer_on(self, case_id: uuid.UUID) -> bool:
        """The same within one thread: two machines that answer each other stay on one subject."""
        return may_get_another(self.on_case[case_id], self.now, ON_ONE_CASE_A_DAY, ON_ONE_CASE_A_WEEK)

    def learn(self, rows: Iterable[Table]) -> None:
        """Take in what was just decided, before it is written."""
        made = list(rows)
        cases = {row.id: _summary(row) for row in made if isinstance(row, Case)}
        for case in cases.values():
            self.add(case)
        for row in made:
            if isinstance(row, Letter) and row.unproven:
                self.count(row.to_hash, row.case_id, row.created_at)
            elif isinstance(row, SeenId) and row.case_id in cases:
                self.by_id[row.hash] = cases[row.case_id]

    def count(self, address: bytes, case_id: uuid.UUID, at: datetime) -> None:
        """One more letter that a mail without proof caused."""
        self.letters[address].append(at)
        self.on_case[case_id].append(at)

    def add(self, case: KnownCase) -> None:
        """One more case that mails of this batch may belong to."""
        self.by_ref[case.ref] = case
        if case.requester_hash is not None:
            self.by_sender[case.requester_hash].append(case)


def known(session: Session, traces: Sequence[Traces], now: datetime) -> Known:
    """Look up everything that a batch of mails might meet."""
    senders = {one.sender for one in traces if one.sender}
    ids = {one for trace in traces for one in trace.marks.ids}
    letters = _last_letters(session, {one for trace in traces for one in trace.failed}, now)
    refs = {ref for trace in traces for ref in (*trace.marks.proven, *trace.marks.bare)}
    found = Known(now)
    wanted = {trace.digest for trace in traces}
    found.digests.update(session.scalars(select(InboundEmail.digest).where(InboundEmail.digest.in_(wanted))))
    found.forgotten.update(
        session.scalars(select(ForgottenMail.digest).where(ForgottenMail.digest.in_(wanted)))
    )
    seen = session.execute(select(SeenId.hash, SeenId.case_id).where(SeenId.hash.in_(ids))).all()
    cases = _cases(session, senders, refs, {case_id for _, case_id in seen} | set(letters.values()))
    for case in cases.values():
        found.add(case)
    while missing := {case.merged_into for case in cases.values() if case.merged_into} - cases.keys():
        more = _cases(session, set(), set(), missing)
        for case in more.values():
            found.add(case)
        cases |= more
    found.by_id.update({one: cases[case_id] for one, case_id in seen})
    found.written_to.update({address: cases[case_id] for address, case_id in letters.items()})
    recent = select(Letter.to_hash, Letter.case_id, Letter.created_at).where(
        Letter.to_hash.in_({one.mailbox for one in traces if one.mailbox}),
        Letter.created_at > now - LIMITED_FOR,
        Letter.unproven,
    )
    for address, case_id, at in session.execute(recent):
        found.count(address, case_id, at)
    return found


def _last_letters(session: Session, addresses: set[bytes], now: datetime) -> dict[bytes, uuid.UUID]:
    """The case of the last letter to each address, as far back as a bounce can take."""
    if not addresses:
        return {}
    sent = select(Letter.to_hash, Letter.case_id).where(
        Letter.to_hash.in_(addresses), Letter.state == "sent", Letter.created_at > now - BOUNCES_WITHIN
    )
    return {row.to_hash: row.case_id for row in session.execute(sent.order_by(Letter.created_at))}


def _cases(
    session: Session, senders: set[bytes], refs: set[str], ids: set[uuid.UUID]
) -> dict[uuid.UUID, KnownCase]:
    any_of = or_(Case.requester_hash.in_(senders), Case.ref.in_(refs), Case.id.in_(ids))
    found = session.scalars(
        select(Case).where(any_of).options(selectinload(Case.rights)).order_by(Case.opened_at)
    )
    return {case.id: _summary(case) for case in found}


def _summary(case: Case) -> KnownCase:
    types = {right.type for right in case.rights if right.is_open}
    return KnownCase(
        case.id, case.ref, case.state, case.requester_hash, types, case.closed_at, case.merged_into
    )
