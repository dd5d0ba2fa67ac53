"""Which folders a mailbox has, and what each is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from imapclient import IMAPClient

from inbox_agent.errors import WrongSetting
from inbox_agent.mailbox.door import Door
from inbox_agent.mailbox.imap import ImapDoor
from inbox_agent.mailbox.imap_connection import connect, translated
from inbox_agent.settings import ImapSettings

JUNK_NAMES = frozenset(
    {
        *("junk", "spam", "bulk", "bulk mail", "junk mail", "junk email", "junk e-mail"),
        *("البريد العشوائي", "البريد غير الهام", "البريد المزعج", "بريد عشوائي", "بريد مزعج"),
    }
)
SENT_NAMES = frozenset(
    {
        *("sent", "sent items", "sent mail", "sent messages", "sent-mail"),
        *("المرسل", "العناصر المرسلة", "البريد المرسل", "الرسائل المرسلة"),
    }
)


@dataclass(frozen=True, slots=True)
class _Folder:
    flags: Sequence[bytes]
    last_part: str
    name: str


def imap_doors(settings: ImapSettings, *, max_bytes: int, mailbox: str = "imap") -> list[Door]:
    """The folders to read: FOLDERS, or INBOX and the server's Junk; and Sent, where it is to be watched.

    Asks the server, so it may raise.
    """
    with translated(settings), connect(settings) as client:
        there = _folders(client)
    junk = _one_for(there, b"\\Junk", JUNK_NAMES)
    names = settings.folders or tuple(filter(None, ("INBOX", junk)))
    doors: list[Door] = [
        ImapDoor(settings, name, junk=name == junk, max_bytes=max_bytes, mailbox=mailbox) for name in names
    ]
    if settings.watch_sent:
        sent = _sent_folder(settings, there)
        doors.append(ImapDoor(settings, sent, sent=True, max_bytes=max_bytes, mailbox=mailbox))
    return doors


def sent_folder(client: IMAPClient, settings: ImapSettings) -> str:
    """Where the mailbox keeps what was sent; raises WrongSetting where it does not say so."""
    return settings.sent_folder or _sent_folder(settings, _folders(client))


def _sent_folder(settings: ImapSettings, there: Sequence[_Folder]) -> str:
    found = settings.sent_folder or _one_for(there, b"\\Sent", SENT_NAMES)
    if found is None:
        raise WrongSetting("the mailbox does not say which folder is Sent; name it by IMAP__SENT_FOLDER")
    return found


def _folders(client: IMAPClient) -> list[_Folder]:
    found = client.list_folders()
    return [_Folder(flags, _last_part(name, delimiter), name) for flags, delimiter, name in found]


def _one_for(folders: Sequence[_Folder], use: bytes, names: frozenset[str]) -> str | None:
    """By its special use (RFC 6154), else by a name that mail programs give it."""
    marked = [folder.name for folder in folders if use in folder.flags]
    named = [folder.name for folder in folders if folder.last_part.casefold() in names]
    return next(iter(marked + named), None)


def _last_part(name: str, delimiter: bytes | None) -> str:
    return name.rpartition(delimiter.decode())[2] if delimiter else name
