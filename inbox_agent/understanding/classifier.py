"""How sure a model is of each of its labels: a spaCy textcat_multilabel over enriched documents."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.tokens import Doc
from thinc.api import Config

from inbox_agent.understanding.bag import DOCUMENT, Bag
from inbox_agent.understanding.features import Document
from inbox_agent.understanding.reading import RequestType

TYPES = tuple(RequestType)
# The columns of the request model: what is asked for if anything is, then whether anything is.
COLUMNS = (*(kind.value for kind in TYPES), "request")
Scores = NDArray[np.float32]

_COMPONENT = "textcat_multilabel"


class Classifier:
    """A score (0-1, not yet calibrated) per document and label."""

    def __init__(self, config: Path, labels: Iterable[str]) -> None:
        self._pipeline = spacy.util.load_model_from_config(Config().from_disk(config), auto_fill=True)
        component: Any = self._pipeline.get_pipe(_COMPONENT)
        for label in labels:
            component.add_label(label)
        self.bag: Bag = component.model

    @classmethod
    def load(cls, folder: Path, labels: Iterable[str]) -> "Classifier":
        """A trained model's folder. Raises ValueError or OSError when it has no weights, or other ones."""
        classifier = cls(folder / "config.cfg", labels)
        classifier.bag.from_bytes((folder / "trained" / "weights.bin").read_bytes())
        return classifier

    def save(self, weights: Path) -> None:
        weights.write_bytes(self.bag.to_bytes())

    def scores(self, documents: Sequence[Document]) -> Scores:
        if not documents:
            return np.zeros((0, self.bag.get_dim("nO")), dtype=np.float32)
        logits = self.bag.predict([self._doc(document) for document in documents])
        return np.asarray(1 / (1 + np.exp(-logits.clip(-30, 30))), dtype=np.float32)

    def _doc(self, document: Document) -> Doc:
        doc = Doc(self._pipeline.vocab)
        doc.user_data[DOCUMENT] = document
        return doc


def request_scores(classifier: Classifier, documents: Sequence[Document]) -> Scores:
    """A type's score is that of the type, were it a request, times that of being a request at all."""
    scores = classifier.scores(documents)
    scores[:, :-1] *= scores[:, -1:]
    return scores
