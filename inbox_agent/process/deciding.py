"""The second half: what becomes of a mail, given what the record already knows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from inbox_agent.cases.case import Case
from inbox_agent.cases.erasing.replaying import ERASED_AGAIN
from inbox_agent.cases.known import known
from inbox_agent.cases.record import Record
from inbox_agent.cases.references import theirs_in
from inbox_agent.cases.request import Request
from inbox_agent.process import by_staff, filing
from inbox_agent.process.finding import Finding, unexpected
from inbox_agent.process.matter import Matter, Outcome
from inbox_agent.understanding import Decision, Language, RequestType


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
    """Of a mail that is here, or was before it was erased: a restored record would meet it once more."""
    digest, knowledge = matter.finding.traces.digest, matter.knowledge
    if digest in knowledge.forgotten:
        return matter.outcome("left", ERASED_AGAIN)
    return matter.outcome("left", "duplicate") if digest in knowledge.digests else None


def _unreadable(matter: Matter) -> Outcome | None:
    return matter.outcome("needs_staff", matter.finding.failure) if matter.finding.failure else None


def _written_by_a_machine(matter: Matter) -> Outcome | None:
    aside = matter.finding.reading.decision is Decision.SET_ASIDE
    return matter.outcome("set_aside", matter.finding.message.rule or None) if aside else None


def _complaint_about_our_mail(matter: Matter) -> Outcome | None:
    """A mail service says that somebody marked our mail as spam (RFC 5965): staff see to their wish."""
    message = matter.finding.message
    if message.rule != "feedback_report":
        return None
    request = replace(
        _request(matter), requester=message.complained, name="", types=(RequestType.OPT_OUT,), message_id=None
    )
    case = Case.begin(matter.act, request, state="triage")
    case.call_for("unsure")
    outcome = matter.outcome("filed", message.rule)
    outcome.case_id, outcome.decision = case.id, Decision.ASK_STAFF
    return outcome


def _no_request(matter: Matter) -> Outcome | None:
    return matter.outcome("left") if matter.finding.reading.decision is Decision.LEAVE else None


def _new_case(matter: Matter) -> Outcome:
    """Open and acknowledge where the reading is sure and the mail may be answered; else to triage."""
    finding, act = matter.finding, matter.act
    sure = finding.reading.decision is Decision.OPEN_CASE and matter.may_be_answered
    case = Case.begin(act, _request(matter), state="open" if sure else "triage")
    case.call_for(matter.alarm or (None if sure else "unsure"))
    outcome = matter.outcome("filed")
    outcome.case_id = case.id
    act.send_on_errand("file", finding.taken.id)
    outcome.decision = Decision.OPEN_CASE if sure else Decision.ASK_STAFF
    if sure:
        letter = case.acknowledge(act, hold=matter.limit())
        outcome.letters = [letter] if letter else []
    for other in matter.knowledge.open_cases_of(finding.traces.sender):
        case.link(act, other.id, "same_sender")
    return outcome


def _request(matter: Matter) -> Request:
    finding, message = matter.finding, matter.finding.message
    return Request(
        requester=message.sender,
        language=finding.reading.language or Language.OTHER,
        types=matter.types,
        received_at=finding.taken.received_at,
        subject=message.subject,
        name=message.sender_name,
        cause=finding.taken.id,
        message_id=message.message_id,
        references=message.references,
        automatic=message.automatic is not None,
        theirs=theirs_in(f"{message.subject}\n{message.text}"),
    )


_RULES: tuple[Callable[[Matter], Outcome | None], ...] = (
    _crashed,
    _known_copy,
    by_staff.sent_by_us,
    filing.on_proven_case,
    filing.on_seen_case,
    filing.of_returned_letter,
    _complaint_about_our_mail,
    _unreadable,
    _written_by_a_machine,
    filing.by_its_code,
    filing.on_mentioned_case,
    _no_request,
    filing.asked_for_again,
    _new_case,
)
"""The policy, in order."""
