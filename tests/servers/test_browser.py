"""The browser that tests of pages rely on sees what is wrong with a page, and only that."""

import asyncio
import os
import select
from collections.abc import AsyncIterator, Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from inbox_agent.desk import serving
from tests.servers.browser import LAPTOP, PHONE, Browser, overflowing, violations
from tests.servers.programs import program

ARABIC_FONT = Path("/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf")
STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'"
}
STYLE = """
.arabic { font-family: "Noto Sans Arabic" } .wide { width: 3000px } .scrolls { overflow-x: auto }
.cut { width: 4rem; overflow: hidden; white-space: nowrap } .dots { text-overflow: ellipsis }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap }
"""
FILES = {
    "/style.css": STYLE,
    "/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "/says.js": "console.error('planted')",
    "/throws.js": "throw new Error('planted')",
    "/rejects.js": "Promise.reject(new Error('planted'))",
    "/listens.js": "new EventSource('/stream').onmessage = event => { document.title = event.data }",
}
GOOD = """<p class="arabic" lang="ar" dir="rtl">أرغب في حذف بياناتي</p>
<iframe sandbox src="/mail" title="Their mail"></iframe>
<p class="cut dots" data-ellipsis>A subject that is longer than its place, on purpose</p>
<div class="scrolls" tabindex="0" role="region" aria-label="Table"><p class="wide">A table</p></div>
<p class="unseen">Only for screen readers</p>"""
PAGES = {
    "/": GOOD,
    "/live": '<script src="/listens.js"></script>',
    "/no-alt": '<img src="/dot.svg">',
    "/wide": '<p class="wide">Wide</p>',
    "/wide-rtl": '<div dir="rtl"><p class="wide">Wide</p></div>',
    "/cut": '<p class="cut">A text that is longer than its place</p>',
    "/dots": '<p class="cut dots">A text whose end nobody meant to hide</p>',
    "/says": '<script src="/says.js"></script>',
    "/throws": '<script src="/throws.js"></script>',
    "/rejects": '<script src="/rejects.js"></script>',
    "/missing": '<img src="/none.png" alt="">',
    "/foreign": '<img src="http://127.0.0.2/pixel.png" alt="">',
    "/inline-script": "<script>1</script>",
    "/inline-style": '<p style="color: red">x</p>',
}
FAULTS = {
    "/says": "console: planted",
    "/throws": "script: planted",
    "/rejects": "script: planted",
    "/missing": "GET .*/none.png: 404",
    "/none": "GET .*/none: 404",
    "/foreign": "asked elsewhere: http://127.0.0.2/pixel.png",
    "/inline-script": "script violates the following Content Security Policy",
    "/inline-style": "style violates the following Content Security Policy",
}
OVERFLOWS = {
    "/wide": ["scrolls sideways: the page is 3008 wide", 'sticks out: p.wide "Wide"'],
    "/wide-rtl": ['sticks out: p.wide "Wide"'],
    "/cut": ['cuts text: p.cut "A text that is longer than its place"'],
    "/dots": ['cuts text: p.cut.dots "A text whose end nobody meant to hide"'],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as started:
        yield started


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(Starlette(routes=[Route("/{path:path}", answer)]), "127.0.0.1", 0) as url:
        yield url.rstrip("/")


def answer(request: Request) -> Response:
    path = request.url.path
    if path in FILES:
        return Response(FILES[path], media_type=guess_type(path)[0])
    if path == "/stream":
        return StreamingResponse(endless(), media_type="text/event-stream")
    if path == "/mail":
        return HTMLResponse("<p>Hello", headers={"Content-Security-Policy": "default-src 'none'; sandbox"})
    status = 200 if path in PAGES else 404
    return HTMLResponse(document(PAGES.get(path, "")), status, STRICT)


def document(body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><title>Queue</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>Queue</h1>{body}</main></body></html>"""


async def endless() -> AsyncIterator[str]:
    yield "data: live\n\n"
    await asyncio.Event().wait()  # until the browser goes


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_nothing_is_found_on_a_good_page(browser: Browser, site: str, screen: dict[str, Any]) -> None:
    with browser.page(screen) as page:
        page.goto(site)
        assert page.frame_locator("iframe").get_by_text("Hello").is_visible()
        assert (violations(page), overflowing(page)) == ([], [])


@pytest.mark.parametrize("path", FAULTS)
def test_a_page_that_is_not_quiet_fails_its_test(browser: Browser, site: str, path: str) -> None:
    with pytest.raises(AssertionError, match=FAULTS[path]), browser.page() as page:
        page.goto(site + path)


def test_a_broken_policy_fails_the_test_without_scripts_too(browser: Browser, site: str) -> None:
    with (
        pytest.raises(AssertionError, match="Content Security Policy"),
        browser.page(java_script_enabled=False) as page,
    ):
        page.goto(site + "/inline-style")


def test_an_answer_that_was_allowed_passes(browser: Browser, site: str) -> None:
    with browser.page() as page:
        browser.allow(page, "/no*", 404)
        page.goto(site + "/none")


@pytest.mark.parametrize("allowed", [("/no*", 422), ("/other", 404)])
def test_another_answer_than_the_allowed_one_fails(
    browser: Browser, site: str, allowed: tuple[str, int]
) -> None:
    with pytest.raises(AssertionError, match="404"), browser.page() as page:  # noqa: PT012
        browser.allow(page, *allowed)
        page.goto(site + "/none")


def test_no_request_leaves_this_machine(browser: Browser) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"), browser.page() as page:
        page.goto("http://192.0.2.1/")


def test_a_live_stream_that_ends_with_its_page_is_no_fault(browser: Browser, site: str) -> None:
    with browser.page() as page:
        page.goto(site + "/live")
        expect(page).to_have_title("live")
        page.goto(site)


def test_axe_finds_an_image_without_a_text(browser: Browser, site: str) -> None:
    with browser.page() as page:
        page.goto(site + "/no-alt")
        assert violations(page) == ["image-alt: img"]


def test_axe_says_that_it_cannot_look_at_a_page_without_scripts(browser: Browser, site: str) -> None:
    with browser.page(java_script_enabled=False) as page:
        page.goto(site)
        with pytest.raises(AssertionError, match="runs scripts"):
            violations(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_what_is_too_wide_is_found(
    browser: Browser, site: str, screen: dict[str, Any], scripts: bool
) -> None:
    with browser.page(screen, java_script_enabled=scripts) as page:
        for path, found in OVERFLOWS.items():
            page.goto(site + path)
            assert overflowing(page) == found


def test_a_page_has_the_screen_language_and_colours_it_was_opened_with(browser: Browser, site: str) -> None:
    with browser.page(PHONE, locale="ar", color_scheme="dark") as page:
        asked = page.goto(site)
        assert asked is not None
        assert asked.request.all_headers()["accept-language"].startswith("ar")
        assert page.evaluate("[innerWidth, innerHeight, devicePixelRatio]") == [390, 844, 2]
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark) and (pointer: coarse)').matches")


def test_arabic_is_drawn_with_an_arabic_font(browser: Browser, site: str) -> None:
    if not ARABIC_FONT.exists():
        program(ARABIC_FONT.name, "fonts-noto-core")
    with browser.page() as page:
        page.goto(site)
        assert fonts_drawn(page, ".arabic") == {"Noto Sans Arabic"}


def fonts_drawn(page: Page, selector: str) -> set[str]:
    """The fonts whose glyphs are on the screen, whatever the style asked for."""
    debugger = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        debugger.send(f"{domain}.enable")
    root = debugger.send("DOM.getDocument")["root"]["nodeId"]
    node = debugger.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    return {font["familyName"] for font in debugger.send("CSS.getPlatformFontsForNode", node)["fonts"]}


def test_pages_of_two_people_are_open_at_once_and_share_nothing(browser: Browser, site: str) -> None:
    with browser.page() as one, browser.page(PHONE) as other:
        one.goto(site)
        other.goto(site)
        one.context.add_cookies([{"name": "session", "value": "secret", "url": site}])
        assert other.context.cookies() == []


def test_between_pages_a_test_may_run_a_loop_of_its_own(browser: Browser, site: str) -> None:
    for _ in range(2):
        with browser.page() as page:
            page.goto(site)
        assert asyncio.run(asyncio.sleep(0, "ran")) == "ran"


def test_a_closed_browser_leaves_no_process(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STARTED_BY", site)
    with Browser() as started, started.page() as page:
        page.goto(site)
        running = [os.pidfd_open(pid) for pid in started_by(site)]
    assert len(running) > 1
    for process in running:
        assert select.select([process], [], [], 30)[0], "still running"
        os.close(process)
    assert started_by(site) == []


def started_by(name: str) -> list[int]:
    """Living processes that have this name from their environment, whoever is their parent by now."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"STARTED_BY={name}\0".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # gone meanwhile, or of another person
    return found
