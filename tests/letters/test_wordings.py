"""What every letter must be, in every language and order."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from inbox_agent import resources
from inbox_agent.letters import KINDS, Stationery, compose
from inbox_agent.letters.finished import TELLING
from inbox_agent.letters.samples import LINK
from tests import company
from tests.letters.drafts import ADDRESS, ORDERS, REF, TOKEN, TYPES, WITH_RIGHTS, Read, draft, facts

EVERY_LETTER = [(kind, order) for kind in KINDS for order in ORDERS]
FIRST = [*WITH_RIGHTS, "question_acknowledgement"]
FIRST_LETTERS = [(kind, order) for kind in FIRST for order in ORDERS]
AUTOMATIC = [kind.name for kind in KINDS.values() if kind.sent == "automatic"]
ISOLATED = re.compile(r'<bdi dir="ltr"><span dir="ltr">([^<]*)</span></bdi>')
ARABIC = re.compile(r"[\u0621-\u064a]")
LATIN = re.compile(r"[A-Za-z]")


@pytest.fixture(scope="module")
def stationery() -> Stationery:
    return company.stationery()


@pytest.fixture(params=EVERY_LETTER, ids=lambda param: f"{param[0]}-{param[1][0]}")
def letter(request: pytest.FixtureRequest, stationery: Stationery) -> Read:
    kind, order = request.param
    return Read(compose(draft(kind, order), stationery))


@pytest.fixture(params=FIRST_LETTERS, ids=lambda param: f"{param[0]}-{param[1][0]}")
def first_letter(request: pytest.FixtureRequest, stationery: Stationery) -> Read:
    kind, order = request.param
    return Read(compose(draft(kind, order), stationery))


class Page(HTMLParser):
    """The texts of a page's body, each with the direction and language in force where it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str, str]] = []
        self.tags: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in {"meta", "br"}:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "head" not in [tag for tag, _ in self.open]:
            self.texts.append((data.strip(), self._in_force("dir"), self._in_force("lang")))

    def _in_force(self, name: str) -> str:
        return next((value for _, attrs in reversed(self.open) if (value := attrs.get(name))), "")


def test_each_kind_in_the_catalogue_has_a_folder_with_both_languages_and_no_folder_is_left_over() -> None:
    letters = resources.TEMPLATES / "letters"
    files = {f"{path.parent.name}/{path.name}" for path in letters.glob("*/*.txt")}
    assert files == {f"{folder}/{language}.txt" for folder in [*KINDS, "frame"] for language in ("en", "ar")}


def test_a_letter_says_its_reference_and_our_address_in_both_parts(letter: Read) -> None:
    for part in (letter.text, letter.html):
        assert part.count(REF) >= 1
        assert part.count(ADDRESS) >= 2, "under both languages"


def test_no_letter_passes_for_mail_of_a_list_that_one_could_leave(letter: Read) -> None:
    names = [name.lower() for name in letter.mail]
    assert "auto-submitted" in names
    assert not [name for name in names if name.startswith("list-") or name == "precedence"]


def test_the_first_letter_says_its_dates_in_both_languages(first_letter: Read) -> None:
    for part in (first_letter.text, first_letter.html):
        for said in ("Sunday 22 November 2026", "الأحد 22 نوفمبر 2026", "الأحد 20 ديسمبر 2026", REF, ADDRESS):
            assert said in part


def test_no_date_is_in_digits_alone(letter: Read) -> None:
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\d+/\d+", letter.text + letter.html.split("</head>")[1])


def test_the_plain_text_and_the_page_say_the_same_words(letter: Read) -> None:
    seen = " ".join(text for text, _, _ in Page(letter.html).texts)
    read = letter.text.replace("\u200f", "").replace("-" * 40, "")
    assert re.findall(r"\w+", seen) == re.findall(r"\w+", read)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_writers_language_comes_first_and_one_line_points_the_other_reader_down(
    kind: str, order: tuple[str, str], stationery: Stationery
) -> None:
    text = Read(compose(draft(kind, order), stationery)).text
    pointer, body = text.split("\n", 1)
    greetings = {"en": "Hello,", "ar": "تحية طيبة،"}
    if kind == "digest":
        greetings = {"en": "Good morning,", "ar": "صباح الخير،"}
    assert pointer == stationery.frames[order[1]].below
    assert body.index(greetings[order[0]]) < body.index("-" * 40) < body.index(greetings[order[1]])


def test_arabic_stands_right_to_left_under_its_own_language_and_english_left_to_right(letter: Read) -> None:
    for text, direction, language in Page(letter.html).texts:
        if ARABIC.search(text):
            assert (direction, language) == ("rtl", "ar"), text
            assert not LATIN.search(text), text
        elif LATIN.search(text):
            assert direction == "ltr", text


