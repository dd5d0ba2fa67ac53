"""Connections of strangers: not more than some, and none that says nothing.

Each holds a file of the process. Without this, whoever opens enough of them and stays silent would keep
the agent from its database and its mailbox, not only from its pages.
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 256
HEAD_SECONDS = 15.0


class Impatient(H11Protocol):
    """HTTP that shuts a connection which does not begin a request in time, and those beyond the number."""

    _gives_up: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST:
            transport.abort()
            return
        self._gives_up = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        """A head that comes in drops is as good as none: only a whole one stops the time."""
        if self._gives_up is None and self._is_between():
            self._gives_up = self.loop.call_later(HEAD_SECONDS, self._give_up)
        super().data_received(data)
        if self._gives_up is not None and not self._is_between():
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _is_between(self) -> bool:
        """No request is under way."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def _give_up(self) -> None:
        self._gives_up = None
        if self._is_between():
            self.transport.abort()

    def _forget(self) -> None:
        if self._gives_up is not None:
            self._gives_up.cancel()
            self._gives_up = None
