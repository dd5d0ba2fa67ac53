"""The loops that keep it all going: collect, process, send, tick.

One thread opens each mailbox, one waits at each folder, one sends, and the calling one processes; they wake
each other. Whatever is out of reach is tried again after a growing pause, and never stops the others.
"""

import gc
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from inbox_agent.agent.alarm import note_outages, tell_of_outages
from inbox_agent.agent.collecting import Collector
from inbox_agent.agent.digest import send_digest
from inbox_agent.agent.errands import Errands
from inbox_agent.agent.reading import Reader
from inbox_agent.agent.ticking import reckon, tick
from inbox_agent.agent.upkeep import (
    HEAD_EVERY,
    destroy_identity_documents,
    forget_corrected_mails,
    replay_erasures,
    retain,
    see_to_packages,
    sign_head,
)
from inbox_agent.agent.watch import warn_of_much_set_aside
from inbox_agent.agent.worker import Worker
from inbox_agent.cases.record import Record
from inbox_agent.errors import AlreadyRunning, InboxAgentError, WrongSetting, where
from inbox_agent.letters import Stationery, outbox
from inbox_agent.letters.outbox import Carrier
from inbox_agent.mailbox import Source, pauses
from inbox_agent.process import Outcome, process_waiting
from inbox_agent.process.decisions import carry_out
from inbox_agent.understanding import Understanding

__all__ = ["Agent", "now_utc"]

log = structlog.get_logger()

LOOK_AROUND_SECONDS = 2.0
GARBAGE_AFTER = 50_000
TICK_EVERY = timedelta(minutes=1)
UPKEEP_EVERY = timedelta(hours=6)


def now_utc() -> datetime:
    """The time outside; rooms get it passed in."""
    return datetime.now(UTC)


