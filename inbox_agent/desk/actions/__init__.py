"""What staff can do with a case, each with its form: what it does, what it sends, what must be filled in.

The verbs themselves are the record's; here stands how a page asks for them.
"""

from inbox_agent.cases import identity, opening, steps, work
from inbox_agent.cases.checklist import CHECKED
from inbox_agent.cases.right import Right
from inbox_agent.cases.staff import Role
from inbox_agent.cases.states import Outcome, State
from inbox_agent.desk import labels
from inbox_agent.desk.actions import verbs
from inbox_agent.desk.actions.doing import Action, Doing, Field
from inbox_agent.desk.labels import N_
from inbox_agent.understanding import RequestType

__all__ = ["ACTIONS", "OF_CASE", "Action", "Doing", "Field", "possible"]

_WORDS = Field(
    "words",
    N_("Words for the customer, in the language of the case"),
    "area",
    hint=N_("A blank line begins a new paragraph."),
)
_NO_LETTER = Field("no_letter", N_("No letter: the customer was answered by other means"), "check")
_WHY = Field("why", N_("Why (for the history)"), required=True)
_REASON = Field("reason", N_("Reason"), "select", {"": N_("none"), **labels.REASONS})
_TYPES = Field("type", N_("Types"), "checks", dict(labels.TYPES))
_OTHER = Field("other", N_("Reference of the other case"), required=True)

