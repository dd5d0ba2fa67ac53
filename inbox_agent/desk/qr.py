"""QR codes (ISO/IEC 18004) as SVG, drawn here: bytes, error correction level M, up to 213 of them.

A code read off a screen needs no best mask, so always the checkerboard is taken, which any reader knows.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from markupsafe import Markup

_CHECKS = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26)
"""Of each block, by version from 1 on, so many bytes that correct errors."""
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5)
_FORMAT = 0b101010000010010
"""Level M and mask 0, with their own checks, as they stand in the code (table C.1)."""
_QUIET = 4

Grid = list[list[bool | None]]


def picture(text: str, title: str) -> Markup:
    """The code as a picture of black on white, whatever the page's colours; raises ValueError if too long."""
    grid = modules(text)
    side = len(grid) + 2 * _QUIET
    dark = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(grid)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return Markup(
        '<svg class="qr" role="img" aria-label="{title}" viewBox="0 0 {side} {side}">'
        '<rect width="{side}" height="{side}" fill="#fff"/>'
        '<path fill="#000" shape-rendering="crispEdges" d="{dark}"/></svg>'
    ).format(title=title, side=side, dark=dark)


def modules(text: str) -> Sequence[Sequence[bool | None]]:
    """Rows of modules, True for dark."""
    data = text.encode()
    version = next((one for one in range(1, 11) if len(data) <= _room(one)), None)
    if version is None:
        raise ValueError(f"a code holds at most {_room(10)} bytes")
    grid = _patterns(version)
    bits = _bits(_with_checks(_padded(data, version), version))
    for x, y in _places(grid):
        grid[y][x] = next(bits, False) ^ ((x + y) % 2 == 0)
    return grid


def _room(version: int) -> int:
    """How many bytes of text a version holds: behind mode and count, which take 12 or 20 bits."""
    return _data_bytes(version) - (2 if version < 10 else 3)


def _data_bytes(version: int) -> int:
    return _all_bytes(version) - _CHECKS[version - 1] * _BLOCKS[version - 1]


def _all_bytes(version: int) -> int:
    """What is left of the square without its patterns."""
    bits = (16 * version + 128) * version + 64
    if version > 1:
        alignments = version // 7 + 2
        bits -= (25 * alignments - 10) * alignments - 55
    return (bits - (36 if version > 6 else 0)) // 8


def _padded(data: bytes, version: int) -> bytes:
    """Mode (bytes), count, text, four zeros, then a filling that the norm gives."""
    count_bits = 8 if version < 10 else 16
    number = (0b0100 << count_bits | len(data)) << 8 * len(data) | int.from_bytes(data)
    whole = (number << 4).to_bytes((8 + count_bits) // 8 + len(data))
    missing = _data_bytes(version) - len(whole)
    return whole + (b"\xec\x11" * missing)[:missing]


def _with_checks(data: bytes, version: int) -> bytes:
    """Cut into blocks with their checks, and these woven into each other byte by byte."""
    many, checks = _BLOCKS[version - 1], _CHECKS[version - 1]
    short, longer = divmod(len(data), many)
    ends = [short * (one + 1) + max(0, one + 1 - (many - longer)) for one in range(many)]
    blocks = [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    corrections = [_checks(block, checks) for block in blocks]
    return bytes(_woven(blocks)) + bytes(_woven(corrections))


def _woven(blocks: Sequence[bytes]) -> Iterator[int]:
    for at in range(max(map(len, blocks))):
        yield from (block[at] for block in blocks if at < len(block))


def _checks(block: bytes, count: int) -> bytes:
    """Reed and Solomon's: the remainder of the block divided by the generator."""
    generator, left = _generator(count), [0] * count
    for byte in block:
        factor = byte ^ left.pop(0)
        left.append(0)
        left = [one ^ _times(other, factor) for one, other in zip(left, generator, strict=True)]
    return bytes(left)


@cache
def _generator(degree: int) -> list[int]:
    """The product of (x - 2^i), highest power first, which itself is left out."""
    found, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        shifted = [*found[1:], 0]
        found = [_times(one, root) ^ other for one, other in zip(found, shifted, strict=True)]
        root = _times(root, 2)
    return found


def _times(one: int, other: int) -> int:
    """In the field of 256 elements, modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for bit in range(7, -1, -1):
        product = (product << 1) ^ (product >> 7) * 0x11D ^ (other >> bit & 1) * one
    return product


def _bits(data: bytes) -> Iterator[bool]:
    return (bool(byte >> bit & 1) for byte in data for bit in range(7, -1, -1))


def _patterns(version: int) -> Grid:
    """The square with all that does not depend on the text; None where the text goes."""
    size = 17 + 4 * version
    grid: Grid = [[None] * size for _ in range(size)]
    for at in range(size):
        grid[6][at] = grid[at][6] = at % 2 == 0
    for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
        _rings(grid, x, y, 4)
    for x, y in _alignments(version, size):
        _rings(grid, x, y, 2)
    _write_format(grid, size)
    if version > 6:
        _write_version(grid, size, version)
    return grid


def _rings(grid: Grid, x: int, y: int, radius: int) -> None:
    """Dark and light squares around a centre: the eyes in three corners, and the smaller ones."""
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if 0 <= x + dx < len(grid) and 0 <= y + dy < len(grid):
                ring = max(abs(dx), abs(dy))
                grid[y + dy][x + dx] = ring not in ({2, 4} if radius == 4 else {1})


def _alignments(version: int, size: int) -> Iterator[tuple[int, int]]:
    if version == 1:
        return
    places = [6, size - 7] if version < 7 else [6, (size - 1) // 2, size - 7]
    eyes = {(6, 6), (6, size - 7), (size - 7, 6)}
    yield from ((x, y) for x in places for y in places if (x, y) not in eyes)


def _write_format(grid: Grid, size: int) -> None:
    """Twice, around the first eye and beside the two others; and the one module that is always dark."""
    bits = [bool(_FORMAT >> at & 1) for at in range(15)]
    line = [0, 1, 2, 3, 4, 5, 7, 8]
    for at in range(8):
        grid[line[at]][8] = grid[8][size - 1 - at] = bits[at]
    for at in range(8, 15):
        grid[8][line[14 - at]] = grid[size - 15 + at][8] = bits[at]
    grid[size - 8][8] = True


def _write_version(grid: Grid, size: int, version: int) -> None:
    rest = version
    for _ in range(12):
        rest = rest << 1 ^ (rest >> 11) * 0x1F25
    bits = version << 12 | rest
    for at in range(18):
        x, y = size - 11 + at % 3, at // 3
        grid[y][x] = grid[x][y] = bool(bits >> at & 1)


def _places(grid: Grid) -> Iterator[tuple[int, int]]:
    """Where the bits of the text go: in pairs of columns from the right, up and down in turn."""
    size = len(grid)
    free = [[module is None for module in row] for row in grid]
    for turn, right in enumerate(column for column in (*range(size - 1, 6, -2), *range(5, 0, -2))):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        yield from ((x, y) for y in rows for x in (right, right - 1) if free[y][x])
