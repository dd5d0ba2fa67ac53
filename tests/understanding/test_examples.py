"""The example mails are well formed and every one is worded by itself."""

import json
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.resources import MODELS
from inbox_agent.understanding.examples import near_duplicates, read_examples, read_voice, texts_of

EXAMPLES = MODELS / "requests" / "examples"
HEAD = {"voice": "porter", "about": "a hotel porter"}
ROW = {"subject": "", "text": "The lift phone is dead.", "language": "en", "labels": []}


def test_every_example_of_ours_is_well_formed() -> None:
    voices = {example.voice for example in read_examples(EXAMPLES)}
    assert voices == {file.stem for file in EXAMPLES.glob("*.jsonl")}


def test_no_two_examples_of_ours_are_near_duplicates() -> None:
    assert near_duplicates(texts_of(read_examples(EXAMPLES))) == []


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (ROW | {"labels": ["erasure"]}, "erasure"),
        (ROW | {"language": "english"}, "english"),
        (ROW | {"labels": "deletion"}, "needs subject"),
        (ROW | {"text": ""}, "needs subject"),
        (ROW | {"note": "x"}, "unknown field"),
    ],
)
def test_a_malformed_row_is_refused_by_file_and_line(
    tmp_path: Path, row: dict[str, object], complaint: str
) -> None:
    file = _voice(tmp_path, HEAD, ROW, row)
    with pytest.raises(WrongSetting, match=rf"porter\.jsonl:3: .*{complaint}"):
        read_voice(file)


def test_a_line_that_is_not_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "porter.jsonl"
    file.write_text(json.dumps(HEAD) + "\n{oops\n", encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"porter\.jsonl:2: not JSON"):
        read_voice(file)


def test_a_voice_must_be_named_as_its_file(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="porter"):
        read_voice(_voice(tmp_path, HEAD | {"voice": "waiter"}, ROW))


def test_spelling_hides_no_copy_and_new_wording_is_none() -> None:
    known = [("a:2", "أرجو منكم إيقاف الرسائل الدعائية التي تصلني كل أسبوع")]
    copied = [("b:2", "ارجو منكم ايقاف الرسائل الدعائيه التي تصلني كل اسبوع!!")]
    reworded = [("c:2", "كل أسبوع دعاية جديدة منكم، كفاية لو سمحتم ولا ترسلوا غيرها")]
    assert near_duplicates(copied, known) == [("a:2", "b:2")]
    assert near_duplicates(reworded, known) == []


def _voice(folder: Path, *rows: dict[str, object]) -> Path:
    file = folder / "porter.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return file
