"""`audit verify`: says what does not hold, and by its exit code that something does not."""

import sqlite3

from tests.cli.office import Office


def test_a_record_that_holds_and_one_that_does_not(office: Office) -> None:
    office.told("open", "--from", "rana@example.com", "--type", "access", "--by", "Sara")
    assert office.told("audit", "verify") == "1 cases and 0 signed heads verified; 0 faults.\n"
    with sqlite3.connect(office.folder / "data" / "record.db") as connection:
        connection.execute("DELETE FROM events WHERE seq = 1")
    connection.close()
    answer = office.type("audit", "verify", "--json")
    assert answer.code == 1
    assert '"kind": "changed"' in answer.out
    assert office.told("audit", "key").strip().isalnum()


def test_a_head_that_was_never_signed_here_is_missed(office: Office) -> None:
    office.told("open", "--from", "rana@example.com", "--type", "access", "--by", "Sara")
    answer = office.type("audit", "verify", "--head", "0" * 64)
    assert (answer.code, answer.out.splitlines()[0]) == (
        1,
        "heads.log: ends at line 0, before the head that was asked for",
    )
