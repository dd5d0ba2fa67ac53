"""How requests are counted: by the database, in groups, so that what comes back is short.

A request is one right of a case: one mail may hold several. Left out are those that a person has not yet
settled or has found to be none, and those merged into another, which is counted.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, SQLColumnExpression, cast, extract, func, or_, select
from sqlalchemy.orm import Session

from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome, State

Column = SQLColumnExpression[Any]

IS_REQUEST = (
    Right.state != State.TRIAGE,
    or_(Right.outcome.is_(None), Right.outcome.not_in([Outcome.NOT_A_REQUEST, Outcome.MERGED])),
)


def counted(
    session: Session, columns: Sequence[Column], *where: ColumnElement[bool]
) -> list[tuple[Any, ...]]:
    """How often each combination of the columns occurs: rows of their values, the number last."""
    counts = select(*columns, func.count()).where(*where).group_by(*columns)
    return [tuple(row) for row in session.execute(counts)]


def seconds(begin: Column, end: Column, *, in_steps_of: int = 1) -> ColumnElement[int]:
    """Whole steps of so many seconds between two moments, reckoned by the database."""
    last, first = (cast(extract("epoch", at), BigInteger) for at in (end, begin))
    return ((last - first) // in_steps_of).label("seconds")
