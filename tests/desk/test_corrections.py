"""What staff decide in triage is kept as an example where the setting allows, and names nobody."""

from pathlib import Path

import pytest

from inbox_agent.cases import triage
from tests.desk.office import Office
from tests.desk.test_triage import UNSURE, decide

PERSON = "Rana Khalil <rana.khalil@example.com>"
TELLING = f"""{UNSURE}

My number is +962 79 123 4567, write to other@example.org or see https://forum.example.org/rana?id=7.
Rana Khalil said so."""


def examples(office: Office) -> list[dict[str, str]]:
    with office.record.reading() as session:
        return [mail for _, mail in triage.examples(session, office.record.keyring)]


@pytest.mark.parametrize(("word", "types"), [("open", ["deletion"]), ("not_a_request", [])])
def test_an_example_is_kept_without_whom_and_what_it_names(
    tmp_path: Path, word: str, types: list[str]
) -> None:
    office = Office(tmp_path, keep_corrections=True)
    ref = office.receive(TELLING, sender=PERSON, subject="Rana Khalil, 0791234567")
    decide(office.signed_in("huda"), ref, word, type=types)
    office.later(seconds=31)
    [kept] = examples(office)
    whole = f"{kept['subject']} {kept['text']}"
    assert UNSURE.split()[0] in whole
    for named in ("Rana", "Khalil", "example.org", "example.com", "forum", "rana"):
        assert named not in whole
    assert not any(letter.isdigit() and letter != "0" for letter in whole)
    office.close()


def test_by_default_nothing_is_kept_but_how_it_was_judged(tmp_path: Path) -> None:
    office = Office(tmp_path)
    ref = office.receive(TELLING, sender=PERSON)
    decide(office.signed_in("huda"), ref, "open", type=["deletion"])
    office.later(seconds=31)
    assert examples(office) == []
    with office.record.reading() as session:
        assert len(triage.corrections(session, office.now.replace(year=2000))) == 1
    office.close()
