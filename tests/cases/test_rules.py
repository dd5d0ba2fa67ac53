"""No sequence of mails, staff actions and time breaks the rules of a case: a model beside the record."""

import re
import tempfile
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import booleans, frozensets, integers, sampled_from
from sqlalchemy.orm import Session

from inbox_agent.cases import answers, conversation, identity, ticking, work
from inbox_agent.cases.act import Act, write
from inbox_agent.cases.answers import Told
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.conversation import Answer
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.cases.right import NEEDED, SECOND_PERSON, Right
from inbox_agent.cases.states import Outcome, Reason, State
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import Language, ReplyAct, RequestType
from tests.company import settings as settings_of

BEGAN = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
CODE = re.compile(r"\d{4} \d{4}")
DISCLOSING = {Outcome.FULFILLED, Outcome.PARTIAL}
KINDS = sampled_from(list(RequestType))


class Casework(RuleBasedStateMachine):
    """One case; `came_back` has the rights for which its person has answered."""

    def __init__(self) -> None:
        super().__init__()
        self.record = _record()
        self.now = BEGAN
        self.case_id = uuid.UUID(int=0)
        self.asked: list[RequestType] = []
        self.came_back: set[RequestType] = set()
        self.disclosed: set[RequestType] = set()
        self.by_guardian: set[RequestType] = set()

    @initialize(kinds=frozensets(KINDS, min_size=1, max_size=3))
    def a_request_comes(self, kinds: frozenset[RequestType]) -> None:
        act = self.record.act(self.now)
        self.asked = sorted(kinds)
        request = Request("rana@example.com", Language.EN, tuple(self.asked), self.now, cause=None)
        case = Case.begin(act, request, state="open")
        case.acknowledge(act)
        self.record.keyring.save()
        with self.record.writing() as session:
            write(session, act.rows)
        self.case_id = case.id

    @rule(
        acts=frozensets(sampled_from(list(ReplyAct)), min_size=1, max_size=2),
        says_yes=booleans(),
        knows_code=booleans(),
        asks=frozensets(KINDS, max_size=1),
        counts=booleans(),
    )
    def a_mail_comes(
        self,
        acts: frozenset[ReplyAct],
        says_yes: bool,
        knows_code: bool,
        asks: frozenset[RequestType],
        counts: bool,
    ) -> None:
        def answers_it(act: Act, case: Case) -> None:
            code = self._last_code(case) if knows_code else "00000000"
            new = tuple(kind for kind in asks if kind not in {r.type for r in case.rights if r.is_open})
            before = {right.type: right.legal_due for right in case.rights}
            answer = Answer(
                email=uuid.uuid4(),
                received_at=self.now,
                acts=acts,
                codes=(code,) if counts else (),
                yes_to=[letter.message_id for letter in case.letters] if says_yes and counts else (),
                contrary=not acts.isdisjoint({ReplyAct.WITHDRAWAL, ReplyAct.NOT_ME, ReplyAct.COMPLAINT}),
                asks=new,
            )
            conversation.take(act, case, answer)
            if acts <= {ReplyAct.ABSENCE, ReplyAct.THANKS} and not new:
                after = {right.type: right.legal_due for right in case.rights}
                assert after == before, "an absence note moved a clock"

        self._act(answers_it, by="agent", causeless=True)

    @rule(kind=KINDS, check=sampled_from(list(CheckKind)), passed=booleans())
    def staff_check(self, kind: RequestType, check: CheckKind, passed: bool) -> None:
        self._on(kind, lambda act, right: identity.record_check(act, right, check, "how", passed=passed))

    @rule(kind=KINDS)
    def staff_check_all(self, kind: RequestType) -> None:
        """From the first check to the last, as far as they are allowed."""
        for check in CheckKind:
            self.staff_check(kind=kind, check=check, passed=True)

    @rule(which=integers(0, 2), skipped=frozensets(integers(0, 10), max_size=4))
    def the_whole_way(self, which: int, skipped: frozenset[int]) -> None:
        """Everything in its order, but for some steps that somebody forgets."""
        kind = self.asked[which % len(self.asked)]
        steps: list[Callable[[], None]] = [
            self._code_comes_back,
            lambda: self.staff_do(kind=kind, verb="guardian"),
            self._code_comes_back,
            lambda: self.staff_check_all(kind=kind),
            lambda: self.staff_do(kind=kind, verb="confirm"),
            self._code_comes_back,
            lambda: self.staff_do(kind=kind, verb="start"),
            lambda: self.staff_do(kind=kind, verb="submit"),
            lambda: self.time_passes(hours=24 * 4),
            lambda: self._on(kind, work.approve, by="Huda"),
            lambda: self.staff_look_at_all_rows(kind=kind),
        ]
        for number, step in enumerate(steps):
            if number not in skipped:
                step()
        self.staff_answer(kind=kind, outcome=Outcome.FULFILLED, reason=None)

    def _code_comes_back(self) -> None:
        acts = frozenset({ReplyAct.CONFIRMATION})
        self.a_mail_comes(acts=acts, says_yes=False, knows_code=True, asks=frozenset(), counts=True)

    @rule(kind=KINDS, item=sampled_from(list(Item)), found=sampled_from(list(Found)))
    def staff_look_at_a_row(self, kind: RequestType, item: Item, found: Found) -> None:
        self._on(kind, lambda act, right: work.look_at(act, right, item, found, kept_for=Kept.LAW))

    @rule(kind=KINDS)
    def staff_look_at_all_rows(self, kind: RequestType) -> None:
        for item in Item:
            self._on(kind, lambda act, right, item=item: work.look_at(act, right, item, Found.DONE))  # type: ignore[misc]

    @rule(kind=KINDS, outcome=sampled_from(list(Outcome)), reason=sampled_from([None, Reason.OTHER]))
    def staff_answer(self, kind: RequestType, outcome: Outcome, reason: Reason | None) -> None:
        def answer(act: Act, right: Right) -> None:
            answers.finish(act, right, outcome, Told(reason=reason, words=["…"]))
            if outcome in DISCLOSING:
                assert right.is_trusted(NEEDED.get(right.type, "T0"))
                assert right.type not in SECOND_PERSON or right.approved_by
                assert all(row.found != Found.OPEN for row in right.checklist)
                if right.type is RequestType.DELETION:
                    assert right.confirmed_at is not None
                self.disclosed.add(right.type)
            if right.type is RequestType.CHILD_DATA:
                self.by_guardian |= {one.type for one in right.case.rights if one.outcome == outcome}

        if outcome not in {
            Outcome.UNVERIFIED_LAPSED,
            Outcome.MERGED,
            Outcome.NOT_A_REQUEST,
            Outcome.WITHDRAWN,
        }:
            self._on(kind, answer)

    @rule(
        kind=KINDS, verb=sampled_from(["start", "hold", "resume", "submit", "approve", "guardian", "confirm"])
    )
    def staff_do(self, kind: RequestType, verb: str) -> None:
        verbs: dict[str, Any] = {
            "start": work.start,
            "hold": lambda act, right: work.hold(act, right, "why"),
            "resume": work.resume,
            "submit": work.submit,
            "approve": work.approve,
            "guardian": work.ask_guardian,
            "confirm": work.ask_confirmation,
        }
        self._on(kind, verbs[verb])

    @rule(kind=KINDS)
    def staff_extend(self, kind: RequestType) -> None:
        self._on(kind, lambda act, right: work.extend(act, right, ["why"]))

    @rule(kind=KINDS)
    def staff_reopen(self, kind: RequestType) -> None:
        self._on(kind, lambda act, right: right.reopen(act, "why"))

    @rule(hours=integers(-30, 24 * 12))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

        def tick(act: Act, case: Case) -> None:
            session = Session.object_session(case)
            assert session is not None
            before = {right.type: right.legal_due for right in case.rights}
            ticking.tick(session, act, case)
            assert before == {right.type: right.legal_due for right in case.rights}, "time moved a clock"

        if not self._closed():
            self._act(tick, by="agent")

    @rule()
    def letters_leave(self) -> None:
        def send(act: Act, case: Case) -> None:
            for letter in list(case.letters):
                if letter.state == "ready":
                    letter.take_up("tests")
                    letter.mark_sent(act, case)

        self._act(send, by="agent")

    @invariant()
    def the_rules_hold(self) -> None:
        if self.case_id.int == 0:
            return
        with self.record.reading() as session:
            case = session.get_one(Case, self.case_id)
            assert case.broken_at() is None, "the chain verifies"
            self._case_follows_its_rights(case)
            for right in case.rights:
                self._right_keeps_the_rules(right)
            kinds = [letter.kind for letter in case.letters]
            assert kinds.count("acknowledgement") + kinds.count("child_acknowledgement") <= 1

    def _case_follows_its_rights(self, case: Case) -> None:
        closed = all(not right.is_open for right in case.rights)
        assert (case.state == State.CLOSED) == closed
        assert (case.closed_at is not None) == closed

    def _right_keeps_the_rules(self, right: Right) -> None:
        assert right.internal_due <= right.legal_due
        assert (right.closed_at is not None) == (right.state == State.CLOSED)
        if right.outcome in DISCLOSING and right.state in {State.RESPONDED, State.CLOSED}:
            assert right.is_trusted(right.needed) or right.type in self.by_guardian
        if right.trust != "T0":
            assert right.type in self.came_back, "trust without an answer of its person"

    def _last_code(self, case: Case) -> str:
        for letter in reversed(case.letters):
            code = letter.facts(self.record.keyring).get("code")
            if code and CODE.fullmatch(code):
                return code.replace(" ", "")
        return "00000000"

    def _on(self, kind: RequestType, verb: Any, by: str = "Sami") -> None:
        def do(act: Act, case: Case) -> None:
            right = next((right for right in case.rights if right.type is kind), None)
            if right is not None:
                verb(act, right)

        self._act(do, by=by)

    def _act(self, verb: Any, *, by: str, causeless: bool = False) -> None:
        """Do it as one transaction; what the rules forbid is refused and leaves nothing behind."""
        act = self.record.act(self.now, by)
        try:
            with self.record.writing() as session:
                case = session.get_one(Case, self.case_id)
                verb(act, case)
                for row in act.rows:
                    if isinstance(row, Letter):
                        row.sealed_content = b""
                        row.cause = None if causeless else row.cause
                self.record.keyring.save()
                write(session, act.rows)
                self.came_back |= {
                    right.type for right in case.rights if right.trust != "T0" and by == "agent"
                }
        except PersonNeeded:
            pass

    def _closed(self) -> bool:
        with self.record.reading() as session:
            return session.get_one(Case, self.case_id).state == State.CLOSED


