"""The model of the textcat: a weighted bag of features, read by a spaCy architecture of our own."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model

from inbox_agent.understanding.features import BUCKETS, Document, Numbers

Floats = NDArray[np.float32]
Bag = Model[list[Doc], Any]

_SMALL = 6000.0
"""Added to a squared length: of a mail of one or two words no feature decides alone."""

DOCUMENT = "document"
"""Where a Doc carries the Document that was made of its text."""


@registry.architectures("inbox_agent.WeightedBag.v1")  # type: ignore[untyped-decorator]
def weighted_bag(columns: int) -> Bag:
    """Logits: per document and group of features, the mean weight of its buckets by their rarity.

    `used` are the buckets that two documents of the training had, in order; the last row of `weights` and
    `rarity` stands for all others and is 0. A group's rarities are scaled to a length of nearly 1. What is
    learned is put in from outside (`learn.py`); the layer only reads.
    """
    parameters: dict[str, Any] = {
        "used": np.zeros(0, dtype=np.int32),
        "weights": np.zeros((1, columns), dtype=np.float16),
        "rarity": np.zeros(1, dtype=np.float32),
        "bias": np.zeros(columns, dtype=np.float32),
    }
    return Model("weighted_bag", partial(_forward, _Rows()), params=parameters, dims={"nO": columns})


def scaled(rows_of: Numbers, rarity: Floats, documents: Sequence[Numbers]) -> tuple[Numbers, Floats, Numbers]:
    """All rows in a line, what each counts, and where each document begins; a row of 0 ends each.

    `rows_of` is what `rows_of_buckets` gives.
    """
    lengths = np.array([len(buckets) + 1 for buckets in documents])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    end = np.array([BUCKETS])
    rows = rows_of[np.concatenate([part for buckets in documents for part in (buckets, end)])]
    values = rarity[rows]
    length = np.sqrt(np.add.reduceat(values * values, starts) + _SMALL)
    return rows, values / np.repeat(length, lengths), starts


def rows_of_buckets(used: Numbers) -> Numbers:
    """The row of each bucket's weights; the last row for buckets that are not used."""
    rows: Numbers = np.full(BUCKETS + 1, len(used), dtype=np.int64)
    rows[used] = np.arange(len(used))
    return rows


class _Rows:
    """The rows of buckets, made once for what was learned or loaded last."""

    def __init__(self) -> None:
        self._used: Numbers | None = None
        self._rows = rows_of_buckets(np.zeros(0, dtype=np.int64))

    def of(self, used: Numbers) -> Numbers:
        if self._used is not used:
            self._used, self._rows = used, rows_of_buckets(used)
        return self._rows


def _forward(
    rows_of: _Rows, model: Bag, docs: list[Doc], is_train: bool
) -> tuple[Floats, Callable[[Floats], list[Doc]]]:
    del is_train  # thinc asks for it; nothing here depends on it
    used, weights, rarity, bias = (_param(model, name) for name in ("used", "weights", "rarity", "bias"))
    documents = [cast(Document, doc.user_data[DOCUMENT]) for doc in docs]
    logits = np.tile(bias, (len(docs), 1))
    for group in ([one.said for one in documents], [one.spelled for one in documents]):
        rows, values, starts = scaled(rows_of.of(used), rarity, group)
        logits += np.add.reduceat(weights[rows].astype(np.float32) * values[:, None], starts, axis=0)
    return logits, _teaches_nothing


def _param(model: Bag, name: str) -> Any:
    return model.get_param(name)


def _teaches_nothing(_: Floats) -> list[Doc]:
    return []
