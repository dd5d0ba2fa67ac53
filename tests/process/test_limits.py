"""No stranger can make us send more than a few letters: the limit stops letters, never cases."""

from datetime import timedelta

from sqlalchemy import select

from inbox_agent.cases import search
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from tests.company import COPY_PLEASE, DELETE_PLEASE, cases, mail
from tests.process.conftest import Post

RANA = "rana@example.com"


def closed(record: Record) -> None:
    """Every case is at its end, so that the next mail opens a new one."""
    with record.writing() as session:
        for case in search.cases(session):
            case.state = "closed"
            for right in case.rights:
                right.state = "closed"


def asks_again(record: Record, post: Post, times: int, sender: str = RANA) -> list[tuple[str, str | None]]:
    """The letters that one request after the other causes."""
    for _ in range(times):
        post.receive(mail(COPY_PLEASE, sender))
        closed(record)
    with record.reading() as session:
        found = select(Letter.state, Letter.hold_reason).order_by(Letter.created_at, Letter.id)
        return [(state, why) for state, why in session.execute(found)][-times:]


READY, HELD = ("ready", None), ("held", "limit")


def test_the_fourth_letter_of_a_day_is_held_and_its_case_is_open(record: Record, post: Post) -> None:
    assert asks_again(record, post, 4) == [READY, READY, READY, HELD]
    assert len(cases(record)) == 4


def test_the_limit_counts_within_one_batch_too(record: Record, post: Post) -> None:
    asks_again(record, post, 2)
    post.receive(mail(COPY_PLEASE, RANA), mail(DELETE_PLEASE, RANA))
    assert sorted(case["letters"][0][1] for case in cases(record)) == ["held", "ready", "ready", "ready"]


def test_a_day_later_letters_go_again(record: Record, post: Post) -> None:
    asks_again(record, post, 4)
    post.now += timedelta(days=1)
    assert asks_again(record, post, 1) == [READY]


def test_the_eleventh_letter_of_a_week_is_held(record: Record, post: Post) -> None:
    for _ in range(3):
        assert asks_again(record, post, 3) == [READY] * 3
        post.now += timedelta(days=1, minutes=1)
    assert asks_again(record, post, 2) == [READY, HELD]


def test_a_person_s_limit_is_their_own(record: Record, post: Post) -> None:
    asks_again(record, post, 4)
    assert asks_again(record, post, 1, "samer@example.org") == [READY]


def test_an_address_is_the_same_in_capitals(record: Record, post: Post) -> None:
    asks_again(record, post, 3)
    assert asks_again(record, post, 1, "RANA@Example.com") == [HELD]
