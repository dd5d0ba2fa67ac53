"""A case told for a regulator, who knows neither the desk nor the case: the timeline of a bundle."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_time
from markupsafe import Markup
from sqlalchemy import select

from inbox_agent.cases import search
from inbox_agent.cases.act import AGENT, opened
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Row
from inbox_agent.cases.clocks import Law, load_law
from inbox_agent.cases.event import Event
from inbox_agent.cases.explaining import explain
from inbox_agent.cases.identity import Check
from inbox_agent.cases.retention.forgetting import BODIES, ERASED
from inbox_agent.cases.right import Right
from inbox_agent.cases.tables import Party
from inbox_agent.desk import labels
from inbox_agent.desk.case_facts import people_of
from inbox_agent.desk.event_words import Whole, kind
from inbox_agent.desk.harmless import harmless, harmless_line
from inbox_agent.desk.words import Words
from inbox_agent.errors import Erased, WrongSetting
from inbox_agent.evidence.bundle import Story
from inbox_agent.letters.hidden_codes import hidden_in_bytes
from inbox_agent.letters.quoted_codes import hidden_where_quoted
from inbox_agent.rendering import LeftToRight, Reference, Templates
from inbox_agent.understanding import masked

_ADDRESS_LETTERS = 254  # RFC 5321, 4.5.3.1.3


class Teller:
    """Tells cases in the words of the desk."""

    def __init__(self, templates: Templates | None = None) -> None:
        self._templates = templates or Templates()

    def timeline(self, story: Story, language: str) -> str:
        """The whole case as a page of HTML that needs nothing else."""
        law = _law_of(story)
        words = Words(language, "latin", law.zone, law.calendar.country)
        return self._templates.render("evidence/timeline.html", **_Telling(story, law, words).facts())

    def without_code(self, letter: bytes, code: str) -> bytes:
        """A letter with a mask for this code."""
        return hidden_in_bytes(letter, code)

    def without_quoted_code(self, mail: bytes, code: str) -> bytes:
        """A mail that came with a mask for this code, wherever it holds it."""
        return hidden_where_quoted(mail, code)


def _law_of(story: Story) -> Law:
    """The profile by which the case's dates were reckoned, which may not be the one in force now."""
    try:
        return load_law(story.case.law, story.record.settings.zone)
    except WrongSetting:
        return story.record.law


