"""HTML of strangers: nothing in it runs, loads, submits, navigates or lies about where a link leads."""

import base64
import hashlib
import re
import time
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from markupsafe import Markup

from inbox_agent.desk import cleaner, mail_html
from inbox_agent.desk.mail_html import FRAME_HEADERS, HTML_LETTERS, STYLE, document
from inbox_agent.desk.words import Words
from inbox_agent.rendering import Templates

SAY = Words("en", "latin", ZoneInfo("UTC")).say

# What a page of ours may consist of, and nothing else.
HARMLESS_TAG = re.compile(
    r"</?(?:b|br|code|del|em|i|ins|q|s|small|strong|sub|sup|u|hr)>|"
    r"</?(?:caption|dl|li|ol|table|tbody|td|tfoot|th|thead|tr|ul)>|"
    r"<(?:td|th)(?: (?:colspan|rowspan)=\"[0-9]{1,3}\"){1,2}>|"
    r"</?(?:blockquote|dd|div|dt|h[1-6]|p|pre|span)>|"
    r"<(?:blockquote|dd|div|dt|h[1-6]|p|pre) dir=\"auto\">|"
    r'<div dir="(?:ltr|rtl)">|<span class="aside" dir="ltr">|<p class="aside" dir="auto">'
)

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in pieces": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script with odd ends": "<script/x>alert(1)</script\t\n bar>",
    "handler": '<p onclick="alert(1)" onmouseover=alert(1)>x</p>',
    "handler on an image": "<img src=x onerror=alert(1)>",
    "handler with a slash": "<img/src=x/onerror=alert(1)>",
    "body that loads": "<body onload=alert(1) background=https://evil.example/x>",
    "javascript link": '<a href="javascript:alert(1)">x</a>',
    "javascript with a tab": '<a href="java\tscript:alert(1)">x</a>',
    "javascript in entities": '<a href="&#106;avascript&colon;alert(1)">x</a>',
    "javascript with a null": '<a href="java\0script:alert(1)">x</a>',
    "javascript after a control": '<a href="\x01javascript:alert(1)">x</a>',
    "javascript in capitals": '<a href=" JaVaScRiPt:alert(1)">x</a>',
    "vbscript": '<a href="vbscript:msgbox(1)">x</a>',
    "data link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "data image": '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "remote image": '<img src="https://evil.example/pixel.gif" srcset="https://evil.example/2x 2x">',
    "picture": "<picture><source srcset=https://evil.example/x><img src=https://evil.example/y></picture>",
    "background":
        '<table background="https://evil.example/x"><tr><td background=//evil.example>x</table>',
    "video": '<video poster="https://evil.example/p" src=https://evil.example/v autoplay></video>',
    "style sheet":
        "<style>@import 'https://evil.example/x.css'; body{background:url(//evil.example)}</style>",
    "style attribute": '<p style="background:url(https://evil.example/x);position:fixed;inset:0">x</p>',
    "style escapes": r'<p style="b\61ckground:\75rl(//evil.example)">x</p>',
    "style expression": '<p style="width:expression(alert(1))">x</p>',
    "link": "<link rel=stylesheet href=https://evil.example/x.css><link rel=preload href=//evil.example>",
    "meta refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "base": '<base href="https://evil.example/"><a href="/x">x</a>',
    "form":
        '<form action="https://evil.example"><input name=p><button formaction=x>go</button></form>',
    "frame":
        '<iframe src="https://evil.example" srcdoc="<script>alert(1)</script>"></iframe><frame src=x>',
    "object":
        '<object data="https://evil.example/x.swf"><embed src="https://evil.example/y"></object><applet>',
    "svg":
        "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "svg use":
        '<svg><use href="data:image/svg+xml;base64,PHN2Zz4="/><foreignObject><p onclick=alert(1)>x</p></svg>',
    "math":
        '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>',
    "mutation by style": "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "mutation by noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "mutation by template": "<template><style></template><img src=x onerror=alert(1)></style>",
    "mutation by title":
        "<math><annotation-xml encoding='text/html'><title></title><img src onerror=alert(1)>",
    "mutation by comment": "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=alert(1)>",
    "mutation by form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "mutation by select":
        "<select><template><style></select><img src=x onerror=alert(1)></style></template>",
    "cdata": "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "unclosed quote": '<p title="<img src=x onerror=alert(1)>',
    "unclosed tag": "<img src=x onerror=alert(1) <b>",
    "backtick": "<img src=`x` onerror=`alert(1)` alt=`x onerror=alert(1)`>",
    "alt that breaks out": '<img alt="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">',
    "host that breaks out":
        '<a href="https://&quot;&gt;&lt;img src=x onerror=alert(1)&gt;@evil.example">x</a>',
    "address that breaks out": '<a href="mailto:%3Cimg%20src=x%20onerror=alert(1)%3E">x</a>',
    "cell span": '<table><tr><td colspan="1 onclick=alert(1)" rowspan="99999999">x</td></tr></table>',
    "plaintext": "<plaintext><img src=x onerror=alert(1)>",
    "xmp": "<xmp><img src=x onerror=alert(1)></xmp>",
    "names":
        '<p id="main" name="q" class="toast" dir="ltr" lang="x" hx-get="/x" data-x="y" slot=s is=x>x</p>',
    "conditional comment": "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "processing instruction": "<?xml-stylesheet href='https://evil.example'?><?php alert(1) ?>",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;&#60;img src=x onerror=alert(1)&#62;",
}  # fmt: skip


