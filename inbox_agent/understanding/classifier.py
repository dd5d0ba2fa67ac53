"""How sure the model is of each request type: a spaCy textcat_multilabel over enriched documents."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language as Pipeline
from spacy.tokens import Doc
from thinc.api import Config

from inbox_agent.understanding.optimiser import SparseAdam
from inbox_agent.understanding.reading import RequestType

TYPES = tuple(RequestType)
# The model's columns: what is asked for if anything is, then whether anything is.
COLUMNS = (*(kind.value for kind in TYPES), "request")
Scores = NDArray[np.float32]

_COMPONENT = "textcat_multilabel"


class Classifier:
    """Documents are lists of features; a score (0-1) per column, in the order of COLUMNS, comes back."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        component: Any = pipeline.get_pipe(_COMPONENT)
        self._model = component.model

    @classmethod
    def blank(cls, config: Path) -> "Classifier":
        return cls(_blank(config))

    @classmethod
    def load(cls, config: Path, weights: Path) -> "Classifier":
        """Raises ValueError or OSError when the weights are missing or do not fit the config."""
        pipeline = _blank(config)
        model: Any = pipeline.get_pipe(_COMPONENT)
        model.model.from_bytes(weights.read_bytes())
        return cls(pipeline)

    def save(self, weights: Path) -> None:
        weights.write_bytes(self._model.to_bytes())

    def scores(self, documents: Sequence[Sequence[str]]) -> Scores:
        """A type's score is that of the type, were it a request, times that of being a request at all."""
        if not documents:
            return np.zeros((0, len(COLUMNS)), dtype=np.float32)
        with self._pipeline.memory_zone():
            scores = _logistic(self._model.predict(self._docs(documents)))
        scores[:, :-1] *= scores[:, -1:]
        return scores

    def learn(
        self, documents: Sequence[Sequence[str]], truth: Scores, *, rounds: int, rate: float, l2: float
    ) -> None:
        """The same documents in the same order give the same weights, bit for bit."""
        docs = self._docs(documents)
        optimiser = SparseAdam(rate, l2)
        order = list(range(len(docs)))
        shuffle = random.Random(0).shuffle  # noqa: S311  # an order, not a secret
        for _ in range(rounds):
            shuffle(order)
            for at in range(0, len(order), 32):
                batch = order[at : at + 32]
                logits, correct = self._model.begin_update([docs[number] for number in batch])
                error = _logistic(logits) - truth[batch]  # the slope of log loss
                correct(np.nan_to_num(error, nan=0.0))  # what is unknown teaches nothing
                self._model.finish_update(optimiser)

    def _docs(self, documents: Sequence[Sequence[str]]) -> list[Doc]:
        return [Doc(self._pipeline.vocab, words=list(features)) for features in documents]


def _blank(config: Path) -> Pipeline:
    pipeline = spacy.util.load_model_from_config(Config().from_disk(config), auto_fill=True)
    component: Any = pipeline.get_pipe(_COMPONENT)
    for column in COLUMNS:
        component.add_label(column)
    pipeline.initialize()
    # The model looks at whole features only; their shapes and affixes took a third of the reading time.
    vocabulary: Any = pipeline.vocab
    vocabulary.lex_attr_getters = {}
    return pipeline


def _logistic(logits: Scores) -> Scores:
    return np.asarray(1 / (1 + np.exp(-logits.clip(-30, 30))), dtype=np.float32)
