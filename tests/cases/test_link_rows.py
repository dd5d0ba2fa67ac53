"""The checklist's row about download links settles itself, and cannot be settled while a link works."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_agent.cases import search, work
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.package import due, handing
from inbox_agent.cases.right import Right
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import Language, RequestType
from tests.downloads.counter import Counter, counter_in

DELETION = (RequestType.ACCESS, RequestType.DELETION)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


def links_row(counter: Counter, ref: str) -> tuple[str, str | None]:
    """What became of the row, and by whom."""
    with counter.record.reading() as session:
        deletion = _deletion(search.case(session, ref).rights)
        row = next(row for row in deletion.checklist if row.item == Item.DOWNLOAD_LINKS)
        return row.found, row.by


def _deletion(rights: list[Right]) -> Right:
    return next(right for right in rights if right.type is RequestType.DELETION)


def revoke(counter: Counter, ref: str) -> None:
    with counter.acting("omar") as (session, act):
        handing.revoke(act, session, search.case(session, ref))


def test_where_nobody_ever_got_a_link_it_is_settled_as_work_begins(counter: Counter) -> None:
    assert links_row(counter, counter.case(Language.EN, *DELETION)) == (Found.NOTHING_HELD, "mona")


def test_a_link_on_another_case_of_the_person_keeps_it_open_until_it_is_revoked(counter: Counter) -> None:
    first = counter.case()
    counter.ready(first)
    second = counter.case(Language.EN, *DELETION)
    assert links_row(counter, second)[0] == Found.OPEN
    revoke(counter, first)
    assert links_row(counter, second) == (Found.DONE, "omar")
    assert counter.events(second)[-1] == "row_settled"


def test_nobody_can_settle_it_while_a_link_works(counter: Counter) -> None:
    counter.ready()
    ref = counter.case(Language.EN, *DELETION)
    with counter.acting() as (session, act):
        deletion = _deletion(search.case(session, ref).rights)
        with pytest.raises(PersonNeeded, match="links still work"):
            work.look_at(act, deletion, Item.DOWNLOAD_LINKS, Found.NOTHING_HELD)


def test_it_settles_itself_when_the_package_is_destroyed_in_time(counter: Counter) -> None:
    counter.ready()
    ref = counter.case(Language.EN, *DELETION)
    counter.now += timedelta(days=16)
    assert due.destroy_due(counter.record, counter.now) == 1
    assert links_row(counter, ref) == (Found.DONE, "agent")


def test_a_revoked_package_is_handed_over_anew_with_another_link_and_password(counter: Counter) -> None:
    ref = counter.case()
    old = counter.ready(ref)
    revoke(counter, ref)
    new = counter.hand_over(ref)
    assert counter.post(*old).status_code == 403
    assert counter.post(*new).status_code == 200
    assert old[0] != new[0]


def test_without_a_listener_staff_say_how_it_was_handed_over(tmp_path: Path) -> None:
    with counter_in(tmp_path / "other", downloads={"url": "", "port": None}) as counter:
        ref = counter.case()
        counter.fill(ref)
        counter.build(ref)
        with pytest.raises(PersonNeeded, match="in words"):
            counter.hand_over(ref)
        token, password = counter.hand_over(ref, words=["Collect it at our counter."])
        assert (token, password, counter.links()) == ("", "", [])
        assert "Collect it at our counter." in counter.letter(ref)
        assert "package_handed_over" in counter.events(ref)
