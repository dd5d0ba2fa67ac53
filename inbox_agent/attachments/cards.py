"""Identity documents by what stands in them: machine-readable lines, numbers between the words of a card."""

import re

from inbox_agent.message.emirates import EMIRATES_ID
from inbox_agent.message.lines import key_of

_CARD_WORDS = 120  # a card has fewer words, a letter about one has more
_READ = 20_000

# ICAO 9303-4 to -6: passports and larger cards have the number, then birth and expiry, in one line.
_SECOND_LINE = re.compile(
    r"(?P<number>[A-Z0-9<]{9})(?P<of_number>\d)[A-Z<]{3}(?P<birth>\d{6})(?P<of_birth>\d)"
    r"[MFX<](?P<expiry>\d{6})(?P<of_expiry>\d)[A-Z0-9<]{7,16}"
)
# ICAO 9303-5: small cards have three lines of thirty.
_CARD_LINES = re.compile(
    r"[ACI][A-Z0-9<][A-Z<]{3}(?P<number>[A-Z0-9<]{9})(?P<of_number>\d)[A-Z0-9<]{15}\n"
    r"(?P<birth>\d{6})(?P<of_birth>\d)[MFX<](?P<expiry>\d{6})(?P<of_expiry>\d)[A-Z<]{3}[A-Z0-9<]{11}\d"
)
_ANNOUNCED = re.compile(
    r"(?:national (?:id|no|number)|id (?:no|number)|identity (?:no|number)|civil id|"
    r"personal (?:no|number)|iqama|passport no|رقم الهوي[هة]|الرقم (?:القومي|الوطني|المدني|الشخصي)|"
    r"رقم (?:الاقام[هة]|البطاق[هة]|الجواز))[^\n\d]{0,30}\d[\d -]{6,18}\d"
)
_ON_CARDS = re.compile(
    r"identity card|resident|nationality|date of birth|place of birth|expiry|date of issue|issuing|signature|"
    r"sex\b|driving licen[cs]e|united arab emirates|kingdom of|republic of|state of (?:qatar|kuwait)|"
    r"sultanate|"
    r"بطاق[هة]|الجنسي[هة]|تاريخ الميلاد|محل الميلاد|تاريخ الانتهاء|تاريخ الاصدار|"
    r"صالح[هة]? لغاي[هة]|"
    r"الامارات العربي[هة]|المملك[هة]|جمهوري[هة]|دول[هة] (?:قطر|الكويت)|سلطن[هة]|رخص[هة] (?:قياد|سواق)"
)
_WEIGHTS = (7, 3, 1)


def card_in(text: str) -> str | None:
    """`mrz` or `number`, whichever shows that this is the text of an identity document; else None."""
    text = text[:_READ]
    lines = "\n".join(re.sub(r"\s", "", line).upper() for line in text.splitlines())
    if any(_checks(found) for shape in (_SECOND_LINE, _CARD_LINES) for found in shape.finditer(lines)):
        return "mrz"
    key = "\n".join(map(key_of, text.splitlines()))
    has_number = EMIRATES_ID.search(key) or _ANNOUNCED.search(key)
    is_card = len(text.split()) <= _CARD_WORDS and len(set(_ON_CARDS.findall(key))) >= 2
    return "number" if has_number and is_card else None


def _checks(found: re.Match[str]) -> bool:
    return all(_digit_of(found[one]) == int(found[f"of_{one}"]) for one in ("number", "birth", "expiry"))


def _digit_of(field: str) -> int:
    """ICAO 9303-3, 4.9: weights 7, 3, 1; letters count from ten, `<` nothing."""
    values = [0 if letter == "<" else int(letter, 36) for letter in field]
    return sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10
