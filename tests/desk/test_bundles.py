"""The evidence bundle on the desk: who may take it, that it is told, and how it looks in both languages."""

import io
import re
import zipfile
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from inbox_agent.cases.staff import Staff
from tests.company import DELETE_PLEASE
from tests.desk.office import Office
from tests.evidence.bundles import Unpacked, unpacked
from tests.servers.browser import LAPTOP, PHONE, Browser, overflowing, violations

HOSTILE_NAME = '"</title></style><script>document.title=1</script>" <rana@example.com>'
HOSTILE_SUBJECT = "\u202ehello</dd><img src=x onerror=document.title=2><iframe srcdoc=x></iframe>\u2066"
BUTTON = {"en": "Download the evidence bundle", "ar": "تنزيل حزمة الأدلة"}


def kinds(office: Office, ref: str) -> list[tuple[str, str]]:
    return [(one.kind, one.by) for one in office.case(ref).events]


def take(office: Office, ref: str, name: str = "omar") -> bytes:
    answer = office.signed_in(name).submit(f"/cases/{ref}/bundle", on=f"/cases/{ref}/history")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


@pytest.fixture
def ref(office: Office) -> str:
    return office.receive(DELETE_PLEASE, sender=HOSTILE_NAME, subject=HOSTILE_SUBJECT)


@pytest.fixture
def made(office: Office, ref: str, tmp_path: Path) -> Unpacked:
    (tmp_path / "taken.zip").write_bytes(take(office, ref))
    return unpacked(tmp_path / "taken.zip", tmp_path / "bundle", "")


@pytest.mark.parametrize("name", ["omar", "sara"])
def test_approvers_and_administrators_take_it_and_the_history_says_so(
    office: Office, ref: str, name: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(take(office, ref, name))) as archive:
        assert archive.testzip() is None
    assert kinds(office, ref)[-1] == ("bundle_made", name)
    assert "Evidence bundle made" in office.signed_in(name).get(f"/cases/{ref}/history").text


@pytest.mark.parametrize("name", ["huda", "vera"])
def test_others_neither_see_the_button_nor_can_take_it(office: Office, ref: str, name: str) -> None:
    browser = office.signed_in(name)
    page = browser.get(f"/cases/{ref}/history").text
    assert ("/bundle" in page, "#evidence" in browser.get(f"/cases/{ref}").text) == (False, False)
    assert browser.submit(f"/cases/{ref}/bundle", on="/settings/me").status_code == 403
    assert ("bundle_made", name) not in kinds(office, ref)


def test_it_is_saved_under_the_reference_and_kept_by_no_browser(office: Office, ref: str) -> None:
    answer = office.signed_in("omar").submit(f"/cases/{ref.lower()}/bundle", on=f"/cases/{ref}/history")
    assert answer.headers["content-disposition"] == f'attachment; filename="{ref}.zip"'
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_it_can_be_taken_again_from_the_same_page(office: Office, ref: str) -> None:
    omar = office.signed_in("omar")
    token = omar.token(f"/cases/{ref}/history")
    for _ in range(2):
        assert omar.post(f"/cases/{ref}/bundle", data={"csrf": token}).status_code == 200


def test_another_site_cannot_take_it(office: Office, ref: str) -> None:
    assert office.signed_in("omar").post(f"/cases/{ref}/bundle", data={"csrf": "x"}).status_code == 403
    assert kinds(office, ref)[-1][0] != "bundle_made"


def test_of_no_case_there_is_none(office: Office, ref: str) -> None:
    answer = office.signed_in("omar").submit("/cases/MC-2222-2222/bundle", on=f"/cases/{ref}/history")
    assert answer.status_code == 404


def test_a_large_one_is_made_in_a_file_without_a_name(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox_agent.desk.bundles._IN_MEMORY", 100)
    before = sorted(office.record.settings.data_dir.iterdir())
    assert zipfile.ZipFile(io.BytesIO(take(office, ref))).testzip() is None
    assert sorted(office.record.settings.data_dir.iterdir()) == before


def test_the_script_in_it_verifies_it(made: Unpacked) -> None:
    assert made.verified().code == 0


SCREENS = [(LAPTOP, "light"), (LAPTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture(params=["en", "ar"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(("screen", "scheme"), SCREENS)
def test_the_timeline_is_read_on_every_screen(
    browser: Browser,
    made: Unpacked,
    language: str,
    screen: dict[str, object],
    scheme: Literal["light", "dark"],
) -> None:
    with browser.page(screen, color_scheme=scheme) as page:
        page.goto((made.folder / f"timeline.{language}.html").as_uri())
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
            language,
            "rtl" if language == "ar" else "ltr",
        ]
        assert (overflowing(page), violations(page)) == ([], [])


def test_nothing_that_a_stranger_wrote_breaks_out_of_the_timeline(
    browser: Browser, made: Unpacked, language: str
) -> None:
    with browser.page() as page:
        page.goto((made.folder / f"timeline.{language}.html").as_uri())
        assert page.title().endswith(page.locator("h1 bdi").inner_text())
        assert page.locator("script, img, iframe, object, embed, link, a, form, base").count() == 0
        assert page.locator("style").count() == 1
        assert "</title></style><script>" in page.locator("dl").first.inner_text()
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.content())


def test_the_timeline_says_every_event_with_its_hash_and_both_times(
    office: Office, ref: str, browser: Browser, made: Unpacked, language: str
) -> None:
    with browser.page() as page:
        page.goto((made.folder / f"timeline.{language}.html").as_uri())
        shown = page.locator("li.event")
        assert shown.count() == len(office.case(ref).events)
        for line, event in zip(shown.all(), office.case(ref).events, strict=True):
            said = line.inner_text()
            assert event.hash.hex() in said
            assert f"{event.at:%Y-%m-%d %H:%M:%S} UTC" in said
            assert not re.search(r"\b[a-z]+_[a-z]+\b", said), "no code stands where words should"


def test_the_button_is_there_in_both_languages(office: Office, ref: str, laptop: Page) -> None:
    for language, words in BUTTON.items():
        with office.record.writing() as session:
            session.query(Staff).filter(Staff.name == "omar").one().language = language
        assert words in office.signed_in("omar").get(f"/cases/{ref}/history").text
