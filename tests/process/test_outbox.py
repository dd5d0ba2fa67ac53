"""Letters on their way: sent at least once, recognisably, and never silently lost."""

from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select, update

from inbox_agent.cases.act import write
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.errors import TryAgainLater
from inbox_agent.letters import Refused, outbox
from tests.company import COPY_PLEASE, cases, mail
from tests.process.conftest import Post


@dataclass
class Carrier:
    """A carrier that answers as told, then takes everything."""

    answers: list[Exception | None] = field(default_factory=list)
    carried: list[tuple[str, bytes]] = field(default_factory=list)

    def send(self, sender: str, recipient: str, raw: bytes) -> None:  # noqa: ARG002
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.carried.append((recipient, raw))

    def close(self) -> None:
        pass


def requests(post: Post, number: int) -> None:
    post.receive(*(mail(COPY_PLEASE, f"customer{one}@example.com") for one in range(number)))


def states(record: Record) -> list[tuple[str, str | None]]:
    with record.reading() as session:
        found = select(Letter.state, Letter.refusal).order_by(Letter.id)
        return [(state, refusal) for state, refusal in session.execute(found)]


def test_at_most_ten_letters_are_on_their_way_at_a_time(record: Record, post: Post) -> None:
    requests(post, 12)
    carrier = Carrier()
    taken = [outbox.send_some(record, carrier, owner="tests", now=post.now) for _ in range(3)]
    assert taken == [10, 2, 0]
    assert [state for state, _ in states(record)] == ["sent"] * 12


def test_a_letter_whose_sender_died_goes_again_under_the_same_message_id(record: Record, post: Post) -> None:
    requests(post, 1)
    expected = cases(record)[0]["letters"][0][2]
    with record.writing() as session:
        session.execute(update(Letter).values(state="sending", owner="dead", tries=1))
    outbox.recover(record, ["dead"], post.now)
    carrier = Carrier()
    outbox.send_some(record, carrier, owner="tests", now=post.now)
    assert [message_from_bytes(raw)["Message-ID"] for _, raw in carrier.carried] == [expected]


def test_where_a_person_wants_so_a_letter_whose_sender_died_is_held(record: Record, post: Post) -> None:
    object.__setattr__(record, "settings", record.settings.model_copy(update={"in_flight": "hold"}))
    requests(post, 1)
    with record.writing() as session:
        session.execute(update(Letter).values(state="sending", owner="dead", tries=1))
    outbox.recover(record, ["dead"], post.now)
    assert outbox.send_some(record, Carrier(), owner="tests", now=post.now) == 0
    assert states(record) == [("held", None)]
    assert cases(record)[0]["events"][-1] == "letter_held"


def test_a_letter_in_the_hands_of_the_living_stays_there(record: Record, post: Post) -> None:
    requests(post, 1)
    with record.writing() as session:
        session.execute(update(Letter).values(state="sending", owner="alive"))
    outbox.recover(record, ["dead"], post.now)
    assert states(record) == [("sending", None)]


def test_for_now_refused_is_tried_again_after_pauses_that_double(record: Record, post: Post) -> None:
    requests(post, 1)
    carrier = Carrier([Refused("451 4.3.0", permanent=False)] * 3)
    waited = []
    now = post.now
    for _ in range(3):
        outbox.send_some(record, carrier, owner="tests", now=now)
        with record.reading() as session:
            next_try = session.scalars(select(Letter.next_try_at)).one()
        waited.append(next_try - now)
        now = next_try
    assert waited == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert outbox.send_some(record, carrier, owner="tests", now=now) == 1
    assert states(record) == [("sent", None)]


def test_refused_for_good_is_shown_on_the_case(record: Record, post: Post) -> None:
    requests(post, 1)
    outbox.send_some(record, Carrier([Refused("550 5.1.1", permanent=True)]), owner="tests", now=post.now)
    assert states(record) == [("refused", "550 5.1.1")]
    [case] = cases(record)
    assert (case["attention"], case["events"][-1]) == ("letter_refused", "letter_refused")


def test_a_relay_out_of_reach_is_knocked_at_once_and_all_letters_wait(record: Record, post: Post) -> None:
    requests(post, 5)
    carrier = Carrier([TryAgainLater("the relay is out of reach")])
    with pytest.raises(TryAgainLater):
        outbox.send_some(record, carrier, owner="tests", now=post.now)
    assert (carrier.carried, states(record)) == (
        [],
        [("ready", "out_of_reach"), *[("ready", None)] * 4],
    )


def test_in_review_every_letter_waits_for_a_person(record: Record, post: Post) -> None:
    object.__setattr__(record, "settings", record.settings.model_copy(update={"sending": "review"}))
    requests(post, 1)
    assert states(record) == [("held", None)]
    _release_all(record, post)
    outbox.send_some(record, Carrier(), owner="tests", now=post.now)
    assert states(record) == [("sent", None)]
    assert cases(record)[0]["events"][-2:] == ["letter_released", "letter_sent"]


def test_switched_off_nothing_leaves(record: Record, post: Post) -> None:
    requests(post, 1)
    object.__setattr__(record, "settings", record.settings.model_copy(update={"sending": "off"}))
    assert outbox.send_some(record, Carrier(), owner="tests", now=post.now) == 0
    assert states(record) == [("ready", None)]


def _release_all(record: Record, post: Post) -> None:
    with record.writing() as session:
        act = record.act(post.now, "Sara")
        for letter in session.scalars(select(Letter)):
            letter.release(act, session.get_one(Case, letter.case_id))
        write(session, act.rows)
