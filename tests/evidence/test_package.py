"""The archive of a package: whole, in its reader's language, and no value or name in it can do harm."""

import csv
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from inbox_agent.cases import package, search
from inbox_agent.cases.checklist import Item
from inbox_agent.cases.findings import Column, Findings, Value
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import Language
from tests.downloads.counter import Counter, counter_in
from tests.servers.browser import PHONE, Browser, overflowing, violations

COLUMNS = [
    *(Column("at", "Time", "الوقت"), Column("to", "Number called", "الرقم المطلوب")),
    *(Column("cost", "Cost", "التكلفة"), Column("note", "Note", "ملاحظة"), Column("ok", "Answered", "أُجيبت")),
]
HOSTILE = "</bdi></td><script>document.title='gone'</script><img src=x onerror=alert(1)>"
ROWS: list[list[Value]] = [
    ["2026-11-02T10:15:00Z", "+962 79 555 0100", 0.25, "رنا اتصلت بـ Mittal Cloud", True],
    ["2026-11-03T08:00:00Z", "+962 6 555 0101", 12, HOSTILE, False],
    ["2026-11-04T08:00:00Z", "", None, '=HYPERLINK("https://evil.example")', True],
    ["2026-11-05T08:00:00Z", "\u202e0010", 1, "@SUM(1)\n+1-1|cmd\u2028", True],
]
NAMES = [
    "../../etc/passwd",
    "C:\\con.txt",
    ".hidden",
    'a"b<c>.pdf',
    "عقد.pdf",
    "x" * 300 + ".pdf",
    "con",
    "",
    "a\nb",
]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with counter_in(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as started:
        yield started


def archive(
    counter: Counter, language: Language = Language.EN, names: list[str] | None = None
) -> zipfile.ZipFile:
    ref = counter.case(language)
    counter.fill(
        ref,
        Findings(Item.CALL, "switch", COLUMNS, ROWS, "Telephone exchange", "مقسم الهاتف"),
        Findings(Item.PAYMENT, "billing", COLUMNS, []),
    )
    with counter.acting() as (session, act):
        for number, name in enumerate(names or []):
            octets = b"%PDF-1.7 " + bytes([number]) * 10
            package.attach(act, session, search.case(session, ref), Item.ACCOUNT, name=name, octets=octets)
    counter.build(ref)
    answer = counter.post(*counter.hand_over(ref))
    assert answer.status_code == 200
    return zipfile.ZipFile(BytesIO(answer.content))


def unpacked(made: zipfile.ZipFile, folder: Path) -> Path:
    made.extractall(folder / "copy")
    return folder / "copy"


@pytest.mark.parametrize(
    ("language", "pages"),
    [
        (Language.EN, {"index.html": ("en", "ltr")}),
        (Language.AR, {"index.html": ("ar", "rtl")}),
        (Language.MIXED, {"index.html": ("ar", "rtl"), "index.en.html": ("en", "ltr")}),
        (Language.OTHER, {"index.html": ("en", "ltr"), "index.ar.html": ("ar", "rtl")}),
    ],
)
def test_the_page_is_in_the_customers_language_and_quiet_in_a_browser(
    counter: Counter,
    browser: Browser,
    tmp_path: Path,
    language: Language,
    pages: dict[str, tuple[str, str]],
) -> None:
    folder = unpacked(archive(counter, language, ["عقد.pdf"]), tmp_path)
    assert {one.name for one in folder.glob("*.html")} == set(pages)
    for name, (lang, direction) in pages.items():
        for screen in ({"viewport": {"width": 1100, "height": 800}}, PHONE):
            with browser.page(screen) as page:
                page.goto((folder / name).as_uri())
                html = page.locator("html")
                assert (html.get_attribute("lang"), html.get_attribute("dir")) == (lang, direction)
                assert page.title() in {"Copy of your personal data", "نسخة من بياناتكم الشخصية"}
                assert [*overflowing(page), *violations(page)] == []
                assert page.locator("script, img").count() == 0
                assert page.locator(".other a").count() == len(pages) - 1
                if shots := os.environ.get("SHOTS"):
                    page.screenshot(
                        path=f"{shots}/copy-{language}-{lang}-{screen is PHONE}.png", full_page=True
                    )
                for link in page.locator("a:not([href^='#'])").all():
                    assert (
                        page.evaluate("link => new URL(link.href).protocol", link.element_handle()) == "file:"
                    )


def test_every_link_of_the_page_leads_to_a_file_of_the_archive(
    counter: Counter, browser: Browser, tmp_path: Path
) -> None:
    folder = unpacked(archive(counter, Language.AR, NAMES), tmp_path)
    with browser.page() as page:
        page.goto((folder / "index.html").as_uri())
        paths: list[str] = page.evaluate(
            "[...document.links].filter(a => !a.hash).map(a => decodeURIComponent(new URL(a.href).pathname))"
        )
    assert len(paths) >= len(NAMES)
    assert all(Path(one).is_file() for one in paths)


def test_every_hash_holds_and_every_file_is_listed(counter: Counter, tmp_path: Path) -> None:
    folder = unpacked(archive(counter, names=NAMES), tmp_path)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    listed = {one.split("  ", 1)[1] for one in (folder / "SHA256SUMS").read_text("utf-8").splitlines()}
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}
    assert there == listed | {"SHA256SUMS"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for one in manifest["files"]:
        assert (folder / one["path"]).stat().st_size == one["size"]


def test_one_changed_byte_is_found_by_the_sums(counter: Counter, tmp_path: Path) -> None:
    folder = unpacked(archive(counter), tmp_path)
    with (folder / "data.json").open("ab") as file:
        file.write(b" ")
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"data.json" in done.stdout


def test_the_data_for_programs_is_just_what_was_put_in(counter: Counter) -> None:
    data = json.loads(archive(counter).read("data.json"))
    calls, payments = data["parts"]
    assert [list(row.values()) for row in calls["rows"]] == ROWS
    assert (calls["category"], calls["source"]["en"], payments["rows"]) == ("call", "Telephone exchange", [])


@pytest.mark.parametrize(
    ("language", "label", "nothing"),
    [
        (Language.EN, "Source: <bdi>Telephone exchange", "Nothing is held here."),
        (Language.AR, "المصدر: <bdi>مقسم الهاتف", "لا نحتفظ بأي بيانات هنا."),
    ],
)
def test_its_reader_meets_the_systems_by_their_labels_and_never_by_the_names_the_company_uses(
    counter: Counter, language: Language, label: str, nothing: str
) -> None:
    made = archive(counter, language)
    page = made.read("index.html").decode()
    assert label in page
    assert page.count(nothing) == 1, "the payments, of which there are no rows"
    for name in made.namelist():
        for internal in ("switch", "billing"):
            assert internal not in name
            assert internal.encode() not in made.read(name)


def test_no_cell_is_a_formula_to_a_spreadsheet(counter: Counter) -> None:
    made = archive(counter)
    rows = list(csv.reader(made.read("tables/01-call.csv").decode("utf-8-sig").splitlines(keepends=True)))
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "@", "-", "\t", "\r"))
        assert not cell.startswith("+") or cell.replace(" ", "")[1:].isdecimal()


