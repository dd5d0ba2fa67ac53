"""Finding a case by words of its person's name and subject: only keyed hashes of them are kept.

Words are compared without case, accents, hamza seats, harakat and the Arabic article.
"""

import uuid
from collections.abc import Iterable, Iterator

from sqlalchemy import ForeignKey, Select, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import HASH, Table
from inbox_agent.understanding import folded_words

MOST_WORDS = 40
_ARTICLE = "ال"
_SHORTEST = 2


class SearchToken(Table):
    """A word of a case, as a keyed hash."""

    __tablename__ = "search_tokens"

    hash: Mapped[bytes] = mapped_column(HASH, primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)


def tokens(keyring: Keyring, case_id: uuid.UUID, texts: Iterable[str]) -> list[SearchToken]:
    """What these texts are found by; of endless ones the first words."""
    words = dict.fromkeys(word for text in texts for word in _words(text))
    return [SearchToken(hash=_hash(keyring, word), case_id=case_id) for word in list(words)[:MOST_WORDS]]


def with_all(keyring: Keyring, text: str) -> list[Select[uuid.UUID]]:
    """One query of case ids for each word; a case that is in all of them has all the words."""
    words = dict.fromkeys(_words(text))
    hashes = [_hash(keyring, word) for word in list(words)[:MOST_WORDS]]
    return [select(SearchToken.case_id).where(SearchToken.hash == one) for one in hashes]


def forget(session: Session, case_id: uuid.UUID) -> None:
    """The case can be found by no word any more."""
    session.execute(delete(SearchToken).where(SearchToken.case_id == case_id))


def _words(text: str) -> Iterator[str]:
    for word in folded_words(text):
        bare = word.removeprefix(_ARTICLE)
        if len(word) >= _SHORTEST:
            yield bare if len(bare) >= _SHORTEST else word


def _hash(keyring: Keyring, word: str) -> bytes:
    return keyring.hash("index", b"word:" + word.encode())
