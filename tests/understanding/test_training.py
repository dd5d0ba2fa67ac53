"""Training and measuring."""

import json
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding import Decision, Language, Reading, RequestType, Understanding
from inbox_agent.understanding.evaluate import evaluate, figures, read_outside
from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.train import train
from inbox_agent.understanding.vocabulary import train_language

EXAMPLES = MODELS / "requests" / "examples"
VOICES, MAILS_EACH = 6, 50


@pytest.fixture
def some_examples(tmp_path: Path) -> Path:
    folder = tmp_path / "examples"
    folder.mkdir()
    for file in sorted(EXAMPLES.glob("*.jsonl"))[:VOICES]:
        lines = file.read_text(encoding="utf-8").splitlines()[: MAILS_EACH + 1]
        (folder / file.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_training_twice_gives_the_same_bytes(some_examples: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        train(some_examples, out)
        train_language(some_examples, out)
    written = sorted(file.name for file in first.iterdir())
    assert written == ["arabizi.txt", "bands.json", "en.txt", "weights.bin"]
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in written)


def test_what_is_learned_is_what_the_examples_say(understanding: Understanding) -> None:
    taught = [
        Example(
            "a", "", "Delete my account and erase my data.", Language.EN, frozenset({RequestType.DELETION})
        ),
        Example("a", "", "The lift phone has no dial tone today.", Language.EN, frozenset()),
    ]
    found = evaluate(understanding, taught)
    assert (found.macro, found.missed, found.opened_falsely, found.language) == (1, 0, 0, 1)


def test_figures_count_misses_and_false_cases() -> None:
    mails = [
        Example("a", "", "x", Language.EN, frozenset({RequestType.ACCESS})),
        Example("a", "", "x", Language.EN, frozenset({RequestType.ACCESS})),
        Example("a", "", "x", Language.AR, frozenset()),
        Example("a", "", "x", Language.AR, frozenset()),
    ]
    readings = [
        Reading(Language.EN, Decision.OPEN_CASE, asserted={RequestType.ACCESS: 0.9}),
        Reading(Language.EN, Decision.LEAVE),
        Reading(Language.AR, Decision.OPEN_CASE, asserted={RequestType.ACCESS: 0.9}),
        Reading(Language.EN, Decision.ASK_STAFF),
    ]
    found = figures(mails, readings)
    assert (found.missed, found.misses) == (0.5, (1,))
    assert (found.opened_falsely, found.false_cases) == (0.5, (2,))
    assert (found.opened, found.asked, found.language) == (0.5, 0.5, 0.75)
    assert found.by_type == {RequestType.ACCESS: 0.5}


def test_mails_of_other_authors_are_read_by_their_own_names_for_types(tmp_path: Path) -> None:
    file = tmp_path / "outside.jsonl"
    row = {"id": 1, "subject": "", "text": "x", "lang": "en", "labels": ["optout", "child"]}
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert read_outside(file)[0].labels == {RequestType.OPT_OUT, RequestType.CHILD_DATA}


def test_a_file_that_is_no_such_set_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "outside.jsonl"
    file.write_text('{"labels": "none"}\n', encoding="utf-8")
    with pytest.raises(WrongSetting, match="outside"):
        read_outside(file)


def test_most_of_our_own_mails_are_read_as_their_writers_meant(understanding: Understanding) -> None:
    mails = [
        Message(subject="", text="Wipe everything you keep about me."),
        Message(subject="", text="طيروا رقمي من قائمة العروض"),
        Message(subject="", text="shilo 7sabi w kel ma3loumeti mn 3andkon"),
    ]
    assert all(reading.decision is not Decision.LEAVE for reading in understanding.read_all(mails))
