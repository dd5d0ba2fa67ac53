"""Senders that want to be taken for us: look-alike domains, foreign letters, our address as a name.

Letters are compared by what they look like (Unicode Technical Standard 39, Confusables, as far as letters of
domain names go).
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum

_LOOKS_LIKE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһԁԛԝӏвкмнтґзб", "aeopcyxllshdqwlbkmhtre6", strict=True)),
        **dict(zip("αβγεικνορτυχω", "abyelknoptuxw", strict=True)),
        **dict(zip("ıɩοօսցհոոզ", "lloougnnnq", strict=True)),
        **dict(zip("013458", "oleasb", strict=True)),
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "|": "l",
        "i": "l",  # of one capital and one small letter nobody tells the two apart
        "j": "l",
    }
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("nn", "m"))
_NEAR = 6
"""Letters a name must have before one wrong letter makes it a look-alike: short ones meet by chance."""
_OF_EVERYBODY = frozenset({"outlook", "hotmail", "icloud", "protonmail", "googlemail"})
_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


class Imitation(StrEnum):
    """How a sender seems to be somebody else."""

    LOOKALIKE = "lookalike"
    HOMOGRAPH = "homograph"
    NAME = "name"


def imitation(sender: str | None, name: str, ours: frozenset[str]) -> Imitation | None:
    """How this sender imitates us or hides their domain; `ours` are our own addresses."""
    domain = _shown((sender or "").rpartition("@")[2])
    domains = {_shown(address.rpartition("@")[2]) for address in ours}
    if not domain or any(_is_within(domain, own) for own in domains):
        return None
    if any(_is_like(domain, own) for own in domains):
        return Imitation.LOOKALIKE
    if any(_is_mixed(label) for label in domain.split(".")):
        return Imitation.HOMOGRAPH
    named = {_shown(found) for found in _ADDRESS.findall(unicodedata.normalize("NFKC", name))}
    return Imitation.NAME if any(_is_within(one, own) for one in named for own in domains) else None


def _shown(domain: str) -> str:
    """As a mail program shows it: its script, not its code (RFC 5891)."""
    return ".".join(map(_label, domain.lower().split(".")))


def _label(label: str) -> str:
    with suppress(UnicodeError):
        return label.encode("ascii").decode("idna")
    return unicodedata.normalize("NFKC", label)


def _is_within(domain: str, own: str) -> bool:
    return domain == own or domain.endswith(f".{own}")


def _is_like(domain: str, own: str) -> bool:
    """The same to the eye, one letter off, under another ending, or ours with theirs behind it."""
    name = own.partition(".")[0]
    if name in _OF_EVERYBODY:
        return _skeleton(domain) == _skeleton(own)
    labels = [_skeleton(label) for label in domain.split(".")]
    mine = _skeleton(name)
    pieces = {piece for label in labels[:-1] for piece in (label, label.replace("-", ""), *label.split("-"))}
    return mine in pieces if len(mine) < _NEAR else any(_is_one_off(piece, mine) for piece in pieces)


def _skeleton(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LOOKS_LIKE)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def _is_one_off(one: str, other: str) -> bool:
    """The same but for one letter more, less or other, or two neighbours that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if first is None:
        return True
    return any(one[first + a :] == other[first + b :] for a, b in ((1, 1), (1, 0), (0, 1))) or (
        one[first : first + 2] == other[first : first + 2][::-1] and one[first + 2 :] == other[first + 2 :]
    )


def _is_mixed(label: str) -> bool:
    """Letters of scripts that look alike, side by side in one label."""
    return len(set(_scripts(label))) > 1


def _scripts(label: str) -> Iterator[str]:
    for letter in label:
        script = unicodedata.name(letter, "").partition(" ")[0]
        if letter.isalpha() and script in {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
            yield script
