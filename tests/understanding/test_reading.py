"""The same mail gets the same reading, and every type says why."""

import json
import subprocess
import sys

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding import Understanding
from inbox_agent.understanding.examples import read_examples

MAILS = [
    Message(subject=example.subject, text=example.text)
    for example in read_examples(MODELS / "requests" / "examples")[::97]
]

_IN_ANOTHER_PROCESS = """
import json, sys
from inbox_agent.message import Message
from inbox_agent.understanding import Understanding
mails = [Message(subject=subject, text=text) for subject, text in json.load(sys.stdin)]
readings = Understanding.load().read_all(mails)
print(json.dumps([repr(reading.scores) + reading.decision for reading in readings]))
"""


def test_a_batch_reads_as_its_mails_one_by_one(understanding: Understanding) -> None:
    one_by_one = [understanding.read(mail) for mail in MAILS]
    assert understanding.read_all(MAILS) == one_by_one
    assert understanding.read_all(MAILS[::-1]) == one_by_one[::-1]


def test_another_process_reads_the_same(understanding: Understanding) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS],
        input=json.dumps([(mail.subject, mail.text) for mail in MAILS]),
        capture_output=True,
        text=True,
        check=True,
    )
    here = [repr(reading.scores) + reading.decision for reading in understanding.read_all(MAILS)]
    assert json.loads(answer.stdout) == here


def test_every_type_named_shows_words_without_which_it_would_be_less_sure(
    understanding: Understanding,
) -> None:
    shown = 0
    for mail in MAILS:
        reading = understanding.read(mail)
        assert reading.evidence.keys() == reading.asserted.keys()
        for kind, spans in reading.evidence.items():
            for span in spans:
                shown += 1
                assert mail.text[span.start : span.end] == span.text
            if 0 < len(mail.text.split()) < 50:
                assert spans, "a short mail that asks says why"
                without = Message(
                    subject=mail.subject, text=_without(mail.text, spans[0].start, spans[0].end)
                )
                assert understanding.read(without).scores[kind] < reading.scores[kind]
    assert shown > 20


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " + text[end:]


def test_a_missing_model_is_a_wrong_setting(tmp_path: object) -> None:
    with pytest.raises(WrongSetting, match="model"):
        Understanding.load(MODELS / "none")


@pytest.mark.parametrize(
    "text", ["\u064b\u064c", "\u0640\u0640", "'", "\u200f", "و", "۱۲", "\U0001f600", "a" * 50_000]
)
def test_words_of_nothing_but_marks_are_read_too(understanding: Understanding, text: str) -> None:
    alone = understanding.read(Message(text=text))
    assert alone.asserted == {}
    beside = understanding.read(Message(text=f"Please send me a copy of my personal data {text}"))
    assert [str(kind) for kind in beside.asserted] == ["access"]
