"""`inbox-agent train` and `inbox-agent evaluate`: the language models, made and measured."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from inbox_agent.cases import triage
from inbox_agent.cli.output import AsJson, answer_json, complain, say, table
from inbox_agent.cli.wiring import opened_record
from inbox_agent.errors import WrongSetting
from inbox_agent.resources import MODELS
from inbox_agent.understanding import Language, Understanding
from inbox_agent.understanding.examples import Example

Models = Annotated[
    Path, typer.Option("--models", file_okay=False, help="The models' folder; the product's own by default.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", file_okay=False, help="Write there, not into the models' folder."),
]
WithCorrections = Annotated[
    bool,
    typer.Option(
        "--with-corrections", help="Learn also from mails that staff judged in triage (KEEP_CORRECTIONS)."
    ),
]
On = Annotated[
    Path | None,
    typer.Option("--on", help="Mails of other authors, a file or a folder of *.jsonl: read them instead."),
]
OnLanguages = Annotated[
    Path | None,
    typer.Option(
        "--languages", help="Texts with their language (JSON lines with text, lang): tell only that."
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", dir_okay=False, help="Write the report there, as HTML.")
]


def train(models: Models = MODELS, out: Out = None, with_corrections: WithCorrections = False) -> None:
    """Learn the language models again from their example mails and lexicon.

    The same inputs give the same bytes on the same machine and versions. Takes a few minutes; progress goes
    to standard error. What staff corrected is learned from only where --out says where to.
    """
    from inbox_agent.understanding.train import train as learn  # noqa: PLC0415 - scikit-learn, needed only here

    began = time.monotonic()
    target = out or _models(models)
    corrections = _corrections(out) if with_corrections else []
    try:
        learn(target, models=_models(models), corrections=corrections, tell=_progress(began))
    except OSError as error:
        raise WrongSetting(f"{target}: {error.strerror}") from error
    say(f"Trained in {time.monotonic() - began:.0f} s: {target}")


def evaluate(
    models: Models = MODELS,
    on: On = None,
    languages: OnLanguages = None,
    report: Report = None,
    as_json: Annotated[bool, AsJson] = False,
) -> None:
    """Measure how well mails are read: every voice of the examples by a model that never heard it.

    With --on, the model as it stands reads mails of other authors: JSON lines with subject, text, lang and
    labels.
    """
    from inbox_agent.understanding import evaluate as measure  # noqa: PLC0415 - scikit-learn, needed only here
    from inbox_agent.understanding import report as reports  # noqa: PLC0415
    from inbox_agent.understanding.figures import figures  # noqa: PLC0415

    understanding = Understanding.load(_models(models))
    if languages is not None:
        told = measure.languages(understanding, languages)
        title = f"Languages: {languages.name}"
        answer_json(reports.languages_plain(told)) if as_json else _show(title, reports.languages_lines(told))
        return
    if on is None:
        read = measure.read_held_out(models, _progress(time.monotonic()))
        replies = measure.reply_f1(models)
        title = "Held-out voices"
    else:
        read, replies = measure.read_outside_by(understanding, on), {}
        title = f"Mails of other authors: {on.name}"
    found = figures(*read)
    if report is not None:
        _write(report, reports.report(title, found, read, understanding.bands, replies))
    answer_json(reports.plain(found, replies)) if as_json else _show(title, reports.lines(found, replies))


def _corrections(out: Path | None) -> list[Example]:
    """What staff corrected, as mails of a voice of its own; they are held in memory and written nowhere."""
    if out is None:
        raise WrongSetting(
            "--with-corrections needs --out: a model of your own stands in a folder of your own"
        )
    with opened_record() as record, record.reading() as session:
        if not record.settings.keep_corrections:
            raise WrongSetting(
                "INBOX_AGENT_KEEP_CORRECTIONS is off: what staff corrected is not to be learned from"
            )
        found = [
            Example(
                "corrections", mail["subject"], mail["text"], Language(one.language), frozenset(one.types)
            )
            for one, mail in triage.examples(session, record.keyring)
        ]
    say(f"Learning from {len(found)} mails that staff corrected.")
    return found


def _models(folder: Path) -> Path:
    if not (folder / "requests" / "config.cfg").is_file():
        raise WrongSetting(f"{folder}: no models here (requests/config.cfg is missing)")
    return folder


def _progress(began: float) -> Callable[[str], None]:
    def tell(step: str) -> None:
        complain(f"{time.monotonic() - began:4.0f} s  {step}")

    return tell


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise WrongSetting(f"{file}: {error.strerror}") from error


def _show(title: str, lines: list[tuple[str, str]]) -> None:
    say(title)
    table(["", "figure (95 % interval)"], [list(line) for line in lines], empty="Nothing to measure.")
