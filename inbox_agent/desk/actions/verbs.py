"""What the forms of the desk mean: each takes what was typed and calls a verb of the record."""

from datetime import timedelta
from typing import TYPE_CHECKING

from inbox_agent.cases import answers, conversation, identity, joining, notes, queue, search, steps, work
from inbox_agent.cases.accounts import Match
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.erasing import at_once
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.states import Outcome, Reason
from inbox_agent.desk.actions.doing import Doing
from inbox_agent.desk.labels import N_
from inbox_agent.errors import PersonNeeded
from inbox_agent.process.looking_up import look_up
from inbox_agent.settings import checked_address
from inbox_agent.understanding import RequestType

if TYPE_CHECKING:
    from inbox_agent.desk.visit import Visit

QUESTIONS = {
    "clarify_scope": N_("A question of your own (needs words)"),
    "need_identifier": N_("Which account or number is it?"),
    "correction_details": N_("What is to be corrected?"),
    "optout_which_address": N_("Which other address?"),
}
NO_ANSWERS = {
    Outcome.WITHDRAWN,
    Outcome.MERGED,
    Outcome.UNVERIFIED_LAPSED,
    Outcome.NOT_A_REQUEST,
    Outcome.DENIED,
}
_KEPT_BY = {
    Kept.LAW: Reason.LEGAL_RETENTION,
    Kept.DISPUTE: Reason.DISPUTE,
    Kept.AGREEMENT: Reason.CONTRACT_ENFORCEMENT,
}


def _one_of(kind: type, value: str) -> object:
    try:
        return kind(value)
    except ValueError:
        raise PersonNeeded("no_reason") from None


def check(doing: Doing) -> None:
    kind = _one_of(CheckKind, doing.text("kind"))
    assert isinstance(kind, CheckKind)
    identity.record_check(doing.act, doing.right, kind, doing.text("how"), passed=not doing.text("failed"))


def rows(doing: Doing) -> None:
    """All rows of the checklist at once: those that changed are settled."""
    for row in doing.right.checklist:
        found, note = doing.text(f"found-{row.item}"), doing.text(f"note-{row.item}")
        kept_for = doing.text(f"for-{row.item}")
        is_now = f"{row.found}|{row.kept_for or ''}|{row.told(doing.act.keyring)}"
        was = doing.text(f"was-{row.item}") or is_now
        if f"{found}|{kept_for}|{note}" == was or found not in set(Found) - {Found.OPEN}:
            continue  # this person left it as it was shown to them
        if was != is_now:
            raise PersonNeeded("row_changed", f"somebody else settled {row.item} meanwhile")
        reason = Kept(kept_for) if kept_for in set(Kept) and found == Found.KEPT else None
        work.look_at(doing.act, doing.right, Item(row.item), Found(found), kept_for=reason, note=note)


def ask(doing: Doing) -> None:
    kind, words = doing.text("question"), doing.words
    if kind not in QUESTIONS or (kind == "clarify_scope" and not words):
        raise PersonNeeded("no_words")
    done_on = doing.act.law.day(doing.act.at).isoformat()
    work.ask(doing.act, doing.right, kind, words=words, done_on=done_on)


def likely(case: Case, kind: str) -> dict[str, str]:
    """How the form of an answer stands at first: where something is kept, in part and because of that."""
    kept = [row.kept_for for one in case.rights if one.type == kind for row in one.checklist if row.kept_for]
    return {"outcome": Outcome.PARTIAL, "reason": _KEPT_BY[Kept(kept[0])]} if kept else {}


def answer(doing: Doing) -> None:
    outcome, reason = doing.text("outcome"), doing.text("reason")
    if outcome not in set(Outcome) - NO_ANSWERS:
        raise PersonNeeded("wrong_outcome")
    told = Told(
        reason=Reason(reason) if reason in set(Reason) else None,
        words=doing.words,
        harmless=bool(doing.text("harmless")),
        by_other_means=bool(doing.text("no_letter")),
    )
    answers.finish(doing.act, doing.right, Outcome(outcome), told)


def deny(doing: Doing) -> None:
    reason = doing.text("reason")
    told = Told(
        reason=Reason(reason) if reason in set(Reason) else None,
        words=doing.words,
        by_other_means=bool(doing.text("no_letter")),
    )
    answers.finish(doing.act, doing.right, Outcome.DENIED, told)


def extend(doing: Doing) -> None:
    if not doing.words:
        raise PersonNeeded("no_words")
    work.extend(doing.act, doing.right, doing.words)


def withdraw(doing: Doing) -> None:
    conversation.withdraw(doing.act, doing.case, [doing.right])


def child_types(doing: Doing) -> None:
    steps.tell_child_types(
        doing.act, doing.right, [Item(one) for one in doing.visit.chosen("item") if one in set(Item)]
    )


def types(doing: Doing) -> None:
    steps.correct_types(doing.act, doing.case, _chosen_types(doing))


def split(doing: Doing) -> None:
    joining.split(doing.act, doing.case, _chosen_types(doing))


def _chosen_types(doing: Doing) -> list[RequestType]:
    return [RequestType(one) for one in doing.visit.chosen("type") if one in set(RequestType)]


def _other_case(doing: Doing) -> Case:
    return search.case(doing.session, doing.text("other"))


def merge(doing: Doing) -> None:
    joining.merge(doing.act, doing.case, _other_case(doing), search.mails_of(doing.session, doing.case))


def link(doing: Doing) -> None:
    doing.case.link(doing.act, _other_case(doing).id, "staff")


def party(doing: Doing) -> None:
    role = _one_of(joining.Role, doing.text("role"))
    assert isinstance(role, joining.Role)
    joining.add_party(doing.act, doing.case, role, doing.text("who"))


def stop_marketing(doing: Doing) -> None:
    try:
        steps.stop_marketing_to(doing.act, doing.case, checked_address(doing.text("address")))
    except ValueError:
        raise PersonNeeded("no_address") from None


def language(doing: Doing) -> None:
    if doing.text("language") in steps.LETTER_LANGUAGES:
        steps.choose_language(doing.act, doing.case, doing.text("language"))


def ask_for_accounts(visit: "Visit") -> Match:
    return look_up(visit.record, visit.desk.company, visit.path("ref"), visit.given("value"))


def note_match(doing: Doing) -> None:
    steps.note_match(doing.act, doing.case, doing.answer)


def erase(doing: Doing) -> None:
    at_once.erase(doing.session, doing.act, doing.case, doing.text("why"))


def assign(doing: Doing) -> None:
    queue.assign(doing.act, doing.case, queue.colleague(doing.session, doing.text("to")))


def snooze(doing: Doing) -> None:
    days = {"tomorrow": 1, "week": 7}.get(doing.text("until"), 0)
    queue.snooze(doing.act, doing.case, doing.act.at + timedelta(days=days) if days else None)


def note(doing: Doing) -> None:
    if doing.text("text"):
        notes.note(doing.act, doing.case, doing.visit.given("text", 10_000))
