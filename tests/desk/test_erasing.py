"""Erasing a case for ever on the desk: administrators only, two of them."""

from sqlalchemy import update

from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.right import Right
from inbox_agent.cases.staff import Staff
from tests.company import COPY_PLEASE
from tests.desk.office import Office


def test_two_administrators_erase_a_closed_case_and_nobody_else_can(office: Office) -> None:
    ref = office.receive(COPY_PLEASE, sender="lina@example.com")
    path = f"/cases/{ref}/do/erase"
    sara, omar = office.signed_in("sara"), office.signed_in("omar")
    assert "Only a closed case can be erased" in sara.submit(path, why="their wish").text
    with office.record.writing() as session:
        session.execute(update(Right).values(state="closed"))
        session.execute(update(Case).values(state="closed", closed_at=Case.received_at, attention=None))
        session.execute(update(Letter).values(state="sent"))
    assert omar.submit(path, why="their wish").status_code != 303
    assert "Choose a reason." in sara.submit(path).text
    assert sara.submit(path, why="their wish").status_code == 303
    assert "A second person must agree first." in sara.submit(path).text
    assert "lina@example.com" in sara.get(f"/cases/{ref}").text
    with office.record.writing() as session:
        session.execute(update(Staff).where(Staff.name == "omar").values(role="admin"))
    assert omar.submit(path).status_code == 303
    page = sara.get(f"/cases/{ref}").text
    assert "lina@example.com" not in page
    assert "Case erased before its time" in page
