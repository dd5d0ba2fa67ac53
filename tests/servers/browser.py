"""A real Chromium whose every page has to be quiet, and two looks at what it shows."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    WebError,
    sync_playwright,
)

from tests.servers.programs import program

LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SWITCHES = [
    "--no-sandbox",  # root, as in containers, has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
AXE = Path(__file__).parent.parent / "desk" / "axe" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browser:
    """Chromium, started once; what one page keeps (cookies, cache, sign-in) no other page sees."""

    def __init__(self) -> None:
        self._program = program("chromium", "chromium")
        self._watches: dict[BrowserContext, Watch] = {}

    def __enter__(self) -> Self:
        with _running(None), ExitStack() as started:
            playwright = started.enter_context(sync_playwright())
            self._loop = asyncio.get_running_loop()
            home = started.enter_context(TemporaryDirectory(prefix="chromium-"))
            launched = playwright.chromium.launch(
                executable_path=self._program, args=SWITCHES, env={**os.environ, "HOME": home}
            )
            self._chromium = started.enter_context(launched)
            self._started = started.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with _running(self._loop):
            self._started.close()

    @contextmanager
    def page(
        self,
        screen: dict[str, Any] = LAPTOP,
        *,
        locale: str = "en",
        color_scheme: Literal["light", "dark"] = "light",
        java_script_enabled: bool = True,
    ) -> Iterator[Page]:
        """An empty page. At its end the test fails if anything happened that `Watch` does not let pass."""
        with _running(self._loop):
            context = self._chromium.new_context(
                **screen, locale=locale, color_scheme=color_scheme, java_script_enabled=java_script_enabled
            )
            watch = self._watches[context] = Watch(context)
            try:
                page = context.new_page()
                yield page
                _let_finish(page)
            finally:
                context.close()
                del self._watches[context]
        assert not watch.faults, "\n".join(["the page was not quiet:", *watch.faults])

    def allow(self, page: Page, path: str, *answers: int | str) -> None:
        """From here on, let these answers pass for requests to this path (with * for anything).

        An answer is a status (422) or, where none comes, Chromium's reason ("net::ERR_CONNECTION_REFUSED").
        """
        self._watches[page.context].allowed += [(path, answer) for answer in answers]


class Watch:
    """Faults of one context: errors of scripts and of the console, where Chromium also tells what the page's
    Content-Security-Policy forbade; requests that fail; requests to another origin than the first visited.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        self.allowed: list[tuple[str, int | str]] = []
        self._home: str | None = None
        context.on("console", self._said)
        context.on("weberror", self._threw)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)

    def _said(self, message: ConsoleMessage) -> None:
        told_by_its_request = message.text.startswith("Failed to load resource:")
        if message.type in {"error", "assert"} and not told_by_its_request:
            self.faults.append(f"console: {message.text} ({message.location['url']})")

    def _threw(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        origin = f"{url.scheme}://{url.netloc}"
        if self._home is None and request.is_navigation_request():
            self._home = origin
        if url.scheme in {"http", "https"} and origin != self._home:
            self.faults.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._unless_allowed(response.request, response.status)

    def _failed(self, request: Request) -> None:
        # Aborted is what the page itself, or a person who went on, no longer wanted: a live stream ends so.
        if request.failure and request.failure != "net::ERR_ABORTED":
            self._unless_allowed(request, request.failure)

    def _unless_allowed(self, request: Request, answer: int | str) -> None:
        path = urlsplit(request.url).path
        if not any(answer == allowed and fnmatchcase(path, where) for where, allowed in self.allowed):
            self.faults.append(f"{request.method} {request.url}: {answer}")


_TOO_SMALL = "target-size: "


def violations(page: Page) -> list[str]:
    """What axe finds, as "rule: selector". Frames are not looked into: a sandboxed one runs no scripts.

    A bar that stays at the bottom covers whatever lies under it just now: what is too small a target only
    there, and not once it is scrolled free, is none.
    """
    assert page.evaluate("matchMedia('(scripting: enabled)').matches"), "axe needs a page that runs scripts"
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger, which the page's CSP does not bind
    found: list[str] = page.evaluate(_RUN_AXE, AXE_TAGS)
    return [one for one in found if not (one.startswith(_TOO_SMALL) and _is_scrolled_free(page, one))]


def _is_scrolled_free(page: Page, violation: str) -> bool:
    target = page.locator(violation.removeprefix(_TOO_SMALL)).first
    target.evaluate("element => element.scrollIntoView({block: 'center'})")
    return violation not in page.evaluate(_RUN_AXE, AXE_TAGS)


def overflowing(page: Page) -> list[str]:
    """What is too wide: the page scrolls sideways, elements stick out of the screen or cut off their text.

    What scrolls inside an element made to scroll is fine, and so is an ellipsis on purpose: CSS
    `text-overflow: ellipsis` on an element with the attribute `data-ellipsis`.
    """
    assert page.viewport_size
    found: list[str] = page.evaluate(_OVERFLOWING, page.viewport_size["width"])
    return found


def _let_finish(page: Page) -> None:
    """A promise that nobody catches is told of a moment after the page has loaded."""
    with suppress(Error):  # the test has closed the page, or it is on its way to another
        page.evaluate("matchMedia('(scripting: enabled)').matches && scheduler.postTask(() => null)")


@contextmanager
def _running(loop: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    """Playwright leaves its loop marked as running for good, and no test could then run one of its own.

    So the mark is set only while a page is open.
    """
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(before)


_RUN_AXE = """async tags => {
  const options = { iframes: false, resultTypes: ["violations"], runOnly: tags };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}`));
}"""

_OVERFLOWING = """width => {
  const overflow = element => getComputedStyle(element).overflowX;
  const isSeen = element => element.checkVisibility({ visibilityProperty: true });

  function isHeld(element) {
    const parent = element.parentElement;
    return parent !== document.body && (overflow(parent) !== "visible" || isHeld(parent));
  }

  function sticksOut(element) {
    const box = element.getBoundingClientRect();
    return box.width > 1 && (box.left < -1 || box.right > width + 1) && !isHeld(element);
  }

  function cutsText(element) {
    const onPurpose = "ellipsis" in element.dataset && getComputedStyle(element).textOverflow === "ellipsis";
    // Only for screen readers; a caption is laid out wider than it says.
    const onePixel = element.clientWidth <= 1 || getComputedStyle(element).clipPath !== "none";
    return ["hidden", "clip"].includes(overflow(element)) && !onPurpose && !onePixel
      && element.scrollWidth > element.clientWidth + 1 && element.innerText?.trim();
  }

  function name(element) {
    const id = element.id && "#" + element.id;
    const classes = [...element.classList].map(one => "." + one).join("");
    return `${element.localName}${id}${classes} "${element.textContent.trim().slice(0, 40)}"`;
  }

  const seen = [...document.body.querySelectorAll("*")].filter(isSeen);
  const total = document.scrollingElement.scrollWidth;
  return [
    ...(total > width ? [`scrolls sideways: the page is ${total} wide`] : []),
    ...seen.filter(sticksOut).map(element => "sticks out: " + name(element)),
    ...seen.filter(cutsText).map(element => "cuts text: " + name(element)),
  ];
}"""
