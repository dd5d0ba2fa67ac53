"""Case references like MC-7K2Q-9D4X: random, so they say nothing about volume, with a check letter.

The alphabet leaves out what people misread (0 O 1 I L) and has a prime number of symbols, so the weighted
check sum finds every single wrong character and every two that changed places.
"""

import re
import secrets

from inbox_agent.message import DIRECTION_MARKS

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 7
_DASH = "[-\u2010-\u2015 ]?"
_PATTERN = re.compile(
    rf"(?<![0-9A-Za-z])MC{_DASH}([{_ALPHABET}]{{4}}){_DASH}([{_ALPHABET}]{{4}})(?![0-9A-Za-z])",
    re.ASCII | re.IGNORECASE,
)


_SEARCHED = 20_000
_THEIRS = re.compile(
    r"\b(?:reference|ref|file (?:no|number)|request (?:id|no|number)|referenz|aktenzeichen|zeichen"
    r"|référence|referencia|riferimento|(?:ال)?رقم (?:ال)?مرجعي(?: الخاص بي)?|(?:ال)?مرجعي?)"
    r"(?: ?(?:no|number|code|id|nr))?\.? ?[:#=] ?([0-9A-Za-z][0-9A-Za-z/_.-]{3,39})",
    re.IGNORECASE,
)
_OURS = re.compile(r"MC-", re.IGNORECASE)
_OF_A_TOOL = re.compile(r"20\d\d-[0-9A-Z]{5,8}")


def new_reference() -> str:
    """A reference nobody can guess the next of: 31⁷ ≈ 27 000 million different ones."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return _written(body + _check(body))


def references_in(text: str) -> list[str]:
    """The well-formed references a text mentions, as we write them, in order, each once."""
    found = (first.upper() + second.upper() for first, second in _PATTERN.findall(text))
    return list(dict.fromkeys(_written(body) for body in found if _check(body[:-1]) == body[-1]))


def is_only_references(text: str) -> bool:
    """Whether it holds references and not a word besides."""
    return bool(references_in(text)) and not _PATTERN.sub("", text).strip(" ,;")


def theirs_in(text: str) -> str | None:
    """The reference that a customer gave their own request; None where they gave none, or only ours."""
    searched = text[:_SEARCHED].translate(DIRECTION_MARKS)
    found = (match[1].rstrip("./_-") for match in _THEIRS.finditer(searched))
    return next((one for one in found if any(map(str.isdigit, one)) and not _OURS.match(one)), None)


def is_a_tools(theirs: str) -> bool:
    """Whether a known tool for requesters made it (datenanfragen.de): only such a one may a letter repeat.

    Anything else could be words that a stranger wants us to send to somebody.
    """
    return _OF_A_TOOL.fullmatch(theirs) is not None


def _written(body: str) -> str:
    return f"MC-{body[:4]}-{body[4:]}"


def _check(body: str) -> str:
    total = sum(weight * _ALPHABET.index(char) for weight, char in enumerate(body, 1))
    return _ALPHABET[total % len(_ALPHABET)]
