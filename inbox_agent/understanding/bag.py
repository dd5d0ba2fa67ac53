"""The model of the textcat: a weighted bag of features, read by a spaCy architecture of our own."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model

from inbox_agent.understanding.features import BUCKETS, Document, Numbers

Floats = NDArray[np.float32]
Bag = Model[list[Doc], Floats]


@registry.architectures("inbox_agent.WeightedBag.v1")
def weighted_bag(columns: int) -> Bag:
    """Logits: per document and group of features, the mean weight of its buckets by their rarity.

    `rarity` is 0 for a bucket no two documents of the training had; a group's rarities are scaled to length 1.
    Weights are learned elsewhere (`learn.py`) and put in: this layer only reads.
    """
    return Model(
        "weighted_bag",
        _forward,
        params={
            "weights": np.zeros((BUCKETS + 1, columns), dtype=np.float16),
            "rarity": np.zeros(BUCKETS + 1, dtype=np.float16),
            "bias": np.zeros(columns, dtype=np.float32),
        },
        dims={"nO": columns},
    )


def enriched(pipeline: Any, document: Document) -> Doc:
    doc = Doc(pipeline.vocab)
    doc.user_data["document"] = document
    return doc


def scaled(rarity: Floats, documents: Sequence[Numbers]) -> tuple[Numbers, Floats, Numbers]:
    """All buckets in a row, what each counts, and where each document begins; an unused bucket ends each."""
    lengths = np.array([len(buckets) + 1 for buckets in documents])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    end = np.array([BUCKETS])
    buckets = np.concatenate([part for buckets in documents for part in (buckets, end)])
    values = rarity[buckets]
    length = np.sqrt(np.add.reduceat(values * values, starts))
    return buckets, values / np.repeat(np.maximum(length, 1e-6), lengths), starts


def _forward(model: Bag, docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[[Floats], list[Doc]]]:
    weights = model.get_param("weights")
    rarity = model.get_param("rarity").astype(np.float32)
    documents = [cast(Document, doc.user_data["document"]) for doc in docs]
    logits = np.tile(model.get_param("bias"), (len(docs), 1))
    for group in ([one.said for one in documents], [one.spelled for one in documents]):
        buckets, values, starts = scaled(rarity, group)
        logits += np.add.reduceat(weights[buckets].astype(np.float32) * values[:, None], starts, axis=0)
    return logits, _teaches_nothing


def _teaches_nothing(_: Floats) -> list[Doc]:
    return []
