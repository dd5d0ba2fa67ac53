"""Training the request-type model from the example mails: seeded, byte for byte the same from the same inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inbox_agent.understanding.bands import choose_bands
from inbox_agent.understanding.classifier import TYPES, Classifier, Scores
from inbox_agent.understanding.drafts import Preparation
from inbox_agent.understanding.examples import Example, read_examples

_ROUNDS, _RATE = 6, 0.01
_FOLDS = 4


def train(examples: Path, out: Path, *, models: Path) -> None:
    """Reads every voice of `examples`, writes weights.bin and bands.json to `out`; lexicon and words from `models`.

    Raises WrongSetting when an example is malformed. Takes some minutes for some thousand mails.
    """
    mails = read_examples(examples)
    lessons = prepare(mails, Preparation(models))
    config = models / "requests" / "config.cfg"
    held_out = np.zeros_like(truth_of(mails))
    for fold in range(_FOLDS):
        seen, unseen = split_by_voice(mails, fold)
        classifier = teach(config, [lessons[number] for number in seen])
        held_out[unseen] = best_scores(classifier, [lessons[number] for number in unseen])
    out.mkdir(parents=True, exist_ok=True)
    choose_bands(truth_of(mails), held_out).save(out / "bands.json")
    teach(config, lessons).save(out / "weights.bin")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A mail as the classifier sees it: one document per passage, and what is true of the whole."""

    documents: Sequence[Sequence[str]]
    truth: Scores


def prepare(mails: Sequence[Example], preparation: Preparation) -> list[Lesson]:
    truth = truth_of(mails)
    drafts = (preparation.draft(mail.subject, mail.text) for mail in mails)
    return [Lesson(draft.documents, row) for draft, row in zip(drafts, truth, strict=True)]


def truth_of(mails: Sequence[Example]) -> Scores:
    return np.array([[kind in mail.labels for kind in TYPES] for mail in mails], dtype=np.float32)


def split_by_voice(mails: Sequence[Example], fold: int) -> tuple[list[int], list[int]]:
    """Numbers of the mails to learn from and of those held out: whole voices, every fourth by name."""
    voices = sorted({mail.voice for mail in mails})
    held_out = set(voices[fold::_FOLDS])
    numbers = range(len(mails))
    return [n for n in numbers if mails[n].voice not in held_out], [
        n for n in numbers if mails[n].voice in held_out
    ]


def teach(config: Path, lessons: Sequence[Lesson]) -> Classifier:
    """In two passes: long requests are first left out, then taught by the passage that asks most clearly."""
    first = Classifier.blank(config)
    first.learn(
        *_taught([lesson for lesson in lessons if _is_plain(lesson)], None), rounds=_ROUNDS, rate=_RATE
    )
    if all(_is_plain(lesson) for lesson in lessons):
        return first
    second = Classifier.blank(config)
    second.learn(*_taught(lessons, first), rounds=_ROUNDS, rate=_RATE)
    return second


def _is_plain(lesson: Lesson) -> bool:
    return len(lesson.documents) == 1 or not lesson.truth.any()


def _taught(lessons: Sequence[Lesson], classifier: Classifier | None) -> tuple[list[Sequence[str]], Scores]:
    documents = [document for lesson in lessons for document in lesson.documents]
    return documents, np.concatenate([_passage_truth(lesson, classifier) for lesson in lessons])


def _passage_truth(lesson: Lesson, classifier: Classifier | None) -> Scores:
    """Per passage: what is not in the mail is in none; what is, in the clearest one, and unknown (nan) in others."""
    if classifier is None or _is_plain(lesson):
        return np.tile(lesson.truth, (len(lesson.documents), 1))
    scores = classifier.scores(lesson.documents)
    truth = np.where(lesson.truth > 0, np.nan, np.float32(0)).astype(np.float32) * np.ones_like(scores)
    for column in np.flatnonzero(lesson.truth):
        truth[scores[:, column].argmax(), column] = 1
    return truth


def best_scores(classifier: Classifier, lessons: Sequence[Lesson]) -> Scores:
    """Per mail the best score of any passage, per type."""
    scores = classifier.scores([document for lesson in lessons for document in lesson.documents])
    ends = np.cumsum([len(lesson.documents) for lesson in lessons])
    return np.array([part.max(axis=0) for part in np.split(scores, ends[:-1])])
