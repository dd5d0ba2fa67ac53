"""The privacy notice of the agent: its figures are the settings, and both languages say the same, plainly."""

import re
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inbox_agent import dates
from inbox_agent.cases.clocks import load_law
from inbox_agent.errors import WrongSetting
from inbox_agent.evidence import NOTICE_LANGUAGES, Notice, notice
from inbox_agent.settings import DownloadsSettings
from tests.company import settings

LAW = load_law("gdpr", ZoneInfo("Asia/Amman"))
TODAY = date(2026, 11, 28)
SET = {
    "keep_bodies_days": 91,
    "keep_quarantine_days": 92,
    "identity_document_days": 13,
    "code_days": 17,
    "cooloff_days": 5,
    "key_backup_days": 6,
    "keep_record_months": 31,
    "downloads": DownloadsSettings(port=8443, days=8, keep_days=12),
}
DAYS = (91, 92, 13, 17, 5, 6, 8, 20)
"""The days that were set; a package stays as long as its link and so many days more."""
both = pytest.mark.parametrize("language", NOTICE_LANGUAGES)


@both
def test_every_length_of_time_is_that_of_the_settings_and_there_is_no_other(
    tmp_path: Path, language: str
) -> None:
    told = plain(of(tmp_path, language, **SET))
    spans = [*((count, "day") for count in DAYS), (31, "month")]
    for span in spans:
        assert dates.span(*span, language).replace("\u00a0", " ") in told
    unit = r"days?|months?" if language == "en" else r"يومًا|أيام|يوم|شهرًا|أشهر|شهر"
    assert len(re.findall(rf"\d+ (?:{unit})\b", told)) == len(spans)


@both
def test_what_is_kept_for_training_is_told_where_it_is_switched_on(tmp_path: Path, language: str) -> None:
    off, on = (of(tmp_path, language, keep_corrections=kept) for kept in (False, True))
    assert bullets(on) == bullets(off) + 2
    masked = {"en": "card and identity numbers masked", "ar": "بعد حجب أرقام البطاقات والهويات"}[language]
    assert masked in plain(on)
    assert masked not in plain(off)


@both
def test_a_link_is_told_of_only_where_packages_are_downloaded_here(tmp_path: Path, language: str) -> None:
    without, with_link = (
        of(tmp_path, language, downloads=DownloadsSettings(port=port)) for port in (None, 8443)
    )
    assert bullets(with_link) == bullets(without) + 1


@both
def test_it_says_whether_a_person_looks_at_letters_before_they_leave(tmp_path: Path, language: str) -> None:
    looks = {"en": "A person looks at each letter", "ar": "ينظر موظف في كل رسالة"}[language]
    assert looks in plain(of(tmp_path, language, sending="review"))
    assert looks not in plain(of(tmp_path, language, sending="live"))


@both
def test_it_names_the_law_that_was_chosen_or_that_none_was(tmp_path: Path, language: str) -> None:
    house_rule = load_law("default", ZoneInfo("Asia/Amman"))
    assert LAW.title[language] in plain(of(tmp_path, language))
    without = notice(settings(tmp_path), house_rule, language, today=TODAY)
    assert house_rule.title[language] not in plain(without)


@both
def test_what_only_the_company_can_say_is_marked_as_such(tmp_path: Path, language: str) -> None:
    found = of(tmp_path, language)
    decisions = [text for kind, text in found.lines if kind == "decide"]
    assert len(decisions) == 4, "the legal ground, who else sees it, where it is, whom to complain to"
    assert found.as_text().count(f"[{found.to_decide}") == found.as_html().count('class="decide"') == 4


@both
def test_it_promises_no_absolute_security(tmp_path: Path, language: str) -> None:
    told = plain(of(tmp_path, language)).lower()
    for promise in ("absolute", "guarantee", "100", "completely safe", "المطلق", "نضمن", "تمامًا", "بالكامل"):
        assert promise not in told
    assert {"en": "cannot rule it out", "ar": "لا يجعلها مستحيلة"}[language] in told


def test_both_languages_say_the_same_in_the_same_order(tmp_path: Path) -> None:
    given = {"keep_corrections": True, "downloads": DownloadsSettings(port=8443)}
    english, arabic = (
        [
            (kind, len(list(lines)))
            for kind, lines in groupby(of(tmp_path, one, **given).lines, lambda of: of[0])
        ]
        for one in NOTICE_LANGUAGES
    )
    assert english == arabic


@pytest.mark.parametrize("sending", ["live", "review"])
@both
def test_sentences_are_short(tmp_path: Path, language: str, sending: str) -> None:
    for kind, text in of(tmp_path, language, sending=sending, keep_corrections=True).lines:
        for sentence in re.split(r"[.!?؟:] ", text):
            assert len(sentence.split()) <= 22, f"{kind}: {sentence}"


def test_arabic_is_written_as_our_letters_are(tmp_path: Path) -> None:
    told = plain(of(tmp_path, "ar"))
    assert not re.search(r"[ـ\"?;,]|\bتم \w|الخاصة بكم|عزيزي", told)
    assert not re.search(r"[A-Za-z]", told.replace("info@mittalcloud.com", ""))


@both
def test_the_page_needs_no_other_file_and_escapes_what_stands_in_it(tmp_path: Path, language: str) -> None:
    wording(tmp_path, language, "# <script>alert(1)</script>\n- Write to {{ address }}\n")
    page = of(tmp_path, language, templates=tmp_path / "own").as_html()
    assert "<script" not in page
    assert not re.search(r"\b(src|href)=", page)
    assert '<bdi dir="ltr"><span dir="ltr">info@mittalcloud.com</span></bdi>' in page
    assert page.count("<h1>") == 1


def test_an_operator_s_own_wording_goes_before_ours_and_cannot_ask_for_what_is_not_there(
    tmp_path: Path,
) -> None:
    wording(tmp_path, "en", "# Ours\nWe keep it for {{ bodies }}.\n")
    own = of(tmp_path, "en", templates=tmp_path / "own", keep_bodies_days=45)
    assert plain(own) == "Ours\n\nWe keep it for 45 days.\n"
    wording(tmp_path, "en", "# Ours\n{{ master_key }}\n")
    with pytest.raises(WrongSetting, match=r"there is no .* master_key .* here"):
        of(tmp_path, "en", templates=tmp_path / "own")


@pytest.mark.parametrize(
    ("count", "told"),
    [
        *((1, "يوم واحد"), (2, "يومان"), (3, "3 أيام"), (10, "10 أيام"), (11, "11 يومًا")),
        *((99, "99 يومًا"), (100, "100 يوم"), (102, "102 يوم"), (103, "103 أيام"), (365, "365 يومًا")),
    ],
)
def test_arabic_counts_days_in_its_own_forms(count: int, told: str) -> None:
    assert dates.span(count, "day", "ar").replace("\u00a0", " ") == told


def of(folder: Path, language: str, **given: Any) -> Notice:
    return notice(settings(folder, **given), LAW, language, today=TODAY)


def plain(of: Notice) -> str:
    """As text, each paragraph on one line."""
    return re.sub(r"(?<!\n)\n(?![\n-]) *|\u00a0", " ", of.as_text().rstrip("\n")) + "\n"


def bullets(of: Notice) -> int:
    return sum(kind == "bullet" for kind, _ in of.lines)


def wording(folder: Path, language: str, words: str) -> None:
    own = folder / "own" / "notice"
    own.mkdir(parents=True, exist_ok=True)
    (own / f"{language}.txt").write_text(words, "utf-8")