class Agent:
    """One running agent. `on_outcome` is told what became of each mail, as it happens.

    With `since`, mail received since then is collected, also what is older than the agent's first start.
    """

    def __init__(
        self,
        record: Record,
        understanding: Understanding,
        stationery: Stationery,
        *,
        sources: Sequence[Source],
        carrier: Carrier,
        clock: Callable[[], datetime] = now_utc,
        on_outcome: Callable[[Outcome], None] = lambda _outcome: None,
        since: datetime | None = None,
    ) -> None:
        self._record = record
        self._understanding = understanding
        self._stationery = stationery
        self._carrier = carrier
        self._clock = clock
        self._on_outcome = on_outcome
        self._readers = [Reader(record, source, since) for source in sources]
        self._started_at = clock()
        self._unusable: set[str] = set()
        self._ended_by: InboxAgentError | None = None
        self._errands = Errands(record)
        self._worker = Worker(record)
        self._stop = threading.Event()
        self._mail = threading.Event()
        self._post = threading.Event()
        long_ago = datetime.min.replace(tzinfo=UTC)
        self._taken_over_at = self._ticked_at = self._kept_up_at = self._signed_at = long_ago
        self._reckoned_by = ""
        self._replayed = False

    def _settle(self) -> None:
        # Model and wordings live as long as we do; looking at them again and again for garbage took 8 % of
        # the time of a mail.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER, 20, 100)

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        self._carrier.close()
        self._errands.close()
        self._worker.close()

    def once(self) -> list[InboxAgentError]:
        """Collect, process, tick and send over all that waits; returns what kept it from doing so.

        Raises AlreadyRunning when another collector is at work on one of the mailboxes.
        """
        self._settle()
        troubles = [trouble for reader in self._readers if (trouble := _tried(reader.open)) is not None]
        collects = [step for reader in self._readers for step in reader.steps(self._clock())]
        steps: list[Callable[[], object]] = [*collects, self._process_all, self._note_outages, self._send_all]
        return troubles + [trouble for step in steps if (trouble := _tried(step)) is not None]

    def run(self) -> None:
        """Go on until `stop`.

        Raises AlreadyRunning when another collector is at work on one of the mailboxes, WrongSetting when
        none of them can be opened by these settings.
        """
        self._settle()
        threads = [threading.Thread(target=self._read, args=(one,), daemon=True) for one in self._readers]
        threads.append(threading.Thread(target=self._loop, args=(self._send_all, self._post), daemon=True))
        for thread in threads:
            thread.start()
        self._loop(self._process_all, self._mail)
        for thread in threads:
            thread.join(timeout=10)
        if self._ended_by is not None:
            raise self._ended_by

    def stop(self) -> None:
        """End `run` soon; safe to call from a signal or another thread."""
        self._stop.set()
        self._mail.set()
        self._post.set()
        for reader in self._readers:
            reader.leave()

    def _read(self, reader: Reader) -> None:
        """Open the mailbox, whenever that may be, and read its folders until the end."""
        waits = pauses()
        while not self._stop.is_set() and not reader.collectors:
            try:
                reader.open()
            except Exception as error:
                self._refused(reader, error)
                self._pause("opening", error, next(waits))
        folders = [
            threading.Thread(target=self._collect_loop, args=(one,), daemon=True) for one in reader.collectors
        ]
        for thread in folders:
            thread.start()
        for thread in folders:
            thread.join()

    def _refused(self, reader: Reader, error: Exception) -> None:
        """Where every mailbox is refused by these settings, there is nothing to wait for."""
        if isinstance(error, WrongSetting):
            self._unusable.add(reader.name)
        nothing_left = len(self._unusable) == len(self._readers)
        if isinstance(error, AlreadyRunning) or (isinstance(error, WrongSetting) and nothing_left):
            self._ended_by = error
            self.stop()

    def _collect_loop(self, collector: Collector) -> None:
        log.info("collecting", mailbox=collector.door.name)
        waits = pauses()
        while not self._stop.is_set():
            try:
                if collector.collect(self._clock()):
                    self._mail.set()
                collector.door.wait(self._record.settings.poll_seconds)
                waits = pauses()
            except Exception as error:
                self._pause("collecting", error, next(waits))

    def _loop(self, step: Callable[[], None], wake: threading.Event) -> None:
        waits = pauses()
        while not self._stop.is_set():
            wake.wait(LOOK_AROUND_SECONDS)
            wake.clear()
            try:
                step()
                waits = pauses()
            except Exception as error:
                self._pause(step.__name__.strip("_"), error, next(waits))

    def _pause(self, step: str, error: Exception, seconds: float) -> None:
        """No error ends a loop; one that we do not know is told by its type and place, not by its words."""
        if self._stop.is_set():
            return
        told = str(error) if isinstance(error, InboxAgentError) else where(error)
        log.warning("trying_again_later", step=step, error=told, seconds=round(seconds, 1))
        self._stop.wait(seconds)

    def _process_all(self) -> None:
        self._take_over()
        while outcomes := process_waiting(
            self._record, self._understanding, self._stationery, owner=self._worker.name, now=self._clock()
        ):
            self._post.set()
            for outcome in outcomes:
                self._on_outcome(outcome)
        if carry_out(self._record, self._stationery, self._clock()):
            self._post.set()
        self._tick()

    def _send_all(self) -> None:
        while outbox.send_some(self._record, self._carrier, owner=self._worker.name, now=self._clock()):
            pass
        self._errands.run(self._clock())
        tell_of_outages(self._record, self._stationery, self._carrier, self._clock())
        if send_digest(self._record, self._stationery, self._carrier, self._clock()):
            log.info("digest_sent")

    def _take_over(self) -> None:
        """What dead workers left; at the start, and under another law, also the dates of all cases."""
        now = self._clock()
        self._record.keyring.forget_old_ones()
        if not self._replayed:
            replay_erasures(self._record, now)
            self._replayed = True
        if abs(now - self._taken_over_at) >= TICK_EVERY:
            self._taken_over_at = now
            self._worker.take_over(now)
            self._record.take_chosen_law()
        if self._reckoned_by != (law := self._record.law.name):
            reckon(self._record, self._stationery, now)
            self._reckoned_by = law

    def _tick(self) -> None:
        """A clock that was set back ticks at once, too: what was done once is never done again."""
        now = self._clock()
        if abs(now - self._ticked_at) >= TICK_EVERY:
            self._ticked_at = now
            if tick(self._record, self._stationery, now):
                self._post.set()
            self._note_outages(self._started_at)
        if abs(now - self._kept_up_at) >= UPKEEP_EVERY:
            self._kept_up_at = now
            forget_corrected_mails(self._record, now)
            destroy_identity_documents(self._record, now)
            see_to_packages(self._record, now)
            retain(self._record, now)
            warn_of_much_set_aside(self._record, now)
        if abs(now - self._signed_at) >= HEAD_EVERY:
            self._signed_at = now
            sign_head(self._record, now)

    def _note_outages(self, not_before: datetime | None = None) -> None:
        """A mailbox that was silent while we were not there is given time to be read."""
        begin = not_before or datetime.min.replace(tzinfo=UTC)
        last_read = {one.name: max(one.last_read() or self._started_at, begin) for one in self._readers}
        note_outages(self._record, last_read, self._clock(), begin)


def _tried(step: Callable[[], object]) -> InboxAgentError | None:
    try:
        step()
    except AlreadyRunning:
        raise
    except InboxAgentError as error:
        return error
    return None
