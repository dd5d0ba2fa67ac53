"""Errands to the mailbox: copies of letters that left, mail on cases filed; whatever fails is tried later."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog

from inbox_agent.cases import errands
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.mailboxes import GENERATION
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import Errand, InboundEmail
from inbox_agent.errors import Erased, InboxAgentError
from inbox_agent.mailbox import SentMail, file_away, keep_copies

log = structlog.get_logger()

Place = tuple[str, str, int]
"""A mailbox of the settings, a folder of it, and its UIDVALIDITY."""


class Errands:
    """One agent at a time runs them: two would put two copies where one is wanted."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._lock = record.lock("errands")

    def run(self, now: datetime) -> None:
        """Do what is due; raises nothing that comes from the mailbox."""
        terms = self._record.terms
        if not (terms.copies_letters or terms.files_mail):
            return
        if not self._lock.holds() and not self._lock.acquire():
            return
        if terms.copies_letters:
            self._copy(now)
        if terms.files_mail:
            self._file(now)

    def close(self) -> None:
        self._lock.release()

    def _copy(self, now: datetime) -> None:
        with self._record.reading() as session:
            due = errands.copies(session, now)
            letters = [mail for _, letter in due if letter and (mail := self._sent_mail(letter))]
        mailbox = next(one for one in self._record.settings.imap_mailboxes.values() if one.copy_sent)
        try:
            if letters:
                keep_copies(mailbox, letters)
        except InboxAgentError as error:
            self._try_later([errand for errand, _ in due], error, now)
        else:
            self._are_done([errand for errand, _ in due])

    def _sent_mail(self, letter: Letter) -> SentMail | None:
        try:
            content = letter.content(self._record.keyring)
        except Erased:
            return None
        return SentMail(letter.message_id, letter.sent_at or letter.created_at, content)

    def _file(self, now: datetime) -> None:
        with self._record.writing() as session:
            due = errands.filings(session, now)
        by_place: dict[Place | None, list[tuple[Errand, int]]] = defaultdict(list)
        for errand, mail in due:
            by_place[self._place(mail)].append((errand, mail.uid if mail else 0))
        for place, mails in by_place.items():
            theirs = [errand for errand, _ in mails]
            try:
                if place is not None:
                    self._file_away(place, [uid for _, uid in mails])
            except InboxAgentError as error:
                self._try_later(theirs, error, now)
            else:
                self._are_done(theirs)

    def _file_away(self, place: Place, uids: Sequence[int]) -> None:
        mailbox, folder, uidvalidity = place
        file_away(self._record.settings.imap_mailboxes[mailbox], folder, uidvalidity, uids)

    def _place(self, mail: InboundEmail | None) -> Place | None:
        """Where it is to be filed from; none where its mailbox has no such setting, or is there no more."""
        if mail is None:
            return None
        return next(self._places(mail), None)

    def _places(self, mail: InboundEmail) -> Iterator[Place]:
        for name, settings in self._record.settings.imap_mailboxes.items():
            if settings.files_mail and mail.mailbox.startswith(f"{name}:"):
                yield name, mail.mailbox.removeprefix(f"{name}:"), mail.uidvalidity % GENERATION

    def _try_later(self, theirs: Sequence[Errand], error: InboxAgentError, now: datetime) -> None:
        log.warning("errands_wait", mails=len(theirs), error=str(error))
        with self._record.writing() as session:
            errands.try_later(session, theirs, now)

    def _are_done(self, theirs: Sequence[Errand]) -> None:
        if theirs:
            with self._record.writing() as session:
                errands.done(session, [errand.id for errand in theirs])