_records: list[tuple[tempfile.TemporaryDirectory[str], Record]] = []


def _record() -> Record:
    """One record for all runs; each works on a case of its own."""
    if not _records:
        folder = tempfile.TemporaryDirectory()
        _records.append((folder, Record.open(settings_of(Path(folder.name)))))
    return _records[0][1]


TestCasework = Casework.TestCase
TestCasework.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("kind", NEEDED)
def test_the_whole_way_leads_to_disclosure(kind: RequestType) -> None:
    """Or the model would prove nothing about it."""
    casework = Casework()
    casework.a_request_comes(kinds=frozenset({kind}))
    casework.the_whole_way(which=0, skipped=frozenset())
    casework.the_rules_hold()
    assert casework.disclosed == {kind}


@pytest.mark.parametrize("skipped", [{0, 2}, {3}, {0, 2, 3}])
@pytest.mark.parametrize("kind", NEEDED)
def test_without_proof_the_whole_way_leads_to_nothing(kind: RequestType, skipped: set[int]) -> None:
    casework = Casework()
    casework.a_request_comes(kinds=frozenset({kind}))
    casework.the_whole_way(which=0, skipped=frozenset(skipped))
    assert casework.disclosed == set()


def teardown_module() -> None:
    for folder, record in _records:
        record.close()
        folder.cleanup()
