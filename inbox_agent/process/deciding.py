"""The second half: what becomes of a mail, given what the record already knows."""

import dataclasses
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.conversation import REOPENS_WITHIN, Answer
from inbox_agent.cases.known import Known, KnownCase, known
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.message import Automatic
from inbox_agent.process.finding import Finding, unexpected
from inbox_agent.settings import Settings
from inbox_agent.understanding import Decision, Flag, Language, Reading, ReplyAct, RequestType

_TAKES_BACK = frozenset({ReplyAct.WITHDRAWAL, ReplyAct.NOT_ME, ReplyAct.COMPLAINT})
_AWAITING_A_CODE = frozenset({"awaiting_identity", "awaiting_guardian", "awaiting_info", "in_progress"})
OLD_DATE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Filing:
    """An event to write on a case that exists, and why a person should look at it now.

    `keeps` hands the mail over to the case; `answer` is what a mail of the case's person does there.
    """

    case_id: uuid.UUID
    kind: str
    attention: str | None = None
    keeps: bool = True
    acts: tuple[ReplyAct, ...] = ()
    answer: Answer | None = None


@dataclass(slots=True)
class Outcome:
    """What becomes of one mail: its state, the rows it makes, the letters to write, where it is filed."""

    finding: Finding
    act: Act
    state: str
    reason: str | None = None
    case_id: uuid.UUID | None = None
    filing: Filing | None = None
    decision: Decision | None = None
    letters: list[Letter] = field(default_factory=list)

    def give_up(self, state: str, reason: str) -> None:
        """Make nothing of this mail but its state."""
        self.act.rows.clear()
        self.letters.clear()
        self.state, self.reason, self.case_id, self.filing = state, reason, None, None


@dataclass(frozen=True, slots=True)
class Matter:
    """One mail before its judges: what was found out, what the record knows, who acts."""

    finding: Finding
    knowledge: Known
    settings: Settings
    act: Act

    def outcome(self, state: str, reason: str | None = None) -> Outcome:
        return Outcome(self.finding, self.act, state, reason)


def decide_all(record: Record, findings: Sequence[Finding], now: datetime) -> list[Outcome]:
    """Decide one mail after the other, each knowing what was decided before it."""
    with record.reading() as session:
        knowledge = known(session, [finding.traces for finding in findings], now)
    outcomes = []
    for finding in findings:
        outcome = _decided(Matter(finding, knowledge, record.settings, record.act(now)))
        knowledge.digests.add(finding.traces.digest)
        knowledge.learn(outcome.act.rows)
        outcomes.append(outcome)
    return outcomes


def _decided(matter: Matter) -> Outcome:
    try:
        return decide(matter)
    except Exception as error:
        outcome = matter.outcome("needs_staff")
        outcome.give_up("needs_staff", unexpected(error))
        return outcome


def decide(matter: Matter) -> Outcome:
    """What is to become of a mail: the first rule that has something to say."""
    verdicts = (rule(matter) for rule in _RULES)
    return next(outcome for outcome in verdicts if outcome is not None)


def _crashed(matter: Matter) -> Outcome | None:
    return matter.outcome("needs_staff", "crashed") if matter.finding.failure == "crashed" else None


def _known_copy(matter: Matter) -> Outcome | None:
    is_copy = matter.finding.traces.digest in matter.knowledge.digests
    return matter.outcome("left", "duplicate") if is_copy else None


def _on_proven_case(matter: Matter) -> Outcome | None:
    return _on_known_case(matter, matter.knowledge.proven_case(matter.finding.traces.marks), proven=True)


def _on_seen_case(matter: Matter) -> Outcome | None:
    return _on_known_case(matter, matter.knowledge.seen_case(matter.finding.traces.marks), proven=False)


def _by_its_code(matter: Matter) -> Outcome | None:
    """A code outside the thread: our letters allow it, and only who has the letter knows it."""
    finding = matter.finding
    waiting = [
        case
        for case in matter.knowledge.open_cases_of(finding.traces.sender)
        if case.state in _AWAITING_A_CODE
    ]
    if not waiting or not finding.reply.codes or finding.message.automatic is not None:
        return None
    return _reply(matter, waiting[0], proven=True)


def _unreadable(matter: Matter) -> Outcome | None:
    return matter.outcome("needs_staff", matter.finding.failure) if matter.finding.failure else None


