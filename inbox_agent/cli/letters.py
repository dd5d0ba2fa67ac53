"""`inbox-agent letters`: letters that wait for a person, or that the relay refused."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default as readable
from typing import Annotated

import typer

from inbox_agent import settings
from inbox_agent.agent import now_utc
from inbox_agent.cases import search
from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cli import views
from inbox_agent.cli.output import AsJson, ById, answer_json, moment, say, table
from inbox_agent.cli.showing import letter_state
from inbox_agent.cli.wiring import opened_record, stationery
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.letters import KINDS, acting, compose
from inbox_agent.letters.hidden_codes import code_of, hidden
from inbox_agent.letters.samples import sample

app = typer.Typer(
    help="Letters that wait for a person (SENDING=review) or that were refused.", no_args_is_help=True
)
Id = Annotated[str, typer.Argument(metavar="LETTER", help="The letter's id as `letters list` shows it.")]


@app.command("list")
def list_letters(
    as_json: Annotated[bool, AsJson] = False,
    every: Annotated[bool, typer.Option("--all", help="Also those ready, sending and sent.")] = False,
) -> None:
    """List the letters that are held or were refused."""
    states = ["ready", "sending", "sent", "held", "refused"] if every else ["held", "refused"]
    with opened_record() as record, record.reading() as session:
        found = search.letters(session, states)
        if as_json:
            answer_json([views.letter_view(letter) for letter in found])
            return
        rows = [
            [
                search.short_id(letter.id),
                session.get_one(Case, letter.case_id).ref,
                letter.kind,
                letter.language,
                letter_state(letter),
                moment(letter.created_at),
            ]
            for letter in found
        ]
    table(["letter", "case", "kind", "languages", "state", "written (UTC)"], rows, empty="No letter waits.")


@app.command()
def show(letter_id: Id) -> None:
    """Show a letter as the customer gets it, but for its code: its headers and its text."""
    with opened_record() as record, record.reading() as session:
        letter = search.letter(session, letter_id)
        mail = message_from_bytes(letter.content(record.keyring), policy=readable)
        code = code_of(letter.facts(record.keyring))
    for name in ("From", "To", "Subject"):
        say(f"{name}: {hidden(str(mail[name]), code)}")
    body = mail.get_body(("plain",))
    say("" if body is None else f"\n{hidden(body.get_content(), code)}")


@app.command()
def preview(
    kind: Annotated[str, typer.Argument(metavar="NAME", help="A kind of letter; `list-kinds` names them.")],
    language: Annotated[str, typer.Option(help="en, ar or both.")] = "both",
    html: Annotated[bool, typer.Option("--html", help="The page instead of the plain text.")] = False,
) -> None:
    """Show a kind of letter with sample facts, in your own wording where you have one."""
    if kind not in KINDS:
        raise WrongSetting(f"there is no letter {kind}; there is: {', '.join(KINDS)}")
    if language not in {"en", "ar", "both"}:
        raise WrongSetting(f"{language} is not en, ar or both")
    paper = stationery(settings.load())
    for one in ("en", "ar") if language == "both" and KINDS[kind].languages == "one" else (language,):
        order = ("en", "ar") if one == "both" else (one,)
        mail = message_from_bytes(compose(sample(kind, order), paper), policy=readable)
        body = mail.get_body(("html" if html else "plain",))
        say(f"Subject: {mail['Subject']}\n\n{body.get_content() if body else ''}")


@app.command("list-kinds")
def list_kinds() -> None:
    """Name every kind of letter, and whether it leaves by itself or when a person releases it."""
    table(["kind", "sent", "languages"], [[k.name, k.sent, k.languages] for k in KINDS.values()], empty="")


@app.command()
def release(letter_id: Id, by: Annotated[str, ById]) -> None:
    """Let a held letter go, or try a refused one again."""
    _do(letter_id, by, {"held", "refused"}, Letter.release, "goes with the next sending")


@app.command()
def hold(letter_id: Id, by: Annotated[str, ById]) -> None:
    """Keep a letter that has not left yet until somebody releases it."""

    def held(letter: Letter, act: Act, case: Case) -> None:
        letter.hold(act, case, "person")

    _do(letter_id, by, {"ready"}, held, "is held")


def _do(
    letter_id: str, by: str, states: set[str], verb: Callable[[Letter, Act, Case], None], done: str
) -> None:
    with (
        opened_record() as record,
        acting(record, stationery(record.settings), by=by, now=now_utc()) as (session, act),
    ):
        letter = search.letter(session, letter_id)
        if letter.state not in states:
            raise PersonNeeded("wrong_state", f"letter {letter_id} is {letter.state}")
        verb(letter, act, session.get_one(Case, letter.case_id))
    say(f"Letter {letter_id} {done}.")
