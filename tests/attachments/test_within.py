"""Files within an attached mail, winmail.dat or a signed envelope are read, told and taken out, too."""

from base64 import encodebytes
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from inbox_agent.attachments import Identity, Patience, identity_documents, read_files, trouble_with
from inbox_agent.message import attachment_of, is_note, parse, without_attachments
from tests.attachments.files import (
    english_pdf,
    scan,
    signed_envelope,
    winmail,
    winmail_of_properties,
    with_files,
)
from tests.company import mail

LETTER = "Please delete all the personal data you hold about me."
FACE = b"\xff\xd8\xff" + b"the face of somebody " * 100
PICTURE, PAPER = ("passport Rana.jpg", "image/jpeg", FACE), ("a.pdf", "application/pdf", english_pdf(LETTER))


def attached_mail(text: str = "hello", *files: tuple[str, str, bytes], ends: bytes = b"\n") -> bytes:
    """A mail that another one carries as it is."""
    outer = message_from_bytes(mail("See attached."), policy=policy.default)
    assert isinstance(outer, EmailMessage)
    outer.add_attachment(message_from_bytes(with_files(text, *files), policy=policy.default))
    return outer.as_bytes().replace(b"\n", ends)


def encoded_mail(text: str = "hello", *files: tuple[str, str, bytes]) -> bytes:
    """The same as a file of its own, as web mail programs attach it."""
    return with_files("See attached.", ("mail.eml", "application/octet-stream", with_files(text, *files)))


def in_winmail(text: str = "hello", *files: tuple[str, str, bytes]) -> bytes:
    """A mail that Outlook wrapped, all of it."""
    wrapped = winmail(*[(name, octets) for name, _, octets in files], text=text)
    return enveloped("application/ms-tnef", "winmail.dat", wrapped)


def in_properties(text: str = "hello", *files: tuple[str, str, bytes]) -> bytes:
    """A mail whose files stand only among the properties of winmail.dat."""
    wrapped = winmail_of_properties(*[(name, octets) for name, _, octets in files])
    return with_files(text, ("winmail.dat", "application/ms-tnef", wrapped))


def in_signature(text: str = "hello", *files: tuple[str, str, bytes], piece: int | None = None) -> bytes:
    """A mail that stands in its own signature."""
    inside = signed_envelope(with_files(text, *files), piece)
    return enveloped("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", inside)


def enveloped(kind: str, name: str, octets: bytes) -> bytes:
    fields = f"From: rana@example.com\nSubject: hello\nMIME-Version: 1.0\nContent-Type: {kind}; name={name}\n"
    return fields.encode() + b"Content-Transfer-Encoding: base64\n\n" + encodebytes(octets)


Holder = Callable[..., bytes]
HOLDERS: list[Holder] = [attached_mail, encoded_mail, in_winmail, in_properties, in_signature]


def words(raw: bytes) -> list[str]:
    files = read_files(raw, parse(raw), Patience())
    return [file.words.text.strip() for file in files if file.words is not None and file.words.text]


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_letter_in_a_file_within_is_read(holder: Holder) -> None:
    assert LETTER in words(holder("See attached.", PAPER))


@pytest.mark.parametrize("holder", [attached_mail, encoded_mail])
def test_an_attached_mail_is_read_like_a_letter(holder: Holder) -> None:
    assert words(holder(LETTER)) == [LETTER]


@pytest.mark.parametrize("holder", HOLDERS)
def test_why_a_file_within_is_not_read_is_said(holder: Holder) -> None:
    raw = holder("", ("scan.pdf", "application/pdf", scan()))
    assert trouble_with(read_files(raw, parse(raw), Patience())) == "attachment_without_text"


def documents(raw: bytes) -> tuple[Identity, ...]:
    message = parse(raw)
    return identity_documents(message, read_files(raw, message, Patience()))


@pytest.mark.parametrize(
    "raw",
    [
        *(holder(LETTER, PAPER, PICTURE) for holder in HOLDERS),
        attached_mail(LETTER, PAPER, PICTURE, ends=b"\r\n"),
    ],
)
def test_an_identity_document_within_is_taken_out_and_the_rest_stays(raw: bytes) -> None:
    [found] = documents(raw)
    assert (found.why, found.within) == ("name", 1)
    taken = without_attachments(raw, [(found.number, found.within)])
    assert (taken.taken, taken.stays) == ({(found.number, 1): FACE}, set())
    cut = taken.raw
    assert encodebytes(FACE)[:40] not in cut
    assert FACE not in (attachment_of(cut, found.number) or (None, b""))[1]
    assert is_note((attachment_of(cut, found.number, found.within) or (None, b""))[1])
    assert attachment_of(cut, found.number, 0) == attachment_of(raw, found.number, 0)
    before, after = parse(raw), parse(cut)
    assert (after.text, len(after.attachments or ())) == (before.text, len(before.attachments or ()))


def test_what_a_signed_envelope_holds_in_pieces_cannot_be_taken_out() -> None:
    raw = in_signature(LETTER, PICTURE, piece=100)
    [found] = documents(raw)
    assert (attachment_of(raw, found.number, found.within) or (None, b""))[1] == FACE
    cut = without_attachments(raw, [(found.number, found.within)])
    assert (cut.raw, cut.taken, cut.stays) == (raw, {}, {(found.number, found.within)})


def test_beside_a_signature_files_are_as_in_any_mail() -> None:
    raw = with_files(LETTER, PICTURE, ("smime.p7s", "application/pkcs7-signature", bytes(99)))
    signed = raw.replace(b"multipart/mixed", b"multipart/signed")
    assert [(one.number, one.within) for one in documents(signed)] == [(0, None)]
    assert without_attachments(signed, [(0, None)]).taken == {(0, None): FACE}


@pytest.mark.parametrize(
    "octets", [b"", winmail()[:5], winmail(("passport.jpg", FACE))[:60], b"\x30\x80" * 50]
)
@pytest.mark.parametrize("name", ["winmail.dat", "smime.p7m"])
def test_what_is_broken_holds_nothing_and_hurts_nobody(name: str, octets: bytes) -> None:
    kind = "application/pkcs7-mime" if name == "smime.p7m" else "application/octet-stream"
    raw = with_files("See attached.", (name, kind, octets))
    assert [one for one in words(raw) if one] == []
    assert without_attachments(raw, [(0, one.within) for one in documents(raw)]).raw == raw
