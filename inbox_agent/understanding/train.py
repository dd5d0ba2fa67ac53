"""Training a model from example mails: the same inputs give the same bytes."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from inbox_agent.resources import MODELS
from inbox_agent.understanding.classifier import COLUMNS, Classifier, Scores, request_scores
from inbox_agent.understanding.curves import curves_of, save_curves
from inbox_agent.understanding.drafts import Preparation
from inbox_agent.understanding.examples import Example, read_examples
from inbox_agent.understanding.features import Document
from inbox_agent.understanding.learn import learn
from inbox_agent.understanding.lines import draw, draw_acts
from inbox_agent.understanding.reading import ReplyAct, RequestType
from inbox_agent.understanding.vocabulary import learn_language

FOLDS = 5
_LEFT_BEHIND = frozenset({"examples", "trained", "README.md"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is particular to a model: its folder's name, its labels, and how its columns become scores."""

    name: str
    labels: type[StrEnum]
    columns: Sequence[str]
    score: Callable[[Classifier, Sequence[Document]], Scores]

    def truth(self, mails: Sequence[Example]) -> Scores:
        """1 or 0 per mail and column; a column beside the labels says whether there is any."""
        rows = [[*(label in mail.labels for label in self.labels), bool(mail.labels)] for mail in mails]
        return np.array(rows, dtype=np.float32)[:, : len(self.columns)]