class _Telling:
    """One case in one language."""

    def __init__(self, story: Story, law: Law, words: Words) -> None:
        self._story, self._law, self._words = story, law, words
        self._keyring = story.record.keyring
        self._people = people_of(story.session)
        self._files = {str(one.id): one.file for one in story.papers if one.standing.is_here}

    def facts(self) -> dict[str, Any]:
        case, words, story = self._story.case, self._words, self._story
        return {
            "_": words.say,
            "ngettext": words.count,
            "number": words.number,
            "day": words.day,
            "local": self._local,
            "utc": _utc,
            "who": self.called,
            "lang": words.language,
            "direction": words.direction,
            "labels": labels,
            "story": story,
            "case": case,
            "ref": Reference(case.ref),
            "zone": LeftToRight(self._law.zone.key),
            "law": self._law,
            "file": LeftToRight,
            "request": self._request(),
            "parties": [self._party(one) for one in self._parties()],
            "linked": [Reference(one) for one in search.linked(story.session, case)],
            "merged_into": self._named(str(case.merged_into or "")),
            "rights": [self._right(one) for one in case.rights],
            "events": [self._event(one) for one in story.events],
        }

    def called(self, name: str) -> str:
        """Somebody by the name that colleagues know, and the one that the record has."""
        if name == AGENT:
            return self._words.say("Inbox Agent, by itself")
        shown = self._people.get(name)
        return f"{shown} ({name})" if shown and shown != name else name

    def _local(self, at: datetime) -> Markup:
        time = format_time(at, "HH:mm:ss", tzinfo=self._law.zone, locale="en_GB")
        return self._words.day(at) + Markup(" <bdi>{}</bdi>").format(time)

    def _request(self) -> dict[str, Any]:
        """Who asks, and what with; where it was erased, when and why, and what little is still kept."""
        case = self._story.case
        try:
            kept = case.request(self._keyring)
        except Erased:
            return {"erased": True, "erasure": self._erasure_of(case.key_id), "address": ""}
        address = kept["requester"]
        return {
            "erased": case.bodies_erased_at is not None,
            "erasure": self._forgotten(),
            "address": LeftToRight(harmless_line(address, _ADDRESS_LETTERS)) if address else "",
            "name": harmless_line(masked(str(kept.get("name") or "")), 100),
            "subject": harmless_line(masked(str(kept["subject"])), 300),
            "theirs": LeftToRight(harmless_line(kept.get("theirs") or "", 40)),
        }

    def _erasure_of(self, key_id: uuid.UUID) -> dict[str, Any] | None:
        found = self._keyring.erasure_of(key_id)
        return found and self._erasure(*found)

    def _forgotten(self) -> dict[str, Any] | None:
        """When retention took its words, or two people did so before."""
        at = self._story.case.bodies_erased_at
        by_people = any(event.kind == "case_erased" for event in self._story.events)
        return self._erasure(at, ERASED if by_people else BODIES) if at else None

    def _erasure(self, at: datetime, why: str) -> dict[str, Any]:
        return {"at": at, "why": self._words.say(labels.ERASURES.get(why, why))}

    def _parties(self) -> Sequence[Party]:
        of = select(Party).where(Party.case_id == self._story.case.id)
        return self._story.session.scalars(of.order_by(Party.added_at, Party.id)).all()

    def _party(self, party: Party) -> tuple[str, str]:
        try:
            who = str(opened(self._keyring, party.sealed_who, "party.who", party.id))
        except Erased:
            return party.role, self._words.say("erased")
        return party.role, harmless_line(masked(who))

    def _right(self, right: Right) -> dict[str, Any]:
        return {
            "is": right,
            "clock": self._how_it_ended(right),
            "dates": [self._date(one) for one in explain(self._law, right)],
            "checks": [self._check(one) for one in self._checks(right)],
            "rows": [self._row(one) for one in right.checklist],
        }

    def _date(self, one: Any) -> dict[str, Any]:
        text = one.text[self._words.language]
        return {"name": one.name, "at": one.at, "text": text, "source": one.source}

    def _how_it_ended(self, right: Right) -> str:
        """In time or late, or how it stands at the time of the bundle."""
        if right.closed_at is not None:
            late = (right.closed_at - right.legal_due).days + 1
            if right.closed_at <= right.legal_due:
                return self._words.say("Closed in time")
            return self._words.count("Closed %(num)s day late", "Closed %(num)s days late", late)
        if self._story.now > right.legal_due:
            return self._words.say("Open after the legal date")
        return self._words.say("Open; the legal date has not passed")

    def _checks(self, right: Right) -> Sequence[Check]:
        of = select(Check).where(Check.right_id == right.id)
        return self._story.session.scalars(of.order_by(Check.at, Check.id)).all()

    def _check(self, check: Check) -> dict[str, Any]:
        try:
            how = str(opened(self._keyring, check.sealed_how, "check.how", check.id))
        except Erased:
            how = self._words.say("erased")
        return {"is": check, "how": masked(harmless(how))}

    def _row(self, row: Row) -> dict[str, Any]:
        try:
            note = row.told(self._keyring)
        except Erased:
            note = self._words.say("erased")
        return {"is": row, "note": masked(harmless(note))}

    def _event(self, event: Event) -> dict[str, Any]:
        shown = {"is": event, "kind": kind(self._words, event.kind)}
        try:
            detail = event.detail(self._keyring) or {}
        except Erased:
            return shown | {"told": [], "erased": True}
        whole = Whole(self._words, self.called, self._named)
        return shown | {"told": whole.told(event.kind, detail), "erased": False}

    def _named(self, what: str) -> str:
        """The file of a mail or letter of this bundle, or the reference of a case."""
        return self._files.get(what) or next(self._refs(what), "")

    def _refs(self, what: str) -> Iterator[str]:
        try:
            found = self._story.session.get(Case, uuid.UUID(what))
        except ValueError:
            if what.startswith("MC-"):
                yield what
            return
        if found is not None:
            yield found.ref


def _utc(at: datetime) -> Reference:
    return Reference(at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"))
