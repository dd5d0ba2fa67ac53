"""The words of a search in an address: readable where they are references, else sealed.

Browsers keep addresses and proxies log them, so a customer's name or address never stands in one.
"""

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.references import is_only_references, references_in

KEY = "search"
LONGEST = 200
_LONGEST_SEALED = 1200
"""As much as so many letters of four bytes, sealed, come to."""


def query_of(keyring: Keyring, words: str) -> str:
    """The words as an address may hold them."""
    if is_only_references(words):
        return " ".join(references_in(words))
    return keyring.seal_text(KEY, words[:LONGEST]) if words else ""


def words_of(keyring: Keyring, query: str) -> str | None:
    """The words that an address holds; None where they were not sealed here."""
    if not query or is_only_references(query):
        return query
    return keyring.open_text(KEY, query) if len(query) <= _LONGEST_SEALED else None
