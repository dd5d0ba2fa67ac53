"""Many at work on one record: each mail is in one pair of hands, and what the dead held is taken up."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from inbox_agent.cases import inbound
from inbox_agent.cases.record import Record
from inbox_agent.mailbox import Arrival
from tests.cases.records import NOW, folder
from tests.company import settings


def stored(record: Record, count: int, size: int = 5) -> None:
    arrivals = [Arrival(uid, NOW, b"x" * size, size) for uid in range(1, count + 1)]
    emails = inbound.sealed(record.keyring, folder(), arrivals, junk=False, now=NOW)
    with record.writing() as session:
        assert inbound.store(session, emails) == count


def taken_up(record: Record, owner: str) -> list[inbound.Taken]:
    with record.writing() as session:
        return inbound.take_up(session, owner)


def test_workers_at_once_never_take_the_same_mail(record: Record) -> None:
    stored(record, 200)
    ready = Barrier(4)

    def work(owner: str) -> Sequence[inbound.Taken]:
        ready.wait()
        return [one for _ in range(3) for one in taken_up(record, owner)]

    with ThreadPoolExecutor(4) as pool:
        hands = list(pool.map(work, ("one", "two", "three", "four")))
    taken = [one.id for hand in hands for one in hand]
    assert len(taken) == len(set(taken)) == 200


def test_on_postgresql_a_worker_does_not_wait_for_what_another_is_taking(
    postgres_url: str, tmp_path: Path
) -> None:
    record = Record.open(settings(tmp_path, database_url=postgres_url))
    stored(record, 80)
    with record.writing() as session:
        first = inbound.take_up(session, "one")
        second = taken_up(record, "two")
    assert (len(first), len(second)) == (50, 30)
    assert not {one.id for one in first} & {one.id for one in second}
    record.close()


def test_the_same_uid_of_another_folder_or_validity_is_another_mail(record: Record) -> None:
    for box in (folder(), folder(name="imap:Junk"), folder(uidvalidity=8)):
        emails = inbound.sealed(record.keyring, box, [Arrival(1, NOW, b"x", 1)], junk=False, now=NOW)
        with record.writing() as session:
            assert inbound.store(session, emails) == 1


def test_the_mails_of_a_dead_worker_are_there_for_the_living(record: Record) -> None:
    stored(record, 3)
    assert len(taken_up(record, "dead")) == 3
    assert taken_up(record, "alive") == []
    with record.reading() as session:
        assert inbound.owners(session) == ["dead"]
    with record.writing() as session:
        inbound.let_go(session, ["dead"])
    assert [one.tries for one in taken_up(record, "alive")] == [2]
