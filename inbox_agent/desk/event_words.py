"""What an event tells beyond its kind, in the reader's words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from inbox_agent.desk import labels
from inbox_agent.desk.harmless import harmless
from inbox_agent.desk.labels.events import EVENT_REASONS, EVENTS
from inbox_agent.desk.labels.refusals import REFUSALS
from inbox_agent.desk.words import Words
from inbox_agent.rendering import LeftToRight, Reference
from inbox_agent.understanding import masked

_TOLD = {
    "right": labels.TYPES,
    "letter_kind": labels.KINDS,
    "check": labels.CHECKS,
    "item": labels.ITEMS,
    "found": labels.FOUND,
    "trust": labels.TRUST,
    "outcome": labels.OUTCOMES,
}
_ALSO_TOLD = {
    "kept_for": labels.KEPT,
    "reason": labels.REASONS,
    "channel": labels.CHANNELS,
    "role": labels.PARTIES,
    "language": labels.LETTER_LANGUAGES,
    "result": labels.ACCOUNT_MATCHES,
}
_LISTS = {"types": labels.TYPES, "rights": labels.TYPES, "acts": labels.REPLY_ACTS}
"""What of an event's detail is said, and how."""
_BY_PERSONS = ("right_", "case_erased", "accounts_chosen", "mask_raised")
"""Events whose reason may be a person's own words."""


def kind(words: Words, of: str) -> str:
    return words.say(EVENTS.get(of, of))


def told(words: Words, detail: Mapping[str, Any]) -> list[str]:
    """What a glance at the history wants to know."""
    return _in_words(words, detail, _TOLD)


class Whole:
    """All that an event tells, for those who were not there.

    `called` says who somebody is, `named` what an id or a reference stands for here.
    """

    def __init__(self, words: Words, called: Callable[[str], str], named: Callable[[str], str]) -> None:
        self._words, self._called, self._named = words, called, named

    def told(self, event: str, detail: Mapping[str, Any]) -> list[str]:
        """What stands behind the kind of this event."""
        words, reasons = self._words, EVENT_REASONS.get(event, {})
        return [
            *_in_words(words, detail, _TOLD),
            *_in_words(words, detail, _ALSO_TOLD),
            *_in_words(words, detail, {"why": reasons}),
            *self._lists(detail),
            *self._papers(detail),
            *self._dates(detail),
            *self._others(detail),
            *self._system(detail),
            *self._own_words(event, detail),
        ]

    def _lists(self, detail: Mapping[str, Any]) -> Iterator[str]:
        for name, texts in _LISTS.items():
            if said := [self._words.say(texts[one]) for one in detail.get(name) or () if one in texts]:
                yield self._words.listed(said)

    def _papers(self, detail: Mapping[str, Any]) -> Iterator[str]:
        for name in ("inbound_email", "letter"):
            if file := self._named(str(detail.get(name) or "")):
                yield LeftToRight(file)

    def _dates(self, detail: Mapping[str, Any]) -> Iterator[str]:
        say, day = self._words.say, self._words.day
        if due := _day(detail.get("legal_due")):
            yield say("the law's date: %(day)s", day=day(due))
        old, new = _day(detail.get("due")), _day(detail.get("new_due"))
        if not (old and new) and len(dates := detail.get("dates") or ()) == 2:
            old, new = map(_day, dates)
        if old and new:
            yield say("from %(old)s to %(new)s", old=day(old), new=day(new))
        if until := _day(detail.get("until")):
            yield say("until %(day)s", day=day(until))

    def _others(self, detail: Mapping[str, Any]) -> Iterator[str]:
        say = self._words.say
        if (other := str(detail.get("other") or "")) and (ref := self._named(other)):
            yield Reference(ref)
        if to := detail.get("to"):
            yield Markup("<bdi>{}</bdi>").format(self._called(str(to)))
        if detail.get("passed") is False:
            yield say("not passed")
        if (left := detail.get("tries_left")) is not None:
            yield self._words.count("%(num)s try left", "%(num)s tries left", int(left))
        if code := detail.get("code"):
            yield LeftToRight(str(code))

    def _system(self, detail: Mapping[str, Any]) -> Iterator[str]:
        """One of the company's systems, and how many rows of it went and stayed."""
        if system := detail.get("system"):
            yield LeftToRight(str(system))
            if (rows := detail.get("rows")) is not None:
                yield self._words.count("%(num)s row", "%(num)s rows", int(rows))
            if kept := detail.get("kept"):
                yield self._words.say("kept: %(number)s", number=self._words.number(kept))
        if fault := detail.get("fault"):
            yield self._words.say(REFUSALS.get(str(fault), str(fault)))

    def _own_words(self, event: str, detail: Mapping[str, Any]) -> Iterator[str]:
        """What a person wrote: words for the customer, or why they did this, where that is no code."""
        texts, why = detail.get("words") or (), detail.get("why")
        own = [texts] if isinstance(texts, str) else list(texts)
        if why and event.startswith(_BY_PERSONS) and why not in EVENT_REASONS.get(event, {}):
            own.append(why)
        for one in own:
            yield Markup('<q dir="auto">{}</q>').format(masked(harmless(str(one))))


def _in_words(words: Words, detail: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [words.say(of[detail[name]]) for name, of in texts.items() if detail.get(name) in of]


def _day(text: object) -> date | None:
    """A day as details have it: a date, or a moment."""
    try:
        return datetime.fromisoformat(str(text)).date() if text else None
    except ValueError:
        return None
