"""How good the reading is: on held-out voices of our own, or on mails of other authors."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inbox_agent.errors import WrongSetting
from inbox_agent.message import Message
from inbox_agent.resources import MODELS
from inbox_agent.understanding.bands import Bands
from inbox_agent.understanding.drafts import Preparation
from inbox_agent.understanding.examples import Example, read_examples
from inbox_agent.understanding.reader import Understanding
from inbox_agent.understanding.reading import Decision, Language, Reading, RequestType
from inbox_agent.understanding.train import FOLDS, prepare, split_by_voice, teach

_BATCH = 50
# What other authors call our types.
_ALSO_CALLED = {"optout": RequestType.OPT_OUT, "child": RequestType.CHILD_DATA}


@dataclass(frozen=True, slots=True)
class Figures:
    """F1 by type, their mean, F1 over all types by language; the rest as shares (0-1).

    `missed` of requests were left; `opened_falsely` of ordinary mails opened a case; `asked` of ordinary
    mails and `opened` of requests say what staff are spared.
    """

    mails: int
    by_type: Mapping[RequestType, float]
    macro: float
    by_language: Mapping[Language, float]
    missed: float
    opened_falsely: float
    opened: float
    asked: float
    language: float
    misses: tuple[int, ...] = field(default=())
    false_cases: tuple[int, ...] = field(default=())


def evaluate(understanding: Understanding, mails: Sequence[Example]) -> Figures:
    return figures(mails, _readings(understanding, mails))


def evaluate_held_out(examples: Path, *, models: Path = MODELS) -> Figures:
    """Every voice read by a model that never heard it; takes about as long as training."""
    mails = read_examples(examples)
    preparation, bands = Preparation(models), Bands.load(models / "requests" / "trained" / "bands.json")
    lessons = prepare(mails, preparation)
    heard: list[Example] = []
    readings: list[Reading] = []
    for fold in range(FOLDS):
        seen, unseen = split_by_voice(mails, fold)
        classifier = teach(models / "requests" / "config.cfg", [lessons[number] for number in seen])
        held_out = [mails[number] for number in unseen]
        heard += held_out
        readings += _readings(Understanding(preparation, classifier, bands), held_out)
    return figures(heard, readings)


def _readings(understanding: Understanding, mails: Sequence[Example]) -> list[Reading]:
    return [
        reading
        for at in range(0, len(mails), _BATCH)
        for reading in understanding.read_all([_message(mail) for mail in mails[at : at + _BATCH]])
    ]


def figures(mails: Sequence[Example], readings: Sequence[Reading]) -> Figures:
    requests = [number for number, mail in enumerate(mails) if mail.labels]
    ordinary = [number for number, mail in enumerate(mails) if not mail.labels]
    by_type = {kind: _f1(mails, readings, [kind]) for kind in RequestType if _occurs(kind, mails)}
    misses = [number for number in requests if readings[number].decision is Decision.LEAVE]
    false_cases = [number for number in ordinary if readings[number].decision is Decision.OPEN_CASE]
    return Figures(
        mails=len(mails),
        by_type=by_type,
        macro=sum(by_type.values()) / max(1, len(by_type)),
        by_language=_by_language(mails, readings),
        missed=len(misses) / max(1, len(requests)),
        opened_falsely=len(false_cases) / max(1, len(ordinary)),
        opened=_share(readings, requests, Decision.OPEN_CASE),
        asked=_share(readings, ordinary, Decision.ASK_STAFF),
        language=sum(mail.language is reading.language for mail, reading in zip(mails, readings, strict=True))
        / max(1, len(mails)),
        misses=tuple(misses),
        false_cases=tuple(false_cases),
    )


def read_outside(file: Path) -> list[Example]:
    """Mails of other authors: JSON lines with subject, text, lang (or language) and labels."""
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [_outside(file.stem, row) for row in rows if "labels" in row]
    except (ValueError, KeyError, TypeError) as error:
        raise WrongSetting(f"{file.name}: not lines of subject, text, lang and labels") from error


def _outside(voice: str, row: Mapping[str, object]) -> Example:
    labels = row["labels"]
    if not isinstance(labels, list):
        raise TypeError("labels")
    kinds = frozenset(_ALSO_CALLED.get(label) or RequestType(label) for label in labels)
    language = Language(str(row.get("lang") or row["language"]))
    return Example(voice, str(row["subject"] or ""), str(row["text"] or ""), language, kinds)


def _message(mail: Example) -> Message:
    return Message(subject=mail.subject, text=mail.text)


def _occurs(kind: RequestType, mails: Sequence[Example]) -> bool:
    return any(kind in mail.labels for mail in mails)


def _by_language(mails: Sequence[Example], readings: Sequence[Reading]) -> dict[Language, float]:
    found = {}
    for language in Language:
        pairs = [pair for pair in zip(mails, readings, strict=True) if pair[0].language is language]
        if pairs:
            found[language] = _f1([mail for mail, _ in pairs], [reading for _, reading in pairs], RequestType)
    return found


def _f1(mails: Sequence[Example], readings: Sequence[Reading], kinds: Iterable[RequestType]) -> float:
    """Over all decisions for these types together; 1 where there was nothing to find and nothing found."""
    wanted, found, right = 0, 0, 0
    for mail, reading in zip(mails, readings, strict=True):
        for kind in kinds:
            wanted += kind in mail.labels
            found += kind in reading.request_types
            right += kind in mail.labels and kind in reading.request_types
    return 2 * right / (wanted + found) if wanted + found else 1.0


def _share(readings: Sequence[Reading], numbers: Sequence[int], decision: Decision) -> float:
    return sum(readings[number].decision is decision for number in numbers) / max(1, len(numbers))
