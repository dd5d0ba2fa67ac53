"""From a draft, the facts of one letter, to the finished mail."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from typing import Any

from markupsafe import Markup

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.letter import Letter
from inbox_agent.dates import day, locale, span
from inbox_agent.letters import markup, mime
from inbox_agent.letters.catalogue import KINDS
from inbox_agent.letters.markup import SCRIPTS
from inbox_agent.letters.plain import flowed
from inbox_agent.letters.stationery import Stationery
from inbox_agent.rendering import LeftToRight, Reference

RULE = "-" * 40
"""Stands between the languages of the plain text."""
_ARABIC = re.compile("[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")
_REF = re.compile("MC-[0-9A-Z]{4}-[0-9A-Z]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Line ends and other controls, direction marks, halves of letters: none may change how a letter is laid out.
_UNSETTLING = re.compile(r"[\x00-\x20\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Source:
    """What a letter says as a person can change it: its subject without the reference, and for each language
    its body in markup, without the closing."""

    subject: str
    bodies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything one letter is made of. `facts` is JSON, with dates like `2026-12-20`, and perhaps the
    `country` whose names months have.

    `languages` has the writer's first. `token` stands at the letter's foot, to be found in an answer.
    `edited` is what a person made of it, and is never run as a template.
    """

    kind: str
    languages: Sequence[str]
    to: str
    message_id: str
    date: datetime
    ref: str
    facts: Mapping[str, Any]
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    token: str | None = None
    edited: Source | None = None


def write(letters: Iterable[Letter], keyring: Keyring, stationery: Stationery) -> None:
    """Put queued letters into words, before their rows are committed; raises Erased."""
    for letter in letters:
        letter.put_into_words(keyring, compose(draft_of(letter, keyring), stationery))


def compose(draft: Draft, stationery: Stationery) -> bytes:
    """The finished mail (RFC 5322), the same bytes each time for the same draft.

    It is addressed to nobody where `to` cannot stand in a header; the relay refuses such an address.
    Raises WrongSetting when a wording asks for a fact that the draft has not got.
    """
    languages = languages_of(draft)
    subject = f"{draft.edited.subject if draft.edited else subject_of(draft, stationery)} [{draft.ref}]"
    said = {language: _said(draft, stationery, language) for language in languages}
    return mime.mail(
        _headers(draft, stationery, subject, stationery.frames[languages[0]].sender),
        _text(draft, stationery, said),
        _html(draft, stationery, said, subject),
    )


def draft_of(letter: Letter, keyring: Keyring) -> Draft:
    """What a queued letter is made of; raises Erased."""
    facts = letter.facts(keyring)
    edited = facts.get("edited")
    return Draft(
        kind=letter.kind,
        languages=letter.language.split(","),
        to=letter.to(keyring),
        message_id=letter.message_id,
        date=letter.created_at,
        ref=facts["ref"],
        facts=facts,
        in_reply_to=facts["in_reply_to"],
        references=facts["references"],
        token=facts["token"],
        edited=edited and Source(**edited),
    )


def languages_of(draft: Draft) -> list[str]:
    """The languages it is sent in, the writer's first."""
    both = KINDS[draft.kind].languages == "both"
    return [*draft.languages, *(one for one in SCRIPTS if both and one not in draft.languages)]


def subject_of(draft: Draft, stationery: Stationery) -> str:
    """The subject in the product's words, without the reference."""
    return " | ".join(stationery.wordings[draft.kind, one].subject for one in languages_of(draft))


def facts_in(language: str, draft: Draft, stationery: Stationery) -> dict[str, Any]:
    """What the kind of letter may know, and nothing else that the draft has."""
    known = {name: fact for name, fact in draft.facts.items() if name in KINDS[draft.kind].facts}
    worded: dict[str, Any] = _in_words(known, locale(language, draft.facts.get("country", "")))
    if "words" in worded and len(draft.languages) > 1:
        worded["words"] = _said_in(language, worded["words"])
    if "code" in worded:
        worded["code"] = Reference(worded["code"])
    if worded.get("download"):
        worded["download"]["link"] = LeftToRight(worded["download"]["link"])
    if "record_months" in worded:
        worded["record_months"] = span(worded["record_months"], "month", language)
    if "head" in worded:
        worded["head"] = LeftToRight(worded["head"])
    theirs = {"theirs": Reference(draft.facts["theirs"])} if "theirs" in draft.facts else {}
    return {
        **worded,
        **theirs,
        "ref": Reference(draft.ref),
        "address": stationery.address,
        "say": stationery.phrases[language],
    }


def _said_in(language: str, words: Sequence[str]) -> Sequence[str]:
    """Of the staff's paragraphs for both languages those in this one's script, or all where none is."""
    arabic = SCRIPTS[language].direction == "rtl"
    own = [line for line in words if _is_arabic(line) is arabic]
    return own or words


def _is_arabic(line: str) -> bool:
    """By most of its letters: a foreign name in it changes nothing."""
    return len(_ARABIC.findall(line)) > len(_LATIN.findall(line))


def _in_words(fact: Any, locale: str) -> Any:
    match fact:
        case str():
            if _REF.fullmatch(fact):
                return Reference(fact)
            when = _date(fact)
            return day(when, locale) if when else _UNSETTLING.sub(" ", fact).strip()
        case list():
            return [_in_words(one, locale) for one in fact]
        case dict():
            return {name: _in_words(one, locale) for name, one in fact.items()}
    return fact


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _headers(draft: Draft, stationery: Stationery, subject: str, sender: str) -> Iterable[tuple[str, str]]:
    yield "From", mime.mailbox(sender, stationery.postal_address)
    yield "To", mime.postal(draft.to) or "undisclosed-recipients:;"
    yield "Subject", mime.folded("Subject", subject)
    yield "Date", format_datetime(draft.date)
    yield "Message-ID", draft.message_id
    yield from mime.thread(draft.in_reply_to, draft.references)
    yield "Reply-To", stationery.reply_to(draft.token)
    yield "Auto-Submitted", "auto-replied"
    yield "X-Auto-Response-Suppress", "All"


def _said(draft: Draft, stationery: Stationery, language: str) -> tuple[str, str]:
    """All its words in one language, closing and all: as plain text, and as rows of the page."""
    facts = facts_in(language, draft, stationery)
    if draft.edited is None:
        wording = stationery.wordings[draft.kind, language]
        return wording.text.render(**facts), wording.html.render(**facts)
    body, frame = draft.edited.bodies[language], stationery.frames[language]
    rows = Markup(markup.as_html(body, SCRIPTS[language], literal=True))  # noqa: S704 - it escapes all of it
    return (
        markup.as_text(body, literal=True) + frame.closing_text.render(**facts),
        rows + frame.closing_html.render(**facts),
    )


def _text(draft: Draft, stationery: Stationery, said: Mapping[str, tuple[str, str]]) -> str:
    first, *others = said
    lines = [stationery.frames[other].below for other in others]
    for language, (text, _) in said.items():
        rule = [] if language == first else [RULE]
        lines += [*rule, flowed(text.strip(), right_to_left=SCRIPTS[language].direction == "rtl")]
    return "\r\n\r\n".join([*lines, *([draft.token] if draft.token else [])]) + "\r\n"


def _html(draft: Draft, stationery: Stationery, said: Mapping[str, tuple[str, str]], title: str) -> str:
    sections = [
        {"script": SCRIPTS[language], "below": stationery.frames[language].below, "rows": rows}
        for language, (_, rows) in said.items()
    ]
    token = Reference(draft.token) if draft.token else None
    return stationery.page.render(title=title, sections=sections, token=token)