def sanitised(html: str) -> str:
    return mail_html.sanitised(html, SAY)


def assert_harmless(page: str) -> None:
    """Where our own tags are taken away, no other is left: every < that remains is one that nobody wrote."""
    assert "<" not in HARMLESS_TAG.sub("", page), page


class _Reading(HTMLParser):
    """The text of a page as its reader gets it, and the tags around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(html: str) -> str:
    return _Reading(sanitised(html)).text


@pytest.mark.parametrize("attack", HOSTILE)
def test_of_hostile_html_only_harmless_tags_are_left(attack):
    assert_harmless(sanitised(f"before {HOSTILE[attack]} after"))


@pytest.mark.parametrize("attack", HOSTILE)
def test_the_first_wall_alone_leaves_neither_scripts_nor_addresses_to_load(attack):
    tags = _Reading(cleaner.cleaned(HOSTILE[attack])).tags
    assert {name for name, _ in tags} <= cleaner.BLOCKS | cleaner.INLINE
    assert {name for _, attributes in tags for name, _ in attributes} <= {"href", "alt", "colspan", "rowspan"}
    links = [value for _, attributes in tags for name, value in attributes if name == "href"]
    assert all(link.startswith(("https:", "mailto:")) for link in links)


@pytest.mark.parametrize("attack", HOSTILE)
def test_the_second_wall_holds_where_nh3_would_let_everything_through(attack, monkeypatch):
    monkeypatch.setattr(mail_html, "_cleaned", lambda html: html)
    assert_harmless(sanitised(HOSTILE[attack]))


@given(some.text(alphabet="<>/\"'&;= abimgpscrtyle:hd#x\0\n!-", max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_only_harmless_tags_are_left(html):
    assert_harmless(sanitised(html))


@given(some.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_the_second_wall_holds_for_any_text(text):
    known = mail_html._cleaned
    mail_html._cleaned = lambda html: html
    try:
        assert_harmless(sanitised(text))
    finally:
        mail_html._cleaned = known


def test_scripts_and_styles_leave_none_of_their_text():
    assert (
        seen("<script>alert(1)</script><style>p{color:red}</style><title>t</title>Words").strip() == "Words"
    )


def test_an_image_becomes_its_words():
    assert "[image: Our logo]" in seen('<img src="cid:1" alt="Our  logo">')
    assert "[image]" in seen("<img src=x>")


def test_the_words_about_an_image_are_in_the_readers_language():
    def arabic(text, **facts):
        return Markup({"[image: %(alt)s]": "[صورة: %(alt)s]"}.get(text, text)) % facts

    page = mail_html.sanitised('<img alt="a &amp; b">', arabic)
    assert "[صورة: a &amp; b]" in page


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://evil.example/login", "evil.example"),
        ("https://www.bank.example@evil.example/", "evil.example"),
        ("https://evil.example:443/?q=@bank.example", "evil.example"),
        ("https:\\\\evil.example\\@bank.example", "evil.example"),
        ("https:evil.example", "evil.example"),
        ("HTTPS:////evil.example?@bank.example", "evil.example"),
        ("ht\ntps://ev\til.example", "evil.example"),
        ("https://bаnk.example", "xn--bnk-6cd.example"),
        ("mailto:rana@example.com?subject=x&bcc=y@example.com", "rana@example.com"),
    ],
)
def test_a_link_is_text_with_the_true_host_beside_it(href, host):
    page = sanitised(f'<a href="{href}">www.bank.example</a>')
    assert "href" not in page
    assert _Reading(page).text.strip() == f"www.bank.example ({host})"


def test_a_link_that_leads_nowhere_has_nothing_beside_it():
    assert seen('<a href="javascript:alert(1)">x</a> <a name=here>y</a>') == "x y"


def test_every_block_finds_its_own_direction_and_the_senders_is_dropped():
    page = sanitised('<div dir="ltr"><p dir="ltr" align="left">مرحبا</p></div>')
    assert '<p dir="auto">مرحبا</p>' in page
    assert page.startswith('<div dir="rtl">')
    assert "ltr" not in page


def test_the_whole_turns_as_its_first_letter_does():
    assert sanitised("&amp; 1. <table><tr><td>مرحبا abc</td></tr></table>").startswith('<div dir="rtl">')
    assert sanitised("<p>Hello مرحبا</p>").startswith('<div dir="ltr">')


def test_letters_that_turn_or_hide_others_are_gone():
    assert seen("<p>abc\u202egpj.exe\u2066\u200b</p>") == "abcgpj.exe"


def test_private_numbers_are_hidden_also_across_tags_and_unseen_letters():
    assert "•" * 14 in seen("<p>Card 4111<b>1111</b>\u200b1111&#8203;1111</p>")


def test_a_number_does_not_go_on_in_the_next_cell():
    assert "•" not in seen("<table><tr><td>41111111</td><td>11111111</td></tr></table>")


def test_html_beyond_the_limit_is_cut_and_says_so():
    page = sanitised("<p>word</p>" * (HTML_LETTERS // 11 + 100))
    assert page.startswith('<div dir="ltr"><p dir="auto">word</p>')
    assert "Shortened" in page
    assert_harmless(page)
    assert "Shortened" not in sanitised("<p>word</p>" * 1000)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<b>" * 60_000 + "</p>" * 60_000,
        "<ul><li>" * 60_000,
        "".join(f"<b a{n}><p>" for n in range(30_000)),
        "<div " + " ".join(f"a{n}=1" for n in range(60_000)),
        "<table>" * 60_000,
        "<svg><math>" * 40_000,
        "&" * HTML_LETTERS,
        "<" * HTML_LETTERS,
        '<a href="' * 50_000,
    ],
    ids=["deep", "crossed", "lists", "bold", "attributes", "tables", "foreign", "amps", "opens", "quotes"],
)  # fmt: skip
def test_html_made_to_hang_or_crash_does_neither(html):
    began = time.monotonic()
    page = sanitised(f"<p>first</p>{html}")
    assert time.monotonic() - began < mail_html._CHILD_SECONDS
    assert_harmless(page)
    assert "first" in page or "too tangled" in page


def test_deep_html_is_flattened_and_keeps_its_words():
    page = sanitised("<div>" * 400 + "word" + "</div>" * 400 + "<p>after</p>")
    assert page.count("<div") < 110
    assert "word" in page
    assert '<p dir="auto">after</p>' in page


def test_the_frame_lets_nothing_run_load_or_be_sent():
    policy = FRAME_HEADERS["Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert {one.strip() for one in policy.split(";")} == {
        "default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'self'", "sandbox",
    }  # fmt: skip
    assert FRAME_HEADERS["X-Content-Type-Options"] == "nosniff"


def test_the_document_has_the_style_that_its_policy_names_and_the_words_of_the_mail():
    page = document(Templates(), "<p>مرحبا</p>", _=SAY, lang="en", theme="dark", written_in="ar")
    assert f"<style>{STYLE}</style>" in page
    assert '<html lang="en" data-theme="dark">' in page
    assert '<body lang="ar">' in page
    assert '<p dir="auto">مرحبا</p>' in page


def test_the_child_is_given_nothing_of_our_settings(monkeypatch, tmp_path):
    spy = tmp_path / "spy.py"
    spy.write_text("import os, sys; sys.stdout.write(repr(sorted(os.environ)))")
    monkeypatch.setattr(cleaner, "__file__", str(spy))
    monkeypatch.setenv("INBOX_AGENT_MASTER_KEY", "secret")
    assert "INBOX_AGENT" not in mail_html._cleaned("")
