"""Card and identity numbers that people should not send by mail: found, and masked wherever text is shown."""

import re
from collections.abc import Iterator

from inbox_agent.message.emirates import EMIRATES_ID

_READ = 20_000
_MASK = "•"
_SHOWN = 2

# Passport, national, civil and residence numbers: at least six digits that a word announces.
_ANNOUNCED = re.compile(
    r"(?i)(?:passport|national id|civil id|emirates id|iqama|social security|ssn|id (?:no|number|card)|"
    r"جواز|هويت|هوية|بطاقتي|الرقم القومي|الرقم الوطني|الرقم المدني|[اإ]قام[ةت])"
    r"[^\n\d]{0,30}?(?P<number>[A-Z]{0,2}\d[\d -]{4,20}\d)"
)
_CARD = re.compile(r"(?<![\d+-])(?P<number>\d(?:[ -]?\d){12,18})(?![\d-])")
# By first digits and length (ISO/IEC 7812): Visa, Mastercard, Discover, UnionPay and Maestro; Amex; Diners.
_CARDS = (("4", "5", "62", "65", "60"), {16, 19}), (("34", "37"), {15}), (("30", "36", "38"), {14})
_DEVICE = re.compile(r"(?i)(?:imei|meid|iccid|serial|s/n)\W{0,3}(?:no|number|nr)?\W{0,3}$")


def has_private_number(text: str) -> bool:
    return next(_found(text[:_READ]), None) is not None


def masked(text: str) -> str:
    """The same text, of the same length, with all but the last digits of such numbers hidden."""
    letters = list(text)
    for start, end in _found(text):
        digits = [at for at in range(start, end) if letters[at].isalnum()]
        for at in digits[:-_SHOWN]:
            letters[at] = _MASK
    return "".join(letters)


def _found(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_ANNOUNCED, EMIRATES_ID):
        yield from (found.span("number") for found in pattern.finditer(text))
    for found in _CARD.finditer(text):
        announced = text[max(0, found.start() - 20) : found.start()]
        if _is_card(found["number"]) and not _DEVICE.search(announced):
            yield found.span("number")


def _is_card(number: str) -> bool:
    digits = [int(letter) for letter in number if letter.isdecimal()]
    first = "".join(map(str, digits[:2]))
    return _checks(digits) and any(
        first.startswith(begins) and len(digits) in lengths for begins, lengths in _CARDS
    )


def _checks(digits: list[int]) -> bool:
    """Luhn's sum (ISO/IEC 7812-1, annex B)."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
