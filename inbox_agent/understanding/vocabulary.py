"""Words of English and of Arabizi learned from the example mails, for telling languages apart."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from inbox_agent.resources import MODELS
from inbox_agent.understanding.examples import Example, read_examples
from inbox_agent.understanding.language import LanguageFinder
from inbox_agent.understanding.reading import Language
from inbox_agent.understanding.words import Script, words_of

_LEARNED = (Language.EN, Language.ARABIZI)


def train_language(examples: Path, out: Path, *, models: Path = MODELS) -> None:
    """Learns from every voice of `examples`; raises WrongSetting when one is malformed."""
    learn_words(read_examples(examples), LanguageFinder.listed(models / "language"), out)


def learn_words(mails: Iterable[Example], known: frozenset[str], out: Path) -> None:
    """Writes out/en.txt and out/arabizi.txt: words of two voices or more that no hand-written list has.

    A word that both languages use is left out of Arabizi, whose writers borrow from English.
    """
    voices: dict[tuple[Language, str], set[str]] = defaultdict(set)
    for mail in mails:
        for word in words_of(f"{mail.subject}\n{mail.text}"):
            if word.script is Script.LATIN and word.folded not in known:
                voices[mail.language, word.folded].add(mail.voice)
    out.mkdir(parents=True, exist_ok=True)
    english = {
        word for (language, word), heard in voices.items() if language is Language.EN and len(heard) > 1
    }
    arabizi = {word for (language, word) in voices if language is Language.ARABIZI} - english
    for language, words in zip(_LEARNED, (english, arabizi), strict=True):
        (out / f"{language.value}.txt").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
