"""How sure the model is of each request type: a spaCy textcat_multilabel over enriched documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language as Pipeline
from thinc.api import Config

from inbox_agent.understanding.bag import Bag, enriched
from inbox_agent.understanding.features import Document
from inbox_agent.understanding.reading import RequestType

TYPES = tuple(RequestType)
# The model's columns: what is asked for if anything is, then whether anything is.
COLUMNS = (*(kind.value for kind in TYPES), "request")
Scores = NDArray[np.float32]

_COMPONENT = "textcat_multilabel"


class Classifier:
    """A score (0-1, not yet calibrated) per document and column, in the order of COLUMNS."""

    def __init__(self, config: Path) -> None:
        self._pipeline = _blank(config)
        component: Any = self._pipeline.get_pipe(_COMPONENT)
        self.bag: Bag = component.model

    @classmethod
    def load(cls, config: Path, weights: Path) -> "Classifier":
        """Raises ValueError or OSError when the weights are missing or do not fit the config."""
        classifier = cls(config)
        classifier.bag.from_bytes(weights.read_bytes())
        return classifier

    def save(self, weights: Path) -> None:
        weights.write_bytes(self.bag.to_bytes())

    def scores(self, documents: Sequence[Document]) -> Scores:
        """A type's score is that of the type, were it a request, times that of being a request at all."""
        if not documents:
            return np.zeros((0, len(COLUMNS)), dtype=np.float32)
        docs = [enriched(self._pipeline, document) for document in documents]
        scores = _logistic(self.bag.predict(docs))
        scores[:, :-1] *= scores[:, -1:]
        return scores


def _blank(config: Path) -> Pipeline:
    pipeline = spacy.util.load_model_from_config(Config().from_disk(config), auto_fill=True)
    component: Any = pipeline.get_pipe(_COMPONENT)
    for column in COLUMNS:
        component.add_label(column)
    return pipeline


def _logistic(logits: Scores) -> Scores:
    return np.asarray(1 / (1 + np.exp(-logits.clip(-30, 30))), dtype=np.float32)
