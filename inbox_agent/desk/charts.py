"""Charts as SVG, drawn here: no script, no style of their own, the same in black and white.

The title says what is found and the description how to read it; what is written inside is for the eye only,
so the same numbers belong in a table beside the chart. Widths are shares of the place there is, heights are
pixels: letters keep their size on a phone. Time runs from left to right in every language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_PLOT = 76
"""Columns take so much of the width (%); what they are called stands beside them."""
_LINE = 18
_HALF, _WHOLE = 84, 130
_BAR, _ROW = 12, 44
_MOST_NUMBERED = 13
_MOST_MOMENTS = 3
_LONGEST_NAME = 32
_FULL = "currentColor"


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted, and how much of it there was, moment by moment."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart to be drawn for a reader: words in their language, which runs in `dir`, and `number` in digits.

    `name` is unique on its page.
    """

    name: str
    title: str
    how: str
    dir: str
    number: Callable[[float], str]

    def mirrored(self, moments: Sequence[str], above: Series, below: Series) -> Markup:
        """Two series that go against each other: columns that rise, and hatched ones that hang."""
        most, line = _most(above, below), _LINE + _HALF
        up, down = _Scale(line, _HALF, most), _Scale(line + 1, _HALF, most, hangs=True)
        end = line + _HALF + 2 * _LINE
        inside = [
            *_columns(above, up, _FULL),
            *_columns(below, down, self._hatched),
            *self._numbers(above, up),
            *self._numbers(below, down),
            _line(line),
            self._beside(above, line - _HALF / 3),
            self._beside(below, line + _HALF / 2),
            *self._moments(moments, end),
        ]
        return self._svg(end + 6, inside)

    def nested(self, moments: Sequence[str], whole: Series, part: Series) -> Markup:
        """A series, and another that is a part of it: full columns inside hatched ones."""
        scale = _Scale(_LINE + _WHOLE, _WHOLE, _most(whole, part))
        inner, outer = scale.end(part.values[-1]), scale.end(whole.values[-1])
        upper = max(_LINE, min(outer, inner - _LINE))
        inside = [
            *_columns(whole, scale, self._hatched),
            *_columns(part, scale, _FULL),
            *self._numbers(whole, scale),
            _line(scale.foot),
            self._beside(whole, upper),
            self._beside(part, max(inner, upper + _LINE)),
            *self._moments(moments, scale.foot + _LINE),
        ]
        return self._svg(scale.foot + _LINE + 6, inside)

    def bars(self, items: Sequence[tuple[str, float]]) -> Markup:
        """Bars that grow from the side where reading starts, each under its name and number."""
        most = max((value for _, value in items), default=0)
        inside = [piece for row, item in enumerate(items) for piece in self._bar(row * _ROW, item, most)]
        return self._svg(len(items) * _ROW, inside)

    def _bar(self, top: float, item: tuple[str, float], most: float) -> list[Markup]:
        (name, value), rtl = item, self.dir == "rtl"
        width = _share(value, most)
        return [
            _text("100%" if rtl else "0", top + _LINE, "start", _isolated(_shortened(name))),
            _text("0" if rtl else "100%", top + _LINE, "end", self.number(value)),
            _rect(100 - width if rtl else 0, top + _LINE + 7, width, _BAR, _FULL),
        ]

    def _numbers(self, series: Series, scale: "_Scale") -> list[Markup]:
        """What each column counts, beyond its end, where there is room for that."""
        if len(series.values) > _MOST_NUMBERED:
            return []
        step, width = _steps(series)
        beyond = _LINE - 4 if scale.hangs else -5
        return [
            _text(f"{at * step + width / 2:.2f}%", scale.end(value) + beyond, "middle", self.number(value))
            for at, value in enumerate(series.values)
            if value
        ]

    def _beside(self, series: Series, y: float) -> Markup:
        """What columns are called, to the right of the last one."""
        return _text(f"{_PLOT + 2}%", y, self._left, series.name, "chart__name")

    def _moments(self, moments: Sequence[str], y: float) -> list[Markup]:
        """When some of the columns were, as many as there is room for."""
        step, stride = _PLOT / len(moments), -(-len(moments) // _MOST_MOMENTS)
        shown = list(enumerate(moments))[::stride]
        return [_text(f"{at * step:.2f}%", y, self._left, moment) for at, moment in shown]

    @property
    def _hatched(self) -> str:
        return f"url(#{self.name}-hatch)"

    @property
    def _left(self) -> str:
        return "end" if self.dir == "rtl" else "start"

    def _svg(self, height: float, inside: Sequence[Markup]) -> Markup:
        return Markup(
            '<svg class="chart" role="img" aria-labelledby="{name}-title" aria-describedby="{name}-how" '
            'width="100%" height="{height}" direction="{dir}">\n'
            '<title id="{name}-title">{title}</title>\n<desc id="{name}-how">{how}</desc>\n{hatch}'
            '<g aria-hidden="true" fill="currentColor">\n{inside}\n</g>\n</svg>'
        ).format(
            name=self.name,
            title=self.title,
            how=self.how,
            dir=self.dir,
            height=f"{height:g}",
            hatch=_HATCH.format(self.name),
            inside=Markup("\n").join(inside),
        )


_HATCH = Markup(
    '<defs><pattern id="{}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path d="M1 0V5" stroke="currentColor" stroke-width="2"/>'
    "</pattern></defs>\n"
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Columns stand on `foot` or hang from it; one that counts `most` is `height` long."""

    foot: int
    height: int
    most: float
    hangs: bool = False

    def length(self, value: float) -> float:
        return _share(value, self.most) * self.height / 100

    def end(self, value: float) -> float:
        return self.foot + self.length(value) if self.hangs else self.foot - self.length(value)


def _columns(series: Series, scale: _Scale, fill: str) -> list[Markup]:
    step, width = _steps(series)
    return [
        _rect(at * step, min(scale.foot, scale.end(value)), width, scale.length(value), fill)
        for at, value in enumerate(series.values)
    ]


def _steps(series: Series) -> tuple[float, float]:
    """From one column to the next, and how wide each is."""
    step = _PLOT / len(series.values)
    return step, min(step * 0.72, 7)


def _most(*series: Series) -> float:
    return max((value for one in series for value in one.values), default=0)


def _share(value: float, most: float) -> float:
    """In hundredths of the most there is."""
    return 100 * value / most if most else 0


def _rect(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    return Markup('<rect x="{}%" y="{}" width="{}%" height="{}" fill="{}" stroke="currentColor"/>').format(
        f"{x:.2f}", f"{y:.1f}", f"{width:.2f}", f"{height:.1f}", fill
    )


def _line(y: float) -> Markup:
    return Markup('<line x1="0" x2="{}%" y1="{}" y2="{}" stroke="currentColor"/>').format(_PLOT, y, y)


def _text(x: str, y: float, anchor: str, text: str, css: str = "chart__text") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        css, x, f"{y:.1f}", anchor, text
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _isolated(text: str) -> str:
    """In its own direction, whatever the chart's is, so that its end stays its end."""
    return f"\u2068{text}\u2069"
