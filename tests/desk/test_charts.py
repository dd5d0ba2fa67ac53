"""Charts: what a reader hears, sees in black and white, and sees in Arabic."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis.strategies import floats, lists
from markupsafe import Markup

from inbox_agent.desk.charts import Chart, Series

SVG = "{http://www.w3.org/2000/svg}"
DIRECTIONS = ("ltr", "rtl")
HOSTILE = "</title><script>alert(1)</script>\"'&<b onload=x>"


def chart(direction: str = "ltr", title: str = "More came in", name: str = "flow") -> Chart:
    return Chart(name, title, "One column for each week", direction, lambda value: f"{value:g}")


def mirrored(above: list[float], below: list[float], direction: str = "ltr") -> ET.Element:
    moments = [f"week {n}" for n, _ in enumerate(above, 1)]
    return read(chart(direction).mirrored(moments, Series("Received", above), Series("Closed", below)))


def nested(whole: list[float], part: list[float], direction: str = "ltr") -> ET.Element:
    moments = [f"week {n}" for n, _ in enumerate(whole, 1)]
    return read(chart(direction).nested(moments, Series("Judged", whole), Series("Right", part)))


def bars(items: list[tuple[str, float]], direction: str = "ltr") -> ET.Element:
    return read(chart(direction).bars(items))


def test_a_chart_is_an_image_that_says_what_it_finds_and_how_to_read_it() -> None:
    svg = mirrored([1, 2], [2, 1])
    assert svg.get("role") == "img"
    assert by_id(svg, svg.get("aria-labelledby")).text == "More came in"
    assert by_id(svg, svg.get("aria-describedby")).text == "One column for each week"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_is_written_inside_is_not_read_out(direction: str) -> None:
    for svg in (mirrored([1], [2], direction), nested([2], [1], direction), bars([("Access", 3)], direction)):
        [drawing] = svg.findall(f"{SVG}g[@aria-hidden='true']")
        assert drawing.findall(f".//{SVG}text")
        assert drawing.findall(f".//{SVG}text") == svg.findall(f".//{SVG}text")


def test_two_charts_of_a_page_share_no_name() -> None:
    series = Series("Received", [1]), Series("Closed", [2])
    flow, readings = (read(chart(name=name).mirrored(["a"], *series)) for name in ("flow", "readings"))
    assert ids(flow) & ids(readings) == set()
    assert {rect.get("fill") for rect in rects(readings)} == {"currentColor", "url(#readings-hatch)"}
    assert "readings-hatch" in ids(readings)


def test_two_series_differ_in_pattern_and_are_named_beside_their_columns() -> None:
    svg = mirrored([4, 2], [1, 3])
    above, below = rects(svg)[:2], rects(svg)[2:]
    assert {rect.get("fill") for rect in above} == {"currentColor"}
    assert {rect.get("fill") for rect in below} == {"url(#flow-hatch)"}
    received, closed = names(svg)
    assert (received.text, closed.text) == ("Received", "Closed")
    assert y(received) < y(above[0]) + height(above[0]) <= y(below[0]) < y(closed)


def test_columns_are_as_long_as_what_they_count() -> None:
    lengths = [height(rect) for rect in rects(mirrored([4, 2], [1, 0]))]
    assert lengths == [lengths[0], lengths[0] / 2, lengths[0] / 4, 0]


def test_a_part_stands_inside_its_whole_on_the_same_line() -> None:
    whole, part = rects(nested([8], [2]))
    assert y(whole) + height(whole) == y(part) + height(part)
    assert height(part) == pytest.approx(height(whole) / 4, abs=0.1)
    assert (x(whole), width(whole)) == (x(part), width(part))


def test_the_names_of_a_part_and_its_whole_never_lie_on_each_other() -> None:
    for whole, part in ((9, 9), (9, 1), (0, 0), (9, 8.9)):
        judged, right = names(nested([9, whole], [9, part]))
        assert y(right) - y(judged) >= 18


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_time_runs_from_left_to_right(direction: str) -> None:
    for svg in (mirrored([1, 2, 3], [3, 2, 1], direction), nested([1, 2, 3], [1, 1, 1], direction)):
        places = [x(rect) for rect in rects(svg)[:3]]
        assert places == sorted(places)
        weeks = [text for text in texts(svg) if str(text.text).startswith("week")]
        assert [x(week) for week in weeks] == places
        assert {week.get("text-anchor") for week in weeks} == {"start" if direction == "ltr" else "end"}


def test_bars_grow_from_the_side_where_reading_starts() -> None:
    [english, _] = rects(bars([("Access", 4), ("Deletion", 1)]))
    [_, short] = rects(bars([("Access", 4), ("Deletion", 1)], "rtl"))
    assert (x(english), width(english)) == (0, 100)
    assert (x(short), width(short)) == (75, 25)


def test_numbers_are_shown_as_the_reader_writes_them() -> None:
    arabic = Chart("a", "t", "h", "rtl", lambda value: str(value).translate(str.maketrans("37", "٣٧")))
    shown = [text.text for text in texts(read(arabic.bars([("x", 37)])))]
    assert "٣٧" in shown


def test_many_columns_are_not_numbered_and_few_moments_named() -> None:
    year = [float(n) for n in range(1, 54)]
    written = [text.text for text in texts(mirrored(year, year))]
    assert written == ["Received", "Closed", "week 1", "week 19", "week 37"]


def test_nothing_to_count_is_a_line_without_columns() -> None:
    assert {height(rect) for rect in rects(mirrored([0, 0], [0, 0]))} == {0}
    assert rects(bars([])) == []


def test_a_very_long_name_is_shortened_and_keeps_its_own_direction() -> None:
    name, _ = texts(bars([("n" * 300, 1)], "rtl"))
    assert name.text == "\u2068" + "n" * 31 + "…\u2069"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_no_text_can_become_markup(direction: str) -> None:
    hostile = Chart("flow", HOSTILE, HOSTILE, direction, lambda _: HOSTILE)
    series = Series(HOSTILE, [2]), Series(HOSTILE, [1])
    drawn = (
        hostile.mirrored([HOSTILE], *series),
        hostile.nested([HOSTILE], *series),
        hostile.bars([(HOSTILE, 1)]),
    )
    for svg in map(read, drawn):
        found = {element.tag.removeprefix(SVG) for element in svg.iter()}
        assert found <= {"svg", "title", "desc", "defs", "pattern", "path", "g", "rect", "line", "text"}
        assert by_id(svg, "flow-title").text == HOSTILE


def test_a_chart_needs_nothing_that_a_strict_policy_forbids() -> None:
    for svg in (mirrored([1], [2]), nested([2], [1]), bars([("Access", 3)])):
        for element in svg.iter():
            assert not {name for name, _ in element.items() if name == "style" or name.startswith("on")}


@given(lists(floats(0, 1e6), min_size=1, max_size=60))
def test_whatever_is_counted_stays_inside_the_picture(values: list[float]) -> None:
    for svg in (mirrored(values, values), nested(values, values), bars([("x", value) for value in values])):
        end = float(svg.get("height", 0))
        for rect in rects(svg):
            assert -0.1 <= y(rect) <= y(rect) + height(rect) <= end
            assert -0.1 <= x(rect) <= x(rect) + width(rect) <= 100.1
        assert all(0 < y(text) <= end for text in texts(svg))


def read(drawn: Markup) -> ET.Element:
    return ET.fromstring(str(drawn).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def rects(svg: ET.Element) -> list[ET.Element]:
    return svg.findall(f"{SVG}g/{SVG}rect")


def texts(svg: ET.Element) -> list[ET.Element]:
    return svg.findall(f"{SVG}g/{SVG}text")


def names(svg: ET.Element) -> list[ET.Element]:
    return svg.findall(f"{SVG}g/{SVG}text[@class='chart__name']")


def ids(svg: ET.Element) -> set[str]:
    return {name for element in svg.iter() if (name := element.get("id"))}


def by_id(svg: ET.Element, name: str | None) -> ET.Element:
    [found] = svg.findall(f".//*[@id='{name}']")
    return found


def x(element: ET.Element) -> float:
    return _number(element, "x")


def y(element: ET.Element) -> float:
    return _number(element, "y")


def width(element: ET.Element) -> float:
    return _number(element, "width")


def height(element: ET.Element) -> float:
    return _number(element, "height")


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "").rstrip("%"))
