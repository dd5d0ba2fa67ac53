"""What can be done with a case as a whole."""

from functools import partial

from inbox_agent.cases import identity, opening, steps
from inbox_agent.cases.staff import Role
from inbox_agent.desk import labels
from inbox_agent.desk.actions import verbs
from inbox_agent.desk.actions.doing import Action, Field
from inbox_agent.desk.labels import N_

_TYPES = Field("type", N_("Types"), "checks", dict(labels.TYPES))
_OTHER = Field("other", N_("Reference of the other case"), required=True)

_action = partial(Action, of_right=False)

OF_CASE = (
    _action(
        "close",
        N_("Close the case"),
        N_("All rights are answered; do not wait for their letters."),
        lambda d: steps.close(d.act, d.case, with_letter=bool(d.text("letter"))),
        (Field("letter", N_("Send the customer a summary"), "check"),),
        sends="closed",
        previews=True,
    ),
    _action(
        "types",
        N_("Correct the types"),
        N_("Says what the case really asks for; what is missing is added, what was misread ends."),
        verbs.types,
        (_TYPES,),
        sees=False,
    ),
    _action(
        "look_up",
        N_("Look in the list of accounts"),
        N_("Says only whether one account, none or several match."),
        verbs.note_match,
        (Field("value", N_("Another address or number"), hint=N_("Empty: the customer's address")),),
        sees=False,
        asks=verbs.ask_for_accounts,
    ),
    _action(
        "language",
        N_("Change the language of letters"),
        N_("Letters go out in this language from now on."),
        verbs.language,
        (Field("language", N_("Language"), "select", dict(labels.LETTER_LANGUAGES)),),
        sees=False,
    ),
    _action(
        "party",
        N_("Add a person"),
        N_("Somebody else on the case: who acts for the person, a guardian, a business customer."),
        verbs.party,
        (
            Field("role", N_("What they are"), "select", dict(labels.PARTIES)),
            Field("who", N_("Name, and how to reach them"), required=True),
        ),
        sees=False,
    ),
    _action(
        "link",
        N_("Link another case"),
        N_("Shows two cases beside each other."),
        verbs.link,
        (_OTHER,),
        sees=False,
    ),
    _action(
        "merge",
        N_("Merge into another case"),
        N_("This case goes on in another one of the same address; both must be verified."),
        verbs.merge,
        (_OTHER,),
        sees=False,
    ),
    _action(
        "split",
        N_("Split"),
        N_("Some rights go on in a case of their own."),
        verbs.split,
        (_TYPES,),
        sees=False,
        sends="verify_code",
    ),
    _action(
        "stop_marketing",
        N_("Stop marketing to another address"),
        N_("The customer must have shown that mail to their own address reaches them."),
        verbs.stop_marketing,
        (Field("address", N_("Address"), "text", required=True),),
    ),
    _action(
        "restrict",
        N_("Restrict the data"),
        N_("Takes the data out of every use while the case is open; no service is cut."),
        lambda d: opening.restrict(d.act, d.case),
        sees=False,
    ),
    _action(
        "lift",
        N_("Say that it was looked into"),
        N_("A protest, complaint or threat was looked into: the case may go on."),
        lambda d: identity.thaw(d.act, d.case),
    ),
    _action(
        "erase",
        N_("Erase for ever"),
        N_(
            "Destroys the keys of a closed case now, before its time. One administrator asks for it here, a "
            "second one agrees here; alone it takes 24 hours. Nothing can bring it back."
        ),
        verbs.erase,
        (Field("why", N_("Why"), hint=N_("Kept in its history; who agrees need not say it again")),),
        sees=False,
        role=Role.ADMIN,
    ),
    _action(
        "seen",
        N_("I have seen it"),
        N_("What the case was shown for needs no look any more."),
        lambda d: steps.seen(d.act, d.case, d.text("attention")),
        sees=False,
    ),
    _action(
        "assign",
        N_("Assign"),
        N_("Somebody takes the case on."),
        verbs.assign,
        (Field("to", N_("Person"), "person"),),
        sees=False,
    ),
    _action(
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
    ),
    _action(
        "note",
        N_("Write a note"),
        N_("For colleagues; no customer sees it."),
        verbs.note,
        (Field("text", N_("Note"), "area", required=True),),
        sees=False,
    ),
)
