"""Help: the keys, a guided first five minutes, what the words mean, whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from inbox_agent.cases import staff
from inbox_agent.cases.staff import Role
from inbox_agent.desk.labels import N_
from inbox_agent.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does; `caps` are pressed one after the other, `other` does the same."""

    caps: tuple[str, ...]
    does: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the first five minutes, and where it is done."""

    title: str
    text: str
    link: str = ""
    href: str = ""


KEYS: Sequence[tuple[str, Sequence[Key]]] = (
    (
        N_("Everywhere"),
        (
            Key(("?",), N_("Show this list")),
            Key(("/",), N_("Search")),
            Key(("G", "Q"), N_("Go to the queue")),
            Key(("G", "T"), N_("Go to triage")),
            Key(("G", "M"), N_("Go to my cases")),
            Key(("G", "R"), N_("Go to the reports")),
            Key(("Z",), N_("Undo what was just done")),
            Key(("Esc",), N_("Close what is open")),
        ),
    ),
    (
        N_("Queue"),
        (
            Key(("J",), N_("Next case"), other="↓"),
            Key(("K",), N_("Case before"), other="↑"),
            Key(("O",), N_("Open the case"), other="Enter"),
            Key(("X",), N_("Select the case")),
            Key(("A",), N_("Assign to me")),
            Key(("B",), N_("Put off")),
        ),
    ),
    (
        N_("Triage"),
        (
            Key(("1 … 7",), N_("Choose a type, as numbered")),
            Key(("O",), N_("Open case")),
            Key(("N",), N_("Not a request")),
            Key(("M",), N_("Add to a known case")),
            Key(("D",), N_("Set aside")),
            Key(("B",), N_("Later")),
        ),
    ),
    (
        N_("Case"),
        (
            Key((".",), N_("Go to the next action, without doing it")),
            Key(("R",), N_("Write an answer")),
            Key(("C",), N_("Write a note")),
            Key(("L",), N_("Fill in the checklist")),
            Key(("J",), N_("Next message")),
            Key(("K",), N_("Message before")),
            Key(("U",), N_("Back to the queue")),
        ),
    ),
    (
        N_("Writing"),
        (
            Key(("Ctrl+Enter",), N_("Release the letter"), other="⌘+Enter"),
            Key(("Ctrl+S",), N_("Save the draft"), other="⌘+S"),
        ),
    ),
)

STEPS: Sequence[Step] = (
    Step(
        N_("Open the first row"),
        N_("The queue shows what needs a person, the most urgent first. Start at the top."),
        N_("Go to the queue"),
        "/queue/decide",
    ),
    Step(
        N_("Read why it is there"),
        N_("The badge says why a person is needed. In the mail, the words that decided are marked."),
    ),
    Step(
        N_("Press the main button"),
        N_("Each case has one next step. Under the button stands what it sends, and to whom."),
    ),
    Step(
        N_("Look at the letter"),
        N_("You see what the customer will get, and the same letter in your language beside it."),
    ),
    Step(
        N_("Release it"),
        N_("What is not right yet stands above the button. A released letter leaves in half a minute."),
    ),
    Step(
        N_("Undo, if you like"),
        N_("For half a minute you can take back what you just did: at the bottom, or with the key Z."),
    ),
    Step(
        N_("Decide one mail in triage"),
        N_("Here you say whether an unclear mail is a request. You can undo that too."),
        N_("Go to triage"),
        "/triage",
    ),
    Step(
        N_("Switch the language"),
        N_("The button at the top shows the desk in Arabic or English. The choice is kept for you."),
    ),
)

WORDS: Sequence[tuple[str, str]] = (
    (N_("Case"), N_("One person's matter, from their first mail until it is closed.")),
    (N_("Right"), N_("One thing somebody asks for. A case may have several, each with a date of its own.")),
    (N_("Reference"), N_("The number of a case, as in MC-7K2Q-9D4X. It stands in every letter.")),
    (N_("Letter"), N_("A mail that we send. Some leave by themselves, some wait until you release them.")),
    (N_("The agent"), N_("The program that reads the mailbox, opens cases and writes letters.")),
    (N_("Reading"), N_("What the agent understood of a mail: its language, what is asked, how sure it is.")),
    (N_("Evidence"), N_("The words in a mail that made the agent decide.")),
    (N_("Triage"), N_("Mails of which the agent is not sure. Nothing was answered yet.")),
    (N_("Quarantine"), N_("Mails that the agent could not read or file.")),
    (N_("Clock"), N_("By when we must answer, and the rule that says so.")),
    (N_("Law profile"), N_("The rules of one country: days, weekends, ages.")),
    (N_("Trust"), N_("How well we know that a request comes from the right person: T0, T1, T2, T3 or TG.")),
    (N_("Checklist"), N_("Where we look for data: done, kept with a reason, or nothing held.")),
    (N_("Event"), N_("One line of a case's history. Nobody can change or remove it unnoticed.")),
    (N_("Note"), N_("For colleagues only. No customer sees it.")),
    (N_("Draft"), N_("What you typed and did not send. Only you can remove it.")),
)


def show(visit: Visit) -> Response:
    with visit.record.reading() as session:
        people = [one for one in staff.everybody(session) if one.active and one.role == Role.ADMIN]
    admins = [person.display_name for person in people]
    return visit.page("help.html", steps=STEPS, words=WORDS, admins=admins, keys=KEYS)


def keys(visit: Visit) -> Response:
    """The list alone, for the dialog that every page has."""
    return visit.page("help_keys.html", keys=KEYS)
