"""QR codes drawn by us: what a phone's camera reads in them."""

import re

import pytest

from inbox_agent.desk.qr import modules, picture

# OpenCV's reader was shown this one, and 40 others of all versions, and read each of them.
DESK = """
#######..##...#######
#.....#.#.#.#.#.....#
#.###.#....##.#.###.#
#.###.#.....#.#.###.#
#.###.#.#.###.#.###.#
#.....#..###..#.....#
#######.#.#.#.#######
.....................
#.#.#.#...#.#...#..#.
##.#...###.#.#.#...##
#..####..#.#.###.####
.#.###.#...###.##..#.
..##..###..#.###.#.##
........##....#..#.##
#######..##.#...##.##
#.....#..##...#....#.
#.###.#.###.#.#.#..##
#.###.#...##.#.#.###.
#.###.#.#..#.###.#..#
#.....#..#.###.###.#.
#######.#..#.###..###
"""


def test_a_code_is_the_one_that_a_reader_has_read() -> None:
    drawn = ("".join("#" if dark else "." for dark in row) for row in modules("desk"))
    assert "\n".join(drawn) == DESK.strip()


@pytest.mark.parametrize(
    ("letters", "side"), [(14, 21), (15, 25), (62, 33), (122, 45), (152, 49), (180, 53), (181, 57), (213, 57)]
)
def test_the_smallest_version_that_holds_the_text_is_taken(letters: int, side: int) -> None:
    found = modules("a" * letters)
    assert {len(found), *map(len, found)} == {side}
    assert not [module for row in found for module in row if module is None]


def test_bytes_count_and_not_letters() -> None:
    assert len(modules("ع" * 7)) == len(modules("a" * 14)) == 21
    with pytest.raises(ValueError, match="213 bytes"):
        modules("a" * 214)


def test_the_picture_is_dark_on_light_with_air_around_it_and_says_what_it_is() -> None:
    drawn = picture("desk", 'For "phones"')
    assert 'viewBox="0 0 29 29"' in drawn
    assert 'aria-label="For &#34;phones&#34;"' in drawn
    assert min(int(x) for x in re.findall(r"M(\d+) ", drawn)) == 4
    assert "style" not in drawn
