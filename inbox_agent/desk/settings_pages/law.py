"""Whose rules give the dates: every profile with its rules and sources, and which one applies."""

from collections.abc import Iterator
from dataclasses import dataclass

from babel.dates import get_day_names
from sqlalchemy import func, select
from starlette.responses import Response

from inbox_agent.cases import choices, staff
from inbox_agent.cases.case import Case
from inbox_agent.cases.clocks import HOUSE_RULE, Clock, Law, law_names, load_law
from inbox_agent.cases.states import State
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.visit import Visit
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in the reader's language: for what, what it says, where that stands, whether we read it."""

    about: str
    text: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A law profile as the page shows it."""

    name: str
    title: str
    source: str
    verified: bool
    applies: bool
    weekend: str
    ages: str
    rules: list[Rule]


def show(visit: Visit) -> Response:
    record = visit.record
    with record.reading() as session:
        choice = choices.chosen(session, choices.LAW)
        chooser = staff.by_name(session, choice.by) if choice else None
        open_cases = session.scalar(select(func.count()).where(Case.state != State.CLOSED)) or 0
    laws = sorted((load_law(name, record.settings.zone) for name in law_names()), key=_order)
    return menu.page(
        visit,
        "law",
        profiles=[_profile(visit, law) for law in laws],
        by_setting=bool(record.settings.law_profile),
        choice=choice,
        chooser=chooser.display_name if chooser else (choice.by if choice else ""),
        is_chosen=record.law.name != HOUSE_RULE,
        title=record.law.title[visit.words.language],
        open_cases=open_cases,
    )


def choose(visit: Visit) -> Response:
    """From now on this law; the agent reckons the dates of the open cases anew."""
    name = visit.given("law", 64)
    if name not in law_names():
        raise PersonNeeded("no_such_id")
    visit.record.choose_law(name, by=visit.me.name, now=visit.now)
    return visit.to("/settings/law", N_("This law applies now. Open cases get their new dates in a moment."))


def _order(law: Law) -> tuple[bool, str]:
    return law.name != HOUSE_RULE, law.title["en"]


def _profile(visit: Visit, law: Law) -> Profile:
    words = visit.words
    names = get_day_names(locale=words.language)
    days = [names[day] for day in range(7) if law.calendar.rests(day)]
    return Profile(
        name=law.name,
        title=law.title[words.language],
        source=law.source,
        verified=law.verified,
        applies=law.name == visit.record.law.name,
        weekend=words.listed(days),
        ages=words.say(
            "a child is under %(child)s, a minor under %(minor)s",
            child=words.number(law.child_under),
            minor=words.number(law.minor_under),
        ),
        rules=[rule for name, clock in _special_first(law) for rule in _rules(visit, name, clock)],
    )


def _special_first(law: Law) -> list[tuple[str, Clock]]:
    """So that what holds for all others comes last."""
    return sorted(law.clocks.items(), key=lambda item: item[0] == "ordinary")


def _rules(visit: Visit, name: str, clock: Clock) -> Iterator[Rule]:
    say, language = visit.words.say, visit.words.language
    what = say(labels.TYPES[name]) if name in set(RequestType) else say("Every other request")
    legal, longer = clock.rule, clock.extension_rule
    yield Rule(what, legal.text[language], legal.source, legal.verified)
    if longer is not None:
        about = say("%(what)s, if more time is needed", what=what)
        yield Rule(about, longer.text[language], longer.source, longer.verified)
