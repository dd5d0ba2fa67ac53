"""The words that decided are marked where they stand, and the text stays what it is."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as some

from inbox_agent.desk.harmless import harmless
from inbox_agent.desk.marking import MOST_MARKS, paragraphs, places


def words(markup: str) -> str:
    """A piece of a page without its tags and the numbers of evidence."""
    return unescape(re.sub(r'<a class="evidence__number".*?</a>|<[^>]*>', "", markup))


def test_words_that_spoke_for_two_types_carry_both_numbers():
    marks = places("erase my data", {"access": ["my data"], "deletion": ["my data", "erase"]})
    assert marks == {(0, 5): ["deletion"], (6, 13): ["access", "deletion"]}


def test_a_word_inside_another_word_is_not_marked():
    assert places("undeleted, delete", {"deletion": ["delete"]}) == {(11, 17): ["deletion"]}


def test_at_most_six_places_are_marked_and_every_type_has_its_best_words():
    text = " ".join(f"{kind}1 {kind}2 {kind}3" for kind in ("a", "b", "c"))
    evidence = {kind: [f"{letter}1", f"{letter}2", f"{letter}3"] for kind, letter in
                zip(("access", "deletion", "cookies"), "abc", strict=True)}  # fmt: skip
    marks = places(text, evidence)
    assert len(marks) == MOST_MARKS
    assert {text[start:end] for start, end in marks} == {"a1", "a2", "b1", "b2", "c1", "c2"}


def test_words_over_a_blank_line_are_marked_in_both_paragraphs():
    text = "erase\n\nit all"
    marks = places(text, {"deletion": ["erase\n\nit"]})
    assert [one.count("<mark") for one in paragraphs(text, marks)] == [1, 1]
    assert [words(one) for one in paragraphs(text, marks)] == ["erase", "it all"]


@given(
    some.text(alphabet="ab <>&\"'\n\u202eء1é\u0301"), some.lists(some.text(alphabet="ab <&\n", min_size=1))
)
def test_what_is_shown_is_the_text_and_nothing_else(text, evidence):
    clean = harmless(text)
    made = list(paragraphs(clean, places(clean, {"access": evidence, "deletion": evidence[::-1]}), "id"))
    assert " ".join(map(words, made)).split() == clean.split()
    assert all(re.fullmatch(r'<br>|</?mark>|<mark class="evidence" data-type="[a-z_ ]+">|</a>|'
                            r'<a class="evidence__number" href="#why-id-[a-z_]+">', tag)
               for one in made for tag in re.findall("<[^>]*>", one))  # fmt: skip
