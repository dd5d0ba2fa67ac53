"""What is kept how long: each day what is past its date goes, a few cases at a time.

A closed case loses its bodies first, its minimal record later; whatever still matters about it holds both.
A run that was cut off goes on where it was; of several agents one runs.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases import erasing
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.case import Case
from inbox_agent.cases.notes import Presence
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import forgetting, outdated
from inbox_agent.cases.retention.outdated import Limits
from inbox_agent.cases.staff import SESSION_LONGEST, SentForm, StaffLink, StaffSession
from inbox_agent.cases.tables import DigestSent, InboundEmail, Table
from inbox_agent.database import new_id
from inbox_agent.errors import TryAgainLater, where

log = structlog.get_logger()

EVERY = timedelta(hours=24)
LONG_AWAY = timedelta(days=7)
NOT_SETTLED = "not_settled"
"""Why the bytes of a mail in quarantine went: nobody looked at it for so long."""
_AT_ONCE = 20
_TRACES_FOR = timedelta(days=30)
_RUNS_FOR = timedelta(days=3 * 365)


class Run(Table):
    """One run: how many cases lost their bodies or went, mails of nobody, rows that time alone makes old.

    `held` are cases past their date that something holds; `failed` those that the next run tries again.
    """

    __tablename__ = "retention_runs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    bodies: Mapped[int]
    records: Mapped[int]
    mails: Mapped[int]
    rows: Mapped[int]
    held: Mapped[int]
    failed: Mapped[int]


@dataclass(frozen=True, slots=True)
class _Running:
    """A run under way: which row counts it, and what is past its date."""

    record: Record
    id: uuid.UUID
    now: datetime
    past: Limits

    def count(self, session: Session, what: str, many: int) -> None:
        mine = session.get_one(Run, self.id)
        setattr(mine, what, getattr(mine, what) + many)


def last_run(session: Session) -> Run | None:
    """The last one that came to its end."""
    ended = select(Run).where(Run.ended_at.is_not(None)).order_by(Run.began_at.desc()).limit(1)
    return session.scalar(ended)


def run_daily(record: Record, now: datetime) -> Run | None:
    """A run, where the last one is a day old; None where there is no need, or another agent is at it.

    Where the last is long ago, the clock may have jumped: for a day nothing goes, which gives time to set it
    right. A run that the clock puts into the future counts for nothing once it is right again.
    """
    with record.reading() as session:
        last = last_run(session)
    since = now - last.began_at if last is not None else EVERY
    if timedelta() <= since < EVERY:
        return None
    if since > LONG_AWAY:
        _wait_a_day(record, now)
        return None
    return run(record, now)


def _wait_a_day(record: Record, now: datetime) -> None:
    log.warning("retention_waits_a_day", why="the last run is long ago, or the clock has jumped")
    with record.writing() as session:
        session.add(_nothing_done(now, ended_at=now))


def run(record: Record, now: datetime) -> Run | None:
    """Do all that is due now; None where another agent is just doing it. Raises TryAgainLater."""
    lock = record.lock("retention")
    if not lock.acquire():
        return None
    try:
        done = _run(record, now)
    finally:
        lock.release()
    log.info("retention_done", bodies=done.bodies, records=done.records, held=done.held, failed=done.failed)
    return done


def foreseen(record: Record, now: datetime) -> Run:
    """What a run would do now; nothing is done."""
    with record.reading() as session:
        return foreseen_in(session, Limits.of(record.settings, now), now)


def foreseen_in(session: Session, past: Limits, now: datetime) -> Run:
    younger = outdated.free(outdated.bodies(past)).where(Case.closed_at >= past.record)
    return Run(
        began_at=now,
        bodies=outdated.count(session, younger),
        records=outdated.count(session, outdated.free(outdated.record(past))),
        mails=outdated.count(session, outdated.unsettled(past)),
        rows=0,
        held=outdated.held_in_all(session, past),
        failed=0,
    )


def _run(record: Record, now: datetime) -> Run:
    running = _Running(record, _begun(record, now), now, Limits.of(record.settings, now))
    erasing.carry_out(record, now)
    for step in _steps(running.past):
        _each(running, step)
    while _settled_by_time(running):
        pass
    with record.writing() as session:
        running.count(session, "rows", _sweep(session, now))
        mine = session.get_one(Run, running.id)
        mine.held, mine.ended_at = outdated.held_in_all(session, running.past), now
    record.wipe()
    return mine


def _begun(record: Record, now: datetime) -> uuid.UUID:
    """The run that was cut off, or a new one."""
    with record.writing() as session:
        found = session.scalar(select(Run).where(Run.ended_at.is_(None)).order_by(Run.began_at))
        this = found or _nothing_done(now)
        this.began_at = now
        session.add(this)
        return this.id


def _nothing_done(now: datetime, ended_at: datetime | None = None) -> Run:
    counts = dict.fromkeys(("bodies", "records", "mails", "rows", "held", "failed"), 0)
    return Run(id=new_id(now), began_at=now, ended_at=ended_at, **counts)


@dataclass(frozen=True, slots=True)
class _Step:
    """Which cases are due for what, and where that is counted."""

    counted: str
    due: Select[Any]
    forget: Callable[[Session, Act, Case], None]


def _steps(past: Limits) -> Iterator[_Step]:
    yield _Step("records", outdated.free(outdated.record(past)), forgetting.keep_nothing)
    yield _Step("bodies", outdated.free(outdated.bodies(past)), forgetting.keep_little)


def _each(running: _Running, step: _Step) -> None:
    """Every case that is due, some in each transaction; one that fails keeps no other from it.

    One that somebody has just in hand is left for the next run, too.
    """
    left: set[uuid.UUID] = set()
    while chosen := _some(running, step, left):
        left.update(set(chosen) - _forgotten(running, step, chosen))
        erasing.carry_out(running.record, running.now)
    if left:
        with running.record.writing() as session:
            running.count(session, "failed", len(left))


def _some(running: _Running, step: _Step, left: set[uuid.UUID]) -> list[uuid.UUID]:
    wanted = step.due.where(Case.id.not_in(left)).order_by(Case.closed_at, Case.id).limit(_AT_ONCE)
    with running.record.reading() as session:
        return list(session.scalars(wanted))


def _forgotten(running: _Running, step: _Step, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of them that were done: all at once or, where one cannot be, each by itself."""
    try:
        return _forget(running, step, ids)
    except TryAgainLater:
        raise
    except Exception as error:
        if len(ids) > 1:
            return {done for one in ids for done in _forgotten(running, step, [one])}
        log.warning("retention_failed", case=str(ids[0]), error=where(error))
        return set()


