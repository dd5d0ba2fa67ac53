"""Measuring: what figures count, and how they are shown."""

import json
from pathlib import Path

import numpy as np
import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.understanding import Decision, Language, Reading, RequestType, Understanding
from inbox_agent.understanding.calibration import Calibration, expected_calibration_error, reliability
from inbox_agent.understanding.curves import curves
from inbox_agent.understanding.evaluate import languages, read, read_outside
from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.figures import figures
from inbox_agent.understanding.report import languages_lines, languages_plain, lines, plain, report

ACCESS, DELETION = RequestType.ACCESS, RequestType.DELETION
MAILS = [
    Example("a", "", "x", Language.EN, frozenset({ACCESS})),
    Example("a", "", "<script>x</script>", Language.EN, frozenset({ACCESS})),
    Example("b", "", "x", Language.AR, frozenset()),
    Example("b", "", "x", Language.AR, frozenset()),
]
READINGS = [
    Reading(Language.EN, Decision.OPEN_CASE, asserted={ACCESS: 0.9}, scores={ACCESS: 0.9}, request=0.9),
    Reading(Language.EN, Decision.LEAVE, scores={ACCESS: 0.02}, request=0.03),
    Reading(Language.AR, Decision.OPEN_CASE, asserted={ACCESS: 0.9}, scores={ACCESS: 0.9}, request=0.9),
    Reading(Language.EN, Decision.ASK_STAFF, scores={ACCESS: 0.1}, request=0.3),
]


def test_figures_count_misses_and_false_cases() -> None:
    found = figures(MAILS, READINGS)
    assert (found.missed.value, found.misses) == (0.5, [1])
    assert (found.opened_falsely.value, found.false_cases) == (0.5, [2])
    assert (found.opened.value, found.asked.value, found.language.value) == (0.5, 0.5, 0.75)
    assert {kind: f1.value for kind, f1 in found.by_type.items()} == {ACCESS: 0.5}
    assert found.confusion == {(ACCESS, ACCESS): 1, (ACCESS, None): 1, (None, ACCESS): 1, (None, None): 1}


def test_figures_have_intervals_around_them() -> None:
    found = figures(MAILS * 30, READINGS * 30)
    assert found.missed.low < found.missed.value < found.missed.high


def test_a_type_that_the_truth_never_names_is_not_judged() -> None:
    opened = Reading(Language.AR, Decision.OPEN_CASE, asserted={DELETION: 0.9})
    found = figures(MAILS, [*READINGS[:2], opened, READINGS[3]])
    assert found.opened_falsely.value == 0
    assert DELETION not in found.by_type


def test_scores_that_mean_what_they_say_have_no_calibration_error() -> None:
    assert expected_calibration_error(reliability([True, False] * 50, [0.5] * 100)) == 0
    assert expected_calibration_error(reliability([False] * 100, [0.9] * 100)) == pytest.approx(0.9)


def test_calibration_keeps_the_order_of_scores() -> None:
    scores = np.linspace(0.01, 0.99, 50)[:, None]
    assert (np.diff(Calibration([0.7], [-1.0]).of(scores)[:, 0]) > 0).all()


def test_curves_count_from_both_sides() -> None:
    found = curves(MAILS, READINGS, ACCESS)
    assert (found.missed[0], found.missed[50], found.missed[100]) == (0, 0.5, 1)
    assert (found.false[0], found.false[50], found.false[100]) == (1, 0.5, 0)


def test_the_report_shows_every_figure_and_strangers_words_as_text(understanding: Understanding) -> None:
    found = figures(MAILS, READINGS)
    page = report("Some mails", found, (MAILS, READINGS), understanding.bands, {})
    assert all(name in page and value in page for name, value in lines(found, {})[2:9])
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    assert page.count("<svg") == 1 + len(found.by_type)


def test_the_figures_can_be_written_as_json() -> None:
    told = json.loads(json.dumps(plain(figures(MAILS, READINGS), {})))
    assert told["missed"]["value"] == 0.5
    assert told["by_type_and_language"]["access"]["en"] == pytest.approx(2 / 3)


def test_what_is_learned_is_what_the_examples_say(understanding: Understanding) -> None:
    taught = [
        Example("a", "", "Delete my account and erase my data.", Language.EN, frozenset({DELETION})),
        Example("a", "", "The lift phone has no dial tone today.", Language.EN, frozenset()),
    ]
    found = figures(taught, read(understanding, taught))
    assert (found.macro.value, found.missed.value, found.opened_falsely.value) == (1, 0, 0)


def test_mails_of_other_authors_are_read_by_their_own_names_for_types(tmp_path: Path) -> None:
    row = {"id": 1, "subject": "", "text": "x", "lang": "en", "labels": ["optout", "child"]}
    (tmp_path / "outside.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "languages.jsonl").write_text('{"text": "x", "lang": "en"}\n', encoding="utf-8")
    assert [mail.labels for mail in read_outside(tmp_path)] == [{RequestType.OPT_OUT, RequestType.CHILD_DATA}]


def test_languages_are_told_for_texts_of_other_authors(understanding: Understanding, tmp_path: Path) -> None:
    rows = [("The lift is slow today", "en"), ("12 / 99", "und"), ("المصعد بطيء اليوم", "en")]
    lines = (json.dumps({"text": text, "lang": language}) + "\n" for text, language in rows)
    (tmp_path / "languages.jsonl").write_text("".join(lines), encoding="utf-8")
    found = languages(understanding, tmp_path)
    assert found == {(Language.EN, Language.EN): 1, (None, None): 1, (Language.EN, Language.AR): 1}
    assert languages_plain(found)["right"] == pytest.approx(2 / 3)
    assert ("en read as ar", "1") in languages_lines(found)


@pytest.mark.parametrize("content", ['{"labels": "none"}\n', "", "oops\n"])
def test_a_file_that_is_no_such_set_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "outside.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(WrongSetting, match="outside"):
        read_outside(file)
