"""How far an identity is proved, and what would show more of it."""

import re

import pytest

from inbox_agent.cases import identity
from inbox_agent.cases.identity import CheckKind
from inbox_agent.errors import PersonNeeded
from tests.company import COPY_PLEASE, STOP_PLEASE
from tests.desk.office import Office
from tests.desk.settings_pages.page import look

CODE = "The customer answers our letter with its code"


def ways(office: Office, ref: str) -> list[str]:
    page = look(office.signed_in("huda"), f"/cases/{ref}")
    shown = re.search(r'aria-label="What would show more">(.*?)</ul>', page, re.DOTALL)
    return [re.sub("<[^>]+>", "", one).strip() for one in shown[1].split("<li>")[1:]] if shown else []


def test_each_trust_says_how_the_next_is_reached(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    assert ways(office, ref) == [CODE]
    raised(office, ref, "T1")
    assert ways(office, ref) == ["The address is on file", "Two facts of the account are right"]
    raised(office, ref, "T2")
    assert ways(office, ref) == [
        "Called back on the number on file",
        "SMS to the number on file",
        "Signed in to the portal",
    ]
    raised(office, ref, "T3")
    assert ways(office, ref) == []


def test_where_nothing_needs_to_be_proved_nothing_is_asked(office: Office) -> None:
    assert ways(office, office.receive(STOP_PLEASE)) == []


def test_what_is_shown_is_what_can_be_recorded(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    raised(office, ref, "T1")
    with office.doing(ref) as (act, case):
        [right] = case.rights
        shown = identity.ways_up(right, act.keyring)
        for kind in set(CheckKind) - set(shown):
            with pytest.raises(PersonNeeded):
                identity.record_check(act, right, kind, "looked", passed=False)
        for kind in shown:
            identity.record_check(act, right, kind, "looked", passed=False)


def raised(office: Office, ref: str, trust: str) -> None:
    with office.doing(ref) as (act, case):
        for right in case.rights:
            right.raise_trust(act, trust, "test")
            if right.state == "awaiting_identity":
                right.move(act, "start")
