"""The frame and the parts of every page: they hold nothing inline, and say in words what they show."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inbox_agent.rendering import Templates
from inbox_agent.resources import ROOT

HTMX = ROOT / "inbox_agent" / "desk" / "static" / "htmx.min.js"


def test_a_page_holds_neither_script_nor_style_of_its_own(drawn: Callable[..., str]) -> None:
    page = drawn(
        "{{ p.clock('late', 'by', 'left', 'rule', '2026-12-03') }}{{ p.field('a', 'A', error='no') }}"
    )
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", page) == []


def test_htmx_is_told_only_what_it_knows(drawn: Callable[..., str]) -> None:
    told = re.search(r"<meta name=\"htmx-config\" content='(.*?)'>", drawn(""))
    assert told
    htmx = HTMX.read_text("utf-8")
    assert [name for name in json.loads(told[1]) if f"{name}:" not in htmx] == []


def test_the_other_language_is_offered_in_its_own_words_and_comes_back_here(
    drawn: Callable[..., str],
) -> None:
    english, arabic = drawn("", here="/cases/A?q=1"), drawn("", lang="ar", dir="rtl")
    assert 'name="language" value="ar" lang="ar" dir="rtl">العربية</button>' in english
    assert '<input type="hidden" name="here" value="/cases/A?q=1">' in english
    assert 'name="language" value="en" lang="en" dir="ltr">English</button>' in arabic
    assert '<html lang="ar" dir="rtl"' in arabic


def test_before_sign_in_there_is_nothing_to_search_and_nowhere_to_go(drawn: Callable[..., str]) -> None:
    page = drawn("")
    assert re.findall(r'role="search"|<nav|/sign-out|<footer', page) == []
    assert re.findall(r'role="search"|/sign-out', drawn("", me=SARA)) == ['role="search"', "/sign-out"]


def test_the_button_that_undoes_stands_outside_of_what_is_read_out(drawn: Callable[..., str]) -> None:
    toast = SimpleNamespace(text="Left", undo_href="/undo", undo_fields={"id": 7})
    page = drawn("", toast=toast)
    assert '<p class="toast__said" id="said" role="status">Left</p>' in page
    assert '<input type="hidden" name="id" value="7">' in page


def test_a_badge_says_in_words_whether_a_person_or_the_agent_said_so(drawn: Callable[..., str]) -> None:
    assert 'badge--agent"' in drawn("{{ p.badge('ok', 'Done', 'agent') }}")
    assert " (by the agent)</span>" in drawn("{{ p.badge('ok', 'Done', 'agent') }}")
    assert " (by a person)</span>" in drawn("{{ p.badge('ok', 'Done', 'person') }}")
    assert ", by" not in drawn("{{ p.badge('ok', 'Done') }}")


def test_a_button_that_is_off_says_why(drawn: Callable[..., str]) -> None:
    page = drawn("{{ p.button('Release', reason='Omar can.') }}")
    assert " disabled>Release</button>" in page
    assert '<span class="off__reason">Omar can.</span>' in page


def test_single_keys_are_announced_only_to_who_has_them_on(drawn: Callable[..., str]) -> None:
    button = "{{ p.button('Open', key='O') }}{{ p.button('Save', key='Control+S') }}"
    off = SimpleNamespace(**vars(SARA) | {"single_keys": False})
    assert re.findall(r'aria-keyshortcuts="([^/"]+)"', drawn(button, me=SARA)) == ["O", "Control+S"]
    assert re.findall(r'aria-keyshortcuts="([^/"]+)"', drawn(button, me=off)) == ["Control+S"]
    assert 'data-single-keys="off"' in drawn(button, me=off)


def test_a_field_that_is_wrong_keeps_its_text_and_leads_to_its_error(drawn: Callable[..., str]) -> None:
    page = drawn("{{ p.problems([('a', 'No.')]) }}{{ p.field('a', 'A', '<b>', error='No.', hint='Short.') }}")
    assert 'id="f-a" name="a" type="text" value="&lt;b&gt;"' in page
    assert 'aria-describedby="f-a-hint f-a-error" aria-invalid="true"' in page
    assert {"f-a-hint", "f-a-error"} <= set(re.findall(r'id="([\w-]+)"', page))
    assert '<a href="#f-a">No.</a>' in page


def test_a_text_that_begins_with_an_empty_line_keeps_it(drawn: Callable[..., str]) -> None:
    assert ">\n\nYours</textarea>" in drawn("{{ p.area('a', 'A', '\nYours') }}")


def test_the_pager_touches_nothing_of_an_address_but_the_page(drawn: Callable[..., str]) -> None:
    page = drawn("{{ p.pager(2, 3, '/queue/all?q=%D9%81&page=%d') }}")
    assert re.findall(r'href="(/queue/all[^"]+)"', page) == [
        "/queue/all?q=%D9%81&amp;page=1",
        "/queue/all?q=%D9%81&amp;page=3",
    ]


def test_what_is_chosen_stays_chosen_whether_it_is_a_number_or_a_word(drawn: Callable[..., str]) -> None:
    page = drawn(
        "{{ p.select('a', 'A', [(1, 'One'), (2, 'Two')], '2') }}{{ p.radios('b', 'B', [('x', 'X')], 'x') }}"
    )
    assert '<option value="2" selected>Two</option>' in page
    assert 'value="x" id="f-b" checked' in page


SARA = SimpleNamespace(name="sara", display_name="Sara <b>", initials="SB", role="agent", single_keys=True)
FRAME = """{% extends "desk/page.html" %}{% import "desk/parts.html" as p with context %}
{% block title %}Test{% endblock %}{% block main %}BODY{% endblock %}"""


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., str]:
    """A page of the desk that holds this template; without `me`, as it is before sign-in."""

    def draw(body: str, **known: Any) -> str:
        (tmp_path / "page.html").write_text(FRAME.replace("BODY", body), "utf-8")
        return Templates(tmp_path).render("page.html", **NOBODY | known)

    return draw


def _said(text: str, **names: object) -> str:
    return text % names if names else text


def _counted(one: str, many: str, number: int) -> str:
    return (one if number == 1 else many) % {"num": number}


NOBODY = dict.fromkeys(("views", "places", "health", "banners"), ()) | {
    "_": _said,
    "ngettext": _counted,
    "lang": "en",
    "dir": "ltr",
    "theme": "auto",
    "me": None,
    "csrf": "token",
    "once": lambda: "once",
    "here": "/",
    "q": "",
    "toast": None,
    "static": "/static/{}".format,
}
