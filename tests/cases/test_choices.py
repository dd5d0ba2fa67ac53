"""What administrators choose and count, on either database."""

from datetime import timedelta

import pytest

from inbox_agent.cases import choices
from inbox_agent.cases.record import Record
from inbox_agent.cases.suppression import some_suppressed, suppress
from inbox_agent.errors import PersonNeeded, WrongSetting
from tests.cases.records import NOW, begun, kept


def test_the_last_choice_counts_with_who_made_it_and_when(record: Record) -> None:
    record.choose_law("gdpr", by="sara", now=NOW)
    record.choose_law("jordan", by="omar", now=NOW + timedelta(days=1))
    with record.reading() as session:
        choice = choices.chosen(session, choices.LAW)
    assert choice is not None
    assert (choice.value, choice.by, choice.at) == ("jordan", "omar", NOW + timedelta(days=1))
    assert record.law.name == record.act(NOW).law.name == "jordan"


def test_a_law_that_is_not_there_changes_nothing(record: Record) -> None:
    with pytest.raises(WrongSetting):
        record.choose_law("atlantis", by="sara", now=NOW)
    assert record.law.name == "default"


def test_a_choice_of_a_version_that_knew_more_laws_is_passed_over(record: Record) -> None:
    with record.writing() as session:
        choices.choose(session, choices.LAW, "atlantis", by="sara", now=NOW)
    record.take_chosen_law()
    assert record.law.name == "default"


def test_where_the_setting_decides_nothing_can_be_chosen(record: Record) -> None:
    told = Record(
        record.engine,
        record.keyring,
        record.in_force,
        record.settings.model_copy(update={"law_profile": "gdpr"}),
    )
    with pytest.raises(PersonNeeded, match="LAW_PROFILE"):
        told.choose_law("uk", by="sara", now=NOW)


def test_the_no_marketing_list_is_read_in_pages_each_address_once(record: Record) -> None:
    act = record.act(NOW)
    case = begun(act)
    kept(record, act)
    for number, address in enumerate(("a@example.com", "b@example.com", "A@example.com", "c@example.com")):
        act = record.act(NOW + timedelta(minutes=number))
        suppress(act, case.id, address)
        kept(record, act)
    with record.reading() as session:
        pages = [some_suppressed(session, first=first, most=2) for first in (0, 2)]
        found = [[row.address(record.keyring) for row in rows] for rows, _ in pages]
    assert found == [["c@example.com", "b@example.com"], ["a@example.com"]]
    assert [total for _, total in pages] == [3, 3]


def test_erasures_are_counted_by_month_and_reason(record: Record) -> None:
    keys = [record.keyring.new_key(NOW) for _ in range(3)]
    record.keyring.save()
    record.keyring.destroy(keys[:2], why="one", now=NOW)
    record.keyring.destroy(keys[2:], why="other", now=NOW - timedelta(days=400))
    earlier = NOW - timedelta(days=400)
    assert record.keyring.erasures() == [
        (NOW.year, NOW.month, "one", 2, NOW),
        (earlier.year, earlier.month, "other", 1, earlier),
    ]
