"""What the agent sees to at its start and now and then, whether or not mail comes."""

from datetime import datetime, timedelta

import structlog

from inbox_agent.cases import erasing, identity_documents, retention, triage
from inbox_agent.cases.erasing import replaying
from inbox_agent.cases.keys import backups
from inbox_agent.cases.package import due
from inbox_agent.cases.record import Record
from inbox_agent.evidence import heads

log = structlog.get_logger()

HEAD_EVERY = timedelta(hours=1)
NOT_KEPT = "corrections are not kept"


def forget_corrected_mails(record: Record, now: datetime) -> None:
    """Where the setting is off, the mails that were kept while it was on go, and their keys die.

    How staff judged each reading stays. A mail that a backup brings back cannot be opened any more.
    """
    if record.settings.keep_corrections:
        return
    with record.writing() as session:
        session.add_all(erasing.condemned(triage.forget_examples(session), NOT_KEPT))
    erasing.carry_out(record, now)


def sign_head(record: Record, now: datetime) -> None:
    """One signed line about all histories, of whichever worker comes first; raises TryAgainLater."""
    lock = record.lock("heads")
    if lock.acquire():
        try:
            heads.note(record, heads.known(record), now)
        finally:
            lock.release()


def destroy_identity_documents(record: Record, now: datetime) -> None:
    """Those that came by mail and whose days are over."""
    while identity_documents.destroy_due(record, now):
        pass


def see_to_packages(record: Record, now: datetime) -> None:
    """Links that ended unused are shown to staff; packages go some days after their last link ended."""
    while due.show_unused(record, now):
        pass
    while due.destroy_due(record, now):
        pass


def replay_erasures(record: Record, now: datetime) -> None:
    """At the start, before any mail is read: a restored copy may have brought back what was erased."""
    lock = record.lock("erasures")
    if not lock.acquire():
        return
    try:
        erasing.carry_out(record, now)
        back = replaying.replay_new(record, now)
    finally:
        lock.release()
    if not back.is_clean:
        log.warning(
            "erased_again",
            keys=len(back.keys),
            cases=len(back.cases),
            mails=len(back.mails),
            open=len(back.still_open),
        )


def retain(record: Record, now: datetime) -> None:
    """What is past its date goes, once a day; what dies so is in no backup of the keys for long."""
    retention.run_daily(record, now)
    backups.back_up_daily(record, now)