def _forget(running: _Running, step: _Step, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    with running.record.writing() as session:
        act, done = running.record.act(running.now), set[uuid.UUID]()
        running.record.overwrite(session)
        free = Case.id.in_(step.due.where(Case.id.in_(ids)))
        for case in session.scalars(select(Case).where(free).with_for_update(skip_locked=True)).all():
            step.forget(session, act, case)
            done.add(case.id)
        running.record.keyring.save()
        write(session, act.rows)
        running.count(session, step.counted, len(done))
    return done


def _settled_by_time(running: _Running) -> int:
    """Mail that waited in vain for a person; it stays in its mailbox."""
    with running.record.writing() as session:
        act = running.record.act(running.now)
        wanted = outdated.unsettled(running.past).limit(_AT_ONCE).with_for_update(skip_locked=True)
        ids = session.scalars(wanted).all()
        for mail in session.scalars(select(InboundEmail).where(InboundEmail.id.in_(ids))).all():
            act.rows.extend(erasing.condemned_with(mail, act.by, NOT_SETTLED, NOT_SETTLED))
        write(session, act.rows)
        running.count(session, "mails", len(ids))
    erasing.carry_out(running.record, running.now)
    return len(ids)


def _sweep(session: Session, now: datetime) -> int:
    """What hangs on no case and means nothing any more; returns how many rows that were."""
    old, signed_out = now - _TRACES_FOR, now - SESSION_LONGEST
    gone = (
        delete(DigestSent).where(DigestSent.at < old),
        delete(Presence).where(Presence.at < old),
        delete(StaffLink).where(StaffLink.expires_at < old),
        delete(StaffSession).where(StaffSession.seen_at < signed_out),
        delete(SentForm).where(SentForm.at < signed_out),
        delete(Run).where(Run.began_at < now - _RUNS_FOR),
    )
    results = (session.connection().execute(one) for one in gone)
    return sum(one.rowcount for one in results)