_ALL = (
    Action(
        "verify",
        N_("Send a code"),
        N_("The customer proves that the address is theirs by sending the code back."),
        lambda d: steps.verify(d.act, d.case, [d.right]),
        sends="verify_code",
    ),
    Action(
        "check",
        N_("Record a check"),
        N_("A check that you made outside the mail; one that was passed raises the identity."),
        verbs.check,
        (
            Field("kind", N_("What was checked"), "select", dict(labels.CHECKS)),
            Field("how", N_("How: which number was called, who answered what"), required=True),
            Field("failed", N_("It was not passed"), "check"),
        ),
    ),
    Action(
        "start",
        N_("Begin the work"),
        N_("Lays out the checklist; the date by which to be done counts from now."),
        lambda d: work.start(d.act, d.right),
    ),
    Action(
        "rows",
        N_("Fill in the checklist"),
        N_("Look at each place and say what came of it."),
        verbs.rows,
        when=lambda right: right.type in CHECKED and bool(right.checklist) and not right.is_decided,
    ),
    Action(
        "ask",
        N_("Ask the customer"),
        N_("The right waits for the answer."),
        verbs.ask,
        (Field("question", N_("Question"), "select", verbs.QUESTIONS), _WORDS),
        sends="clarify_scope",
        previews=True,
    ),
    Action(
        "guardian",
        N_("Explain the guardian's steps"),
        N_("Tells the adult how to show that they are the child's parent or guardian."),
        lambda d: work.ask_guardian(d.act, d.right),
        sends="guardian_steps",
        previews=True,
        when=lambda right: right.type is RequestType.CHILD_DATA and not right.is_decided,
    ),
    Action(
        "child_types",
        N_("Tell which data there is"),
        N_("Tells the proven guardian which kinds of data there are about the child."),
        verbs.child_types,
        (Field("item", N_("Kinds of data"), "checks", dict(labels.ITEMS)),),
        sends="child_types",
        previews=True,
        when=lambda right: (
            right.type is RequestType.CHILD_DATA and right.is_trusted("TG") and not right.is_decided
        ),
    ),
    Action(
        "confirm_delete",
        N_("Ask to confirm the deletion"),
        N_("The customer confirms by a code; then the cool-off begins."),
        lambda d: work.ask_confirmation(d.act, d.right),
        sends="confirm_delete",
        when=lambda right: (
            right.type is RequestType.DELETION and right.confirmed_at is None and not right.is_decided
        ),
    ),
    Action(
        "submit",
        N_("Ask a second person"),
        N_("A colleague must agree, or a day must pass."),
        lambda d: work.submit(d.act, d.right),
    ),
    Action(
        "approve",
        N_("Agree as the second person"),
        N_("You have looked at the case and agree."),
        lambda d: work.approve(d.act, d.right),
        role=Role.APPROVER,
        when=lambda right: right.state == State.REVIEW,
    ),
    Action(
        "answer",
        N_("Answer"),
        N_("Says how the right ends; it closes when the letter has left."),
        verbs.answer,
        (
            Field(
                "outcome",
                N_("How it ends"),
                "select",
                {one: labels.OUTCOMES[one] for one in Outcome if one not in verbs.NO_ANSWERS},
            ),
            _REASON,
            _WORDS,
            Field("harmless", N_("Of a correction: it changes no way to reach or bill the person"), "check"),
            _NO_LETTER,
        ),
        sends="answer",
        previews=True,
    ),
    Action(
        "deny",
        N_("Refuse"),
        N_("Refuses the right with a reason and words for the customer."),
        verbs.deny,
        (_REASON, _WORDS, _NO_LETTER),
        sends="denied",
        previews=True,
    ),
    Action(
        "extend",
        N_("Extend the time"),
        N_("Takes the longer time that the law allows, once; the letter gives the reason."),
        verbs.extend,
        (_WORDS,),
        sends="extension",
        previews=True,
    ),
    Action(
        "hold",
        N_("Put on hold"),
        N_("Work stops until somebody goes on; the clock does not."),
        lambda d: work.hold(d.act, d.right, d.text("why")),
        (_WHY,),
    ),
    Action(
        "resume",
        N_("Go on"),
        N_("You looked at what held it up, and it goes on."),
        lambda d: work.resume(d.act, d.right),
        when=lambda right: right.state == State.ON_HOLD,
    ),
    Action(
        "withdraw",
        N_("Record a withdrawal"),
        N_("The customer took this back."),
        verbs.withdraw,
        sends="withdrawn",
    ),
    Action(
        "reopen",
        N_("Reopen"),
        N_("It goes on; what was confirmed or agreed must be confirmed and agreed again."),
        lambda d: d.right.reopen(d.act, d.text("why")),
        (_WHY,),
        when=lambda right: right.is_decided,
    ),
    Action(
        "close",
        N_("Close the case"),
        N_("All rights are answered; do not wait for their letters."),
        lambda d: steps.close(d.act, d.case, with_letter=bool(d.text("letter"))),
        (Field("letter", N_("Send the customer a summary"), "check"),),
        sends="closed",
        of_right=False,
        previews=True,
    ),
    Action(
        "types",
        N_("Correct the types"),
        N_("Says what the case really asks for; what is missing is added, what was misread ends."),
        verbs.types,
        (_TYPES,),
        sees=False,
        of_right=False,
    ),
    Action(
        "look_up",
        N_("Look in the list of accounts"),
        N_("Says only whether one account, none or several match."),
        verbs.look_up,
        (Field("value", N_("Another address or number"), hint=N_("Empty: the customer's address")),),
        sees=False,
        of_right=False,
    ),
    Action(
        "language",
        N_("Change the language of letters"),
        N_("Letters go out in this language from now on."),
        verbs.language,
        (Field("language", N_("Language"), "select", dict(labels.LETTER_LANGUAGES)),),
        sees=False,
        of_right=False,
    ),
    Action(
        "party",
        N_("Add a person"),
        N_("Somebody else on the case: who acts for the person, a guardian, a business customer."),
        verbs.party,
        (
            Field("role", N_("What they are"), "select", dict(labels.PARTIES)),
            Field("who", N_("Name, and how to reach them"), required=True),
        ),
        sees=False,
        of_right=False,
    ),
    Action(
        "link",
        N_("Link another case"),
        N_("Shows two cases beside each other."),
        verbs.link,
        (_OTHER,),
        sees=False,
        of_right=False,
    ),
    Action(
        "merge",
        N_("Merge into another case"),
        N_("This case goes on in another one of the same address; both must be verified."),
        verbs.merge,
        (_OTHER,),
        sees=False,
        of_right=False,
    ),
    Action(
        "split",
        N_("Split"),
        N_("Some rights go on in a case of their own."),
        verbs.split,
        (_TYPES,),
        sees=False,
        sends="verify_code",
        of_right=False,
    ),
    Action(
        "stop_marketing",
        N_("Stop marketing to another address"),
        N_("The customer must have shown that mail to their own address reaches them."),
        verbs.stop_marketing,
        (Field("address", N_("Address"), "text", required=True),),
        of_right=False,
    ),
    Action(
        "restrict",
        N_("Restrict the data"),
        N_("Takes the data out of every use while the case is open; no service is cut."),
        lambda d: opening.restrict(d.act, d.case),
        sees=False,
        of_right=False,
    ),
    Action(
        "lift",
        N_("Say that it was looked into"),
        N_("A protest, complaint or threat was looked into: the case may go on."),
        lambda d: identity.thaw(d.act, d.case),
        of_right=False,
    ),
    Action(
        "seen",
        N_("I have seen it"),
        N_("What the case was shown for needs no look any more."),
        lambda d: steps.seen(d.act, d.case, d.text("attention")),
        sees=False,
        of_right=False,
    ),
    Action(
        "assign",
        N_("Assign"),
        N_("Somebody takes the case on."),
        verbs.assign,
        (Field("to", N_("Person"), "person"),),
        sees=False,
        of_right=False,
    ),
    Action(
        "snooze",
        N_("Put off"),
        N_("Out of the way until then; whatever the customer does wakes it before."),
        verbs.snooze,
        (
            Field(
                "until",
                N_("Until when"),
                "select",
                {"tomorrow": N_("until tomorrow"), "week": N_("for a week"), "": N_("not at all: wake it")},
            ),
        ),
        sees=False,
        of_right=False,
    ),
    Action(
        "note",
        N_("Write a note"),
        N_("For colleagues; no customer sees it."),
        verbs.note,
        (Field("text", N_("Note"), "area", required=True),),
        sees=False,
        of_right=False,
    ),
)

ACTIONS = {action.name: action for action in _ALL}
"""Every verb by its name."""


def possible(right: Right) -> list[Action]:
    """What can be done for this right now, so far as its state tells."""
    return [one for one in _ALL if one.of_right and one.when(right)]


OF_CASE = tuple(action for action in _ALL if not action.of_right)
"""What can be done with the case as a whole."""
