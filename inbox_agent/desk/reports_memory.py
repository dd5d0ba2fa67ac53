"""What reports count is counted once in five minutes."""

from datetime import datetime, timedelta

from inbox_agent.cases.record import Record

_COUNTED_EVERY = timedelta(minutes=5)


class Counting:
    """A record at a moment, as the memory of what was counted sees it: only the record tells two apart."""

    def __init__(self, record: Record, now: datetime) -> None:
        self.record, self.now = record, now

    def __hash__(self) -> int:
        return id(self.record.engine)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counting) and other.record.engine is self.record.engine


def epoch(now: datetime) -> int:
    """What is the same for five minutes."""
    return int(now.timestamp() // _COUNTED_EVERY.total_seconds())
