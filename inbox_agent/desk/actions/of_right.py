"""What can be done for one right of a case."""

from inbox_agent.cases import steps, work
from inbox_agent.cases.checklist import CHECKED
from inbox_agent.cases.staff import Role
from inbox_agent.cases.states import Outcome, State
from inbox_agent.desk import labels
from inbox_agent.desk.actions import verbs
from inbox_agent.desk.actions.doing import Action, Field
from inbox_agent.desk.labels import N_
from inbox_agent.understanding import RequestType

_WORDS = Field(
    "words",
    N_("Words for the customer, in the language of the case"),
    "area",
    hint=N_("A blank line begins a new paragraph."),
)
_NO_LETTER = Field("no_letter", N_("No letter: the customer was answered by other means"), "check")
_WHY = Field("why", N_("Why (for the history)"), required=True)
_REASON = Field("reason", N_("Reason"), "select", {"": N_("none"), **labels.REASONS})

OF_RIGHT = (
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
)
