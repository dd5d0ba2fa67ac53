"""The two curves behind the lines of a type, as SVG: requests missed below a line, ordinary mail above it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from inbox_agent.desk.report_parts import Drawn, Table
from inbox_agent.desk.words import Words
from inbox_agent.rendering import LeftToRight
from inbox_agent.understanding import RequestType
from inbox_agent.understanding.curves import Curves, Floats

_WIDE, _HIGH = 320, 180
_FULL = 0.1
"""Shares up to a tenth fill the chart: that is where lines are drawn."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that was drawn, and what begins there."""

    name: str
    at: float


def drawn(kind: RequestType, heading: str, curves: Curves, marks: Sequence[Mark], words: Words) -> Drawn:
    """The chart with what it finds, and its numbers at each of its lines."""
    say, shares = words.say, [_shares(curves, mark.at) for mark in marks]
    finding = say(
        "%(missed)s of requests score too low to be asked about; %(false)s of ordinary mail opens a case.",
        missed=_percent(shares[0][0], words),
        false=_percent(shares[-1][1], words),
    )
    how = say(
        "From left to right: the line, from 0 to 1. Upwards: up to 10 %. Full: requests that score lower. "
        "Dashed: ordinary mail that scores higher. Upright: the lines in use."
    )
    heads = [say("Line"), say("Score"), say("Requests below it"), say("Ordinary mail above it")]
    rows = [
        [mark.name, words.number(f"{mark.at:.3f}"), *(_percent(share, words) for share in pair)]
        for mark, pair in zip(marks, shares, strict=True)
    ]
    picture = _picture(f"curve-{kind.value}", heading, how, curves, marks)
    return Drawn(heading, finding, picture, Table(heads, rows))


def _shares(curves: Curves, line: float) -> tuple[float, float]:
    missed, false = (float(np.interp(line, curves.lines, one)) for one in (curves.missed, curves.false))
    return missed, false


def _percent(share: float, words: Words) -> LeftToRight:
    return LeftToRight(words.number(f"{100 * share:.1f} %"))


def _picture(name: str, title: str, how: str, curves: Curves, marks: Sequence[Mark]) -> Markup:
    """The axis of scores runs from left to right in every language, so the letters do, too."""
    inside = [
        Markup('<path class="curve__axis" d="M0 0V{high}H{wide}"/>').format(high=_HIGH, wide=_WIDE),
        Markup('<polyline class="curve__missed" points="{}"/>').format(_points(curves.lines, curves.missed)),
        Markup('<polyline class="curve__false" points="{}"/>').format(_points(curves.lines, curves.false)),
        *(_upright(mark, row) for row, mark in enumerate(marks)),
    ]
    return Markup(
        '<svg class="chart curve" role="img" aria-labelledby="{name}-title" aria-describedby="{name}-how" '
        'viewBox="-4 -6 {width} {height}" direction="ltr">\n<title id="{name}-title">{title}</title>\n'
        '<desc id="{name}-how">{how}</desc>\n<g aria-hidden="true">\n{inside}\n</g>\n</svg>'
    ).format(
        name=name,
        title=title,
        how=how,
        width=_WIDE + 8,
        height=_HIGH + 12,
        inside=Markup("\n").join(inside),
    )


def _points(across: Floats, up: Floats) -> str:
    pairs: Iterable[tuple[float, float]] = zip(across, up, strict=True)
    return " ".join(f"{x * _WIDE:.1f},{_HIGH * (1 - min(1.0, y / _FULL)):.1f}" for x, y in pairs)


def _upright(mark: Mark, row: int) -> Markup:
    """Names stand one below the other, as lines may be close; near the end they stand before the line."""
    x = mark.at * _WIDE
    side, gap = ("end", -4) if mark.at > 0.7 else ("start", 4)
    return Markup(
        '<path class="curve__line" d="M{x} 0V{high}"/>'
        '<text x="{at}" y="{y}" text-anchor="{side}">{name}</text>'
    ).format(x=f"{x:.1f}", high=_HIGH, at=f"{x + gap:.1f}", y=14 + 18 * row, side=side, name=mark.name)