def test_the_page_is_directed_like_its_first_language(letter: Read) -> None:
    first = "ar" if ARABIC.search(letter.part("plain").split("\n")[2]) else "en"
    direction = {"ar": "rtl", "en": "ltr"}[first]
    assert f'<html lang="{first}" dir="{direction}">' in letter.html
    assert f'<body dir="{direction}"' in letter.html


def test_every_reference_address_and_token_on_the_page_is_isolated(letter: Read) -> None:
    page = letter.html.split("</head>")[1]
    for value in (REF, ADDRESS, TOKEN):
        assert page.count(value) == ISOLATED.findall(page).count(value) > 0


def test_the_page_loads_nothing_and_holds_no_link_list_or_script(letter: Read) -> None:
    page = Page(letter.html)
    assert not page.open
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "table",
        "tr",
        "td",
        "div",
        "span",
        "bdi",
        "br",
        "strong",
    }
    assert set(page.tags) <= allowed
    assert not re.search(r"https?:|url\(|src=|<style", letter.html.replace(LINK, ""))


def test_the_page_stays_far_below_the_size_at_which_mail_programs_clip(letter: Read) -> None:
    assert len(letter.raw) < 40_000


def test_a_line_of_arabic_in_plain_text_never_begins_with_a_latin_letter_or_digit(letter: Read) -> None:
    for line in letter.part("plain").splitlines():
        assert not (re.match(r"[0-9A-Za-z]", line) and ARABIC.search(line)), line


def test_address_and_token_stand_alone_on_their_lines_of_plain_text(letter: Read) -> None:
    lines = letter.part("plain").splitlines()
    assert lines.count(ADDRESS) == 2
    assert lines[-1] == TOKEN


def test_lines_of_plain_text_are_short_and_dates_are_not_broken(letter: Read) -> None:
    lines = letter.part("plain").splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 73
    months = "November|December|January"
    assert not re.search(rf"(?:day|\d|{months}) *\n *(?:\d|{months})", letter.part("plain"))


def test_a_letter_leaves_no_trace_of_its_markup(letter: Read) -> None:
    for part in (letter.text, letter.html):
        assert not re.search(r"\*\*|\{\{|\}\}|\{%|%\}|\{#|Subject:", part)


def test_a_letter_promises_no_security(letter: Read) -> None:
    assert not re.search(r"\bsecur|\bsafe|guarantee", letter.text.lower())
    assert not re.search(r"آمن|أمان|أمن|نضمن|مضمون", letter.text)


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_what_leaves_by_itself_does_not_say_whether_there_is_an_account(
    kind: str, stationery: Stationery
) -> None:
    text = Read(compose(draft(kind), stationery)).text
    assert not re.search(
        r"we found|you have an account(?! with another)|your account exists",
        text.lower().replace("if you have an account", ""),
    )
    assert "وجدنا" not in text


def test_the_first_letter_says_nothing_about_whether_we_hold_data(first_letter: Read) -> None:
    assert "It says nothing about whether we hold data about" in first_letter.text
    assert "ولا تدل على وجود بيانات" in first_letter.text


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_what_leaves_by_itself_says_what_not_to_send(kind: str, stationery: Stationery) -> None:
    text = Read(compose(draft(kind), stationery)).text
    assert "do not send" in text
    assert "نرجو عدم إرسال" in text


def test_the_first_letter_says_how_to_add_ask_and_withdraw(first_letter: Read) -> None:
    for said in ("identity documents", "passwords", "withdraw", "reply to this message"):
        assert said in first_letter.text
    for said in ("وثائق", "كلمات", "لسحب طلبكم", "يكفي الرد على هذه الرسالة"):
        assert said in first_letter.text


@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if "code" in kind.facts))
def test_a_code_stands_alone_on_its_line(kind: str, stationery: Stationery) -> None:
    given = {"code": "4821 7730", "expires": "2026-12-06", "tries": 5, "lapses": "2026-12-13"}
    more = {"facts": facts("access", **given)} if kind in WITH_RIGHTS else {}
    letter = Read(compose(draft(kind, **more), stationery))
    assert letter.part("plain").splitlines().count("4821 7730") == 2
    page = letter.html.split("</head>")[1]
    assert ISOLATED.findall(page).count("4821 7730") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_use_the_same_facts(kind: str) -> None:
    folder = resources.TEMPLATES / "letters" / kind
    english, arabic = (
        {fact for fact in KINDS[kind].facts if re.search(rf"[{{ (.]{fact}\b", source)}
        for source in (_tags(folder / f"{language}.txt") for language in ("en", "ar"))
    )
    assert english == arabic


