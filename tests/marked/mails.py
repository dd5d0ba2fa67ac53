"""Marked mails, of which each ends in another way."""

from email.message import EmailMessage
from email.utils import make_msgid

from tests.attachments.files import docx, english_pdf, locked_pdf, pdf, scan
from tests.company import ADDRESS, COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, STOP_PLEASE
from tests.marked import marks

CHILD_PLEASE = "My son is nine and has an account with you. Please delete all you have about him."
SEE_ATTACHED = "Please see attached."


def marked(text: str, who: str = "rana", subject: str = "hello", **headers: str) -> EmailMessage:
    """A mail of a customer; everything in it that is somebody's own bears a mark."""
    mail = EmailMessage()
    mail["From"], mail["To"] = marks.named(who), ADDRESS
    mail["Cc"] = marks.named("copied")
    mail["Subject"] = f"{subject} {marks.latin('subject')} {marks.arabic('موضوع')}"
    mail["Message-ID"] = make_msgid(domain=f"{marks.latin('mid')}.example")
    for name, value in headers.items():
        header = name.replace("_", "-")
        del mail[header]
        mail[header] = value
    mail.set_content(f"{text}\n\n-- \n{marks.DETAILS}\n")  # a signature, lest the words are read otherwise
    return mail


def of_every_kind() -> dict[str, bytes]:
    """Requests, questions, automatic mail, ordinary mail, broken mail, mail with files."""
    plain = {
        "access": marked(COPY_PLEASE),
        "deletion": marked(DELETE_PLEASE, "samer"),
        "child": marked(CHILD_PLEASE, "parent"),
        "opt_out": marked(STOP_PLEASE, "stop"),
        "unsure": marked(DELETE_PLEASE, "list", Precedence="bulk"),
        "unsure_again": marked(COPY_PLEASE, "again", Precedence="bulk", List_Id="<x.example>"),
        "ordinary": marked(PHONE_BROKEN, "ordinary"),
        "away": marked("I am out of the office until Monday.", "away", Auto_Submitted="auto-replied"),
        "elsewhere": marked(f"{COPY_PLEASE} {marks.DETAILS}", "elsewhere", Reply_To=marks.address("reply")),
        "threat": marked(f"{COPY_PLEASE} Otherwise I complain to the regulator.", "angry"),
        "arabizi": marked("salam, biddi copy min kil el data el shakhsiye taba3i law sama7to", "zizi"),
    }
    return {name: mail.as_bytes() for name, mail in plain.items()} | _broken() | _with_files()


def _broken() -> dict[str, bytes]:
    """Mail that cannot be read, or only by guessing."""
    whole = marked(COPY_PLEASE, "broken").as_bytes()
    raw = f"From: {marks.named('raw')}\nSubject: {marks.arabic('خام')}\n\n{COPY_PLEASE} {marks.DETAILS}"
    return {
        "many_headers": b"X-Many: yes\n" * 10_000 + whole,
        "no_charset": raw.encode("cp1256", "replace"),
        "wrong_base64": whole.replace(
            b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: base64"
        ),
        "no_headers": f"{marks.latin('headless')}\n\n{marks.DETAILS}".encode(),
        "endless": whole.replace(
            b"MIME-Version", b'Content-Type: multipart/mixed; boundary="x"\nMIME-Version', 1
        ),
    }


def _with_files() -> dict[str, bytes]:
    """Attachments that are read, that cannot be, and such as prove who somebody is."""
    asks = f"{COPY_PLEASE} {marks.FILE}"
    files = {
        "read_docx": (f"{marks.latin('docx')}.docx", docx(asks)),
        "read_pdf": (
            f"{marks.latin('pdf')}.pdf",
            english_pdf("please send me a copy of my data", marks.latin("inpdf")),
        ),
        "plain_file": (marks.FILE_NAME, marks.FILE.encode()),
        "arabic_name": (marks.ARABIC_FILE_NAME, asks.encode("cp1256", "replace")),
        "locked": (f"{marks.latin('locked')}.pdf", locked_pdf("AES-256")),
        "broken": (f"{marks.latin('broken')}.pdf", pdf(marks.FILE.encode())[:-20]),
        "no_zip": (f"{marks.latin('nozip')}.docx", b"PK\x03\x04" + marks.FILE.encode()),
        "killed": (f"{marks.latin('killed')}.pdf", english_pdf(marks.latin("killed"))),
        "passport": (f"passport {marks.latin('passport')}.pdf", scan()),
    }
    return {name: _with_file(name, *file) for name, file in files.items()}


def _with_file(who: str, name: str, octets: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = marks.named(who.replace("_", "")), ADDRESS
    mail["Subject"] = marks.latin("subject")
    mail["Message-ID"] = make_msgid(domain=f"{marks.latin('mid')}.example")
    mail.set_content(COPY_PLEASE if who == "passport" else SEE_ATTACHED)
    mail.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def bounce(letter: bytes, recipient: str) -> bytes:
    """A mail server far away could not deliver a letter, for good, and quotes who was to get it."""
    original = next(line for line in letter.splitlines() if line.lower().startswith(b"message-id:")).decode()
    parts = (
        f"Content-Type: text/plain\n\n<{recipient}>: {marks.latin('nosuchuser')} {marks.arabic('مجهول')}",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}> {marks.latin('diagnosis')}",
        f"Content-Type: message/rfc822\n\n{original}\nTo: {recipient}\n\n{marks.DETAILS}",
    )
    head = (
        f"From: MAILER-DAEMON@mx.example.com\nTo: {ADDRESS}\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: {make_msgid(domain='mx.example.com')}\nAuto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\n\n'
    )
    return (head + "".join(f"--=_b\n{part}\n" for part in parts) + "--=_b--\n").encode()


def answer(letter: bytes, text: str, who: str = "rana", **headers: str) -> bytes:
    """What a customer writes in answer to one of our letters."""
    original = next(line for line in letter.splitlines() if line.lower().startswith(b"message-id:")).decode()
    thread = original.partition(":")[2].strip()
    return marked(text, who, In_Reply_To=thread, References=thread, **headers).as_bytes()
