"""PGP in the text itself (RFC 9580, 6.2 and 7): the signed is read, the encrypted is said to be so."""

import re

from inbox_agent.message.lines import Line, key_of

_BEGIN = re.compile(
    r"-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|SIGNATURE|(?:PUBLIC|PRIVATE) KEY BLOCK)[^-]{0,40}-----"
)
_END = re.compile(r"-----END PGP [A-Z ,/0-9]{5,40}-----")


def without_armour(lines: list[Line]) -> tuple[list[Line], list[Line], bool]:
    """(the words, the armour round and under them, whether some of them stay encrypted)."""
    if not any(line.text.startswith("-----BEGIN PGP ") for line in lines):
        return lines, [], False
    kept: list[Line] = []
    removed: list[Line] = []
    encrypted = signed = False
    position = 0
    while position < len(lines):
        begin = _BEGIN.fullmatch(lines[position].text.strip())
        end = position + 1
        if begin is None:
            kept.append(_unescaped(lines[position]) if signed else lines[position])
        else:
            signed = begin[1] == "SIGNED MESSAGE"
            encrypted = encrypted or begin[1] == "MESSAGE"
            end = _after_fields(lines, end) if signed else _after_armour(lines, end)
            removed += lines[position:end]
        position = end
    return kept, removed, encrypted


def _after_fields(lines: list[Line], start: int) -> int:
    """Hash and other fields stand between the first line and an empty one."""
    for position in range(start, min(len(lines), start + 10)):
        if not lines[position].key:
            return position + 1
    return start


def _after_armour(lines: list[Line], start: int) -> int:
    return next((at + 1 for at in range(start, len(lines)) if _END.match(lines[at].text.strip())), len(lines))


def _unescaped(line: Line) -> Line:
    """Lines that begin with a dash were given another one (RFC 9580, 7.2)."""
    if not line.text.startswith("- "):
        return line
    return Line(line.text[2:], key_of(line.text[2:]), line.depth, line.mark)
