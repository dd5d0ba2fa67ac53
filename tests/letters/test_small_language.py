"""Words that an operator or an administrator writes can neither go on for ever nor grow without end."""

import time
from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.letters import KINDS, Stationery, own_words
from inbox_agent.rendering import Templates, small_language
from tests.letters.drafts import ADDRESS

A_MOMENT = 2.0
KNOWN = {"rights", "words", "ref", "say"}
FACTS = {"rights": [{"type": "access"}] * 3, "words": ["a" * 5000], "ref": "MC-7K2Q-9D4X", "say": {}}

LONG = "a" * 5000
MANY = ", ".join(['"a"'] * 50)
NESTED = "{% for a in rights %}" * 9 + "{% endfor %}" * 9

ENDLESS = {
    "letters of a text, in nested loops": f'{{% for a in "{LONG}" %}}{NESTED}{{% endfor %}}',
    "a power": "{{ 10 ** 10 ** 10 }}",
    "a text many times": '{{ "a" * 10**9 }}',
    "a text many times over without a power": '{{ "a" * 999999999 }}',
    "a wide number": '{{ "%1000000000d" % 1 }}',
    "a wide filter": '{{ "x" | center(10**9) }}',
    "a wide filter without reckoning": '{{ "x" | center(1000000000) }}',
    "a format": '{{ "{:1000000000}".format(1) }}',
    "a format filter": '{{ "%1000000000d" | format(1) }}',
    "replacements": '{{ "x".replace("x", "xx").replace("x", "xx") }}',
    "replacements by a filter": '{{ "x" | replace("x", "xx") }}',
    "joined again and again": '{{ "abc" | join("LONG") | join("LONG") }}'.replace("LONG", LONG),
    "a macro that calls itself": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "a loop that calls itself": "{% for a in rights recursive %}{{ loop(rights) }}{% endfor %}",
    "three loops": "{% for a in rights %}" * 3 + "{% endfor %}" * 3,
    "long lists in nested loops": f"{{% for a in [{MANY}, {MANY}] %}}" * 2 + "{% endfor %}" * 2,
    "a range": "{% for a in range(1000000000) %}{% endfor %}",
    "lipsum": "{{ lipsum(n=1000000) }}",
    "doubling": '{% set a = "x" %}' + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "adding": '{% set a = "x" %}{% set a = a + a %}{{ a }}',
    "lists of lists": "{% set a = [ref, ref] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
    "dictionaries of lists": '{% set a = {"a": rights} %}{{ a }}',
    "tuples": "{% set a = (ref, ref) %}" + "{% set a = (a, a) %}" * 40 + "{{ a }}",
    "a block that is set": "{% set a %}{{ ref }}{{ ref }}{% endset %}{{ a }}",
    "a namespace": "{% set n = namespace(a=ref) %}{% set n.a = n.a %}",
    "another file": '{% include "letters/frame/page.html" %}',
    "macros of another file": '{% import "x.html" as x %}',
    "names of another file": '{% from "x.html" import x %}',
    "a parent": '{% extends "x.html" %}',
    "a hidden loop within a loop": "{% for a in ref %}{% for b in ref if not b %}{% endfor %}{% endfor %}",
    "a filter within a loop": "{% for a in rights %}{{ rights | list }}{% endfor %}",
    "a text looked through in a loop": '{% for a in ref %}{% if "b" in words[0] %}{% endif %}{% endfor %}',
    "the same in its head": '{% for a in words[0] if "b" in words[0] %}{% endfor %}',
    "brackets without end": "{{ " + "(" * 6000 + "1" + ")" * 6000 + " }}",
    "not not not": "{% if " + "not " * 4000 + "ref %}{% endif %}",
    "and and and": "{% if " + "ref and " * 2000 + "ref %}{% endif %}",
    "ifs in ifs": "{% if ref %}" * 300 + "{% endif %}" * 300,
    "a number of thousands of digits": "{{ " + "9" * 6000 + " }}",
    "a big number": "{{ 1000000 }}",
    "thousands of placeholders": "{{ ref }}" * 2000,
    "a part of a list": "{{ words[0:1] }}",
    "markup that is let through": "{{ ref | safe }}",
    "a filter by its name": '{{ words | map("center", 1000000000) | list }}',
    "a test that fetches": '{{ words | select("divisibleby", 3) | list }}',
    "arguments given as a list": '{{ words | select(*["in"]) | list }}',
}


@pytest.mark.parametrize("attack", ENDLESS.values(), ids=ENDLESS)
def test_what_could_go_on_or_grow_without_end_is_refused_in_a_moment_with_one_line(attack: str) -> None:
    began = time.monotonic()
    with pytest.raises(WrongSetting, match=r"\Atemplate own\.txt.*\Z") as refused:
        Templates().compile("own.txt", attack, knows=KNOWN).render(**FACTS)
    assert time.monotonic() - began < A_MOMENT
    assert len(str(refused.value)) < 250


