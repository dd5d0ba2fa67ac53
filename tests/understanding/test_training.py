"""Training: the same inputs give the same model, and a model holds nobody's words."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding import Decision, RequestType, Understanding
from inbox_agent.understanding.train import train

VOICES, MAILS_EACH = 6, 50
PLANTED = ("zyzzogeton", "Qwertyuiopson", "زمخشريوط", "plantedword@example.net")
TRAINED = (
    "language/trained/arabizi.txt",
    "language/trained/en.txt",
    "replies/trained/lines.json",
    "replies/trained/weights.bin",
    "requests/trained/bands.json",
    "requests/trained/curves.json",
    "requests/trained/weights.bin",
)

_READ_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from inbox_agent.message import Message
from inbox_agent.understanding import Understanding
reading = Understanding.load(Path(sys.argv[1])).read(Message(text=sys.argv[2]))
print(repr(reading.scores), reading.decision)
"""


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models' folder with 300 mails of six voices, each with words that nobody else uses."""
    models = tmp_path_factory.mktemp("few") / "models"
    shutil.copytree(MODELS, models, ignore=shutil.ignore_patterns("examples", "trained"))
    for name in ("requests", "replies"):
        (models / name / "examples").mkdir()
        for number, file in enumerate(sorted((MODELS / name / "examples").glob("*.jsonl"))[:VOICES]):
            lines = file.read_text(encoding="utf-8").splitlines()[: MAILS_EACH + 1]
            if number == 0:
                lines[1] = _with_planted(lines[1])
            (models / name / "examples" / file.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return models


def _with_planted(line: str) -> str:
    row = json.loads(line)
    return json.dumps(row | {"text": f"{row['text']} {' '.join(PLANTED)}"}, ensure_ascii=False)


@pytest.fixture(scope="module")
def twice(few: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    outs = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    for out in outs:
        train(out, models=few)
    return outs


def test_training_twice_gives_the_same_bytes(twice: tuple[Path, Path]) -> None:
    first, second = twice
    assert sorted(str(file.relative_to(first)) for file in first.glob("*/trained/*")) == sorted(TRAINED)
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in TRAINED)


def test_two_trainings_read_alike_in_two_processes(twice: tuple[Path, Path]) -> None:
    answers = []
    for out in twice:
        command = [sys.executable, "-c", _READ_IN_ANOTHER_PROCESS, str(out), "Please delete my account"]
        answers.append(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert answers[0] == answers[1] != ""


@pytest.mark.parametrize("word", PLANTED)
def test_no_word_of_one_voice_stands_in_a_model(twice: tuple[Path, Path], word: str) -> None:
    first, _ = twice
    for spelled in {word, word.lower(), word.split("@", maxsplit=1)[0].lower()}:
        for encoding in ("utf-8", "utf-16-le"):
            assert all(spelled.encode(encoding) not in (first / name).read_bytes() for name in TRAINED)


def test_no_example_of_ours_can_be_read_in_the_product_s_own_model() -> None:
    weights = (MODELS / "requests" / "trained" / "weights.bin").read_bytes()
    assert all(word not in weights for word in (b"delete", b"please", "حساب".encode(), b"7sabi"))


def test_a_malformed_example_stops_the_training_by_name(few: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(few, models)
    (models / "requests" / "examples" / "broken.jsonl").write_text("{oops\n", encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"broken\.jsonl:1"):
        train(tmp_path / "out", models=models)


def test_most_of_our_own_mails_are_read_as_their_writers_meant(understanding: Understanding) -> None:
    mails = [
        Message(subject="", text="Wipe everything you keep about me."),
        Message(subject="", text="طيروا رقمي من قائمة العروض"),
        Message(subject="", text="shilo 7sabi w kel ma3loumeti mn 3andkon"),
    ]
    readings = understanding.read_all(mails)
    assert all(reading.decision is not Decision.LEAVE for reading in readings)
    assert [set(reading.asserted) for reading in readings] == [
        {RequestType.DELETION},
        {RequestType.OPT_OUT},
        {RequestType.DELETION},
    ]
