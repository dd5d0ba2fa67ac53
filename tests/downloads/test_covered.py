"""The letter of a hand-over names what is in the package, and nothing that only the checklist says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.cases import package, search, work
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.findings import Findings
from inbox_agent.errors import PersonNeeded
from tests.downloads.counter import COLUMNS, Counter, counter_in

MAILBOX = "Our mail with you"
"""What letters call that row."""


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


def prepared(counter: Counter, *findings: Findings) -> str:
    """A package is built; beside the account *our mailbox* is settled as done."""
    ref = counter.case()
    with counter.acting() as (session, act):
        [right] = search.case(session, ref).rights
        work.look_at(act, right, Item.MAILBOX, Found.DONE)
    counter.fill(ref, *findings)
    counter.build(ref)
    return ref


def test_a_row_that_is_done_without_a_part_is_asked_about_and_not_named(counter: Counter) -> None:
    ref = prepared(counter)
    with pytest.raises(PersonNeeded, match="nothing in the package: mailbox"):
        counter.hand_over(ref, as_it_is=False)
    counter.hand_over(ref)
    assert "Account information" in counter.letter(ref)
    assert MAILBOX not in counter.letter(ref)


def test_once_something_of_it_is_put_in_nothing_is_asked_and_the_letter_names_it(counter: Counter) -> None:
    ref = prepared(counter)
    with counter.acting() as (session, act):
        package.attach(act, session, search.case(session, ref), Item.MAILBOX, name="a.eml", octets=b"x")
    counter.build(ref)
    counter.hand_over(ref, as_it_is=False)
    assert MAILBOX in counter.letter(ref)


def test_a_table_without_rows_covers_nothing(counter: Counter) -> None:
    ref = prepared(counter, Findings(Item.ACCOUNT, "billing", COLUMNS, []))
    with pytest.raises(PersonNeeded, match="account, mailbox"):
        counter.hand_over(ref, as_it_is=False)
    counter.hand_over(ref)
    assert "The copy covers" not in counter.letter(ref)
