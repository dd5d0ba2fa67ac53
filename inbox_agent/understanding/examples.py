"""Example mails: one file per voice; a first line about the voice, then one JSON object per mail."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from inbox_agent.errors import WrongSetting
from inbox_agent.understanding.reading import Language, RequestType
from inbox_agent.understanding.words import words_of


@dataclass(frozen=True, slots=True)
class Example:
    voice: str
    subject: str
    text: str
    language: Language
    labels: frozenset[StrEnum]


def read_examples(folder: Path, labels: type[StrEnum] = RequestType) -> list[Example]:
    """All voices by file name. Raises WrongSetting naming file and line of the first malformed row."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise WrongSetting(f"no example mails (*.jsonl) in {folder.name}/")
    return [example for file in files for example in read_voice(file, labels)]


def read_voice(file: Path, labels: type[StrEnum] = RequestType) -> list[Example]:
    """One voice; the voice in the first line is the file's name. Raises WrongSetting as above."""
    head, *rows = list(_rows(file))
    if head.get("voice") != file.stem or not head.get("about"):
        raise WrongSetting(f'{file.name}:1: expected {{"voice": "{file.stem}", "about": "…"}}')
    return [_example(file, number, row, labels) for number, row in enumerate(rows, start=2)]


def _rows(file: Path) -> Iterator[Mapping[str, object]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise WrongSetting(f"{file.name}:{number}: not JSON") from error
        if not isinstance(row, dict):
            raise WrongSetting(f"{file.name}:{number}: not an object")
        yield row


def _example(file: Path, number: int, row: Mapping[str, object], labels: type[StrEnum]) -> Example:
    subject, text, names = row.get("subject"), row.get("text"), row.get("labels")
    if not (
        isinstance(subject, str) and isinstance(text, str) and isinstance(names, list) and subject + text
    ):
        raise WrongSetting(f"{file.name}:{number}: needs subject, text, language and labels")
    if set(row) - {"subject", "text", "language", "labels"}:
        raise WrongSetting(f"{file.name}:{number}: unknown field")
    try:
        language = Language(str(row.get("language")))
        return Example(file.stem, subject, text, language, frozenset(map(labels, names)))
    except ValueError as error:
        raise WrongSetting(f"{file.name}:{number}: {error}") from error


_SHINGLE = 4
_ALIKE = 0.6


def near_duplicates(
    mails: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]] | None = None
) -> list[tuple[str, str]]:
    """Names of mails that share most of their word shingles: within `mails`, or with `others` when given.

    A mail is (name, text). Alike means Jaccard similarity of folded 4-word shingles of 0.6 or more, so that
    hamza, harakat, case and punctuation hide no copy. Mails of fewer than four words are nobody's own.
    """
    index: dict[tuple[str, ...], list[int]] = {}
    known = list(mails if others is None else others)
    shingled = [shingles(text) for _, text in known]
    for number, parts in enumerate(shingled):
        for part in parts:
            index.setdefault(part, []).append(number)
    found: dict[tuple[str, str], None] = {}
    for position, (name, text) in enumerate(mails):
        parts = shingles(text)
        for number in sorted({number for part in parts for number in index.get(part, ())}):
            itself = others is None and number >= position
            if not itself and len(parts & shingled[number]) >= _ALIKE * len(parts | shingled[number]):
                found[known[number][0], name] = None
    return list(found)


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = tuple(word.folded for word in words_of(text))
    return frozenset(words[at : at + _SHINGLE] for at in range(len(words) - _SHINGLE + 1))


def texts_of(examples: Iterable[Example]) -> list[tuple[str, str]]:
    """(voice:line, subject and text) of each example, to compare."""
    lines: Counter[str] = Counter()
    texts = []
    for example in examples:
        lines[example.voice] += 1
        texts.append((f"{example.voice}:{lines[example.voice] + 1}", f"{example.subject}\n{example.text}"))
    return texts