def test_no_name_of_a_file_leads_out_of_the_folder_or_hides(counter: Counter) -> None:
    names = [one for one in archive(counter, names=NAMES).namelist() if one.startswith("files/")]
    assert len(set(names)) == len(NAMES)
    for name in names:
        assert name.count("/") == 1
        assert ".." not in name.split("/")
        assert not set(name) & set('\\:*?"<>|\n\r')
        assert len(name) < 90


def test_a_file_comes_out_as_it_went_in(counter: Counter) -> None:
    made = archive(counter, names=["a.pdf"])
    assert made.read("files/01-a.pdf") == b"%PDF-1.7 " + bytes(10)


def test_a_package_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with counter_in(tmp_path, downloads={"max_bytes": 1 << 20}) as counter:
        ref = counter.case()
        with counter.acting() as (session, act):
            case, octets = search.case(session, ref), bytes((1 << 20) + 1)
            with pytest.raises(PersonNeeded, match="larger than 1 MB"):
                package.attach(act, session, case, Item.ACCOUNT, name="big", octets=octets)


def test_nothing_is_built_while_a_second_person_is_asked(counter: Counter) -> None:
    ref = counter.case()
    counter.fill(ref)
    with counter.acting() as (session, _):
        case = search.case(session, ref)
        case.rights[0].submitted_at = counter.now
    with pytest.raises(PersonNeeded, match="second person"):
        counter.build(ref)


def test_an_empty_package_is_not_built(counter: Counter) -> None:
    with pytest.raises(PersonNeeded, match="nothing is in"):
        counter.build(counter.case())


def test_what_is_put_in_later_makes_it_to_be_built_anew(counter: Counter) -> None:
    ref = counter.case()
    counter.fill(ref)
    counter.build(ref)
    counter.fill(ref)
    with pytest.raises(PersonNeeded, match="build the package first"):
        counter.hand_over(ref)
