"""The picture that an authenticator reads."""

import re

import pytest

from inbox_agent.desk.qr import picture


@pytest.mark.parametrize(
    ("letters", "side"), [(14, 21), (15, 25), (62, 33), (122, 45), (152, 49), (180, 53), (181, 57), (213, 57)]
)
def test_the_smallest_version_that_holds_the_text_is_taken(letters: int, side: int) -> None:
    assert f'viewBox="0 0 {side + 8} {side + 8}"' in picture("a" * letters, "code")


def test_the_picture_is_dark_on_light_with_air_around_it_and_says_what_it_is() -> None:
    drawn = picture("desk", 'For "phones"')
    assert 'viewBox="0 0 29 29"' in drawn
    assert 'aria-label="For &#34;phones&#34;"' in drawn
    assert min(int(x) for x in re.findall(r"M(\d+) ", drawn)) == 4
    assert "style" not in drawn
