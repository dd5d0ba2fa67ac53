"""Ages said in figures or words: whether a mail speaks of somebody under 18 or of an adult."""

from collections.abc import Iterator, Sequence

from inbox_agent.understanding.lexicon import Mention
from inbox_agent.understanding.words import Script, Word, fold

MINOR, ADULT = "age_of_minor", "age_of_adult"
_FULL_AGE = 18
_OLDEST = 99


def _folded(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.split()))


_NUMBERS = {
    word: number
    for number, words in {
        3: "three ثلاث ثلاثه تلات تلاته tlat talat tlete tlata trois",
        4: "four اربع اربعه arba3 arb3a quatre",
        5: "five خمس خمسه 5ams khams khamsa cinq",
        6: "six ست سته sit sitte sitta",
        7: "seven سبع سبعه sab3 sab3a sept",
        8: "eight ثمان ثماني ثمانيه تمان تمن تمنيه tmen tman taman tamanya huit",
        9: "nine تسع تسعه tis3 tes3 tes3a neuf",
        10: "ten عشر عشره 3ashr 3ashra 3achr dix",
        11: "eleven احدعشر حداشر 7da3sh 7dash 7idash onze",
        12: "twelve اثناعشر اتناشر طناش tna3sh etnashar tnach douze",
        13: "thirteen تلتاشر طلطاش treize",
        14: "fourteen اربعتاشر quatorze",
        15: "fifteen خمستاشر quinze",
        16: "sixteen ستاشر seize",
        17: "seventeen سبعتاشر",
    }.items()
    for word in _folded(words)
}
_YEARS = _folded("""
    year years yr yrs yo yro y old aged age ages turning turned turns only
    سنة سنين سنوات عام أعوام عمره عمرها عمري عمرو عمرا عمر بعمر سنو ربيعا
    sne sneen snin sinin sana seneen senin 3am 3omro 3omra 3omri 3omrha 3omrou 3mro 3mra 3mrha 3mri
    3umro 3umra ans jahre anni años anos saal taong yaşında yas
""")
# A number right after these is somebody's age even without a unit: "he is 9", "im 14".
_IS = _folded("is im hes shes iam am was turned only just")
_WORDS_BETWEEN = 1


def ages(words: Sequence[Word]) -> Iterator[Mention]:
    for at, word in enumerate(words):
        years = _number(word)
        if years is not None and (_stands_by_years(words, at) or _follows_is(words, at)):
            yield Mention(MINOR if years < _FULL_AGE else ADULT, at, at + 1)


def _number(word: Word) -> int | None:
    if word.script is Script.NUMBER:
        return int(word.folded) if len(word.folded) <= 2 and 2 <= int(word.folded) <= _OLDEST else None
    if not word.folded[:1].isdigit():
        return _NUMBERS.get(word.folded)
    glued = word.folded.rstrip("yroldsm")
    if glued.isdigit() and glued != word.folded and len(glued) <= 2:
        return int(glued)
    return _NUMBERS.get(word.folded)


def _stands_by_years(words: Sequence[Word], at: int) -> bool:
    near = [*words[max(0, at - 1 - _WORDS_BETWEEN) : at], *words[at + 1 : at + 2 + _WORDS_BETWEEN]]
    return any(word.folded in _YEARS and word.sentence == words[at].sentence for word in near)


def _follows_is(words: Sequence[Word], at: int) -> bool:
    ends = at + 1 == len(words) or words[at + 1].clause != words[at].clause
    return at > 0 and words[at - 1].folded in _IS and ends
