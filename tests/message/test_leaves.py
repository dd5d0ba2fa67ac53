"""What a mail carries beside its words is found again, byte by byte."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from inbox_agent.message import attachment_of, html_of, parse
from inbox_agent.message.budget import HTML_LETTERS
from tests.message.conftest import FOLDER

MAILS = sorted(FOLDER.glob("*.eml"))


def _letter(**html: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "rana@example.com"
    mail.set_content("In plain words")
    if html:
        mail.add_alternative(html["html"], subtype="html")
    return mail


def test_the_html_is_given_as_it_was_written():
    assert html_of(_letter(html="<p onclick=x>مرحبا</p>").as_bytes()) == "<p onclick=x>مرحبا</p>\n"


def test_a_mail_in_plain_text_has_no_html():
    assert html_of(_letter().as_bytes()) is None


def test_an_attached_page_is_no_html_of_the_mail():
    mail = _letter()
    mail.add_attachment("<p>page</p>", subtype="html", filename="page.html")
    assert html_of(mail.as_bytes()) is None
    assert attachment_of(mail.as_bytes(), 0)[1] == b"<p>page</p>\n"


def test_html_is_decoded_in_the_charset_it_names():
    raw = b"Content-Type: text/html; charset=windows-1256\n\n<p>" + "مرحبا".encode("cp1256") + b"</p>"
    assert html_of(raw) == "<p>مرحبا</p>"


def test_of_endless_html_only_the_beginning_is_given():
    assert len(html_of(b"Content-Type: text/html\n\n" + b"<p>x" * HTML_LETTERS)) == HTML_LETTERS


def test_html_of_a_mail_over_its_budget_is_its_beginning():
    raw = b"Content-Type: text/html\n\n<p>begins</p>" + b"\n--" * 6000
    assert html_of(raw).startswith("<p>begins</p>")
    assert parse(raw).error == "too_many_parts"


def test_attachments_come_back_by_their_place_with_the_same_bytes():
    mail = _letter(html="<p>x</p>")
    mail.add_attachment(b"\x00\xff%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment("second", filename="b.txt")
    raw = mail.as_bytes()
    assert attachment_of(raw, 0)[1] == b"\x00\xff%PDF"
    assert attachment_of(raw, 1)[1] == b"second\n"
    assert attachment_of(raw, 2) is None
    assert attachment_of(raw, -1) is None


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_an_attached_mail_can_be_opened_again_with_its_own_attachments(encoding):
    inner = _letter(html="<p>inner</p>")
    inner["Subject"] = "تحية"
    inner.add_attachment(b"kept", maintype="application", subtype="pdf", filename="a.pdf")
    outer = _letter()
    outer.add_attachment(inner)
    raw = outer.as_bytes()
    if encoding == "base64":
        part = EmailMessage()
        part.set_content(inner.as_bytes(), maintype="application", subtype="x", filename="m.eml")
        raw = part.as_bytes().replace(b"application/x", b"message/rfc822")
    again = message_from_bytes(attachment_of(raw, 0)[1], policy=policy.default)
    assert again["Subject"] == "تحية"
    assert [part.get_content() for part in again.iter_attachments()] == [b"kept"]


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_every_attachment_a_message_tells_of_is_found(mail):
    raw = mail.read_bytes()
    told = parse(raw).attachments or ()
    found = [attachment_of(raw, number) for number in range(len(told))]
    assert [one[0] for one in found] == list(told)
    assert attachment_of(raw, len(told)) is None


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_no_mail_of_the_collection_is_beyond_it(mail):
    html = html_of(mail.read_bytes())
    assert html is None or html.strip()