REQUESTS = Recipe("requests", RequestType, COLUMNS, request_scores)
REPLIES = Recipe("replies", ReplyAct, tuple(act.value for act in ReplyAct), Classifier.scores)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A mail as the classifier sees it: one document per passage, and what is true of the whole."""

    documents: Sequence[Document]
    truth: Scores


def silently(_: str) -> None:
    """Nobody watches."""


def train(
    out: Path,
    *,
    models: Path = MODELS,
    corrections: Sequence[Example] = (),
    tell: Callable[[str], None] = silently,
) -> None:
    """Learn all models of `models` from its examples and write what came of it below `out`, laid out alike.

    With what they are made from, but for the examples, so that `out` can be used by itself. The model cards
    stay behind: their figures are of other models.
    `corrections` are mails that staff judged. Only the request model hears them, which keeps no words: the
    lists of words of the languages come from our own mails alone. `tell` hears of each step. Raises
    WrongSetting when an example is malformed.
    """
    tell("languages")
    mails = read_examples(models / "requests" / "examples")
    learn_language(mails, models / "language", out / "language" / "trained")
    preparation = Preparation(models, learned=out / "language" / "trained")
    train_requests([*mails, *corrections], preparation, models, _made(out / "requests" / "trained"), tell)
    tell("replies")
    replies = read_examples(models / "replies" / "examples", ReplyAct)
    train_replies(replies, preparation, models, _made(out / "replies" / "trained"))
    if out.resolve() != models.resolve():
        _copy_recipes(models, out)


def _copy_recipes(models: Path, out: Path) -> None:
    for file in sorted(models.rglob("*")):
        inside = file.relative_to(models)
        if file.is_file() and not _LEFT_BEHIND.intersection(inside.parts):
            shutil.copyfile(file, _made((out / inside).parent) / inside.name)


def train_requests(
    mails: Sequence[Example],
    preparation: Preparation,
    models: Path,
    out: Path,
    tell: Callable[[str], None] = silently,
) -> None:
    tell(f"requests: {len(mails)} mails of {len({mail.voice for mail in mails})} voices")
    lessons = prepare(REQUESTS, mails, preparation)
    held_out = held_out_scores(REQUESTS, models, mails, lessons, tell)
    truth = REQUESTS.truth(mails)
    bands = draw(truth, held_out)
    bands.save(out / "bands.json")
    save_curves(curves_of(truth, bands.calibration.of(held_out)), out / "curves.json")
    tell("requests: all voices")
    teach(REQUESTS, models, lessons).save(out / "weights.bin")


def train_replies(mails: Sequence[Example], preparation: Preparation, models: Path, out: Path) -> None:
    lessons = prepare(REPLIES, mails, preparation)
    held_out = held_out_scores(REPLIES, models, mails, lessons)
    draw_acts(REPLIES.truth(mails), held_out).save(out / "lines.json")
    teach(REPLIES, models, lessons).save(out / "weights.bin")


def held_out_scores(
    recipe: Recipe,
    models: Path,
    mails: Sequence[Example],
    lessons: Sequence[Lesson],
    tell: Callable[[str], None] = silently,
) -> Scores:
    """Scores of every mail by a model that heard no mail of its voice."""
    scores = np.zeros((len(mails), len(recipe.columns)), dtype=np.float32)
    for fold in range(FOLDS):
        tell(f"{recipe.name}: voices held out, part {fold + 1} of {FOLDS}")
        seen, unseen = split_by_voice(mails, fold)
        classifier = teach(recipe, models, [lessons[number] for number in seen])
        scores[unseen] = best_scores(recipe, classifier, [lessons[number] for number in unseen])
    return scores


def prepare(recipe: Recipe, mails: Sequence[Example], preparation: Preparation) -> list[Lesson]:
    drafts = (preparation.draft(mail.subject, mail.text) for mail in mails)
    return [Lesson(draft.documents, row) for draft, row in zip(drafts, recipe.truth(mails), strict=True)]


def split_by_voice(mails: Sequence[Example], fold: int) -> tuple[list[int], list[int]]:
    """Numbers of the mails to learn from and of those held out: whole voices, every fifth by name."""
    held_out = set(sorted({mail.voice for mail in mails})[fold::FOLDS])
    seen = [number for number, mail in enumerate(mails) if mail.voice not in held_out]
    return seen, [number for number, mail in enumerate(mails) if mail.voice in held_out]


def teach(recipe: Recipe, models: Path, lessons: Sequence[Lesson]) -> Classifier:
    """In two passes: long requests are first left out, then taught by the passage that asks most clearly."""
    first = _taught(recipe, models, [lesson for lesson in lessons if _is_plain(lesson)], None)
    return first if all(map(_is_plain, lessons)) else _taught(recipe, models, lessons, first)


def _is_plain(lesson: Lesson) -> bool:
    return len(lesson.documents) <= 1 or not lesson.truth.any()


def _taught(recipe: Recipe, models: Path, lessons: Sequence[Lesson], guide: Classifier | None) -> Classifier:
    classifier = Classifier(models / recipe.name / "config.cfg", recipe.columns)
    documents = [document for lesson in lessons for document in lesson.documents]
    truth = np.concatenate([_passage_truth(recipe, lesson, guide) for lesson in lessons])
    learn(classifier.bag, documents, truth)
    return classifier


def _passage_truth(recipe: Recipe, lesson: Lesson, guide: Classifier | None) -> Scores:
    """What is not in the mail is in no passage; what is, in the clearest, and unknown (nan) in the others.

    Ordinary mail teaches nothing about types: they are asked about requests only.
    """
    truth = np.tile(lesson.truth, (len(lesson.documents), 1))
    if not lesson.truth.any():
        truth[:, :-1] = np.nan
    elif guide is not None and not _is_plain(lesson):
        clearest = recipe.score(guide, lesson.documents).argmax(axis=0)
        truth[truth > 0] = np.nan
        for column in np.flatnonzero(lesson.truth):
            truth[clearest[column], column] = 1
    return truth


def best_scores(recipe: Recipe, classifier: Classifier, lessons: Sequence[Lesson]) -> Scores:
    """Per mail the best score of any passage, per column; 0 where there is nothing to read."""
    scores = recipe.score(classifier, [document for lesson in lessons for document in lesson.documents])
    ends = np.cumsum([len(lesson.documents) for lesson in lessons])
    return np.array([part.max(axis=0, initial=0.0) for part in np.split(scores, ends[:-1])])


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
