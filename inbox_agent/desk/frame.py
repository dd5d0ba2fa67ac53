"""What stands around every page: views with their counts, places, notices, how the machine is."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox_agent.cases import outages, queue
from inbox_agent.cases.clocks import HOUSE_RULE
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.outages import Silence
from inbox_agent.cases.staff import Role
from inbox_agent.cases.standing import View
from inbox_agent.cases.tables import Mailbox
from inbox_agent.desk import labels, searching
from inbox_agent.desk.labels import N_
from inbox_agent.desk.paths import here, static
from inbox_agent.rendering import LeftToRight

if TYPE_CHECKING:
    from inbox_agent.desk.visit import Visit

_PLACES = (
    ("triage", "/triage", N_("Triage")),
    ("quarantine", "/quarantine", N_("Quarantine")),
    ("left", "/left", N_("Left alone today")),
    ("reports", "/reports", N_("Reports")),
    ("settings", "/settings/me", N_("Settings")),
    ("help", "/help", N_("Help")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation."""

    name: str
    label: str
    href: str
    count: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know, and what to do about it."""

    kind: str
    text: str
    action: str = ""
    href: str = ""


def facts(visit: "Visit") -> dict[str, Any]:
    """What every page knows; before sign-in it has no navigation and tells nothing of the machine."""
    words, person = visit.words, visit.staff
    around = _around(visit) if person else dict.fromkeys(("views", "places", "health", "banners"), ())
    return around | {
        "_": words.say,
        "ngettext": words.count,
        "lang": words.language,
        "dir": words.direction,
        "theme": person.theme if person else "auto",
        "me": person,
        "csrf": visit.csrf,
        "once": partial(secrets.token_urlsafe, 12),
        "static": static,
        "here": here(visit.request) if visit.request.method == "GET" else "/",
        "toast": _toast(visit),
        "q": searching.words_of(visit.record.keyring, visit.query("q")) or "",
        "number": words.number,
        "day": words.day,
        "short_day": words.short_day,
        "moment": words.moment,
        "may": lambda role: person is not None and person.may(Role(role)),
    }


def _around(visit: "Visit") -> dict[str, Any]:
    with visit.record.reading() as session:
        counts = queue.counts(session, me=visit.me.name, now=visit.now)
        health = list(_health(session, visit))
    views = [_way(visit, view, labels.VIEWS[view], f"/queue/{view}", counts) for view in View]
    places = [_way(visit, name, label, href, counts) for name, href, label in _PLACES]
    notices = [Notice("warn", one.text) for one in health if one.kind == "danger"]
    return {
        "views": views,
        "places": places,
        "health": health,
        "banners": [*_banners(visit), *notices],
    }


def _way(visit: "Visit", name: str, label: str, href: str, counts: dict[str, int]) -> Way:
    path, count = visit.request.url.path, counts.get(name)
    top = "/" + href.split("/")[1]
    current = path == href or (top != "/queue" and path.startswith(top))
    shown = None if count is None else visit.words.number(count)
    return Way(name, visit.words.say(label), href, shown, current)


def _health(session: Session, visit: "Visit") -> Iterator[Notice]:
    """When the mailbox was last read, and letters that wait or came back."""
    say, count = visit.words.say, visit.words.count
    polled = session.scalar(select(func.max(Mailbox.polled_at)))
    silent = outages.silences(session, visit.now, visit.record.settings.silent_after)
    yield from (_silence(visit, one) for one in silent)
    if polled is None:
        yield Notice("warn", say("The mailbox has not been read yet"))
    elif not silent:
        minutes = max(0, round((visit.now - polled).total_seconds() / 60))
        yield Notice(
            "ok", count("Mailbox read %(num)s minute ago", "Mailbox read %(num)s minutes ago", minutes)
        )
    waiting = dict(
        session.execute(
            select(Letter.state, func.count())
            .where(Letter.state.in_(("ready", "sending", "held", "refused")))
            .group_by(Letter.state)
        ).all()
    )
    moving = waiting.get("ready", 0) + waiting.get("sending", 0)
    yield Notice("ok", count("%(num)s letter on its way", "%(num)s letters on their way", moving))
    if held := waiting.get("held", 0):
        yield Notice(
            "warn", count("%(num)s letter waits for release", "%(num)s letters wait for release", held)
        )
    if refused := waiting.get("refused", 0):
        yield Notice("warn", count("%(num)s letter was refused", "%(num)s letters were refused", refused))


def _silence(visit: "Visit", silence: Silence) -> Notice:
    say, when = visit.words.say, visit.words.moment(silence.since)
    if silence.mailbox is None:
        return Notice("danger", say("The mailbox has not been read since %(when)s", when=when))
    name = LeftToRight(silence.mailbox)
    return Notice(
        "danger", say("The mailbox %(name)s has not been read since %(when)s", name=name, when=when)
    )


def _banners(visit: "Visit") -> Iterator[Notice]:
    """What stays until somebody sees to it."""
    say, settings = visit.words.say, visit.record.settings
    if not settings.law_profile and visit.record.law.name == HOUSE_RULE:
        choose = say("Choose it") if visit.me.may(Role.ADMIN) else ""
        text = say("The country's law is not chosen yet: cautious standard dates are used.")
        yield Notice("info", text, choose, "/settings/law" if choose else "")
    if settings.sending == "off":
        yield Notice("warn", say("Sending is switched off: no letter leaves."))


def _toast(visit: "Visit") -> dict[str, Any] | None:
    done = visit.just_done()
    if done is None:
        return None
    text, undo = done["text"], done["undo"]
    return {"text": visit.words.say(text), "undo_href": undo, "undo_fields": {}}
