"""The words of an invitation or other calendar part (RFC 5545), for mails that hold nothing else."""

import re

_FOLD = re.compile(r"\n[ \t]")
_WORDS = re.compile(r"^(SUMMARY|DESCRIPTION|COMMENT)(?:;[^:\n]{0,300})?:(.*)$", re.MULTILINE | re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")


def words_of(calendar: str) -> str:
    """Summary, description and comment of the first event."""
    first = _FOLD.sub("", calendar).partition("END:VEVENT")[0]
    said = {name.upper(): value for name, value in _WORDS.findall(first) if value.strip()}
    return "\n\n".join(
        _unescaped(said[name]) for name in ("SUMMARY", "DESCRIPTION", "COMMENT") if name in said
    )


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
