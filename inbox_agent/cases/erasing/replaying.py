"""Past erasures repeated: what a restored copy of the keys or of the record brought back is erased again.

Only what a ledger names is touched, and it was decided then: so it may be done at every start, and twice.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from inbox_agent.cases import erasing
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing import ForgottenMail, replayed
from inbox_agent.cases.keys import Keyring, batched, ledger
from inbox_agent.cases.keys.ledger import Ledger, Line
from inbox_agent.cases.keys.store import Erasure, StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import forgetting
from inbox_agent.cases.states import Outcome, State
from inbox_agent.cases.tables import IdentityDocument, InboundEmail
from inbox_agent.cases.triage import Correction
from inbox_agent.cases.words import SearchToken
from inbox_agent.database import insert_new, reading

ERASED_AGAIN = "erased_before"
"""Why nothing is made of a mail: what came of it has been erased."""
_NOT_A_REQUEST = "not_a_request"


@dataclass(slots=True)
class Back:
    """What is there though a ledger says that it was erased: keys in their store, rows of the record.

    `digests` are mails that a mailbox may give once more; `still_open` cases that this copy shows as open.
    """

    told: Ledger
    in_file: Ledger = field(default_factory=Ledger)
    in_store: Ledger = field(default_factory=Ledger)
    keys: list[uuid.UUID] = field(default_factory=list)
    mails: list[uuid.UUID] = field(default_factory=list)
    documents: list[uuid.UUID] = field(default_factory=list)
    judgements: list[uuid.UUID] = field(default_factory=list)
    cases: dict[str, tuple[uuid.UUID, str]] = field(default_factory=dict)
    digests: list[bytes] = field(default_factory=list)
    still_open: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.keys or self.mails or self.documents or self.judgements or self.cases)


def look(record: Record, files: Iterable[Path] = ()) -> Back:
    """Compare both ledgers, and those in `files`, with keys and record. Raises TryAgainLater."""
    own = record.keyring.ledger_file
    back = Back(ledger.read([own, *files]), ledger.read([own]), stored_ledger(record.keyring))
    for key_id, (at, why) in back.in_store.keys.items():
        back.told.take(Line(at, why, (key_id,)))
    back.keys.extend(_stored(record.keyring, back.told))
    with record.reading() as session:
        _look_at_rows(session, back)
    return back


def stored_ledger(keyring: Keyring) -> Ledger:
    """What the key store itself remembers."""
    found, columns = Ledger(), (Erasure.key_id, Erasure.erased_at, Erasure.why)
    with reading(keyring.engine) as session:
        for key_id, at, why in session.execute(select(*columns).order_by(Erasure.erased_at)):
            found.take(Line(at, why, (key_id,)))
    return found


def replay(record: Record, now: datetime, files: Iterable[Path] = ()) -> Back:
    """Erase all that again, and let both ledgers know what only one of them knew; returns what was there."""
    lines = ledger.whole_lines(record.keyring.ledger_file)
    back = look(record, files)
    _level(record.keyring, back)
    _erase_again(record, now, back)
    replayed.note(record, lines, now)
    return back


def replay_new(record: Record, now: datetime) -> Back:
    """The same at a start, of what was noted since the last replay here; of all of it after a restore."""
    lines = ledger.whole_lines(record.keyring.ledger_file)
    told = replayed.since(record, lines)
    if told is None:
        return replay(record, now)
    back = Back(told)
    if told.keys or told.mails:
        with record.reading() as session:
            _look_at_rows(session, back)
        _erase_again(record, now, back)
        replayed.note(record, lines, now)
    return back


def _erase_again(record: Record, now: datetime, back: Back) -> None:
    with record.writing() as session:
        record.overwrite(session)
        insert_new(session, ForgottenMail, [{"digest": one, "at": now} for one in back.digests])
    for some in batched(list(back.cases)):
        _each_case(record, now, back, some)
    for ids in batched(back.mails):
        _forget_mails(record, now, ids)
    with record.writing() as session:
        _forget_files(session, back, now)
    erasing.carry_out(record, now)
    if not back.is_clean:
        record.wipe()


def _stored(keyring: Keyring, told: Ledger) -> Iterator[uuid.UUID]:
    with reading(keyring.engine) as session:
        for some in batched(list(told.keys)):
            yield from session.scalars(select(StoredKey.id).where(StoredKey.id.in_(some)))


def _look_at_rows(session: Session, back: Back) -> None:
    gone = back.told.keys
    for rows, table in (
        (back.mails, InboundEmail),
        (back.documents, IdentityDocument),
        (back.judgements, Correction),
    ):
        held = select(table.id, table.key_id).where(table.key_id.is_not(None))
        rows.extend(row_id for row_id, key_id in session.execute(held) if key_id in gone)
    findable = exists().where(SearchToken.case_id == Case.id)
    known = or_(Case.requester_hash.is_not(None), Case.state != State.CLOSED, findable)
    for ref, case_id, key_id in session.execute(select(Case.ref, Case.id, Case.key_id).where(known)):
        if key_id in gone:
            back.cases[ref] = (case_id, gone[key_id][1])
    digests = list(back.told.mails)
    here = {one for some in batched(digests) for one in session.scalars(_known_digests(some))}
    back.digests = [one for one in digests if one not in here]


def _known_digests(some: Sequence[bytes]) -> Select[Any]:
    return select(InboundEmail.digest).where(InboundEmail.digest.in_(some))


def _level(keyring: Keyring, back: Back) -> None:
    """The store and the file know the same, and no key that they name is there."""
    in_file = back.in_file
    new = back.told.keys.keys() - back.in_store.keys.keys()
    keyring.destroy_as_told({key_id: back.told.keys[key_id] for key_id in (*new, *back.keys)})
    lines: dict[tuple[datetime, str], list[uuid.UUID]] = {}
    for key_id, said in back.told.keys.items():
        if key_id not in in_file.keys:
            lines.setdefault(said, []).append(key_id)
    for (at, why), keys in lines.items():
        ledger.note(keyring.ledger_file, Line(at, why, tuple(keys)))
    unknown = [digest for digest in back.told.mails if digest not in in_file.mails]
    if unknown:
        ledger.note(keyring.ledger_file, Line(back.told.mails[unknown[0]], "mails", (), tuple(unknown)))


def _each_case(record: Record, now: datetime, back: Back, refs: Iterable[str]) -> None:
    with record.writing() as session:
        act = record.act(now)
        record.overwrite(session)
        for ref in refs:
            case_id, why = back.cases[ref]
            case = session.get(Case, case_id, with_for_update=True)
            if case is not None and case.key_id in back.told.keys:
                _forget_again(session, act, case, why)
                if case.state != State.CLOSED:
                    back.still_open.append(ref)
        record.keyring.save()
        write(session, act.rows)


def _forget_again(session: Session, act: Act, case: Case, why: str) -> None:
    """A case that had lost its bodies only may still be found by who writes; any other is nobody's."""
    if why == forgetting.BODIES:
        forgetting.keep_little(session, act, case)
        return
    forgetting.keep_nobody(session, act, case, why)
    if why == _NOT_A_REQUEST:
        for right in [one for one in case.rights if one.is_open]:
            right.end(act, Outcome.NOT_A_REQUEST)


def _forget_mails(record: Record, now: datetime, ids: Iterable[uuid.UUID]) -> None:
    """One that was not read yet never will be: what came of it has been erased."""
    with record.writing() as session:
        act, wanted = record.act(now), InboundEmail.id.in_(list(ids))
        for mail in session.scalars(select(InboundEmail).where(wanted).with_for_update()):
            was = mail.state, mail.reason
            act.rows.extend(erasing.condemned_with(mail, act.by, forgetting.ERASED, ERASED_AGAIN))
            if was[0] not in {"received", "needs_staff"}:
                mail.state, mail.reason = was
        write(session, act.rows)


def _forget_files(session: Session, back: Back, now: datetime) -> None:
    for document in session.scalars(select(IdentityDocument).where(IdentityDocument.id.in_(back.documents))):
        document.key_id = document.sealed_file = None
        document.destroyed_at = document.destroyed_at or now
    for judgement in session.scalars(select(Correction).where(Correction.id.in_(back.judgements))):
        judgement.key_id = judgement.sealed_example = None
