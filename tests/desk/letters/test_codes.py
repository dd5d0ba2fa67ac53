"""The code of a letter is its customer's alone, at the desk as well."""

import re
from email import message_from_bytes
from email.policy import default
from html import unescape

import pytest

from inbox_agent.cases.letter import Letter
from tests.company import COPY_PLEASE
from tests.desk.letters.letter import Desk, area
from tests.desk.office import Browser, Office

CODE_OF = re.compile(r"(?<!\d)\d{4} \d{4}(?!\d)")


@pytest.fixture
def with_code(office: Office, sara: Browser) -> Desk:
    """A held acknowledgement that asks for its code."""
    return Desk(office, sara, office.receive(COPY_PLEASE))


def code_in(desk: Desk) -> str:
    code = desk.letter.facts(desk.office.record.keyring)["code"]
    assert CODE_OF.fullmatch(code)
    return str(code)


def leaving(desk: Desk) -> str:
    mail = message_from_bytes(desk.letter.content(desk.office.record.keyring), policy=default)
    return "".join(str(mail.get_body((kind,)).get_content()) for kind in ("plain", "html"))  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["held", "ready", "sent", "refused"])
def test_the_code_of_a_letter_is_shown_nowhere_on_the_desk_and_leaves_as_it_was(
    with_code: Desk, state: str
) -> None:
    desk, code = with_code, code_in(with_code)
    with desk.office.record.writing() as session:
        session.get_one(Letter, desk.letter.id).state = state
    case = [str(desk.browser.get(f"/cases/{desk.ref}{part}").text) for part in ("", "/print")]
    pages = [*case, desk.page(), desk.page("/body"), *([desk.page("/edit")] if state != "sent" else [])]
    for page in pages:
        assert not CODE_OF.search(re.sub(r"<[^>]*>", "", page))
        assert "•••• ••••" in page
    assert leaving(desk).count(code) >= 4, "in both languages, in text and page"


def test_a_changed_letter_leaves_with_the_code_where_its_mask_was_left(with_code: Desk) -> None:
    desk, code = with_code, code_in(with_code)
    assert code not in desk.page("/edit")
    english, arabic = (area(desk.page("/edit"), f"text-{one}") for one in ("en", "ar"))
    assert "•••• ••••" in english
    desk.change(f"Good morning.\n\n{english}", **{"text-ar": arabic})
    assert "Good morning." in leaving(desk)
    assert leaving(desk).count(code) >= 4
    assert "•••• ••••" not in leaving(desk)
    assert code not in desk.page() + desk.page("/body") + desk.page("/edit")
    assert "Something is not right yet" not in desk.page()


def test_a_letter_whose_mask_was_taken_out_cannot_be_released(with_code: Desk) -> None:
    with_code.change("Good morning, here is no code.")
    assert "Something is not right yet" in with_code.page()


def test_a_letter_saved_without_a_change_is_the_standard_letter_still(with_code: Desk) -> None:
    desk = with_code
    before = leaving(desk)
    page = desk.page("/edit")
    [subject] = re.findall(r'<input[^>]*name="subject"[^>]*value="([^"]*)"', page)
    english, arabic = (area(page, f"text-{one}") for one in ("en", "ar"))
    desk.change(english, subject=unescape(subject), **{"text-ar": arabic})
    assert leaving(desk) == before
    assert "edited" not in desk.letter.facts(desk.office.record.keyring)


def test_a_mask_in_the_subject_is_never_the_code(with_code: Desk) -> None:
    desk = with_code
    desk.change("Hello •••• ••••", subject="Our answer •••• ••••")
    mail = message_from_bytes(desk.letter.content(desk.office.record.keyring), policy=default)
    assert code_in(desk) not in str(mail["Subject"])
