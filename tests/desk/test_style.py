"""The sheet keeps its promises: readable in light and dark, the same both ways, nothing from elsewhere."""

import re
from collections.abc import Iterator

import pytest

from inbox_agent.resources import ROOT, TEMPLATES

STATIC = ROOT / "inbox_agent" / "desk" / "static"
SHEET = re.sub(r"/\*.*?\*/", "", (STATIC / "desk.css").read_text("utf-8"), flags=re.DOTALL)
PAGES = sorted((TEMPLATES / "desk").rglob("*.html"))

TONES = ("danger", "warn", "ok", "info", "child", "neutral")
WORDS = [
    *(("ink", ground) for ground in ("page", "surface", "sunken", "mark")),
    *(("muted", ground) for ground in ("page", "surface", "sunken", "neutral-bg")),
    *(("link", ground) for ground in ("page", "surface", "sunken")),
    *((tone, f"{tone}-bg") for tone in TONES),
    *((tone, ground) for tone in TONES for ground in ("page", "surface", "sunken")),
    *(("surface", tone) for tone in TONES),
    ("accent-ink", "accent"),
]
EDGES = [(edge, ground) for edge in ("border", "focus", "accent") for ground in ("page", "surface", "sunken")]
PHYSICAL = re.compile(
    r"(margin|padding|border|scroll-margin|scroll-padding)-(left|right|top|bottom)\b|(left|right|top|bottom|float|clear)$"
    r"|border-(top|bottom)-(left|right)-radius"
)


def test_every_word_can_be_read_on_its_ground(scheme: int) -> None:
    assert [pair for pair in WORDS if _contrast(*pair, scheme) < 4.5] == []


def test_every_edge_and_the_focus_ring_can_be_seen(scheme: int) -> None:
    assert [pair for pair in EDGES if _contrast(*pair, scheme) < 3] == []


def test_the_persons_own_choice_of_light_or_dark_wins() -> None:
    for theme in ("light", "dark"):
        assert f'[data-theme="{theme}"] {{ color-scheme: {theme}; }}' in SHEET


def test_no_property_knows_left_from_right() -> None:
    assert [name for name, _ in _declarations() if PHYSICAL.match(name)] == []


def test_no_value_knows_left_from_right() -> None:
    assert [pair for pair in _declarations() if re.search(r"\b(left|right)\b", pair[1])] == []


def test_a_shorthand_of_four_is_the_same_on_both_sides() -> None:
    boxes = ("margin", "padding", "inset", "border-width", "border-radius")
    four = [value.split() for name, value in _declarations() if name in boxes and "(" not in value]
    assert [sides for sides in four if len(sides) == 4 and sides[1] != sides[3]] == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert re.findall(r"@import|@font-face|url\(|https?:", SHEET) == []


def test_arabic_letters_are_neither_spaced_nor_slanted_nor_stretched() -> None:
    harmless = {"letter-spacing": "0", "font-style": "normal"}
    harmful = {"letter-spacing", "font-style", "text-transform", "word-spacing"}
    assert [pair for pair in _declarations() if pair[0] in harmful and harmless.get(pair[0]) != pair[1]] == []
    assert "justify" not in [value for name, value in _declarations() if name == "text-align"]


def test_nothing_moves_for_longer_than_a_blink_and_nothing_at_all_for_who_asks_so() -> None:
    lasting = [
        int(ms) for name, value in _declarations() if name == "transition" for ms in _milliseconds(value)
    ]
    assert lasting
    assert max(lasting) <= 120
    assert re.search(r"prefers-reduced-motion: reduce\) \{ \* \{ transition: none !important", SHEET)


def test_every_icon_that_a_page_names_is_on_the_sheet_of_icons() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {name for page in PAGES for name in _icons(page.read_text("utf-8"))}
    assert {"cog", "flag", "clock", "chevron"} <= named
    assert named - drawn == set()


def test_every_class_that_a_page_uses_is_in_the_sheet() -> None:
    known = set(re.findall(r"\.([a-z][\w-]*)", SHEET))
    used = {(page.name, name) for page in PAGES for name in _classes(page.read_text("utf-8"))}
    assert [pair for pair in sorted(used) if pair[1] not in known] == []


@pytest.fixture(params=[0, 1], ids=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def _declarations() -> list[tuple[str, str]]:
    return re.findall(r"[{;]\s*(--[\w-]+|[a-z-]+)\s*:\s*([^;{}]+?)\s*(?=[;}])", SHEET)


def _milliseconds(value: str) -> list[str]:
    assert not re.search(r"\ds\b", value), "durations are given in milliseconds"
    return re.findall(r"(\d+)ms", value)


def _icons(page: str) -> Iterator[str]:
    for inside in re.findall(r"\bicon\(([^)]*)\)", page):
        yield from re.findall(r'"([a-z]+)"', re.sub(r'== "\w+"|"\w+":', "", inside))
    for table in re.findall(r"_ICONS = \{(.*?)\}", page, flags=re.DOTALL):
        yield from re.findall(r': "([a-z]+)"', table)


def _classes(page: str) -> Iterator[str]:
    for names in re.findall(r'class="([^"]*)"', page):
        for name in re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", names).split():
            if not name.endswith(("--", "__")):
                yield name


def _contrast(ink: str, ground: str, scheme: int) -> float:
    """WCAG 2.2's contrast ratio."""
    darker, lighter = sorted((_luminance(ink, scheme), _luminance(ground, scheme)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str, scheme: int) -> float:
    found = re.search(rf"--{name}: light-dark\(#([0-9A-F]{{6}}), #([0-9A-F]{{6}})\);", SHEET)
    assert found, f"the sheet has no colour {name}"
    red, green, blue = (_linear(int(found[scheme + 1][at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
