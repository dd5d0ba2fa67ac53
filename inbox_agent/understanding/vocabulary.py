"""Words of English and of Arabizi learned from the example mails, for telling languages apart."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from inbox_agent.understanding.examples import Example
from inbox_agent.understanding.language import LanguageFinder
from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Script, words_of

_LEARNED = (Language.EN, Language.ARABIZI)


def learn_language(mails: Iterable[Example], listed: Path, out: Path) -> None:
    """Writes out/en.txt and out/arabizi.txt: words of two voices or more that no hand-written list has.

    Two voices, so that nobody's own name or address is kept. A word that both languages use is left out of
    Arabizi, whose writers borrow from English.
    """
    known = LanguageFinder.listed(listed)
    voices: dict[tuple[Language, str], set[str]] = defaultdict(set)
    for mail in mails:
        for word in words_of(f"{mail.subject}\n{mail.text}"):
            if word.script is Script.LATIN and word.folded not in known:
                voices[mail.language, word.folded].add(mail.voice)
    english, arabizi = (
        {word for (said_in, word), heard in voices.items() if said_in is language and len(heard) > 1}
        for language in _LEARNED
    )
    out.mkdir(parents=True, exist_ok=True)
    for language, words in zip(_LEARNED, (english, arabizi - english), strict=True):
        (out / f"{language.value}.txt").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