def _written_by_a_machine(matter: Matter) -> Outcome | None:
    aside = matter.finding.reading.decision is Decision.SET_ASIDE
    return matter.outcome("set_aside", matter.finding.message.rule or None) if aside else None


def _on_mentioned_case(matter: Matter) -> Outcome | None:
    """A bare reference proves nothing: it can remind of what is open, but not add to it."""
    case = matter.knowledge.mentioned_case(matter.finding.traces.marks)
    if case is None or _forgotten(case):
        return None
    if not _is_of(matter, case):
        return _someone_else(matter, case)
    reading = matter.finding.reading
    if reading.decision is Decision.LEAVE or _covers(case, _types(reading), matter):
        return _reminder(matter, case)
    return None


def _no_request(matter: Matter) -> Outcome | None:
    return matter.outcome("left") if matter.finding.reading.decision is Decision.LEAVE else None


def _asked_for_again(matter: Matter) -> Outcome | None:
    types = _types(matter.finding.reading)
    theirs = matter.knowledge.open_cases_of(matter.finding.traces.sender)
    return next((_reminder(matter, case) for case in theirs if _covers(case, types, matter)), None)


def _new_case(matter: Matter) -> Outcome:
    """Open and acknowledge where the reading is sure and the mail may be answered; else to triage."""
    finding, act = matter.finding, matter.act
    sure = finding.reading.decision is Decision.OPEN_CASE and _may_be_answered(finding)
    case = Case.begin(act, _request(finding), state="open" if sure else "triage")
    case.call_for(_attention(finding.reading, sure))
    outcome = matter.outcome("filed")
    outcome.case_id = case.id
    outcome.decision = Decision.OPEN_CASE if sure else Decision.ASK_STAFF
    if sure:
        letter = case.acknowledge(act, hold=_limit(matter))
        outcome.letters = [letter] if letter else []
    for other in matter.knowledge.open_cases_of(finding.traces.sender):
        case.link(act, other.id, "same_sender")
    return outcome


_RULES: tuple[Callable[[Matter], Outcome | None], ...] = (
    _crashed,
    _known_copy,
    _on_proven_case,
    _on_seen_case,
    _unreadable,
    _written_by_a_machine,
    _by_its_code,
    _on_mentioned_case,
    _no_request,
    _asked_for_again,
    _new_case,
)
"""The policy, in order."""


def _on_known_case(matter: Matter, case: KnownCase | None, *, proven: bool) -> Outcome | None:
    if case is None or _forgotten(case) or _is_new_matter(matter, case):
        return None
    automatic = matter.finding.message.automatic
    if automatic is not None and not automatic.is_read:
        kind = "bounce_recorded" if automatic is Automatic.BOUNCE else "automatic_mail_recorded"
        outcome = _filed(matter, case, kind, attention=_undelivered(matter))
        outcome.state, outcome.reason = "set_aside", matter.finding.message.rule or None
        return outcome
    return _reply(matter, case, proven=proven) if _is_of(matter, case) else _someone_else(matter, case)


def _undelivered(matter: Matter) -> str | None:
    """A letter of ours came back for good: a person must find another way."""
    bounce = matter.finding.message.bounce
    for_good = bounce is not None and any(one.permanent for one in bounce.recipients)
    return "letter_refused" if for_good else None


def _is_new_matter(matter: Matter, case: KnownCase) -> bool:
    """A request in the thread of a case that closed too long ago to reopen."""
    received = matter.finding.taken.received_at
    old = case.closed_at is not None and received - case.closed_at > REOPENS_WITHIN
    asks = matter.finding.reading.decision in {Decision.OPEN_CASE, Decision.ASK_STAFF}
    return old and asks and matter.finding.message.automatic is None and not _complains(matter)


def _complains(matter: Matter) -> bool:
    return ReplyAct.COMPLAINT in matter.finding.reply.acts


def _is_of(matter: Matter, case: KnownCase) -> bool:
    sender = matter.finding.traces.sender
    return sender is not None and sender == case.requester_hash


def _someone_else(matter: Matter, case: KnownCase) -> Outcome:
    outcome = matter.outcome("needs_staff", "someone_else_on_case")
    outcome.filing = Filing(case.id, "someone_else_wrote", attention="someone_else", keeps=False)
    return outcome


def _covers(case: KnownCase, types: tuple[RequestType, ...], matter: Matter) -> bool:
    """Nothing new is asked for; but what is surely a request never hides behind one that nobody decided."""
    sure = matter.finding.reading.decision is Decision.OPEN_CASE
    return case.open_types.issuperset(types) and not (case.state == "triage" and sure)


