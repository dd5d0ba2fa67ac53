"""`invite`: the link of the first administrator opens the desk once."""

import re

from starlette.applications import Starlette

from inbox_agent.agent import now_utc
from inbox_agent.cases import staff
from inbox_agent.cases.record import Record
from inbox_agent.desk import application
from inbox_agent.settings import load
from tests.cli.office import Office
from tests.company import stationery
from tests.desk.office import Browser

PASSWORD = "several words are good"


def test_the_link_makes_an_administrator_and_works_once(office: Office) -> None:
    said = office.told("invite", "--admin")
    [link] = re.findall(r"http://127\.0\.0\.1:8025(/first/\S+)", said)
    record = Record.open(load())
    desk = application(record, stationery(), now_utc)
    filled = {"name": "sara", "display_name": "Sara", "password": PASSWORD, "again": PASSWORD}
    first = _browser(desk).submit(link, on=link, **filled)
    assert first.status_code == 303
    assert _browser(desk).get(link).status_code >= 400, "whoever finds it later gets nothing"
    with record.reading() as session:
        [person] = staff.everybody(session)
    assert (person.name, person.role) == ("sara", "admin")
    record.close()


def test_the_link_names_the_address_at_which_staff_reach_the_desk(office: Office) -> None:
    office.set(DESK__URL="https://desk.example.com")
    assert "\nhttps://desk.example.com/first/" in office.told("invite")


def _browser(desk: Starlette) -> Browser:
    return Browser(desk, base_url="http://localhost")
