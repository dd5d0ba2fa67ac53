"""A finished mail as its customer reads it, and what must be right about it before a person lets it go."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as readable

from inbox_agent.letters.markup import SCRIPTS
from inbox_agent.letters.plain import joined
from inbox_agent.letters.stationery import Stationery
from inbox_agent.letters.writing import RULE, Draft, languages_of, subject_of

LONGEST = 20_000
"""A letter's text in one language has no more letters than this: far below the size at which mail is cut."""

TELLING = re.compile(
    r"child|delet|eras|access|copy|market|cookie|طفل|حذف|محو|نسخة|بيانات|تسويق", re.IGNORECASE
)
"""What no subject says: it is read over shoulders and on locked screens."""

_REFERENCE = re.compile("MC-[0-9A-Z]{4}-[0-9A-Z]{4}")
_SENTENCE = re.compile(r"[.!?؟؛\n]+")
_NEGATED = re.compile(
    r"\b(?:no|not|never|nobody|cannot|without)\b|n['’]t\b|\b(?:و|ف)?(?:لا|ليس|ليست|لن|لم|غير)\b"
)
_VOWELS_AND_TATWEEL = re.compile("[\u064b-\u0652\u0640]")
_SIMPLE = str.maketrans("أإآ٠١٢٣٤٥٦٧٨٩٪", "ااا0123456789%")
_PROMISES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:absolute|complete|total|full|perfect|entire)ly (?:secure|safe|protected)\b",
        r"\b(?:absolute|complete|total|full|perfect) (?:security|safety|protection)\b",
        r"\b100 ?(?:%|per ?cent)[ -]?(?:secure|safe|protected|security|safety|protection)\b",
        r"\b(?:secure|safe|protected) (?:at all times|in every way)\b|\balways (?:secure|safe)\b",
        r"\bguarantee\w* (?:\w+ ){0,4}?(?:secur|safe|protect)\w*",
        r"(?:امن\w*|محمي\w*) (?:تماما|كليا|بالكامل|دائما|مطلقا|بشكل (?:كامل|تام|مطلق)|(?:بنسبة )?100)",
        r"(?:امان|الامن|امن|حماية|الحماية|سلامة) (?:\w+ )?(?:ال)?(?:مطلق|تام|كامل)\w*",
        r"100 ?% ?(?:ال)?(?:امن|محمي)\w*|\bنضمن\w* (?:\w+ ){0,3}?(?:ال)?(?:امن|امان|سلامة|حماية)\w*",
    )
)
_NOT_WORDS = re.compile(r"\S*[@\d_-]\S*")
_LETTERS = {"en": re.compile("[A-Za-z]"), "ar": re.compile("[\u0621-\u064a]")}
_FOREIGN_LETTERS = 25
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Finished:
    """Subject, text by language and page of one mail; the texts are without its token."""

    subject: str
    texts: Mapping[str, str]
    html: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether one thing is right; `name` is a code that the desk has words for."""

    name: str
    passed: bool


def finished(content: bytes, draft: Draft) -> Finished:
    """A mail that `compose` made of this draft, perhaps with other wordings than today's."""
    mail = message_from_bytes(content, _class=EmailMessage, policy=readable)
    languages, text = languages_of(draft), joined(_part(mail, "plain"))
    if draft.token:
        text = text.rstrip().removesuffix(draft.token)
    if len(languages) > 1:  # the line that points the second reader down
        text = text.partition("\n\n")[2]
    stretches = [stretch.strip() for stretch in re.split(f"^{RULE}$", text, flags=re.MULTILINE)]
    return Finished(str(mail["Subject"]), dict(zip(languages, stretches, strict=False)), _part(mail, "html"))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def check(mail: Finished, draft: Draft, stationery: Stationery, names: Iterable[str]) -> list[Checked]:
    """What must be right before it leaves; `names` are the customer's, which no subject tells."""
    own = {language: _own(text, language, stationery) for language, text in mail.texts.items()}
    code = str(draft.facts.get("code") or "")
    return [
        Checked("reference", _REFERENCE.findall(mail.subject) == [draft.ref]),
        Checked("subject", _is_usual(draft, stationery) or not _tells(draft, names)),
        Checked("words", bool(own) and all(_has_words(text, language) for language, text in own.items())),
        Checked("language", not any(_is_foreign(text, language) for language, text in own.items())),
        Checked("security", not any(map(promises_security, own.values()))),
        *([Checked("code", all(_holds(code, text) for text in own.values()))] if code else []),
        Checked("length", all(len(text) <= LONGEST for text in own.values())),
    ]


def promises_security(text: str) -> bool:
    """Whether a sentence promises that something is absolutely safe, and does not deny it."""
    simple = _VOWELS_AND_TATWEEL.sub("", text.lower()).translate(_SIMPLE)
    for sentence in _SENTENCE.split(" ".join(line for line in simple.split(" ") if line)):
        for promise in _PROMISES:
            found = promise.search(sentence)
            if found and not _NEGATED.search(sentence[: found.start()]):
                return True
    return False


def _own(text: str, language: str, stationery: Stationery) -> str:
    """The letter without the closing that all letters have."""
    closing = stationery.frames[language].closing.strip().partition("\n")[0]
    before, found, _ = text.rpartition(closing)
    return before.strip() if found else text


def _is_usual(draft: Draft, stationery: Stationery) -> bool:
    return draft.edited is None or draft.edited.subject == subject_of(draft, stationery)


def _tells(draft: Draft, names: Iterable[str]) -> bool:
    """Whether a subject is empty, names the matter or names the customer."""
    subject = draft.edited.subject if draft.edited else ""
    words = set(re.findall(r"\w+", subject.casefold()))
    called = {word for name in names for word in re.findall(r"\w+", name.casefold())}
    named = {word for word in called & words if len(word) >= _SHORTEST_NAME}
    return bool(not words or named or "@" in subject or TELLING.search(subject))


def _has_words(text: str, language: str) -> bool:
    return bool(_LETTERS[language].search(_NOT_WORDS.sub("", text)))


def _is_foreign(text: str, language: str) -> bool:
    """Whether a whole paragraph is in another script."""
    return any(_foreign_letters(one, language) > _FOREIGN_LETTERS for one in _paragraphs(text))


def _foreign_letters(paragraph: str, language: str) -> int:
    """How many letters of another script it has, where those are most."""
    words = _NOT_WORDS.sub("", paragraph)
    own = len(_LETTERS[language].findall(words))
    others = sum(len(_LETTERS[one].findall(words)) for one in SCRIPTS if one != language)
    return others if others > own else 0


def _paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text) if one.strip()]


def _holds(code: str, text: str) -> bool:
    digits = re.sub(r"\D", "", code)
    return bool(re.search(r"[\s-]?".join(digits), text))
