"""`inbox-agent show`: one case with its rights, letters and history, or as an evidence bundle."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from inbox_agent.cases import search
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cli import views
from inbox_agent.cli.output import AsJson, answer_json, complain, harmless, moment, say, table
from inbox_agent.cli.wiring import opened_record
from inbox_agent.desk.exhibit import Teller
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.evidence import bundle

SHELL = "shell"
"""Who took a bundle where nobody gave a name."""


def show(
    refs: Annotated[list[str], typer.Argument(metavar="REF…", help="References like MC-7K2Q-9D4X.")],
    as_json: Annotated[bool, AsJson] = False,
    to: Annotated[
        Path | None, typer.Option("--bundle", help="Write one case to this new ZIP file, as evidence.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Your name, for the history, with --bundle.")] = SHELL,
) -> None:
    """Show a case with its rights, letters and history; with --bundle write all there is of it to a file."""
    if to is not None:
        _bundle(refs, to, by, as_json=as_json)
        return
    failed = False
    with opened_record() as record, record.reading() as session:
        for ref in refs:
            try:
                case = search.case(session, ref)
            except PersonNeeded as error:
                complain(str(error))
                failed = True
                continue
            linked = search.linked(session, case)
            answer_json(_view(record, case, linked)) if as_json else _show(record, case, linked)
    raise typer.Exit(failed)


def _bundle(refs: list[str], to: Path, by: str, *, as_json: bool) -> None:
    if len(refs) != 1:
        raise WrongSetting("--bundle takes one case")
    with opened_record() as record, bundle.new_file(to) as out:
        made = bundle.give(record, refs[0], out, Teller(), by=by.strip() or SHELL, now=datetime.now(UTC))
    if as_json:
        answer_json({"bundle": str(to), "files": made.files, "missing": made.missing, "key": made.key})
        return
    say(f"{to}: {made.files} files; {made.missing} mails and letters are not in it, README.txt says why.")
    say(f"Unpack it and run `sh verify.sh {made.key}` in its folder.")


def _view(record: Record, case: Case, linked: list[str]) -> dict[str, object]:
    return views.case_view(case, record.keyring) | {
        "letters": [views.letter_view(letter) for letter in case.letters],
        "events": [views.event_view(event, record.keyring) for event in case.events],
        "linked": linked,
        "history_intact": case.broken_at() is None,
    }


def _show(record: Record, case: Case, linked: list[str]) -> None:
    _show_head(record, case, linked)
    _show_rights(case)
    _show_letters(case.letters)
    _show_history(record, case)


def _show_head(record: Record, case: Case, linked: list[str]) -> None:
    say(f"{case.ref}  {case.state}  {views.requester(case, record.keyring) or 'unknown sender'}")
    if subject := views.subject(case, record.keyring):
        say(f"Subject: {harmless(subject)}")
    received = f"Received {moment(case.received_at)} UTC by {case.channel}"
    say(f"{received}, language {case.language}, trust {case.trust}")
    if linked:
        say(f"Linked: {', '.join(linked)}")
    say("")


def _show_rights(case: Case) -> None:
    rows = [
        [right.type, right.state, _day(right.internal_due), _day(right.legal_due), right.outcome or ""]
        for right in case.rights
    ]
    table(["right", "state", "we mean to answer by", "the law's date", "outcome"], rows, empty="No rights.")
    say("")


def _show_letters(letters: list[Letter]) -> None:
    rows = [
        [search.short_id(one.id), one.kind, one.language, letter_state(one), moment(one.sent_at)]
        for one in letters
    ]
    table(["letter", "kind", "languages", "state", "sent (UTC)"], rows, empty="No letters.")
    say("")


def _show_history(record: Record, case: Case) -> None:
    rows = [
        [str(one.seq), moment(one.at), _what(views.event_view(one, record.keyring)), one.by]
        for one in case.events
    ]
    table(["", "when (UTC)", "what", "by"], rows, empty="No history.")
    if (broken := case.broken_at()) is not None:
        complain(f"{case.ref}: the history was changed at entry {broken}")


def _what(event: dict[str, Any]) -> str:
    """An event's kind in words; of a reply also what it does, such as asking how far we are."""
    acts = (event["detail"] or {}).get("acts") or ()
    told = event["kind"].replace("_", " ")
    return f"{told}: {', '.join(act.replace('_', ' ') for act in acts)}" if acts else told


def letter_state(letter: Letter) -> str:
    """A letter's state with what holds or refused it."""
    why = letter.hold_reason or letter.refusal
    return f"{letter.state} ({why})" if why else letter.state


def _day(value: datetime) -> str:
    return value.date().isoformat()
