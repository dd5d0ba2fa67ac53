"""Where each attachment of a mail stands in its bytes, and what stands within an attachment."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass

from inbox_agent.message import budget
from inbox_agent.message.content_types import is_mail, is_signed_envelope, is_winmail
from inbox_agent.message.envelopes import signed_content
from inbox_agent.message.headers import Headers
from inbox_agent.message.opening import MailPart, parsed
from inbox_agent.message.parts import Attachment
from inbox_agent.message.structure import Walk
from inbox_agent.message.texts import Text
from inbox_agent.message.tnef import unwrapped

_MOST_WITHIN = 100


@dataclass(frozen=True, slots=True)
class Placed:
    """An attachment and its octets.

    `leaf` is the part that holds nothing else, `encoding` how it was sent there; `mail` is an attached mail
    that stands in the other one as it is.
    """

    attachment: Attachment
    octets: bytes
    leaf: MailPart | None = None
    encoding: str = ""
    mail: MailPart | None = None

    @property
    def called(self) -> tuple[str, str]:
        return self.attachment.content_type, self.attachment.name

    @property
    def encoded(self) -> bytes:
        """As it stands in what holds it; b"" where it does so in no single piece."""
        return self.leaf.encoded().strip() if self.leaf is not None else b""


def places(raw: bytes, numbers: Collection[int]) -> dict[int, Placed]:
    """Attachments by their place in `Message.attachments`, from one walk; what is not there is missing."""
    with contextlib.suppress(Exception):
        budget.check(raw)
        return _Places(parsed(raw), numbers).found
    return {}


def places_within(place: Placed) -> list[Placed]:
    """The files within an attached mail, winmail.dat or a signed envelope; no deeper."""
    with contextlib.suppress(Exception):
        if is_winmail(*place.called):
            wrapped = unwrapped(place.octets)
            return [_unnamed(*one) for one in zip(wrapped.names, wrapped.contents, strict=True)]
        mail = place.mail or _hidden_mail(place)
        if mail is not None:
            return list(_Places(mail, range(_MOST_WITHIN)).found.values())
    return []


def _unnamed(name: str, octets: bytes) -> Placed:
    return Placed(Attachment(name[:255], "application/octet-stream", len(octets)), octets)


def _hidden_mail(place: Placed) -> MailPart | None:
    """What has to be decoded before it is a mail."""
    octets: bytes | None = None
    if is_signed_envelope(*place.called):
        octets = signed_content(place.octets)
    elif is_mail(*place.called):
        octets = place.octets
    if octets is None:
        return None
    budget.check(octets)
    return parsed(octets)


class _Places(Walk):
    """The walk that counts attachments, stopping to keep some."""

    def __init__(self, top: MailPart, numbers: Collection[int]) -> None:
        self._numbers = numbers
        self._leaf_of: tuple[MailPart | None, str] = None, ""
        self.found: dict[int, Placed] = {}
        super().__init__(top)

    def _leaf(self, part: MailPart, headers: Headers, content_type: str, depth: int) -> list[Text]:
        encoding = headers.token("content-transfer-encoding").partition(";")[0].strip()
        self._leaf_of = part, encoding
        return super()._leaf(part, headers, content_type, depth)

    def _body(self, octets: bytes, content_type: str, described: dict[str, str]) -> list[Text]:
        self._leaf_of = None, ""
        return super()._body(octets, content_type, described)

    def _attach(self, attachment: Attachment, octets: bytes, part: MailPart | None = None) -> None:
        number = len(self.structure.attachments)
        if number in self._numbers:
            mail = part.children[0] if part is not None and len(part.children) == 1 else None
            written = octets if mail is None else _written_out(mail, octets)
            self.found[number] = Placed(attachment, written, *self._leaf_of, mail)
        super()._attach(attachment, octets, part)


def _written_out(mail: MailPart, octets: bytes) -> bytes:
    """A mail that the parser opened on its way is written out again, so that mail programs can read it."""
    with contextlib.suppress(Exception):
        return mail.as_bytes()
    return octets