def _forgotten(case: KnownCase) -> bool:
    # A dismissed case has lost its person and its key: a mail to it is a new mail.
    return not case.is_open and case.requester_hash is None


def _reply(matter: Matter, case: KnownCase, *, proven: bool) -> Outcome:
    """In the thread of the case: what it surely asks for beyond the case becomes a right of its own.

    Only where the thread is `proven` by a letter of ours can the mail prove anything itself.
    """
    reading = matter.finding.reading
    sure = reading.decision is Decision.OPEN_CASE and case.state != "triage"
    new = tuple(kind for kind in reading.asserted if kind not in case.open_types) if sure else ()
    case.open_types.update(new)
    unsure = reading.decision is Decision.ASK_STAFF and not case.open_types.issuperset(reading.asserted)
    outcome = _filed(
        matter, case, "mail_filed", attention=_alarm(reading) or ("reply_waiting" if unsure else None)
    )
    assert outcome.filing is not None
    outcome.filing = dataclasses.replace(outcome.filing, answer=_answer(matter, new, proven=proven))
    return outcome


def _answer(matter: Matter, asks: tuple[RequestType, ...], *, proven: bool) -> Answer:
    finding, reply = matter.finding, matter.finding.reply
    counts = proven and finding.message.automatic is None and not finding.taken.junk
    says_yes = counts and reply.agrees and finding.message.dmarc != "fail"
    return Answer(
        email=finding.taken.id,
        received_at=finding.taken.received_at,
        acts=frozenset(reply.acts),
        codes=reply.codes if counts else (),
        yes_to=finding.message.in_reply_to if says_yes else (),
        contrary=bool(_TAKES_BACK.intersection(reply.acts)) or Flag.NEGATION in finding.reading.flags,
        asks=asks,
        may_be_answered=_may_be_answered(finding),
        hold=_limit(matter) if finding.traces.mailbox else None,
    )


def _reminder(matter: Matter, case: KnownCase) -> Outcome:
    """Nothing new, unless a person finds otherwise: what is not plainly the same again is shown to one."""
    reading = matter.finding.reading
    plain = reading.decision is Decision.OPEN_CASE and not reading.flags
    return _filed(
        matter, case, "reminder_filed", attention=_alarm(reading) or (None if plain else "reply_waiting")
    )


def _filed(
    matter: Matter,
    case: KnownCase,
    kind: str,
    *,
    attention: str | None = None,
) -> Outcome:
    outcome = matter.outcome("filed")
    acts = tuple(matter.finding.reply.acts)
    outcome.case_id, outcome.filing = case.id, Filing(case.id, kind, attention, acts=acts)
    return outcome


def _types(reading: Reading) -> tuple[RequestType, ...]:
    """What the reading asserts; where it asserts nothing, its best guess, so that a clock runs."""
    if reading.asserted:
        return tuple(reading.asserted)
    best = max(reading.scores, key=lambda kind: reading.scores[kind], default=RequestType.OTHER_PRIVACY)
    return (best,)


def _may_be_answered(finding: Finding) -> bool:
    """By a machine: a person wrote it, we know who, and it is not old."""
    message, taken = finding.message, finding.taken
    old = message.date is not None and message.date < taken.received_at - OLD_DATE
    return taken.answerable and message.automatic is None and message.sender is not None and not old


def _request(finding: Finding) -> Request:
    message = finding.message
    return Request(
        requester=message.sender,
        language=finding.reading.language or Language.OTHER,
        types=_types(finding.reading),
        received_at=finding.taken.received_at,
        subject=message.subject,
        name=message.sender_name,
        cause=finding.taken.id,
        message_id=message.message_id,
        references=message.references,
        automatic=message.automatic is not None,
    )


def _attention(reading: Reading, sure: bool) -> str | None:
    return _alarm(reading) or (None if sure else "unsure")


def _alarm(reading: Reading) -> str | None:
    if RequestType.CHILD_DATA in reading.asserted:
        return "child"
    return "legal_threat" if reading.flags & {Flag.LEGAL_THREAT, Flag.REGULATOR} else None


def _limit(matter: Matter) -> str | None:
    address, settings = matter.finding.traces.mailbox, matter.settings
    assert address is not None, "only answerable mail is acknowledged"
    allowed = matter.knowledge.may_write_to(address, settings.letters_per_day, settings.letters_per_week)
    return None if allowed else "limit"
