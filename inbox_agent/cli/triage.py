"""`inbox-agent triage`: what would be done with these mails; no database, no network, only one setting."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from inbox_agent import settings
from inbox_agent.attachments import Patience
from inbox_agent.cli import wiring
from inbox_agent.cli.output import AsJson, answer_json, complain, harmless, say
from inbox_agent.message import Message, Screening, parse
from inbox_agent.process import read_each
from inbox_agent.process.attached import Attached, look_into
from inbox_agent.settings import Settings
from inbox_agent.understanding import Decision, Reading, masked


def triage(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Mail files, or folders of them.")],
    as_json: Annotated[bool, AsJson] = False,
) -> None:
    """Read mail files or folders and say what would be done with each.

    Needs no settings, no database and no network, and changes nothing; of the settings only MODELS counts.
    Folders are read recursively.
    """
    understanding = wiring.understanding(settings.models_folder())
    screening = Screening(addresses=frozenset({Settings.model_fields["address"].default}))
    failed = False
    for path, shown in _files(paths):
        try:
            raw = path.read_bytes()
        except OSError as error:
            complain(f"{shown}: {error.strerror}")
            failed = True
            continue
        message = parse(raw, screening=screening)
        [(reading, trouble)] = read_each(understanding, [message])
        reading, attached = look_into(understanding, raw, message, reading, Patience())
        record = _record(shown, message, reading, message.error or trouble or attached.trouble)
        record |= _attached(attached)
        answer_json(record) if as_json else say(_line(record))
    raise typer.Exit(failed)


def _files(paths: list[str]) -> Iterator[tuple[Path, str]]:
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            yield path, given
            continue
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            yield file, f"{given.rstrip('/')}/{file.relative_to(path)}"


def _record(path: str, message: Message, reading: Reading, error: str | None) -> dict[str, Any]:
    text = masked(message.text)
    return {
        "path": path,
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": masked(message.subject),
        "automatic": message.automatic,
        "text": text,
        "attachments": None if message.attachments is None else len(message.attachments),
        "language": reading.language,
        "request_types": {str(kind): round(score, 4) for kind, score in reading.request_types.items()},
        "decision": Decision.ASK_STAFF if error else reading.decision,
        "evidence": _evidence(reading, text),
        "flags": sorted(reading.flags),
        "error": error,
        "rule": message.rule or None,
        "other_language": reading.other_language,
    }


def _attached(attached: Attached) -> dict[str, Any]:
    """What was read in attachments because the mail says little, and which are identity documents."""
    text, reading = masked(attached.text), attached.reading
    return {
        "attachment_text": text if reading is not None else None,
        "attachment_evidence": _evidence(reading, text) if reading is not None else {},
        "identity_documents": len(attached.documents),
    }


def _evidence(reading: Reading, text: str) -> dict[str, list[dict[str, Any]]]:
    return {
        str(kind): [
            {"start": span.start, "end": span.end, "text": text[span.start : span.end]} for span in spans
        ]
        for kind, spans in reading.evidence.items()
        if kind in reading.request_types
    }


def _line(record: dict[str, Any]) -> str:
    types = ", ".join(f"{kind} {score:.2f}" for kind, score in record["request_types"].items())
    why = record["error"] or record["automatic"] or types or "no request in it"
    return f"{record['decision']:<10}  {record['language'] or '-':<8}  {why:<40}  {harmless(record['path'])}"
