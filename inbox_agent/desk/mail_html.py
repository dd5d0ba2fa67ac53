"""The HTML of a mail as staff may see it: in a sandboxed frame, made anew from a few harmless elements.

Three walls, each enough alone: nh3 cleans it; what it leaves is taken apart and only our own tags are put
around its words; the frame's policy lets nothing run, load or be sent.
"""

import base64
import hashlib
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from urllib.parse import unquote

from markupsafe import Markup, escape

from inbox_agent.desk import cleaner
from inbox_agent.desk.harmless import harmless, harmless_line
from inbox_agent.rendering import Templates
from inbox_agent.understanding import masked

Say = Callable[..., Markup]
"""`Words.say`: a text in the reader's language, what is filled in escaped."""

HTML_LETTERS = 500_000  # of longer HTML `message` gives no more either
_DEEPEST = 100
_SPAN_CELLS = 100
_CHILD_SECONDS = 10

STYLE = Markup(
    ":root{color-scheme:light dark;--ink:light-dark(#17201C,#E9EEEB);--muted:light-dark(#4E5A54,#A9B6AF);"
    "--line:light-dark(#D5DAD6,#323C37);--surface:light-dark(#FFFFFF,#1B221F)}"
    "[data-theme=light]{color-scheme:light}[data-theme=dark]{color-scheme:dark}"
    "body{margin:0;padding:.75rem;background:var(--surface);color:var(--ink);overflow-wrap:anywhere;"
    'font:1rem/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic",Tahoma,Arial,sans-serif}'
    ":lang(ar){font-size:1.0625rem;line-height:1.75}"
    "p,div,li,td,th,caption,dt,dd,h1,h2,h3,h4,h5,h6,pre,blockquote{unicode-bidi:plaintext;text-align:start}"
    "h1,h2,h3,h4,h5,h6{font-size:1.125rem;margin-block:.75rem}p{margin-block:.5rem}"
    "pre{white-space:pre-wrap}td,th{vertical-align:top;padding:.125rem .25rem;overflow-wrap:break-word}"
    "blockquote{margin:.5rem 0;padding-inline-start:.75rem;border-inline-start:3px solid var(--line)}"
    ".aside{color:var(--muted);font-size:.875em}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
FRAME_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

# nh3's output: no < in text, no " in a value.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_VOID = {"br", "hr", "img"}
# fmt: off
_TURNS_BY_ITSELF = {"blockquote", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"}
_TURNS_WITH_ITS_LIST = {
    "caption", "dl", "li", "ol", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}
# fmt: on
_KEPT = _TURNS_BY_ITSELF | _TURNS_WITH_ITS_LIST | cleaner.INLINE - {"a", "img"}
_NOTE = Markup('<p class="aside" dir="auto">{}</p>')
_AUTHORITY = re.compile(r"https?:[/\\]*([^/\\?#]*)", re.IGNORECASE)
_IGNORED_IN_URLS = re.compile("[\x00-\x20]")


def document(
    templates: Templates, html: str, *, _: Say, lang: str, theme: str = "auto", written_in: str = ""
) -> str:
    """The whole page inside the frame; serve it with FRAME_HEADERS."""
    facts = {"_": _, "lang": lang, "theme": theme, "written_in": written_in, "style": STYLE}
    return templates.render("desk/mail_body.html", body=sanitised(html, _), **facts)


def sanitised(html: str, _: Say) -> Markup:
    """The words of a stranger's HTML between tags of ours; images and links become text.

    It never raises and is done in seconds: where the HTML is beyond that, it says so in its place.
    """
    clean = _cleaned(html[:HTML_LETTERS])
    if clean is None:
        return _NOTE.format(_("The layout of this mail is too tangled to be shown. Its text can be read."))
    parts = list(_parts(clean, _))
    shortened = _("Shortened: this mail goes on for longer than can be shown here.")
    body = Markup("".join(_masked(parts)))  # noqa: S704 - words between our tags are escaped, one by one
    note = _NOTE.format(shortened) if len(html) >= HTML_LETTERS else ""
    return Markup('<div dir="{}">{}</div>{}').format(_direction(parts), body, note)


def _cleaned(html: str) -> str | None:
    """What nh3 leaves of it; None where that took too much time or memory."""
    command = (sys.executable, "-I", cleaner.__file__)
    octets = html.encode("utf-8", "replace")
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the mail is only its input
            command, input=octets, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_CHILD_SECONDS,
            check=False, env={},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout.decode() if done.returncode == 0 else None


class _Tag(str):
    """HTML of ours; any other part of a page is words."""

    __slots__ = ()


def _parts(clean: str, _: Say) -> Iterator[str]:
    builder, end = _Builder(_), 0
    for tag in _TAG.finditer(clean):
        if tag.start() > end:
            yield harmless(unescape(clean[end : tag.start()]))
        end = tag.end()
        slash, name, attributes = tag.groups()
        yield builder.close() if slash else builder.open(name, dict(_ATTRIBUTE.findall(attributes)))
    yield harmless(unescape(clean[end:]))


class _Builder:
    """The elements that are open, each with what closes it; clean HTML closes them in order."""

    def __init__(self, _: Say) -> None:
        self._say = _
        self._open: list[_Tag] = []

    def open(self, name: str, attributes: dict[str, str]) -> str:
        if name == "img":
            return self._image(harmless_line(unescape(attributes.get("alt", ""))))
        if name in _VOID:
            return _Tag(f"<{name}>")
        if name == "a" or len(self._open) >= _DEEPEST:
            self._open.append(_beside(_target(unescape(attributes.get("href", "")))))
            return _Tag()
        ours = name if name in _KEPT else "div"
        self._open.append(_Tag(f"</{ours}>"))
        return _Tag(f"<{ours}{_attributes(ours, attributes)}>")

    def close(self) -> _Tag:
        return self._open.pop() if self._open else _Tag()

    def _image(self, alt: str) -> str:
        _ = self._say
        said = _("[image: %(alt)s]", alt=alt) if alt else _("[image]")
        return said.unescape()


def _attributes(name: str, attributes: dict[str, str]) -> str:
    """`dir` where a block turns by its own words; a cell's span as a small number."""
    if name in _TURNS_BY_ITSELF:
        return ' dir="auto"'
    spans = ((key, attributes.get(key, "")) for key in ("colspan", "rowspan") if name in {"td", "th"})
    return "".join(
        f' {key}="{min(int(value), _SPAN_CELLS)}"'
        for key, value in spans
        if re.fullmatch("[1-9][0-9]{0,3}", value)
    )


def _target(href: str) -> str:
    """Where a link leads, however it is disguised: the host a browser would ask, or the address."""
    address = _IGNORED_IN_URLS.sub("", href)
    if address.lower().startswith("mailto:"):
        return harmless_line(unquote(address[7:].partition("?")[0]))
    authority = _AUTHORITY.match(address)
    if authority is None:
        return ""
    host = unquote(authority[1].rpartition("@")[2]).partition(":")[0]
    return harmless_line(_in_ascii(host))


def _in_ascii(host: str) -> str:
    """As the name service knows it: letters that only look like others show themselves."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode()


def _beside(target: str) -> _Tag:
    return _Tag(f' <span class="aside" dir="ltr">({escape(target)})</span>' if target else "")


def _masked(parts: Sequence[str]) -> Iterator[str]:
    """Private numbers are hidden also where a tag stands among their digits; a new block ends a number."""
    spoken = [_break(part) if isinstance(part, _Tag) else part for part in parts]
    hidden, at = masked("".join(spoken)), 0
    for part, words in zip(parts, spoken, strict=True):
        yield part if isinstance(part, _Tag) else escape(hidden[at : at + len(words)])
        at += len(words)


def _break(tag: _Tag) -> str:
    name = tag.strip("</>").partition(" ")[0]
    return "" if not tag or (name in cleaner.INLINE and name != "br") else "\n"


def _direction(parts: Iterable[str]) -> str:
    """That of the first letter which has one."""
    letters = (letter for part in parts if not isinstance(part, _Tag) for letter in part)
    strong = (kind for kind in map(unicodedata.bidirectional, letters) if kind in {"L", "R", "AL"})
    return "rtl" if next(strong, "L") != "L" else "ltr"
