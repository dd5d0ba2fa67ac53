"""What does not change a mail's meaning does not change its types: shown on mails of every voice."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from inbox_agent.message import Message, parse
from inbox_agent.resources import MODELS
from inbox_agent.understanding import Reading, Understanding
from inbox_agent.understanding.examples import Example, read_examples
from inbox_agent.understanding.language import Language

EXAMPLES = read_examples(MODELS / "requests" / "examples")[::37]
ARABIC = [mail for mail in EXAMPLES if mail.language is Language.AR]
LATIN = [mail for mail in EXAMPLES if mail.language in {Language.EN, Language.ARABIZI}]

_WITHOUT_HAMZA = str.maketrans("أإآىةؤ", "اااي" + "هو")
_PERSIAN = str.maketrans({"ك": "ک", "ي": "ی", "ى": "ی"})
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _letter_by_letter(after: str) -> Callable[[str], str]:
    """A mark after every second Arabic letter inside a word."""

    def change(text: str) -> str:
        marked = [
            letter + after
            if at % 2 and "ب" <= letter <= "ي" and "ب" <= text[at + 1 : at + 2] <= "ي"
            else letter
            for at, letter in enumerate(text)
        ]
        return "".join(marked)

    return change


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param(lambda text: text.translate(_WITHOUT_HAMZA), id="without hamza"),
        pytest.param(_letter_by_letter("ـ"), id="tatweel"),
        pytest.param(_letter_by_letter("\u064e"), id="harakat"),
        pytest.param(lambda text: text.translate(_ARABIC_INDIC), id="Arabic-Indic digits"),
        pytest.param(lambda text: text.translate(_PERSIAN), id="Persian letters"),
    ],
)
def test_arabic_spelled_otherwise_gets_the_same_types(
    understanding: Understanding, spelled: Callable[[str], str]
) -> None:
    for mail in ARABIC:
        otherwise = _read(understanding, spelled(mail.subject), spelled(mail.text))
        assert _types(otherwise) == _types(_read(understanding, mail.subject, mail.text)), mail.voice


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(str.upper, id="upper case"),
        pytest.param(str.lower, id="lower case"),
        pytest.param(lambda text: text + "!!!", id="shouted"),
        pytest.param(lambda text: re.sub(r"([.?!])(?=\s|$)", r"\1\1", text), id="punctuation doubled"),
        pytest.param(lambda text: text.replace("'", "’"), id="typographic apostrophes"),
        pytest.param(lambda text: text.replace(" ", "  "), id="wide spaces"),
    ],
)
def test_casing_and_punctuation_change_no_type(
    understanding: Understanding, changed: Callable[[str], str]
) -> None:
    for mail in LATIN:
        otherwise = _read(understanding, mail.subject, changed(mail.text))
        assert _types(otherwise) == _types(_read(understanding, mail.subject, mail.text)), mail.voice


SIGNATURE = "\n\n-- \nMazen Haddad\nSales Manager, Haddad Trading\nTel +962 6 555 0101\nwww.example.com"
DISCLAIMER = (
    "\n\n________________________________\nThis e-mail and any attachment are confidential and intended "
    "solely for the addressee. If you received it in error, please notify the sender and delete it from your "
    "system."
)
QUOTED = (
    "\n\nOn Tue, 3 Nov 2026 at 10:12, Mittal Cloud <info@mittalcloud.com> wrote:\n"
    "> Hello,\n> please delete my account and send me a copy of my data.\n> Stop the marketing."
)
QUOTED_IN_ARABIC = (
    "\n\nفي الثلاثاء، 3 نوفمبر 2026 في 10:12 ص كتب Mittal Cloud <info@mittalcloud.com>:\n"
    "> أرجو حذف حسابي وإرسال نسخة من بياناتي\n> وإيقاف الرسائل التسويقية"
)
POLICY = (
    "\n\n"
    + (MODELS / "requests" / "ours" / "policy.txt")
    .read_text(encoding="utf-8")
    .partition("Your Choices:")[2]
    .partition("Children's")[0]
)


@pytest.mark.parametrize(
    "appended",
    [
        pytest.param(SIGNATURE, id="signature"),
        pytest.param(DISCLAIMER, id="disclaimer"),
        pytest.param(QUOTED, id="quoted thread"),
        pytest.param(QUOTED_IN_ARABIC, id="quoted thread in Arabic"),
        pytest.param(POLICY, id="our policy"),
    ],
)
def test_what_stands_below_changes_no_type(understanding: Understanding, appended: str) -> None:
    for mail in EXAMPLES[::3]:
        plain, longer = (understanding.read(_parsed(mail, extra)) for extra in ("", appended))
        assert _types(longer) == _types(plain), (mail.voice, mail.text)


def _parsed(mail: Example, appended: str) -> Message:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", " ".join(mail.subject.split())
    made.set_content(mail.text + appended)
    return parse(made.as_bytes())


def _read(understanding: Understanding, subject: str, text: str) -> Reading:
    return understanding.read(Message(subject=subject, text=text))


def _types(reading: Reading) -> set[str]:
    return {str(kind) for kind in reading.asserted}
