"""How mails are read: the lines, the curves behind them, the model card's figures, what staff corrected."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from starlette.responses import Response

from inbox_agent.cases.triage import Correction
from inbox_agent.desk import labels
from inbox_agent.desk.labels import N_
from inbox_agent.desk.report_parts import Drawn, Table
from inbox_agent.desk.settings_pages import menu
from inbox_agent.desk.settings_pages.curve import Mark, drawn
from inbox_agent.desk.visit import Visit
from inbox_agent.desk.words import Words
from inbox_agent.resources import MODELS
from inbox_agent.understanding import RequestType
from inbox_agent.understanding.bands import Bands
from inbox_agent.understanding.curves import Curves, load_curves

_FIGURES = "## How good it is"


def show(visit: Visit) -> Response:
    folder = (visit.record.settings.models or MODELS) / "requests"
    bands, curves = _lines(folder)
    return menu.page(
        visit,
        "understanding",
        lines=_table_of_lines(bands, visit.words),
        charts=[_chart(kind, bands, curves[kind], visit.words) for kind in curves],
        figures=[_in_words(table, visit.words) for table in card_tables(_card(folder))],
        keeps=visit.record.settings.keep_corrections,
        **_corrections(visit),
    )


def card_tables(card: str) -> Iterator[Table]:
    """The tables of the part of a model card that says how good the model is, without their emphasis."""
    part = card.partition(_FIGURES)[2].partition("\n## ")[0]
    for block in part.split("\n\n"):
        lines = [line for line in block.strip().splitlines() if line.startswith("|")]
        rows = [[cell.strip().replace("**", "") for cell in line.strip("|").split("|")] for line in lines]
        if len(rows) > 2:
            yield Table(rows[0], rows[2:])


@cache
def _lines(folder: Path) -> tuple[Bands, dict[RequestType, Curves]]:
    """They come with the model, which is read once, too."""
    trained = folder / "trained"
    return Bands.load(trained / "bands.json"), load_curves(trained / "curves.json")


@cache
def _card(folder: Path) -> str:
    """Empty for a model that was trained here: it has no card."""
    card = folder / "README.md"
    return card.read_text("utf-8") if card.is_file() else ""


def _corrections(visit: Visit) -> dict[str, Any]:
    """How many readings staff judged, how many of these with the mail's masked text."""
    with visit.record.reading() as session:
        judged = session.scalar(select(func.count()).select_from(Correction)) or 0
        kept = session.scalar(select(func.count()).where(Correction.key_id.is_not(None))) or 0
    return {"judged": judged, "kept": kept}


def _table_of_lines(bands: Bands, words: Words) -> Table:
    say = words.say
    heads = [
        say("Type"),
        say("A person is asked from"),
        say("The type is named from"),
        say("A case opens from"),
    ]
    rows = [
        [say(labels.TYPES[kind]), *(words.number(f"{line:.3f}") for line in _lines_of(kind, bands))]
        for kind in RequestType
    ]
    return Table(heads, rows)


def _lines_of(kind: RequestType, bands: Bands) -> tuple[float, float, float]:
    ask = bands.ask_child if kind is RequestType.CHILD_DATA else bands.ask
    return ask, bands.of[kind].assert_, bands.of[kind].open_


def _chart(kind: RequestType, bands: Bands, curves: Curves, words: Words) -> Drawn:
    say, (ask, name, opens) = words.say, _lines_of(kind, bands)
    marks = [Mark(say("asked"), ask), Mark(say("named"), name), Mark(say("opens"), opens)]
    return drawn(kind, say(labels.TYPES[kind]), curves, marks, words)


def _in_words(table: Table, words: Words) -> Table:
    """Names of types and languages as the desk calls them; the rest of a card is in English."""
    known = {"": N_("Figure"), **labels.TYPES, **labels.LANGUAGES}
    heads, *rows = (
        [words.say(known[cell]) if cell in known else cell for cell in row]
        for row in (table.heads, *table.rows)
    )
    return Table(heads, rows)
