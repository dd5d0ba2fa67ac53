"""References can be read out, typed and mistyped."""

import itertools

import pytest

from inbox_agent.cases.references import (
    is_a_tools,
    is_only_references,
    new_reference,
    references_in,
    theirs_in,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCES = [new_reference() for _ in range(20)]


@pytest.mark.parametrize("reference", REFERENCES, ids=range(len(REFERENCES)))
def test_each_single_wrong_character_is_found(reference: str) -> None:
    wrong = [
        reference[:at] + other + reference[at + 1 :]
        for at, char in enumerate(reference)
        for other in ALPHABET
        if at >= len("MC-") and char not in {"-", other}
    ]
    assert len(wrong) == 8 * 30
    assert [one for one in wrong if references_in(one)] == []


@pytest.mark.parametrize("reference", REFERENCES, ids=range(len(REFERENCES)))
def test_each_two_characters_that_changed_places_are_found(reference: str) -> None:
    places = [at for at, char in enumerate(reference) if at >= len("MC-") and char != "-"]
    swapped = [_swapped(reference, *pair) for pair in itertools.combinations(places, 2)]
    assert [one for one in swapped if one != reference and references_in(one)] == []


def test_new_references_are_well_formed_and_differ() -> None:
    made = [new_reference() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert references_in(" ".join(made)) == made


@pytest.mark.parametrize(
    "written",
    [
        "Our case {ref}, please",
        "{lower}",
        "[{ref}]",
        "رقم الطلب {ref}، وشكرا",
        "بخصوص{ref}",
        "MC {first} {second}",
        "mc{first}{second}",
        "MC\u2011{first}\u2013{second}",
        "MC\u2010{first}\u2015{second}",
    ],
)
def test_a_reference_is_found_however_people_write_it(written: str) -> None:
    reference = new_reference()
    _, first, second = reference.split("-")
    text = written.format(ref=reference, lower=reference.lower(), first=first, second=second)
    assert references_in(text) == [reference]


@pytest.mark.parametrize("around", ["X{}", "{}9", "{}Z"])
def test_a_longer_word_holds_no_reference(around: str) -> None:
    assert references_in(around.format(new_reference())) == []


def test_references_come_in_order_and_each_once() -> None:
    one, other = new_reference(), new_reference()
    assert references_in(f"{other} {one} {other.lower()}") == [other, one]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("{0}", True),
        (" {0}, {0}; ", True),
        ("{0} hala@example.com", False),
        ("about {0}", False),
        ("{0}@example.com", False),
        ("MC-2222-2223", False),  # a wrong check letter
        ("", False),
    ],
)
def test_a_text_of_nothing_but_references_is_told_from_one_that_names_somebody(text: str, only: bool) -> None:
    assert is_only_references(text.format(new_reference())) is only


def _swapped(text: str, one: int, other: int) -> str:
    letters = list(text)
    letters[one], letters[other] = letters[other], letters[one]
    return "".join(letters)


@pytest.mark.parametrize(
    ("text", "theirs", "of_a_tool"),
    [
        ("Meine Referenz: 2024-8SN74KL", "2024-8SN74KL", True),
        ("My reference: 2021-M4R7QBW.", "2021-M4R7QBW", True),
        ("الرقم المرجعي: \u200e2024-ABC1234\u200f", "2024-ABC1234", True),
        ("our file no: AB/2024/77", "AB/2024/77", False),
        ("Reference number: buy-cheap-pills.example1", "buy-cheap-pills.example1", False),
        ("Reference: MC-7K2Q-9D4X", None, False),
        ("Ref: hello there", None, False),
        ("my preference: 2024-8SN74KL", None, False),
        ("call me on 2024-8SN74KL", None, False),
    ],
)
def test_a_customers_own_reference_is_known_and_whether_a_tool_made_it(
    text: str, theirs: str | None, of_a_tool: bool
) -> None:
    assert theirs_in(text) == theirs
    assert is_a_tools(theirs or "") is of_a_tool
