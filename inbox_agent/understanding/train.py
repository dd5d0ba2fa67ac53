"""Training the request-type model from example mails: the same inputs give the same bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inbox_agent.resources import MODELS
from inbox_agent.understanding.bands import Bands
from inbox_agent.understanding.classifier import COLUMNS, TYPES, Classifier, Scores
from inbox_agent.understanding.drafts import Preparation
from inbox_agent.understanding.examples import Example, read_examples
from inbox_agent.understanding.features import Document
from inbox_agent.understanding.learn import learn

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Lesson:
    """A mail as the classifier sees it: one document per passage, and what is true of the whole."""

    documents: Sequence[Document]
    truth: Scores


def _silently(_: str) -> None:
    """Nobody watches."""


def train(
    examples: Path, out: Path, *, models: Path = MODELS, tell: Callable[[str], None] = _silently
) -> None:
    """Reads every voice of `examples` and writes weights.bin and bands.json to `out`; `tell` hears each step.

    Lexicon, word lists and config come from `models`. Raises WrongSetting when an example is malformed.
    """
    mails = read_examples(examples)
    tell(f"read {len(mails)} mails of {len({mail.voice for mail in mails})} voices")
    lessons = prepare(mails, Preparation(models))
    config = models / "requests" / "config.cfg"
    out.mkdir(parents=True, exist_ok=True)
    held_out = held_out_scores(config, mails, lessons, tell)
    Bands.choose(truth_of(mails), held_out).save(out / "bands.json")
    tell("learning from all voices")
    teach(config, lessons).save(out / "weights.bin")


def held_out_scores(
    config: Path,
    mails: Sequence[Example],
    lessons: Sequence[Lesson],
    tell: Callable[[str], None] = _silently,
) -> Scores:
    """Scores of every mail by a model that heard no mail of its voice."""
    scores = np.zeros((len(mails), len(COLUMNS)), dtype=np.float32)
    for fold in range(FOLDS):
        tell(f"voices held out: part {fold + 1} of {FOLDS}")
        seen, unseen = split_by_voice(mails, fold)
        classifier = teach(config, [lessons[number] for number in seen])
        scores[unseen] = best_scores(classifier, [lessons[number] for number in unseen])
    return scores


def prepare(mails: Sequence[Example], preparation: Preparation) -> list[Lesson]:
    truth = truth_of(mails)
    drafts = (preparation.draft(mail.subject, mail.text) for mail in mails)
    return [Lesson(draft.documents, row) for draft, row in zip(drafts, truth, strict=True)]


def truth_of(mails: Sequence[Example]) -> Scores:
    rows = [[*(kind in mail.labels for kind in TYPES), bool(mail.labels)] for mail in mails]
    return np.array(rows, dtype=np.float32)


def split_by_voice(mails: Sequence[Example], fold: int) -> tuple[list[int], list[int]]:
    """Numbers of the mails to learn from and of those held out: whole voices, every fifth by name."""
    held_out = set(sorted({mail.voice for mail in mails})[fold::FOLDS])
    seen = [number for number, mail in enumerate(mails) if mail.voice not in held_out]
    return seen, [number for number, mail in enumerate(mails) if mail.voice in held_out]


def teach(config: Path, lessons: Sequence[Lesson]) -> Classifier:
    """In two passes: long requests are first left out, then taught by the passage that asks most clearly."""
    first = _taught(config, [lesson for lesson in lessons if _is_plain(lesson)], None)
    return first if all(map(_is_plain, lessons)) else _taught(config, lessons, first)


def _is_plain(lesson: Lesson) -> bool:
    return len(lesson.documents) <= 1 or not lesson.truth.any()


def _taught(config: Path, lessons: Sequence[Lesson], guide: Classifier | None) -> Classifier:
    classifier = Classifier(config)
    documents = [document for lesson in lessons for document in lesson.documents]
    truth = np.concatenate([_passage_truth(lesson, guide) for lesson in lessons])
    learn(classifier.bag, documents, truth)
    return classifier


def _passage_truth(lesson: Lesson, guide: Classifier | None) -> Scores:
    """What is not in the mail is in no passage; what is, in the clearest, and unknown (nan) in the others.

    Ordinary mail teaches nothing about types: they are asked about requests only.
    """
    truth = np.tile(lesson.truth, (len(lesson.documents), 1))
    if not lesson.truth.any():
        truth[:, :-1] = np.nan
    elif guide is not None and not _is_plain(lesson):
        clearest = guide.scores(lesson.documents).argmax(axis=0)
        truth[truth > 0] = np.nan
        for column in np.flatnonzero(lesson.truth):
            truth[clearest[column], column] = 1
    return truth


def best_scores(classifier: Classifier, lessons: Sequence[Lesson]) -> Scores:
    """Per mail the best score of any passage, per type; 0 where there is nothing to read."""
    scores = classifier.scores([document for lesson in lessons for document in lesson.documents])
    ends = np.cumsum([len(lesson.documents) for lesson in lessons])
    return np.array([part.max(axis=0, initial=0.0) for part in np.split(scores, ends[:-1])])
