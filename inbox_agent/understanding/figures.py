"""What readings are worth beside the truth: F1, misses, false cases, calibration, each with its interval."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inbox_agent.understanding.calibration import Bin, expected_calibration_error, reliability
from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.reading import Decision, Language, Reading, RequestType

_RESAMPLES = 500
_FEW_VOICES = 10
_LEVEL = 95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure (0-1) and its 95 % interval: whole voices drawn again, or mails where voices are few."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """F1 by type, their mean, F1 over all types by language; the rest as shares (0-1).

    `missed` of requests were left, `child_unseen` of mails about a child; `opened_falsely` of ordinary mails
    opened a case; `asked` of ordinary mails and `opened` of requests say what staff are spared. A type that
    the truth never names is left out of F1 and of false cases: another author may not have had it.
    `confusion` counts, for each type that is true (None: none is), what was named instead or as well (None:
    nothing was). `misses` and `false_cases` are numbers of mails.
    """

    mails: int
    voices: int
    by_type: Mapping[RequestType, Interval]
    macro: Interval
    by_language: Mapping[Language, Interval]
    by_type_and_language: Mapping[tuple[RequestType, Language], float]
    missed: Interval
    child_unseen: Interval
    opened_falsely: Interval
    opened: Interval
    asked: Interval
    language: Interval
    bins: Sequence[Bin]
    calibration_error: float
    confusion: Mapping[tuple[RequestType | None, RequestType | None], int]
    misses: Sequence[int]
    false_cases: Sequence[int]


def figures(mails: Sequence[Example], readings: Sequence[Reading]) -> Figures:
    sample = _Sample(mails, readings)
    decisions = [reading.decision for reading in readings]
    requests = [bool(mail.labels) for mail in mails]
    child = [RequestType.CHILD_DATA in mail.labels for mail in mails]
    left = [decision is Decision.LEAVE for decision in decisions]
    opened = [decision is Decision.OPEN_CASE for decision in decisions]
    ordinary = [_is_ordinary(*pair, sample.kinds) for pair in zip(mails, readings, strict=True)]
    asked = [decision is Decision.ASK_STAFF for decision in decisions]
    bins = _bins(sample.kinds, mails, readings)
    return Figures(
        mails=len(mails),
        voices=len({mail.voice for mail in mails}),
        by_type={kind: sample.f1([kind]) for kind in sample.kinds},
        macro=sample.macro_f1(),
        by_language={language: sample.f1(sample.kinds, language) for language in sample.languages},
        by_type_and_language={
            (kind, language): sample.f1([kind], language).value
            for kind in sample.kinds
            for language in sample.languages
        },
        missed=sample.share(left, requests),
        child_unseen=sample.share(left, child),
        opened_falsely=sample.share(opened, ordinary),
        opened=sample.share(opened, requests),
        asked=sample.share(asked, ordinary),
        language=sample.share(
            [mail.language is reading.language for mail, reading in zip(mails, readings, strict=True)],
            [True] * len(mails),
        ),
        bins=bins,
        calibration_error=expected_calibration_error(bins),
        confusion=_confusion(mails, readings),
        misses=_both(requests, left),
        false_cases=_both(ordinary, opened),
    )


def _is_ordinary(mail: Example, reading: Reading, kinds: Sequence[RequestType]) -> bool:
    """Asks for nothing. What opened only for types that the truth does not know is not judged."""
    opened = reading.decision is Decision.OPEN_CASE
    return not mail.labels and not (opened and not any(kind in kinds for kind in reading.asserted))


class _Sample:
    """Counts per voice (or mail), so that voices can be drawn again: right, named and true decisions."""

    def __init__(self, mails: Sequence[Example], readings: Sequence[Reading]) -> None:
        self.kinds = [kind for kind in RequestType if any(kind in mail.labels for mail in mails)]
        self.languages = [language for language in Language if any(m.language is language for m in mails)]
        voices = sorted({mail.voice for mail in mails})
        several = len(voices) >= _FEW_VOICES
        self._unit = np.array([voices.index(m.voice) if several else at for at, m in enumerate(mails)])
        self._of = np.array([self.languages.index(mail.language) for mail in mails])
        self._true = np.array([[kind in mail.labels for kind in self.kinds] for mail in mails])
        self._named = np.array([[kind in r.request_types for kind in self.kinds] for r in readings])
        units = self._unit.max(initial=0) + 1
        draws = np.random.default_rng(0).multinomial(units, np.full(units, 1 / units), size=_RESAMPLES)
        self._draws = np.vstack([np.ones(units, dtype=np.int64), draws])

    def f1(self, kinds: Iterable[RequestType], language: Language | None = None) -> Interval:
        """Over all decisions for these types together; 1 where there was nothing to find or found."""
        columns = [self.kinds.index(kind) for kind in kinds]
        return _interval(self._drawn_f1(columns, language))

    def macro_f1(self) -> Interval:
        return _interval(
            np.mean([self._drawn_f1([column], None) for column in range(len(self.kinds))], axis=0)
        )

    def share(self, these: Sequence[bool], of: Sequence[bool]) -> Interval:
        """Of the mails of `of`, how many are among `these`; 0 where there are none."""
        all_, some = np.array(of, dtype=bool), np.array(these, dtype=bool)
        return _interval(self._drawn(all_ & some) / np.maximum(1, self._drawn(all_)))

    def _drawn_f1(self, columns: Sequence[int], language: Language | None) -> NDArray[np.float64]:
        here = (
            np.ones(len(self._of), dtype=bool)
            if language is None
            else self._of == self.languages.index(language)
        )
        true, named = self._true[:, columns] & here[:, None], self._named[:, columns] & here[:, None]
        right = self._drawn((true & named).sum(axis=1))
        both = self._drawn(true.sum(axis=1) + named.sum(axis=1))
        return np.where(both > 0, 2 * right / np.maximum(1, both), 1.0)

    def _drawn(self, counts: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sums over all mails: first as they are, then with voices drawn again."""
        per_unit = np.bincount(self._unit, weights=counts.astype(np.float64), minlength=self._draws.shape[1])
        return np.asarray(self._draws @ per_unit)


def _interval(drawn: NDArray[np.float64]) -> Interval:
    beyond = (100 - _LEVEL) / 2
    low, high = np.percentile(drawn[1:], [beyond, 100 - beyond])
    return Interval(float(drawn[0]), float(low), float(high))


def _both(these: Sequence[bool], those: Sequence[bool]) -> list[int]:
    return [number for number, pair in enumerate(zip(these, those, strict=True)) if all(pair)]


def _bins(kinds: Sequence[RequestType], mails: Sequence[Example], readings: Sequence[Reading]) -> list[Bin]:
    """Of every type that was named, in any mail: how sure the model said it was, and whether it is true."""
    named = [
        (kind in mail.labels, score)
        for mail, reading in zip(mails, readings, strict=True)
        for kind, score in reading.asserted.items()
        if kind in kinds
    ]
    return reliability([true for true, _ in named], [score for _, score in named])


def _confusion(
    mails: Sequence[Example], readings: Sequence[Reading]
) -> Counter[tuple[RequestType | None, RequestType | None]]:
    found: Counter[tuple[RequestType | None, RequestType | None]] = Counter()
    for mail, reading in zip(mails, readings, strict=True):
        found.update(
            (kind, other) for kind in _or_none(mail.labels) for other in _or_none(reading.request_types)
        )
    return found


def _or_none(kinds: Iterable[object]) -> list[RequestType | None]:
    these = set(kinds)
    return [*(kind for kind in RequestType if kind in these)] or [None]
