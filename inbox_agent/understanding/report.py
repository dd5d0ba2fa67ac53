"""The report of an evaluation as one HTML page, for the screen and for paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from inbox_agent.rendering import Templates
from inbox_agent.understanding.bands import Bands
from inbox_agent.understanding.curves import curves
from inbox_agent.understanding.evaluate import Languages, Read
from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.figures import Figures, Interval
from inbox_agent.understanding.reading import Reading, ReplyAct, RequestType

WIDE, HIGH = 320, 200
"""A chart's size in pixels; its lower left corner is (0, HIGH)."""


def report(title: str, figures: Figures, read: Read, bands: Bands, replies: Mapping[ReplyAct, float]) -> str:
    mails, readings = read
    return Templates().render(
        "reports/evaluation.html",
        title=title,
        size=(WIDE, HIGH),
        figures=figures,
        shares=_shares(figures),
        types=_by_type(figures),
        languages=[(language.value, shown(value)) for language, value in figures.by_language.items()],
        confusion=_confusion(figures),
        reliability=[(one.said * WIDE, HIGH - one.true * HIGH, one) for one in figures.bins],
        charts=[_chart(kind, mails, readings, bands) for kind in figures.by_type],
        replies=[(act.value, f"{value:.2f}") for act, value in replies.items()],
        misses=_texts(figures.misses, mails, readings),
        false_cases=_texts(figures.false_cases, mails, readings),
    )


def plain(figures: Figures, replies: Mapping[ReplyAct, float]) -> dict[str, Any]:
    """The figures as a script reads them: names and numbers; an interval has value, low and high."""
    whole = asdict(figures)
    whole["by_type_and_language"] = {
        kind: {language: figures.by_type_and_language[kind, language] for language in figures.by_language}
        for kind in figures.by_type
    }
    whole["confusion"] = [
        {"true": kind, "named": other, "mails": count} for (kind, other), count in figures.confusion.items()
    ]
    return whole | {"replies": dict(replies)}


def lines(figures: Figures, replies: Mapping[ReplyAct, float]) -> list[tuple[str, str]]:
    """Name and value of each figure, for a table."""
    by_type = [(f"F1 {kind}", shown(value)) for kind, value in figures.by_type.items()]
    by_language = [(f"F1 {language}", shown(value)) for language, value in figures.by_language.items()]
    acts = [(f"F1 of reply act {act}", f"{value:.3f}") for act, value in replies.items()]
    counted = [("mails", str(figures.mails)), ("voices", str(figures.voices))]
    return [*counted, *_shares(figures), *by_type, *by_language, *acts]


def languages_plain(found: Languages) -> dict[str, Any]:
    """The share (0-1) of texts whose language was read right, and what was read as what."""
    right = sum(count for (true, read), count in found.items() if true is read)
    confusion = [{"true": true, "read": read, "texts": count} for (true, read), count in found.items()]
    return {"texts": sum(found.values()), "right": right / sum(found.values()), "confusion": confusion}


def languages_lines(found: Languages) -> list[tuple[str, str]]:
    told = languages_plain(found)
    wrong = [
        (f"{true or 'none'} read as {read or 'none'}", str(count))
        for (true, read), count in found.items()
        if true is not read
    ]
    return [("texts", str(told["texts"])), ("language right", f"{told['right']:.3f}"), *wrong]


def shown(interval: Interval) -> str:
    return f"{interval.value:.3f} ({interval.low:.3f}-{interval.high:.3f})"


def _shares(figures: Figures) -> list[tuple[str, str]]:
    """Name and value of each figure that is about all mails, in the order of their weight."""
    told: Mapping[str, Interval] = {
        "macro F1": figures.macro,
        "requests missed (left)": figures.missed,
        "child data unseen": figures.child_unseen,
        "ordinary mail that opened a case": figures.opened_falsely,
        "requests opened at once": figures.opened,
        "ordinary mail a person is asked about": figures.asked,
        "language right": figures.language,
    }
    calibration = "expected calibration error of named types", f"{figures.calibration_error:.3f}"
    return [*((name, shown(value)) for name, value in told.items()), calibration]


def _by_type(figures: Figures) -> list[tuple[str, str, list[str]]]:
    return [
        (
            kind.value,
            shown(value),
            [f"{figures.by_type_and_language[kind, language]:.2f}" for language in figures.by_language],
        )
        for kind, value in figures.by_type.items()
    ]


def _confusion(figures: Figures) -> dict[str, Any]:
    columns: list[RequestType | None] = [*RequestType, None]
    rows = [kind for kind in columns if any((kind, other) in figures.confusion for other in columns)]
    return {
        "columns": [_name(kind) for kind in columns],
        "rows": [
            (_name(kind), [figures.confusion.get((kind, other), 0) for other in columns]) for kind in rows
        ],
    }


def _name(kind: RequestType | None) -> str:
    return kind.value if kind else "none"


def _chart(
    kind: RequestType, mails: Sequence[Example], readings: Sequence[Reading], bands: Bands
) -> dict[str, Any]:
    found = curves(mails, readings, kind)
    ask = bands.ask_child if kind is RequestType.CHILD_DATA else bands.ask
    return {
        "name": kind.value,
        "missed": _points(found.lines, found.missed),
        "false": _points(found.lines, found.false),
        "lines": [("ask", ask), ("name", bands.of[kind].assert_), ("open", bands.of[kind].open_)],
    }


def _points(across: Iterable[float], up: Iterable[float]) -> str:
    """Shares up to a tenth fill the chart: that is where the lines are drawn."""
    return " ".join(
        f"{x * WIDE:.1f},{HIGH - min(1.0, y * 10) * HIGH:.1f}" for x, y in zip(across, up, strict=True)
    )


def _texts(
    numbers: Iterable[int], mails: Sequence[Example], readings: Sequence[Reading]
) -> list[dict[str, str]]:
    return [_told(mails[number], readings[number]) for number in numbers]


def _told(mail: Example, reading: Reading) -> dict[str, str]:
    return {
        "voice": mail.voice,
        "subject": mail.subject,
        "text": mail.text,
        "true": ", ".join(sorted(mail.labels)) or "none",
        "scores": ", ".join(f"{kind} {score:.2f}" for kind, score in reading.scores.items() if score >= 0.05),
    }
