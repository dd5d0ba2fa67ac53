"""The only place that changes anything in a mailbox: by a connection of its own, where a setting asks for it.

What is deleted is deleted by UID alone (RFC 4315); EXPUNGE by itself would take other people's mail with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from imapclient import IMAPClient

from inbox_agent.mailbox.imap_compared import already_copied
from inbox_agent.mailbox.imap_connection import connect, refused, translated
from inbox_agent.mailbox.imap_folders import sent_folder
from inbox_agent.settings import ImapSettings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SentMail:
    """A letter of ours as it left."""

    message_id: str
    sent_at: datetime
    raw: bytes


def keep_copies(settings: ImapSettings, letters: Sequence[SentMail]) -> None:
    """Put what was sent into the Sent folder, seen, unless it is there already.

    Raises TryAgainLater or WrongSetting; then some of it may be there, and trying again does no harm.
    """
    with translated(settings), connect(settings) as client:
        folder = sent_folder(client, settings)
        _make(client, folder)
        client.select_folder(folder, readonly=True)
        for letter in letters:
            day_before = letter.sent_at.date() - timedelta(days=1)
            if not client.search(["SINCE", day_before, "HEADER", "Message-ID", letter.message_id]):
                client.append(folder, letter.raw, [b"\\Seen"], letter.sent_at)


def file_away(settings: ImapSettings, folder: str, uidvalidity: int, uids: Sequence[int]) -> None:
    """Mark these mails of a folder and move them, as the settings ask; what is gone meanwhile is left out.

    Raises TryAgainLater or WrongSetting; a mail is then where it was, or moved, and never nowhere.
    """
    with translated(settings), connect(settings) as client:
        opened = client.select_folder(folder)
        if opened[b"UIDVALIDITY"] != uidvalidity:
            log.warning("mail_not_filed", why="its UIDs mean other mails now")
            return
        if settings.case_keyword:
            _mark(client, uids, settings.case_keyword, opened.get(b"PERMANENTFLAGS", ()))
        if settings.case_folder and settings.case_folder != folder:
            _move(client, uids, folder, settings.case_folder)


def _mark(client: IMAPClient, uids: Sequence[int], keyword: str, kept: Sequence[bytes]) -> None:
    """Only a keyword that the server keeps for good (RFC 9051 §7.1, PERMANENTFLAGS)."""
    known = {flag.lower() for flag in kept}
    if b"\\*" in known or keyword.lower().encode() in known:
        client.add_flags(uids, [keyword.encode()])
    else:
        log.warning("mail_not_marked", why="the server keeps no keywords; see IMAP__CASE_KEYWORD")


def _move(client: IMAPClient, uids: Sequence[int], home: str, folder: str) -> None:
    by_move = client.has_capability("MOVE")  # RFC 6851
    if not by_move and not client.has_capability("UIDPLUS"):
        log.warning("mail_not_moved", why="the server has neither MOVE nor UIDPLUS; see IMAP__CASE_FOLDER")
        return
    _make(client, folder)
    if by_move:
        client.move(uids, folder)
    else:
        there = already_copied(client, uids, home, folder)
        if missing := [uid for uid in uids if uid not in there]:
            client.copy(missing, folder)
        client.add_flags(uids, [b"\\Deleted"])
        client.uid_expunge(uids)


def _make(client: IMAPClient, folder: str) -> None:
    if client.folder_exists(folder):
        return
    try:
        client.create_folder(folder)
    except IMAPClient.Error as error:
        if not refused(error) or not client.folder_exists(folder):  # somebody else was faster
            raise
    client.subscribe_folder(folder)
