"""The rules for mail that belongs to a case which the record knows: by its thread, a code, or its words."""

import dataclasses

from inbox_agent.cases.conversation import REOPENS_WITHIN, Answer
from inbox_agent.cases.known import KnownCase
from inbox_agent.process.matter import Filing, Matter, Outcome
from inbox_agent.understanding import Decision, Flag, ReplyAct, RequestType

_TAKES_BACK = frozenset({ReplyAct.WITHDRAWAL, ReplyAct.NOT_ME, ReplyAct.COMPLAINT})
_AWAITING_A_CODE = frozenset({"awaiting_identity", "awaiting_guardian", "awaiting_info", "in_progress"})


def on_proven_case(matter: Matter) -> Outcome | None:
    return _on_known_case(matter, matter.knowledge.proven_case(matter.finding.traces.marks), proven=True)


def on_seen_case(matter: Matter) -> Outcome | None:
    return _on_known_case(matter, matter.knowledge.seen_case(matter.finding.traces.marks), proven=False)


def of_returned_letter(matter: Matter) -> Outcome | None:
    """A bounce that names neither case nor letter, but the address that the last letter went to."""
    found = (matter.knowledge.written_to.get(address) for address in matter.finding.traces.failed)
    return _on_known_case(matter, next((case for case in found if case is not None), None), proven=False)


def by_its_code(matter: Matter) -> Outcome | None:
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


def on_mentioned_case(matter: Matter) -> Outcome | None:
    """A bare reference proves nothing: it can remind of what is open, but not add to it."""
    case = matter.knowledge.mentioned_case(matter.finding.traces.marks)
    if case is None or _forgotten(case):
        return None
    if not _is_of(matter, case):
        return _someone_else(matter, case)
    reading = matter.finding.reading
    if reading.decision is Decision.LEAVE or _covers(case, matter):
        return _reminder(matter, case)
    return None


def asked_for_again(matter: Matter) -> Outcome | None:
    theirs = matter.knowledge.open_cases_of(matter.finding.traces.sender)
    return next((_reminder(matter, case) for case in theirs if _covers(case, matter)), None)


def _on_known_case(matter: Matter, case: KnownCase | None, *, proven: bool) -> Outcome | None:
    if case is None or _forgotten(case) or _is_new_matter(matter, case):
        return None
    automatic = matter.finding.message.automatic
    if automatic is not None and not automatic.is_read:
        return _by_a_machine(matter, case)
    return _reply(matter, case, proven=proven) if _is_of(matter, case) else _someone_else(matter, case)


def _by_a_machine(matter: Matter, case: KnownCase) -> Outcome:
    """Recorded on its case and nothing more, unless a letter came back for good: that a person must see."""
    bounce = matter.finding.message.bounce
    kind = "automatic_mail_recorded" if bounce is None else "bounce_recorded"
    for_good = bounce is not None and any(one.permanent for one in bounce.recipients)
    outcome = _filed(matter, case, kind, attention="letter_refused" if for_good else None)
    assert outcome.filing is not None
    told = for_good or (bounce is not None and bool(bounce.mentioned))
    outcome.filing = dataclasses.replace(outcome.filing, bounce=bounce if told else None)
    outcome.state, outcome.reason = "set_aside", matter.finding.message.rule or None
    return outcome


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


def _covers(case: KnownCase, matter: Matter) -> bool:
    """Nothing new is asked for; but what is surely a request never hides behind one that nobody decided."""
    sure = matter.finding.reading.decision is Decision.OPEN_CASE
    return case.open_types.issuperset(matter.types) and not (case.state == "triage" and sure)


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
        matter, case, "mail_filed", attention=matter.alarm or ("reply_waiting" if unsure else None)
    )
    assert outcome.filing is not None
    outcome.filing = dataclasses.replace(outcome.filing, answer=_answer(matter, case, new, proven=proven))
    return outcome


def _answer(matter: Matter, case: KnownCase, asks: tuple[RequestType, ...], *, proven: bool) -> Answer:
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
        may_be_answered=matter.may_be_answered,
        hold=matter.limit(case.id) if finding.traces.mailbox else None,
    )


def _reminder(matter: Matter, case: KnownCase) -> Outcome:
    """Nothing new, unless a person finds otherwise: what is not plainly the same again is shown to one."""
    reading = matter.finding.reading
    plain = reading.decision is Decision.OPEN_CASE and not reading.flags
    return _filed(
        matter, case, "reminder_filed", attention=matter.alarm or (None if plain else "reply_waiting")
    )


def _filed(matter: Matter, case: KnownCase, kind: str, *, attention: str | None = None) -> Outcome:
    outcome = matter.outcome("filed")
    acts = tuple(matter.finding.reply.acts)
    outcome.case_id, outcome.filing = case.id, Filing(case.id, kind, attention, acts=acts)
    return outcome


def _forgotten(case: KnownCase) -> bool:
    # A dismissed case has lost its person and its key: a mail to it is a new mail.
    return not case.is_open and case.requester_hash is None
