"""What a configured statement must be like before it is ever run.

Each check raises ValueError with a half-sentence that goes on from the statement's key.
"""

import re

from sqlalchemy import text

_LOOSE = re.compile(
    r"""--[^\n]*            # a comment to the end of the line
      | /\*.*?\*/           # a comment between marks
      | '(?:[^']|'')*'      # a string
      | "(?:[^"]|"")*"      # a quoted name
      | \$(\w*)\$.*?\$\1\$  # PostgreSQL's dollar quotes
    """,
    re.VERBOSE | re.DOTALL,
)
_CHANGES = re.compile(r"\b(?:delete|insert|update|merge|drop|truncate|alter|create|grant)\b", re.IGNORECASE)
_READING = frozenset({"select", "with", "values"})
_CHANGING = frozenset({"delete", "update"})


def reading(statement: str, parameters: set[str]) -> str:
    """A query that holds one of these parameters at least, and no other, and changes nothing."""
    if word := _CHANGES.search(_bare(statement)):
        raise ValueError(f"must change nothing, and says {word[0].upper()}")
    return _checked(statement, parameters, _READING)


def changing(statement: str, parameter: str) -> str:
    """A DELETE or UPDATE of the rows of one account or address alone."""
    checked = _checked(statement, {parameter}, _CHANGING)
    _, where, condition = _bare(statement).lower().partition("where")
    if not where or f":{parameter}" not in condition:
        raise ValueError(f"must say WHERE, and there :{parameter}")
    return checked


def _checked(statement: str, parameters: set[str], beginnings: frozenset[str]) -> str:
    bare = _bare(statement)
    first = (bare.split() or [""])[0].lower()
    if first not in beginnings:
        raise ValueError(f"must begin with {' or '.join(sorted(beginnings)).upper()}")
    if ";" in bare:
        raise ValueError("must be one statement, without a semicolon")
    named = set(text(statement)._bindparams)  # noqa: SLF001 - what it will be run with is asked of itself
    if other := named - parameters:
        raise ValueError(f"has a parameter that nobody fills: :{min(other)} (write \\: for a colon)")
    if not any(re.search(rf"(?<!:):{name}\b", bare) for name in parameters):
        raise ValueError(f"must hold :{' or :'.join(sorted(parameters))}")
    return statement


def _bare(statement: str) -> str:
    """Without comments, strings and quoted names: what is written there asks for nothing."""
    return _LOOSE.sub(" ", statement).strip()
