from pathlib import Path

import pytest

from inbox_agent.letters import KINDS, Stationery, compose
from tests.letters.drafts import ADDRESS, Read, draft, facts

PAGE = (Path(__file__).parents[2] / "docs" / "letters.md").read_text("utf-8").replace("  \n", "\n")
SHOWN = {
    "acknowledgement": ("access", "deletion", "opt_out"),
    "child_acknowledgement": ("child_data", "deletion"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_about_letters_shows_each_letter_as_it_is(kind: str) -> None:
    letter = Read(compose(draft(kind, facts=facts(*SHOWN[kind]), token=None), Stationery(ADDRESS)))
    _pointer, *lines = letter.text.replace("\u200f", "").splitlines()
    section = PAGE.split(f"### {kind}\n")[1].split("\n### ")[0].splitlines()
    assert [line for line in lines if line and line != "-" * 40] == [
        line for line in section if line and not line.startswith(("<", "Subject"))
    ]
    assert f"`{letter.mail['subject']}`" in PAGE