LOOPS_OVER_LETTERS = "{% for a in words[0] %}{% for b in words[0] %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize("wide", ["", "b" * 500], ids=["without a word", "with many words"])
def test_loops_over_long_facts_end_when_the_letter_is_far_too_long(wide: str) -> None:
    looping = Templates().compile(
        "own.txt", LOOPS_OVER_LETTERS.replace("{% endfor %}", f"{wide}{{% endfor %}}"), knows=KNOWN
    )
    began = time.monotonic()
    with pytest.raises(WrongSetting, match="far too long"):
        looping.render(**FACTS)
    assert time.monotonic() - began < A_MOMENT


POSSIBLE = {
    "a fact": "{{ ref }}",
    "a fact of a fact": "{{ rights[0].type }}",
    "a condition": '{% if ref is defined and not ref == "x" %}a{% elif ref %}b{% else %}c{% endif %}',
    "a loop in a loop": "{% for a in rights %}{% for b in words %}{{ b }}{% endfor %}{% endfor %}",
    "a loop over names and values": "{% for a, b in say.items() %}{{ a }}{{ b }}{% else %}none{% endfor %}",
    "a list of texts": '{% for a in ["x", "y"] if a not in ["x"] %}{{ loop.index }}{% endfor %}',
    "filters": '{% set a = rights | map(attribute="type") | list %}{{ a | select("in", ["access"]) | list }}',
    "words for codes": '{% set a = {"access": "a copy"} %}{{ a[rights[0].type] }}',
}  # fmt: skip


@pytest.mark.parametrize("wording", POSSIBLE.values(), ids=POSSIBLE)
def test_what_a_letter_needs_is_possible(wording: str) -> None:
    Templates().compile("own.txt", wording, knows=KNOWN).render(**FACTS)


OURS = [f"letters/{name}/{language}.txt" for name in [*KINDS, "frame"] for language in ("en", "ar")]


@pytest.mark.parametrize("name", OURS)
def test_each_file_of_ours_is_in_the_small_language_and_far_from_its_bounds(name: str) -> None:
    source = Templates().source(name)
    Templates().check(name, source)
    assert len(source) < small_language.LONGEST / 2


def test_the_refusal_names_file_line_and_what_is_not_possible(tmp_path: Path) -> None:
    _write(tmp_path, "letters/closed/ar.txt", "Subject: One\n\nHello,\n\n{{ ref }}\n{{ ref ~ ref }}\n")
    with pytest.raises(WrongSetting) as refused:
        Stationery(ADDRESS, overrides=tmp_path)
    assert str(refused.value) == (
        "template letters/closed/ar.txt, line 6: joining texts with ~: that is not possible in a wording"
    )


@pytest.mark.parametrize("file", ["letters/closed/en.txt", "letters/frame/en.txt", "letters/frame/page.html"])
def test_the_operators_folder_is_held_to_it_too(tmp_path: Path, file: str) -> None:
    _write(tmp_path, file, 'Subject: One\n\n{{ "a" * 1000000000 }}\n')
    with pytest.raises(WrongSetting, match=f"template {file}, line 3: reckoning"):
        Stationery(ADDRESS, overrides=tmp_path)


def test_a_placeholder_that_is_there_only_once_bold_signs_are_gone_is_held_to_it_too(tmp_path: Path) -> None:
    _write(tmp_path, "letters/closed/en.txt", 'Subject: One\n\n**{**{ "a" * 1000000000 }}\n')
    with pytest.raises(WrongSetting, match="reckoning"):
        Stationery(ADDRESS, overrides=tmp_path)


def test_a_file_of_any_length_is_refused_before_it_is_read_as_a_letter(tmp_path: Path) -> None:
    _write(
        tmp_path, "letters/closed/en.txt", "Subject: One\n\n" + "{% raw %}" + "{{ " * 100_000 + "{% endraw %}"
    )
    with pytest.raises(WrongSetting, match="more than 20000 characters"):
        Stationery(ADDRESS, overrides=tmp_path)


def test_words_of_an_administrator_are_held_to_it_and_one_refused_changes_nothing(tmp_path: Path) -> None:
    stationery = Stationery(ADDRESS, overrides=tmp_path)
    before = own_words.source_of(stationery, KINDS["closed"], "en")
    began = time.monotonic()
    for attack in ENDLESS.values():
        with pytest.raises(WrongSetting):
            own_words.keep(stationery, KINDS["closed"], "en", f"Subject: One\n\n{attack}\n")
    assert own_words.source_of(stationery, KINDS["closed"], "en") == before
    assert time.monotonic() - began < A_MOMENT * 5


def test_a_wording_that_makes_too_long_a_letter_is_not_kept(tmp_path: Path) -> None:
    stationery = Stationery(ADDRESS, overrides=tmp_path)
    repeated = '{% for a in ["1", "2", "3"] %}\n' + "Long. " * 2000 + "\n{% endfor %}\n"
    with pytest.raises(WrongSetting, match="at most 20000 characters"):
        own_words.keep(stationery, KINDS["closed"], "en", f"Subject: One\n\n{repeated}")


def _write(folder: Path, name: str, source: str) -> None:
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(source, "utf-8")
