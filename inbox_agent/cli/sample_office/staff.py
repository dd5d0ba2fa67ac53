"""What staff do in the stories: the verbs of the record, as the desk calls them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr

from sqlalchemy.orm import Session

from inbox_agent.cases import answers, identity, joining, notes, queue, search, steps, triage, work
from inbox_agent.cases.act import Act
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.cli.sample_office.office import Office
from inbox_agent.cli.sample_office.stories import Step
from inbox_agent.errors import PersonNeeded
from inbox_agent.process import screening_of
from inbox_agent.process.by_hand import ByHand, open_by_hand
from inbox_agent.understanding import Language, RequestType


@dataclass(frozen=True, slots=True)
class Doing:
    """A person about to do one step to the case of its story."""

    office: Office
    step: Step
    session: Session
    act: Act

    @property
    def case(self) -> Case:
        return self.office.case_of(self.session, self.step.story.name)

    @property
    def right(self) -> Right:
        """The one that the step names, else the first."""
        kind = self.step.given.get("right")
        return next(one for one in self.case.rights if kind in {None, str(one.type)})

    @property
    def types(self) -> tuple[RequestType, ...]:
        return tuple(map(RequestType, self.step.given["types"]))


def do(office: Office, step: Step) -> None:
    """One step of a member of staff; whatever it is, they have seen what the case was shown for."""
    try:
        with office.acting(step.by) as (session, act):
            doing = Doing(office, step, session, act)
            _VERBS[step.given["does"]](doing)
            if step.given["does"] not in _MERELY_SORTING:
                doing.case.is_seen_to()
    except PersonNeeded as error:
        error.add_note(f"{step.story.name}, step {step.number}: {step.given['does']}")
        raise


def _open(doing: Doing) -> None:
    """Somebody called."""
    given, office = doing.step.given, doing.office
    asked = ByHand(
        types=doing.types,
        sender=doing.step.story.address,
        received_at=doing.act.at,
        language=Language(given["language"]),
        channel=given["channel"],
        name=parseaddr(doing.step.story.who)[0],
        subject=given["subject"],
    )
    case, _ = open_by_hand(
        doing.session, doing.act, asked, screening_of(office.record.settings), office.understanding
    )
    office.refs[doing.step.story.name] = case.ref


def _decide(doing: Doing) -> None:
    """What an unsure mail asks for; no types, and it is no request. The agent carries it out."""
    triage.decide_soon(doing.session, doing.act, doing.case, doing.types)


def _snooze(doing: Doing) -> None:
    queue.snooze(doing.act, doing.case, doing.act.at + timedelta(days=doing.step.given["days"]))


def _check(doing: Doing) -> None:
    given = doing.step.given
    identity.record_check(doing.act, doing.right, CheckKind(given["check"]), given["how"], passed=True)


def _rows(doing: Doing) -> None:
    """Some rows of the checklist, one after the other; `rest` says what came of all that are not named."""
    given, right = doing.step.given, doing.right
    named = {Item(item): Found(found) for item, found in given.get("rows", {}).items()}
    if "rest" in given:
        left = [Item(row.item) for row in right.checklist if row.found == Found.OPEN]
        named = dict.fromkeys(left, Found(given["rest"])) | named
    for item, found in named.items():
        kept_for, note = None, ""
        if found is Found.KEPT:
            kept_for, note = Kept(given["kept_for"]), given["note"]
        work.look_at(doing.act, right, item, found, kept_for=kept_for, note=note)


def _ask(doing: Doing) -> None:
    work.ask(doing.act, doing.right, doing.step.given["letter"])


def _answer(doing: Doing) -> None:
    given = doing.step.given
    told = Told(
        reason=Reason(given["reason"]) if "reason" in given else None,
        words=given.get("words", ()),
        harmless=given.get("harmless", False),
    )
    answers.finish(doing.act, doing.right, Outcome(given["outcome"]), told)


def _merge(doing: Doing) -> None:
    into = doing.office.case_of(doing.session, doing.step.given["into"])
    joining.merge(doing.act, doing.case, into, search.mails_of(doing.session, doing.case))


def _split(doing: Doing) -> None:
    joining.split(doing.act, doing.case, doing.types)


_VERBS: Mapping[str, Callable[[Doing], None]] = {
    "open": _open,
    "assign": lambda doing: queue.assign(doing.act, doing.case, doing.step.given["to"]),
    "note": lambda doing: notes.note(doing.act, doing.case, doing.step.given["note"]),
    "snooze": _snooze,
    "seen": lambda doing: steps.seen(doing.act, doing.case),
    "decide": _decide,
    "check": _check,
    "rows": _rows,
    "ask": _ask,
    "ask_guardian": lambda doing: work.ask_guardian(doing.act, doing.right),
    "ask_confirmation": lambda doing: work.ask_confirmation(doing.act, doing.right),
    "submit": lambda doing: work.submit(doing.act, doing.right),
    "approve": lambda doing: work.approve(doing.act, doing.right),
    "extend": lambda doing: work.extend(doing.act, doing.right, doing.step.given["words"]),
    "hold": lambda doing: work.hold(doing.act, doing.right, doing.step.given["why"]),
    "answer": _answer,
    "merge": _merge,
    "split": _split,
}
_MERELY_SORTING = frozenset({"open", "assign", "snooze"})
