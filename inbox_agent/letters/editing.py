"""A person changes a letter before it leaves: its words, never its headers, token, closing or Message-ID."""

import re
from dataclasses import asdict, replace

from inbox_agent.cases.act import Act
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.letters.hidden_codes import code_of, put_back
from inbox_agent.letters.stationery import Stationery
from inbox_agent.letters.writing import Draft, Source, compose, draft_of, facts_in, languages_of, subject_of

# Controls but the line break, what is never drawn, what turns the words around it, halves of letters. Marks
# of direction (U+200E, U+200F, U+061C) are typed on purpose and turn nothing.
_UNSETTLING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
# Between the languages of a letter stands a line of dashes, which none of them may draw itself.
_DASHES = re.compile(r"^[ \t]*-{10,}[ \t]*$", re.MULTILINE)


def standard(draft: Draft, stationery: Stationery) -> Source:
    """The letter in the product's words, its facts filled in."""
    return Source(
        subject=subject_of(draft, stationery),
        bodies={
            language: _tidy(
                stationery.body(draft.kind, language).render(**facts_in(language, draft, stationery))
            )
            for language in languages_of(draft)
        },
    )


def closing(language: str, draft: Draft, stationery: Stationery) -> str:
    """What stands below every letter, which nobody changes."""
    known = facts_in(language, draft, stationery)
    return stationery.frames[language].closing_text.render(**known).strip()


def as_it_stands(draft: Draft, stationery: Stationery) -> Source:
    """What can be changed: what a person made of the letter, else its standard words."""
    return draft.edited or standard(draft, stationery)


def in_language(draft: Draft, language: str) -> Draft:
    """The standard letter in one language, for those who cannot read the one that is sent."""
    return replace(draft, languages=(language,), edited=None)


def edit(act: Act, case: Case, letter: Letter, stationery: Stationery, typed: Source) -> None:
    """The letter says this from now on, or the product's words where it is just them.

    The reference stays the last thing in its subject; the code goes where its mask was left. Raises Erased.
    """
    draft = draft_of(letter, act.keyring)
    usual, code = standard(draft, stationery), code_of(draft.facts)
    bodies = {one: put_back(_tidy(typed.bodies.get(one, "")), code) for one in usual.bodies}
    changed = Source(_subject(typed.subject, draft.ref), bodies)
    _say(act, case, letter, stationery, None if changed == usual else changed)


def reset(act: Act, case: Case, letter: Letter, stationery: Stationery) -> None:
    """The product's words again."""
    _say(act, case, letter, stationery, None)


def _say(act: Act, case: Case, letter: Letter, stationery: Stationery, source: Source | None) -> None:
    letter.edit(act, case, asdict(source) if source else None)
    letter.put_into_words(act.keyring, compose(draft_of(letter, act.keyring), stationery))


def _tidy(text: str) -> str:
    lines = _UNSETTLING.sub("", _LINE_ENDS.sub("\n", text))
    return _BLANK_LINES.sub("\n\n", _DASHES.sub("", lines)).strip()


def _subject(text: str, ref: str) -> str:
    """One line, without the reference: that is put at its end when the mail is made."""
    line = _UNSETTLING.sub("", _LINE_ENDS.sub(" ", text)).replace(f"[{ref}]", " ").replace(ref, " ")
    return " ".join(line.replace("[ ]", " ").split())
