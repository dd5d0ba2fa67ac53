"""What may be done only now and then, whoever asks."""

from datetime import UTC, datetime, timedelta
from threading import Lock


class Sparing:
    """Says yes once in so long a time, over all threads of this process."""

    def __init__(self, every: timedelta) -> None:
        self._every, self._lock = every, Lock()
        self._last = datetime.min.replace(tzinfo=UTC)

    def may(self, now: datetime) -> bool:
        with self._lock:
            if now - self._last < self._every:
                return False
            self._last = now
            return True