def _tags(file: Path) -> str:
    return " ".join(re.findall(r"\{[{%].*?[}%]\}", file.read_text("utf-8")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_letter_in_one_language_holds_no_word_of_the_other(
    kind: str, language: str, stationery: Stationery
) -> None:
    if KINDS[kind].languages == "both":
        return
    letter = Read(compose(draft(kind, (language,)), stationery))
    body = letter.text.replace(TOKEN, "").replace(ADDRESS, "").replace(REF, "")
    body = re.sub(r"https://\S+", "", body)
    assert not (LATIN if language == "ar" else ARABIC).search(body)


def test_letters_keep_to_our_arabic(letter: Read) -> None:
    assert not re.search(r"الخاصة ب|عزيزي|السيد|قم ب|قام ب|نقوم ب|القيام ب|سوف|لا تترددوا", letter.text)
    assert not re.search(r"\bتم(ت)? ", letter.text)
    arabic = " ".join(line for line in letter.text.splitlines() if ARABIC.search(line))
    assert not re.search(r"[,;?\"]", arabic)
    assert not re.search(r"[\u0640\u0660-\u0669]", arabic)


def test_a_subject_names_the_reference_last_and_nothing_of_the_matter(letter: Read) -> None:
    subject = str(letter.mail["subject"])
    assert subject.endswith(f" [{REF}]")
    assert not TELLING.search(subject)


@pytest.mark.parametrize("kind", WITH_RIGHTS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_right_is_said_once_with_its_date_and_each_in_other_words(
    kind: str, language: str, stationery: Stationery
) -> None:
    said = set()
    for one in TYPES:
        text = Read(compose(draft(kind, (language,), facts=facts(one)), stationery)).text
        own = text.split("-" * 40)[0]
        day = {"en": "Sunday 20 December 2026.", "ar": "الأحد 20 ديسمبر 2026."}[language]
        bullets = [line for line in own.splitlines() if line.startswith("- ") and line.endswith(day)]
        assert len(bullets) == 1, one
        said.add(bullets[0])
    assert len(said) == len(TYPES)


def test_marketing_is_stopped_by_a_date_not_answered_by_it(stationery: Stationery) -> None:
    text = Read(compose(draft(facts=facts("opt_out")), stationery)).text
    assert "done by Sunday 20 December 2026" in text
    assert "ننجز ذلك في موعد أقصاه الأحد 20 ديسمبر 2026" in text
    assert "We answer by" not in text


@pytest.mark.parametrize("one", ["access", "deletion", "correction", "child_data"])
def test_a_right_that_needs_identity_says_how_it_is_checked(one: str, stationery: Stationery) -> None:
    text = Read(compose(draft(facts=facts(one)), stationery)).text
    assert "How we check who is asking." in text
    assert "كيف نتحقق من هويتكم؟" in text


@pytest.mark.parametrize("one", ["opt_out", "cookies", "other_privacy"])
def test_a_right_that_needs_no_identity_speaks_of_no_check(one: str, stationery: Stationery) -> None:
    text = Read(compose(draft(facts=facts(one)), stationery)).text
    assert "How we check" not in text
    assert "كيف نتحقق" not in text


def test_copy_before_deletion_is_said_only_where_both_are_asked_for(stationery: Stationery) -> None:
    both = Read(compose(draft(facts=facts("deletion", "access")), stationery)).text
    one = Read(compose(draft(facts=facts("deletion")), stationery)).text
    assert "the copy reaches you first" in both
    assert "أرسلنا النسخة أولًا" in both
    assert "the copy reaches you first" not in one
    assert "أرسلنا النسخة أولًا" not in one


def test_a_general_letter_states_the_choices_of_the_policy_in_both_languages(stationery: Stationery) -> None:
    text = Read(compose(draft(facts=facts("access")), stationery)).text
    for said in ("update your account", "account deleted", "promotional messages", "control cookies"):
        assert said in text
    for said in ("معلومات حسابكم وتحديثها", "حذف حسابكم", "والترويجية", "ملفات تعريف الارتباط"):
        assert said in text


def test_the_letter_about_a_child_promises_a_person_and_asks_for_a_parent_or_guardian(
    stationery: Stationery,
) -> None:
    text = Read(compose(draft("child_acknowledgement", facts=facts("child_data")), stationery)).text
    for said in ("A person in our team", "parent or guardian", "birth certificates", "under 13"):
        assert said in text
    for said in ("أحد أفراد فريقنا", "أحد والديه أو الوصي عليه", "شهادات ميلاد", "دون سن 13"):
        assert said in text.replace("\u200f", "")
