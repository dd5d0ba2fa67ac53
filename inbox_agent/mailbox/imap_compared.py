"""Which mails a folder holds already: where the line broke after COPY, trying again makes no second copy.

A Message-ID finds them, and only the same octets count: two mails may have one id, and one would be lost.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from imapclient import IMAPClient

_ID = re.compile(
    rb"^message-id:\s{0,5}(<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~@:-]{3,250}>)", re.MULTILINE | re.IGNORECASE
)
_HEAD, _GIVEN = "BODY.PEEK[HEADER]<0.65536>", b"BODY[HEADER]<0>"
_SIZE = b"RFC822.SIZE"


def already_copied(client: IMAPClient, uids: Sequence[int], home: str, folder: str) -> set[int]:
    """Those of `home` that the folder has; `home` is selected, before and after.

    One without a Message-ID, or with one that nobody can search for, is not found and so copied once more.
    """
    ids = _ids(client, uids)
    client.select_folder(folder, readonly=True)
    alike = {uid: found for uid, (name, size) in ids.items() if (found := _alike(client, name, size))}
    copies = _digests(client, {one for found in alike.values() for one in found})
    client.select_folder(home)
    originals = _digests(client, alike)
    return {uid for uid, digest in originals.items() if digest in {copies.get(one) for one in alike[uid]}}


def _ids(client: IMAPClient, uids: Sequence[int]) -> Mapping[int, tuple[str, int]]:
    """Message-ID and size of those that have one."""
    told = client.fetch(uids, [_HEAD, _SIZE])
    named = [(uid, _ID.search(row.get(_GIVEN) or b""), row.get(_SIZE)) for uid, row in told.items()]
    return {uid: (found[1].decode("ascii"), size) for uid, found, size in named if found and size}


def _alike(client: IMAPClient, message_id: str, size: int) -> list[int]:
    found = client.search(["HEADER", "Message-ID", message_id])
    sizes = client.fetch(found, [_SIZE]) if found else {}
    return [uid for uid, row in sizes.items() if row.get(_SIZE) == size]


def _digests(client: IMAPClient, uids: Iterable[int]) -> dict[int, bytes]:
    """One mail in memory at a time."""
    digests = {}
    for uid in uids:
        octets = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        if octets:
            digests[uid] = hashlib.sha256(octets).digest()
    return digests
