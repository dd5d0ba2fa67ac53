"""What an administrator chose on the desk, where no setting says it: by whom, and when."""

from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from inbox_agent.cases.tables import Table

LAW = "law_profile"


class Choice(Table):
    """One choice by the name of the setting that goes before it."""

    __tablename__ = "choices"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


def chosen(session: Session, name: str) -> Choice | None:
    return session.get(Choice, name)


def choose(session: Session, name: str, value: str, *, by: str, now: datetime) -> None:
    """From now on this; what was chosen before is forgotten."""
    session.merge(Choice(name=name, value=value, by=by, at=now))
