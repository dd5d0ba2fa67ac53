"""What stands around every page: how the machine is, and an alarm above; a case on paper has none of it."""

import re
from datetime import timedelta

from sqlalchemy import select

from inbox_agent.cases.letter import Letter
from tests.company import COPY_PLEASE
from tests.desk.office import Office
from tests.desk.settings_pages.page import look


def health(page: str) -> str:
    found = re.search(r'id="health".*?</(?:ul|footer|div|p)>', page, re.DOTALL)
    assert found
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split())


def test_the_line_below_says_when_the_mailbox_was_read_and_which_letters_wait(office: Office) -> None:
    huda = office.signed_in("huda")
    office.receive(COPY_PLEASE)
    assert "Mailbox read 0 minutes ago" in health(look(huda, "/queue/decide"))
    office.now += timedelta(minutes=3)
    assert "Mailbox read 3 minutes ago" in health(look(huda, "/triage"))
    with office.record.writing() as session:
        letters = session.scalars(select(Letter)).all()
        letters[0].state = "held"
    assert "1 letter waits for release" in health(look(huda, "/queue/all"))


def test_a_mailbox_that_is_silent_for_long_is_said_on_every_page_aloud(office: Office) -> None:
    huda = office.signed_in("huda")
    office.receive(COPY_PLEASE)
    office.now += timedelta(hours=2)
    for path in ("/queue/decide", "/reports", "/help"):
        assert "not been read since" in look(huda, path).partition("<h1")[0], path


def test_a_case_on_paper_has_all_that_was_written_and_nothing_to_press(office: Office) -> None:
    ref = office.receive(f"{COPY_PLEASE}\n\nOn Monday Sami wrote:\n> the earlier words", name="Rana")
    page = look(office.signed_in("huda"), f"/cases/{ref}/print")
    assert ref in page
    assert "the earlier words" in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Timeline" in main
    assert not re.findall(r"<(?:button|textarea|select)\b", main)
