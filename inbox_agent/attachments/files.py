"""What kind of file an attachment is: by its first bytes, then by its name and what the mail calls it."""

from enum import StrEnum
from pathlib import PurePosixPath

from inbox_agent.message import Attachment
from inbox_agent.message.content_types import holds_files, is_mail


class Kind(StrEnum):
    """`for_people` holds what may carry a letter but is not read by us; `wrapping` holds other files."""

    PDF = "pdf"
    OFFICE = "office"
    PLAIN = "plain"
    MAIL = "mail"
    WRAPPING = "wrapping"
    PICTURE = "picture"
    FOR_PEOPLE = "for_people"
    OTHER = "other"

    @property
    def is_read(self) -> bool:
        return self in {Kind.PDF, Kind.OFFICE, Kind.PLAIN, Kind.MAIL}


_OFFICE_TYPES = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
    "application/vnd.ms-word.document.macroenabled",
    "application/vnd.oasis.opendocument.text",
)
_OFFICE = frozenset({".docx", ".docm", ".dotx", ".dotm", ".odt", ".ott"})  # macros are never looked at
_FOR_PEOPLE = frozenset({".doc", ".rtf", ".pages", ".wps", ".msg", ".htm", ".html", ".mht"})
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".tif", ".tiff", ".webp", ".bmp", ".gif"})
_PDF_BEGINS_WITHIN = 1024  # as Acrobat has it (ISO 32000-1, annex H.3.4.1)


def kind_of(attachment: Attachment, octets: bytes = b"") -> Kind:
    """Without its bytes as far as its name and type tell."""
    called = attachment.content_type, attachment.name
    if is_mail(*called):
        return Kind.MAIL
    if holds_files(*called):
        return Kind.WRAPPING
    if _is_office(octets):
        return Kind.OFFICE
    is_pdf = b"%PDF-" in octets[:_PDF_BEGINS_WITHIN]
    return Kind.PDF if is_pdf else _called(*called)


def _called(content_type: str, name: str) -> Kind:
    ending = PurePosixPath(name.lower().strip()).suffix
    if ending == ".pdf" or content_type == "application/pdf":
        return Kind.PDF
    if ending in _OFFICE or content_type.startswith(_OFFICE_TYPES):
        return Kind.OFFICE
    if ending == ".txt" or (content_type == "text/plain" and not ending):
        return Kind.PLAIN
    if ending in _PICTURES or content_type.startswith("image/"):
        return Kind.PICTURE
    return Kind.FOR_PEOPLE if ending in _FOR_PEOPLE or content_type == "application/msword" else Kind.OTHER


def _is_office(octets: bytes) -> bool:
    """A ZIP that names the parts of such a document; it is not opened for that."""
    return octets.startswith(b"PK\x03\x04") and (
        b"word/document" in octets or b"application/vnd.oasis.opendocument.text" in octets[:200]
    )
