"""After the hand-over: staff tell the password, see until when the link works, and whether it was used."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_agent.cases import search
from inbox_agent.cases.next_step import Step, next_step
from inbox_agent.cases.package import due, handing, links
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType
from tests.downloads.counter import Counter, counter_in


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


def step(counter: Counter, ref: str) -> Step:
    with counter.record.reading() as session:
        return next_step(search.case(session, ref), counter.now, counter.record.keyring)


def tell(counter: Counter, ref: str) -> None:
    with counter.acting() as (session, act):
        links.note_told(act, session, search.case(session, ref))


def attention(counter: Counter, ref: str) -> str | None:
    with counter.record.reading() as session:
        return search.case(session, ref).attention


def test_the_password_is_told_first_and_then_it_is_the_customers_turn_until_the_link_ends(
    counter: Counter,
) -> None:
    ref = counter.case()
    token, password = counter.ready(ref)
    ends = counter.links()[0].expires_at
    assert step(counter, ref) == Step("password", RequestType.ACCESS, ends)
    tell(counter, ref)
    assert step(counter, ref) == Step("download", RequestType.ACCESS, ends)
    assert not step(counter, ref).is_ours
    assert counter.post(token, password).status_code == 200
    assert step(counter, ref).name == "wait"
    with pytest.raises(PersonNeeded, match="not used yet"):
        tell(counter, ref)


def test_a_new_link_has_a_new_password_to_tell(counter: Counter) -> None:
    ref = counter.case()
    counter.ready(ref)
    tell(counter, ref)
    with counter.acting() as (session, act):
        handing.revoke(act, session, search.case(session, ref))
    counter.hand_over(ref)
    assert step(counter, ref).name == "password"


def test_a_link_that_ends_unused_is_shown_to_staff_once(counter: Counter) -> None:
    ref = counter.case()
    counter.ready(ref)
    assert due.show_unused(counter.record, counter.now) == 0
    counter.now += timedelta(days=9)
    assert due.show_unused(counter.record, counter.now) == 1
    assert due.show_unused(counter.record, counter.now) == 0
    assert counter.links()[0].dead_why == links.UNUSED
    assert (attention(counter, ref), counter.events(ref)[-1]) == ("link_unused", "link_unused")
    assert step(counter, ref).name == "unused"


def test_a_link_that_was_used_or_revoked_ends_quietly(counter: Counter) -> None:
    used, revoked = counter.case(), counter.case()
    counter.post(*counter.ready(used))
    counter.ready(revoked)
    with counter.acting() as (session, act):
        handing.revoke(act, session, search.case(session, revoked))
    counter.now += timedelta(days=9)
    assert due.show_unused(counter.record, counter.now) == 0
    assert (attention(counter, used), attention(counter, revoked)) == (None, None)
