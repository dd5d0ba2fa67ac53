"""Mailboxes out of address fields (RFC 5322, 3.4) as people's programs really write them."""

import re
import unicodedata
from contextlib import suppress

from inbox_agent.message.charsets import recover
from inbox_agent.message.headers import decode_words, without_comments
from inbox_agent.message.lines import DIRECTION_MARKS

_MAILBOXES = 200
_ANGLE = re.compile(r"<([^<>]*)>")
_BARE = re.compile(r"[^\s<>()\[\]\"',;:]{1,320}@(?:\[[^\s\[\]]{1,60}\]|[^\s<>()\[\]\"',;:]{1,255})")
_ADDRESS = re.compile(
    r"(\"[^\"]{1,64}\"|[^\s<>@,;:()]{1,320})@(?:\[[^\s\[\]]{1,60}\]|[^\s<>@,;()\[\]]{1,255})"
)
_GROUP = re.compile(r"^[^\"<@:]*:")
_SCHEME = re.compile(r"(?:mailto|smtp):", re.IGNORECASE)


def mailboxes(value: str, hint: str = "") -> list[tuple[str, str]]:
    """(display name, lower-case address) of each readable mailbox, in order; groups are opened."""
    found = [_mailbox(piece, hint) for piece in _pieces(value)[:_MAILBOXES]]
    readable = [mailbox for mailbox in found if mailbox is not None]
    if not readable and "=?" in value:
        # Some programs encode the whole mailbox; the address is only visible once it is decoded.
        decoded = decode_words(value, hint)
        return mailboxes(decoded) if "=?" not in decoded else []
    return readable


def addresses(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for value in values for _, address in mailboxes(value)))


def canonical(address: str) -> str:
    """One spelling of all that reach the same mailbox: case, width and script of the domain (RFC 5891)."""
    local, _, domain = unicodedata.normalize("NFKC", address).lower().rpartition("@")
    with suppress(UnicodeError):  # then it is no domain at all, and nothing is sent there
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def plain(address: str) -> str:
    """The canonical address without what stands behind a plus (RFC 5233): whose mailbox it is."""
    local, _, domain = canonical(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _pieces(value: str) -> list[str]:
    """Cut at commas and semicolons that stand outside quotes, comments and angle brackets."""
    pieces: list[str] = []
    start = 0
    quoted = angle = False
    depth = 0
    for position, letter in enumerate(value):
        if letter == '"' and not depth and (position == 0 or value[position - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif letter in "<>":
            angle = letter == "<"
        elif letter in ",;" and not depth and not angle:
            pieces.append(value[start:position])
            start = position + 1
    if quoted or depth:
        return re.split(r"[,;]", value)  # a quote or comment that never ends: cut plainly
    return [*pieces, value[start:]]


def _mailbox(piece: str, hint: str) -> tuple[str, str] | None:
    piece = _GROUP.sub("", piece, count=1) if ":" in piece else piece
    if (angle := _last_angle(piece)) is not None:
        inner, start = angle
        address = _address(inner)
        name = piece[:start]
    else:
        bare = _BARE.findall(without_comments(piece))
        address = _address(without_comments(piece)) or (_address(bare[0]) if bare else None)
        name = "".join(re.findall(r"\(([^()]*)\)", piece)[:1])
    return (_name(name, hint), address) if address else None


def _last_angle(piece: str) -> tuple[str, int] | None:
    """The address is the last one in brackets: a name may hold brackets too."""
    closed = list(_ANGLE.finditer(piece))
    if closed:
        return closed[-1][1], closed[-1].start()
    if "<" in piece:  # never closed
        start = piece.rindex("<")
        return piece[start + 1 :], start
    return None


def _address(inner: str) -> str | None:
    inner = _SCHEME.sub("", recover(without_comments(inner)).translate(DIRECTION_MARKS).strip(), count=1)
    if len(inner) > 2 and inner[0] == inner[-1] == '"':
        inner = inner[1:-1]
    if inner.startswith("@") and ":" in inner:  # an old source route
        inner = inner.partition(":")[2]
    local, at, domain = inner.rpartition("@")
    local = local.strip()
    if not local.startswith('"'):
        local = "".join(local.split()) if re.search(r"\s*\.\s+|\s+\.\s*", local) else local
    address = f"{local}{at}{''.join(domain.split())}".strip("'").rstrip(".").lower()
    return address if _ADDRESS.fullmatch(address) else None


def _name(name: str, hint: str) -> str:
    name = decode_words(name.strip(), hint).strip("< ")
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1]
    return re.sub(r"\\(.)", r"\1", name).strip()[:200]
