"""The one next thing to do on a case, from its first mail to its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from inbox_agent.cases import answers, holdings, work
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.next_step import next_step
from inbox_agent.cases.record import Record
from inbox_agent.cases.states import Outcome
from inbox_agent.understanding import RequestType
from tests.cases.records import NOW, begun, kept, the_case

ACCESS, DELETION, CHILD = RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA


@pytest.fixture
def act(local_record: Record) -> Act:
    return local_record.act(NOW, "sara")


def step(case: Case, act: Act, at: timedelta = timedelta(0)) -> str:
    return next_step(case, NOW + at, act.keyring).name


def trusted(case: Case, act: Act, trust: str) -> None:
    for right in case.rights:
        if right.state != "in_progress":
            right.move(act, "start")
        right.trust = trust


def test_a_mail_that_nobody_was_sure_of_is_decided_first(act: Act) -> None:
    assert step(begun(act, state="triage"), act) == "decide"


def test_an_access_goes_from_code_to_checks_to_rows_to_answer(act: Act) -> None:
    case = begun(act)
    assert step(case, act) == "verify"
    case.rights[0].move(act, "ask_identity")
    assert step(case, act) == "wait", "the customer's turn"
    trusted(case, act, "T1")
    assert step(case, act) == "check"
    case.rights[0].trust = "T3"
    assert step(case, act) == "rows"
    for row in case.rights[0].checklist:
        work.look_at(act, case.rights[0], Item(row.item), Found.DONE)
    assert step(case, act) == "answer"


def test_where_systems_can_be_asked_they_are_asked_before_the_checklist_is_filled_in(act: Act) -> None:
    case = begun(act)
    trusted(case, act, "T3")
    assert next_step(case, NOW, act.keyring, systems=True).name == "data"
    for row in case.rights[0].checklist:
        work.look_at(act, case.rights[0], Item(row.item), Found.DONE)
    assert next_step(case, NOW, act.keyring, systems=True).name == "answer"


def test_a_deletion_is_confirmed_agreed_to_and_slept_over_before_anything_goes(act: Act) -> None:
    case = begun(act, types=(DELETION,))
    [right] = case.rights
    trusted(case, act, "T3")
    assert step(case, act) == "confirm_delete"
    right.confirmed_at, right.erase_after = NOW, NOW + timedelta(days=3)
    assert step(case, act) == "submit"
    work.submit(act, right)
    assert step(case, act) == "approve"
    right.approved_by = "omar"
    right.move(act, "approve")
    assert step(case, act) == "cool_off"
    assert step(case, act, timedelta(days=4)) == "rows"


def test_a_child_s_guardian_is_told_the_steps_first(act: Act) -> None:
    case = begun(act, types=(CHILD, DELETION))
    assert (step(case, act), next_step(case, NOW, act.keyring).right) == ("guardian", CHILD)


def test_what_cannot_wait_for_a_person_does_not_hide_behind_what_can(act: Act) -> None:
    case = begun(act, types=(ACCESS, RequestType.OTHER_PRIVACY))
    case.rights[0].move(act, "ask_identity")
    assert (step(case, act), next_step(case, NOW, act.keyring).right) == ("answer", RequestType.OTHER_PRIVACY)


def test_a_frozen_case_is_looked_into_before_all(act: Act) -> None:
    case = begun(act)
    case.frozen = True
    assert step(case, act) == "lift"


def test_a_letter_that_waits_is_read_and_released(act: Act) -> None:
    act.hold = "preview"
    case = begun(act, types=(RequestType.OTHER_PRIVACY,))
    answers.finish(act, case.rights[0], Outcome.ANSWERED, Told(words=["Yes."]))
    case.letters.extend(row for row in act.rows if row.__tablename__ == "letters")  # type: ignore[misc]
    assert step(case, act) == "release"


def test_a_reply_while_all_waits_is_looked_at(act: Act) -> None:
    case = begun(act)
    case.rights[0].move(act, "ask_identity")
    case.call_for("reply_waiting")
    assert step(case, act) == "seen"


def test_nothing_is_left_to_do_on_a_closed_case(act: Act) -> None:
    case = begun(act)
    case.rights[0].end(act, Outcome.WITHDRAWN)
    assert step(case, act) == "done"


def test_whose_data_goes_is_said_before_a_second_person_agrees(local_record: Record, act: Act) -> None:
    """And what goes is seen and erased before the checklist is filled in."""
    case = begun(act, types=(DELETION,))
    trusted(case, act, "T3")
    case.rights[0].confirmed_at = act.at
    kept(local_record, act)

    def after(change: Callable[[Session, Act, Case], object]) -> str:
        now = local_record.act(NOW, "sara")
        with local_record.writing() as session:
            change(session, now, the_case(session, case))
            write(session, now.rows)
        with local_record.reading() as session:
            return next_step(the_case(session, case), NOW, act.keyring, systems=True).name

    assert after(lambda *_: None) == "data"
    unknown = after(lambda _, __, case: setattr(case, "account_match", "no_match"))
    assert unknown == "data", "that was the agent's look: no person has tried a number yet"
    none = after(lambda _, now, case: case.tell(now, "accounts_looked_up", right=DELETION, found=0))
    assert none == "submit", "nobody can choose where a person found none"
    assert after(lambda session, now, case: holdings.choose(session, now, case.rights[0], [])) == "submit"
    assert after(lambda _, __, case: setattr(case.rights[0], "approved_by", "omar")) == "data", "no dry run"
    seen = after(lambda _, now, case: case.tell(now, "erasure_previewed", right=DELETION, systems={}))
    assert seen == "rows", "no system can erase"
