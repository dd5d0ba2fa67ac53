"""A request that no mail brought: by phone, on paper, in person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.opening import language_of, languages, open_case, types_of
from inbox_agent.desk.visit import Visit
from inbox_agent.process.by_hand import ByHand
from inbox_agent.settings import checked_address

CHANNELS = ("phone", "paper", "in_person", "by_hand")
LONGEST_AGO = timedelta(days=1000)
_ADDRESS_LETTERS = 254  # RFC 5321, 4.5.3.1.3

NO_ADDRESS = N_("This is not an e-mail address. Leave it empty where nobody knows one.")
NO_TYPE = N_("Choose at least one type.")
NO_DAY = N_("Give the day on which the request was received.")
FUTURE = N_("This day has not come yet.")
TOO_OLD = N_("This day is too long ago.")
NO_CHANNEL = N_("Say how the request came.")


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, as far as it can be used; `problems` are pairs of field and text."""

    address: str | None
    day: date | None
    problems: list[tuple[str, str]]


def form(visit: Visit) -> Response:
    """An empty form, the day being today."""
    return _form(visit, received=_today(visit).isoformat(), channel=CHANNELS[0])


def save(visit: Visit) -> Response:
    """Open the case; what was asked for stands on it as a note."""
    given = _given(visit)
    if given.problems or given.day is None:
        return _form(
            visit,
            received=visit.given("received", 20),
            channel=visit.given("channel", 20),
            problems=given.problems,
        )
    by_hand = ByHand(
        types=types_of(visit),
        sender=given.address,
        received_at=_moment(visit, given.day),
        language=language_of(visit),
        channel=visit.given("channel", 20),
        name=visit.given("name", 100),
        subject=visit.given("subject", 200),
    )
    with visit.acting() as (session, act):
        return open_case(visit, session, act, by_hand, note=visit.given("note", 10_000))


def _given(visit: Visit) -> Given:
    address, wrong_address = _address(visit.given("address", _ADDRESS_LETTERS + 1))
    day, wrong_day = _day(visit)
    checks = (
        ("address", wrong_address),
        ("type", "" if types_of(visit) else NO_TYPE),
        ("received", wrong_day),
        ("channel", "" if visit.given("channel", 20) in CHANNELS else NO_CHANNEL),
    )
    return Given(address, day, [(name, text) for name, text in checks if text])


def _address(typed: str) -> tuple[str | None, str]:
    if not typed:
        return None, ""
    try:
        address = checked_address(typed)
    except ValueError:
        return None, NO_ADDRESS
    return (address, "") if len(address) <= _ADDRESS_LETTERS else (None, NO_ADDRESS)


def _day(visit: Visit) -> tuple[date | None, str]:
    today = _today(visit)
    try:
        day = date.fromisoformat(visit.given("received", 20))
    except ValueError:
        return None, NO_DAY
    if day > today:
        return None, FUTURE
    return (day, "") if today - day <= LONGEST_AGO else (None, TOO_OLD)


def _today(visit: Visit) -> date:
    return visit.record.law.day(visit.now)


def _moment(visit: Visit, day: date) -> datetime:
    """Of a past day its beginning: no clock is the longer for it."""
    begun = datetime.combine(day, time(), visit.record.law.zone)
    return visit.now if day == _today(visit) else begun


def _form(
    visit: Visit, *, received: str, channel: str, problems: list[tuple[str, str]] | None = None
) -> Response:
    say = visit.words.say
    return visit.page(
        "new.html",
        status=422 if problems else 200,
        problems=[(name, say(text)) for name, text in problems or ()],
        received=received,
        channel=channel,
        channels=[(one, say(labels.CHANNELS[one])) for one in CHANNELS],
        languages=languages(visit, N_("Not known: both languages")),
        ticked=types_of(visit),
        typed=visit.given,
        labels=labels,
    )
