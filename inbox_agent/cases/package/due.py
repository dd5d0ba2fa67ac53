"""What becomes of packages with time: links end unused, and some days later nobody needs the archive."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from inbox_agent.cases import erasing
from inbox_agent.cases.act import write
from inbox_agent.cases.case import Case
from inbox_agent.cases.package import handing, link_rows, links
from inbox_agent.cases.package.tables import DownloadLink, Package
from inbox_agent.cases.record import Record

EXPIRED = "package_expired"
"""Why its key is in the ledger."""
_AT_ONCE = 100


def show_unused(record: Record, now: datetime) -> int:
    """Show staff the cases whose link ended before anybody came by it; returns how many."""
    with record.writing() as session:
        act, found = record.act(now), session.execute(_unused(now)).all()
        for link_id, case_id in found:
            case = session.get_one(Case, case_id, with_for_update=True)
            link = session.get_one(DownloadLink, link_id, with_for_update=True, populate_existing=True)
            if link.dead_at is None and not link.downloads:
                link.dead_at, link.dead_why, link.dead_by = act.at, links.UNUSED, act.by
                case.call_for("link_unused")
                case.tell(act, "link_unused", link=str(link.id))
        record.keyring.save()
        write(session, act.rows)
    return len(found)


def _unused(now: datetime) -> Select[uuid.UUID, uuid.UUID]:
    ended = DownloadLink.dead_at.is_(None), DownloadLink.downloads == 0, DownloadLink.expires_at <= now
    found = select(DownloadLink.id, Package.case_id).join(Package, Package.id == DownloadLink.package_id)
    return found.where(*ended, Package.key_id.is_not(None)).limit(_AT_ONCE)


def destroy_due(record: Record, now: datetime) -> int:
    """Destroy those that were handed over long enough ago; returns how many."""
    with record.writing() as session:
        act, found = record.act(now), _due(session, record, now)
        for package in found:
            case = session.get_one(Case, package.case_id, with_for_update=True)
            handing.destroy(act, session, case, package, EXPIRED)
            link_rows.settle(act, session, case)
        record.keyring.save()
        write(session, act.rows)
    if found:
        erasing.carry_out(record, now)
    return len(found)


def _due(session: Session, record: Record, now: datetime) -> list[Package]:
    """One that was handed over without a link has the days that a link would have had."""
    days = record.settings.downloads
    last = select(func.max(DownloadLink.expires_at)).where(DownloadLink.package_id == Package.id)
    ended = last.correlate(Package).scalar_subquery() < now - timedelta(days=days.keep_days)
    longest = timedelta(days=days.days + days.keep_days)
    otherwise = (Package.handed_over_how == "otherwise") & (Package.handed_over_at < now - longest)
    there = Package.key_id.is_not(None), Package.handed_over_at.is_not(None)
    by_link = (Package.handed_over_how == "link") & ended
    due = select(Package).where(*there, by_link | otherwise).limit(_AT_ONCE)
    return list(session.scalars(due.with_for_update(skip_locked=True)))
