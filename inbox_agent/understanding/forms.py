"""The forms a written word may stand for: without clitics and endings, and as a consonant skeleton.

Light stemming only: it proposes candidates, the lexicon decides which of them means something.
"""

import re
from functools import lru_cache

_SHORTEST = 3

_ARABIC_BEFORE = (
    "", "و", "ف", "ال", "وال", "بال", "وبال", "فال", "كال", "لل", "ولل", "ل", "ول", "ب", "وب", "ك",
    "س", "وس",
    "ه", "ح", "هال", "عال", "شال", "م",
)  # fmt: skip
_ARABIC_PERSON = ("", "ي", "ت", "ن", "ا")
_ARABIC_AFTER = (
    "", "ي", "ني", "نا", "ك", "كم", "كن", "ه", "ها", "هم", "هن", "ات", "اتي", "اتك", "اتكم", "اته",
    "اتها", "اتنا",
    "اتهم", "ين", "ون", "ان", "وا", "و", "وها", "وه", "وهم", "وني", "ونا", "ولي", "لي", "لنا", "ولنا",
    "ت", "تي", "تها",
    "ته", "تك", "تكم", "تنا", "تهم", "توا", "تو", "تم", "توني", "تولي", "وش", "ش", "هاش", "وهاش",
    "ونيش", "نيش",
    "يها", "يه", "يني", "يلي", "تيني", "ولها", "له", "لها", "لهم", "يت", "يتك", "ونها", "ونه", "ونني",
    "وكم",
)  # fmt: skip


@lru_cache(maxsize=16_384)
def arabic_forms(folded: str) -> tuple[str, ...]:
    """The folded word first, then what is left of it without proclitics, person prefix and endings."""
    forms = {folded: None}
    if folded.startswith(("و", "ف")) and len(folded) >= _SHORTEST:
        forms[folded[1:]] = None
    for before in _ARABIC_BEFORE:
        if folded.startswith(before):
            for person in _ARABIC_PERSON:
                if folded.startswith(person, len(before)):
                    forms |= dict.fromkeys(_without_endings(folded[len(before) + len(person) :]))
    return tuple(forms)


def _without_endings(stem: str) -> list[str]:
    return [
        stem[: len(stem) - len(after)]
        for after in _ARABIC_AFTER
        if len(stem) - len(after) >= _SHORTEST and stem.endswith(after)
    ]


_ENGLISH_AFTER = (
    ("ies", "y"), ("ied", "y"), ("ying", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"),
    ("es", ""),
    ("s", ""), ("er", ""), ("er", "e"), ("ion", ""), ("ion", "e"), ("ly", ""), ("al", ""), ("ment", ""),
)  # fmt: skip
_DOUBLED_END = re.compile(r"([bdglmnprt])\1$")


@lru_cache(maxsize=16_384)
def english_forms(folded: str) -> tuple[str, ...]:
    forms = {folded: None}
    for ending, instead in _ENGLISH_AFTER:
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST:
            stem = folded[: -len(ending)] + instead
            forms |= {stem: None, _DOUBLED_END.sub(r"\1", stem): None}
    return tuple(forms)


_LATIN_SOUNDS = (
    ("7'", "x"), ("5'", "x"), ("3'", "g"), ("kh", "x"), ("gh", "g"), ("sh", "S"), ("ch", "S"), ("sch",
    "S"), ("th", "t"),
    ("dh", "d"), ("ou", ""), ("oo", ""), ("ee", ""),
)  # fmt: skip
_LATIN_SOUND = re.compile("|".join(sound for sound, _ in _LATIN_SOUNDS))
_LATIN_TO_CLASS = dict(_LATIN_SOUNDS)
_LATIN_LETTERS = str.maketrans(
    {
        "7": "h", "5": "x", "3": "A", "2": None, "6": "t", "9": "s", "8": "k", "4": "d", "q": "k",
        "c": "k", "g": "j",
        "p": "b", "v": "f", "z": "d", "a": None, "e": None, "i": None, "o": None, "u": None, "y": None,
        "w": None,
        "'": None, "1": None, "0": None,
    }
)  # fmt: skip
_ARABIC_TO_CLASS = str.maketrans(
    {
        "ا": None, "و": None, "ي": None, "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "h", "خ": "x",
        "د": "d", "ذ": "d",
        "ر": "r", "ز": "d", "س": "s", "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "ع": "A",
        "غ": "g", "ف": "f",
        "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h",
    }
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=16_384)
def skeleton(folded: str) -> str:
    """Consonant classes only, alike in Arabic script and its Latin spellings (حسابي, 7sabi, hesaby → hsb).

    Letters that writers of Arabizi do not tell apart share a class: ت ط ث, د ذ ض ظ ز, س ص, ق ك.
    """
    if folded.isascii():
        sounds = _LATIN_SOUND.sub(lambda found: _LATIN_TO_CLASS[found[0]], folded)
        classes = sounds.translate(_LATIN_LETTERS)
        classes = classes[:-1] if folded.endswith(("ah", "eh")) and classes.endswith("h") else classes
    else:
        classes = folded.removesuffix("ه").translate(_ARABIC_TO_CLASS)
    return _DOUBLED.sub(r"\1", classes)


_SKELETON_BEFORE = ("", "l", "b", "bl", "t", "n", "m", "h", "wl")
_SKELETON_AFTER = ("", "n", "k", "km", "h", "hm", "t", "tk", "tkm", "ln", "l", "S", "tn", "ht")


@lru_cache(maxsize=16_384)
def skeleton_forms(folded: str) -> tuple[str, ...]:
    bones = skeleton(folded)
    forms = {bones: None}
    for before in _SKELETON_BEFORE:
        for after in _SKELETON_AFTER:
            rest = bones[len(before) : len(bones) - len(after)]
            if len(rest) >= _SHORTEST and bones == before + rest + after:
                forms[rest] = None
    return tuple(forms)
