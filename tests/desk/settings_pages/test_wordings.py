"""Letters in words of one's own: shown, tried, kept in their folder and nowhere else."""

import re
from html import unescape
from pathlib import Path

import pytest

from inbox_agent.letters import KINDS
from tests.company import COPY_PLEASE
from tests.desk.office import Office
from tests.desk.settings_pages.page import look

OURS = "Subject: Your request\n\nWe have your request {{ ref }}.\n"


def test_every_letter_is_listed_and_shown_in_both_languages(office: Office) -> None:
    sara = office.signed_in("sara")
    paths = set(re.findall(r'href="(/settings/letters/\w+)"', look(sara, "/settings/letters")))
    assert len(paths) == len(KINDS)
    for path in paths:
        page = look(sara, path)
        assert (f'{path}/en/body"' in page, f'{path}/ar/body"' in page) == (True, True)
    body = sara.get("/settings/letters/verify_code/ar/body")
    assert "sandbox" in body.headers["content-security-policy"]
    assert 'dir="rtl"' in body.text


def test_own_words_are_used_by_the_agent_and_the_desk_at_once(writers: Office, own_folder: Path) -> None:
    sara, path = writers.signed_in("sara"), "/settings/letters/acknowledgement/en"
    assert (
        sara.submit(path, source=OURS, do="save").headers["location"] == "/settings/letters/acknowledgement"
    )
    assert (own_folder / "letters" / "acknowledgement" / "en.txt").read_text("utf-8") == OURS
    assert "Your words" in look(sara, "/settings/letters/acknowledgement")
    writers.receive(COPY_PLEASE)
    assert b"Subject: Your request |" in writers.post.sent[-1][1]
    page = look(sara, path)
    assert 'class="diff__more"' in page
    assert 'class="diff__less"' in page
    sara.submit(f"{path}/product")
    assert list(own_folder.rglob("*.txt")) == []
    writers.receive(COPY_PLEASE, sender="other@example.com")
    assert b"Subject: Your request |" not in writers.post.sent[-1][1]


def test_words_can_be_looked_at_before_they_are_used(writers: Office, own_folder: Path) -> None:
    sara = writers.signed_in("sara")
    page = sara.submit("/settings/letters/acknowledgement/en", source=OURS, do="try").text
    assert "We have your request MC-7K2Q-9D4X." in page
    assert list(own_folder.rglob("*")) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("no subject at all", "stands at the head"),
        ("Subject: x\n\n{{ name }}", "there is no {{ name }} here"),
        ("Subject: x\n\n{% if code %}", "line"),
        ("Subject: x\n\n{{ ref.__class__.__mro__ }}", "unsafe"),
        ("Subject: x\n\n{{ code }}", "some letters have no code"),
        ("Subject: x\n\n" + "a" * 20_000, "more than 20000 characters"),
    ],
)
def test_words_that_cannot_be_used_are_not_kept_but_stay_in_the_field(
    writers: Office, own_folder: Path, source: str, why: str
) -> None:
    answer = writers.signed_in("sara").submit(
        "/settings/letters/acknowledgement/en", source=source, do="save"
    )
    assert (answer.status_code, why in unescape(answer.text)) == (422, True)
    assert source[:20] in unescape(answer.text)
    assert list(own_folder.rglob("*.txt")) == []


@pytest.mark.parametrize(
    "path", ["frame/en", "acknowledgement/fr", "../../../etc/en", "phrases/en", "acknowledgement/..%2f..%2fx"]
)
def test_nothing_but_letters_of_the_catalogue_can_be_written(
    writers: Office, own_folder: Path, path: str
) -> None:
    answer = writers.signed_in("sara").submit(f"/settings/letters/{path}", source=OURS, do="save")
    assert answer.status_code in {404, 405}
    assert list(own_folder.rglob("*")) == []


def test_a_link_in_the_folder_leads_nowhere_else(writers: Office, own_folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (own_folder / "letters").mkdir()
    (own_folder / "letters" / "acknowledgement").symlink_to(elsewhere)
    answer = writers.signed_in("sara").submit("/settings/letters/acknowledgement/ar", source=OURS, do="save")
    assert (answer.status_code, list(elsewhere.iterdir())) == (422, [])


def test_without_a_folder_the_page_says_how_to_get_one(office: Office) -> None:
    sara = office.signed_in("sara")
    assert "set INBOX_AGENT_TEMPLATES" in look(sara, "/settings/letters")
    answer = sara.submit("/settings/letters/acknowledgement/en", source=OURS, do="save")
    assert (answer.status_code, "INBOX_AGENT_TEMPLATES is not set" in answer.text) == (422, True)
