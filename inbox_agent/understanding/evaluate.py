"""How good the reading is: on held-out voices of our own, or on mails of other authors."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding.drafts import Preparation
from inbox_agent.understanding.examples import Example, read_examples
from inbox_agent.understanding.lines import draw, draw_acts
from inbox_agent.understanding.reader import Understanding
from inbox_agent.understanding.reading import Language, Reading, ReplyAct, RequestType
from inbox_agent.understanding.replies import ReplyReader
from inbox_agent.understanding.train import (
    FOLDS,
    REPLIES,
    REQUESTS,
    best_scores,
    held_out_scores,
    prepare,
    silently,
    split_by_voice,
    teach,
)

BATCH = 50
# What other authors call our types.
_ALSO_CALLED = {"optout": RequestType.OPT_OUT, "child": RequestType.CHILD_DATA}

Read = tuple[Sequence[Example], Sequence[Reading]]
Languages = Mapping[tuple[Language | None, Language | None], int]
"""How many texts in a language (first; None: without a word) were read as which (second)."""

Row = TypeVar("Row")
Made = Callable[[str, Mapping[str, object]], Row]


def read(understanding: Understanding, mails: Sequence[Example]) -> list[Reading]:
    return [
        reading
        for at in range(0, len(mails), BATCH)
        for reading in understanding.read_all([_message(mail) for mail in mails[at : at + BATCH]])
    ]


def read_held_out(models: Path = MODELS, tell: Callable[[str], None] = silently) -> Read:
    """Every voice read by a model that never heard it, between lines that were drawn without it.

    Takes about as long as training.
    """
    mails = read_examples(models / "requests" / "examples")
    preparation = Preparation(models)
    replies = ReplyReader.load(preparation, models)
    lessons = prepare(REQUESTS, mails, preparation)
    truth, scores = REQUESTS.truth(mails), np.zeros((len(mails), len(REQUESTS.columns)), dtype=np.float32)
    folds = [split_by_voice(mails, fold) for fold in range(FOLDS)]
    classifiers = []
    for fold, (seen, unseen) in enumerate(folds, start=1):
        tell(f"voices held out, part {fold} of {FOLDS}")
        classifiers.append(teach(REQUESTS, models, [lessons[number] for number in seen]))
        scores[unseen] = best_scores(REQUESTS, classifiers[-1], [lessons[number] for number in unseen])
    heard: list[Example] = []
    readings: list[Reading] = []
    for classifier, (seen, unseen) in zip(classifiers, folds, strict=True):
        understanding = Understanding(preparation, classifier, draw(truth[seen], scores[seen]), replies)
        held_out = [mails[number] for number in unseen]
        heard += held_out
        readings += read(understanding, held_out)
    return heard, readings


def reply_f1(models: Path = MODELS) -> dict[ReplyAct, float]:
    """F1 of each reply act: every voice by a model that never heard it, between lines drawn without it."""
    mails = read_examples(models / "replies" / "examples", ReplyAct)
    truth = REPLIES.truth(mails)
    raw = held_out_scores(REPLIES, models, mails, prepare(REPLIES, mails, Preparation(models)))
    named = np.zeros(truth.shape, dtype=bool)
    for seen, unseen in (split_by_voice(mails, fold) for fold in range(FOLDS)):
        lines = draw_acts(truth[seen], raw[seen])
        named[unseen] = [[act in acts for act in ReplyAct] for acts in map(lines.asserted, raw[unseen])]
    right, both = (named & (truth > 0)).sum(axis=0), named.sum(axis=0) + truth.sum(axis=0)
    return {act: float(2 * right[at] / max(1, both[at])) for at, act in enumerate(ReplyAct)}


def read_outside_by(understanding: Understanding, path: Path) -> Read:
    mails = read_outside(path)
    return mails, read(understanding, mails)


def read_outside(path: Path) -> list[Example]:
    """Mails of other authors, a file or a folder of them: JSON lines with subject, text, lang and labels.

    Lines without labels are passed over. Raises WrongSetting when there is none with them.
    """
    mails = _outside_rows(path, _outside, "labels")
    if not mails:
        raise WrongSetting(f"{path.name}: no mails with labels (JSON lines with subject, text, lang, labels)")
    return mails


def languages(understanding: Understanding, path: Path) -> Languages:
    """How often each language was read as which, in texts of other authors: JSON lines with text and lang.

    `und` is a text without a word. Raises WrongSetting when there is none.
    """
    samples = _outside_rows(path, _sample, "lang")
    if not samples:
        raise WrongSetting(f"{path.name}: no texts with a language (JSON lines with text and lang)")
    readings = understanding.read_all([Message(text=text) for text, _ in samples])
    return Counter((true, reading.language) for (_, true), reading in zip(samples, readings, strict=True))


def _outside_rows(path: Path, made: Made[Row], needed: str) -> list[Row]:
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [row for file in files for row in _outside_file(file, made, needed)]


def _outside_file(file: Path, made: Made[Row], needed: str) -> list[Row]:
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [made(file.stem, row) for row in rows if needed in row]
    except OSError as error:
        raise WrongSetting(f"{file.name}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise WrongSetting(f"{file.name}: not lines of subject, text, lang and labels") from error


def _sample(_voice: str, row: Mapping[str, object]) -> tuple[str, Language | None]:
    return str(row["text"] or ""), None if row["lang"] == "und" else Language(str(row["lang"]))


def _outside(voice: str, row: Mapping[str, object]) -> Example:
    labels = row["labels"]
    if not isinstance(labels, list):
        raise TypeError("labels")
    kinds = frozenset(_ALSO_CALLED.get(label) or RequestType(label) for label in labels)
    language = Language(str(row.get("lang") or row["language"]))
    return Example(voice, str(row["subject"] or ""), str(row["text"] or ""), language, kinds)


def _message(mail: Example) -> Message:
    return Message(subject=mail.subject, text=mail.text)
