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
from thinc.api import Adam, Config

from inbox_agent.understanding.reading import RequestType

TYPES = tuple(RequestType)
Scores = NDArray[np.float32]


class Classifier:
    """Documents are lists of features; a score (0-1) per request type, in the order of TYPES, comes back."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._model: Any = pipeline.get_pipe("textcat_multilabel").model  # type: ignore[attr-defined]

    @classmethod
    def blank(cls, config: Path) -> "Classifier":
        pipeline = spacy.util.load_model_from_config(Config().from_disk(config), auto_fill=True)
        types = pipeline.get_pipe("textcat_multilabel")
        for kind in TYPES:
            types.add_label(kind.value)  # type: ignore[attr-defined]
        pipeline.initialize()
        # The model looks at whole features only; their shapes and affixes took a third of the reading time.
        pipeline.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]
        return cls(pipeline)

    @classmethod
    def load(cls, config: Path, weights: Path) -> "Classifier":
        """Raises ValueError or OSError when the weights are missing or do not fit the config."""
        classifier = cls.blank(config)
        classifier._model.from_bytes(weights.read_bytes())
        return classifier

    def save(self, weights: Path) -> None:
        weights.write_bytes(self._model.to_bytes())

    def scores(self, documents: Sequence[Sequence[str]]) -> Scores:
        if not documents:
            return np.zeros((0, len(TYPES)), dtype=np.float32)
        with self._pipeline.memory_zone():
            return np.array(self._model.predict(self._docs(documents)), dtype=np.float32)

    def learn(self, documents: Sequence[Sequence[str]], truth: Scores, *, rounds: int, rate: float) -> None:
        """The same documents in the same order give the same weights, bit for bit."""
        docs = self._docs(documents)
        optimiser = Adam(rate, grad_clip=0.0)
        order = list(range(len(docs)))
        shuffle = random.Random(0).shuffle  # noqa: S311  # an order, not a secret
        for _ in range(rounds):
            shuffle(order)
            for at in range(0, len(order), 32):
                batch = order[at : at + 32]
                guessed, correct = self._model.begin_update([docs[number] for number in batch])
                error = np.nan_to_num(guessed - truth[batch], nan=0.0)  # unknown teaches nothing
                correct(np.ascontiguousarray(error, dtype=np.float32))
                self._model.finish_update(optimiser)

    def _docs(self, documents: Sequence[Sequence[str]]) -> list[Doc]:
        return [Doc(self._pipeline.vocab, words=list(features)) for features in documents]
