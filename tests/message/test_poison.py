"""Mail that was made to hurt: it comes back as a Message with a documented reason."""

import resource

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_agent.message import parse
from inbox_agent.message.budget import REASONS
from tests.message.conftest import FOLDER
from tests.message.promises import check

MAILS = sorted(FOLDER.glob("*.eml"))
HEAD = b"From: samir@customer.example\r\nSubject: Hello\r\n"
PLAIN = HEAD + b"Content-Type: text/plain\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"
SIBLINGS = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def nested(levels: int) -> bytes:
    opened = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(levels)
    )
    return HEAD + b"".join(opened) + b"Content-Type: text/plain\r\n\r\nWords.\r\n"


def _element(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def enveloped(levels: int, words: bytes) -> bytes:
    """Signed mails, each wrapped round the next."""
    signed_data, data = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
    for _ in range(levels):
        inside = _element(0x30, data + _element(0xA0, _element(0x04, words)))
        content = _element(0x30, b"\x02\x01\x01" + _element(0x31, b"") + inside)
        envelope = _element(0x30, signed_data + _element(0xA0, content))
        words = b"Content-Type: application/pkcs7-mime\r\n\r\n" + envelope
    return HEAD + words


def without_boundaries(levels: int) -> bytes:
    opened = (b"Content-Type: multipart/mixed\r\n\r\n--b%d\r\n" % n for n in range(levels))
    return HEAD + b"".join(opened) + b"Content-Type: text/plain\r\n\r\n" + b"Words. \r\n" * 100_000


OVER_BUDGET = {
    "fifty megabytes in one line": (PLAIN + b"x" * 50_000_000, "too_large"),
    "two million lines": (PLAIN + b"\r\n" * 2_000_000, "too_large"),
    "ten thousand header lines": (b"X-Mark: 1\r\n" * 10_000 + PLAIN + b"Words.", "too_many_headers"),
    "one header of ten thousand lines": (
        HEAD + b"To: a@b" + b"\r\n x" * 10_000 + b"\r\n\r\n",
        "too_many_headers",
    ),
    "sixty levels": (nested(60), "too_deep"),
    "a thousand levels": (nested(1_000), "too_deep"),
    "a thousand parts": (SIBLINGS + b"--b\r\n\r\nx\r\n" * 1_000 + b"--b--", "too_many_parts"),
    "a hundred thousand parts": (SIBLINGS + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--", "too_many_parts"),
    "sixty mails inside each other": (HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 60 + b"x", "too_deep"),
    "a megabyte in ninety envelopes": (enveloped(90, b"\r\n" + b"Words. \r\n" * 100_000), "too_deep"),
    "a megabyte below forty-eight boundaries that nobody named": (without_boundaries(48), "too_deep"),
    "a thousand uuencoded files": (PLAIN + b"begin 644 x\r\n#AAAA\r\nend\r\n" * 1_000, "too_many_parts"),
    "a thousand mails inside each other": (
        HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_000,
        "unreadable",
    ),
}


@pytest.mark.parametrize("name", OVER_BUDGET)
def test_over_budget_the_headers_are_read_and_a_person_looks(name):
    mail, reason = OVER_BUDGET[name]
    message = parse(mail)
    assert message.error == reason
    assert message.attachments is None
    assert message.sender == "samir@customer.example"
    assert message.subject == "Hello"
    assert message.content_digest


def test_many_texts_are_read_no_longer_than_one():
    text = b"--b\r\n\r\n" + b"Words. " * 10_000 + b"\r\n"
    message = parse(SIBLINGS + text * 100 + b"--b--")
    assert message.error == "too_long"
    assert len(message.text) < 210_000


def test_many_texts_in_envelopes_are_read_no_longer_than_one():
    _, _, envelope = enveloped(1, b"\r\n" + b"Words. " * 10_000).partition(HEAD)
    message = parse(SIBLINGS + (b"--b\r\n" + envelope + b"\r\n") * 50 + b"--b--")
    assert message.error == "too_long"
    assert len(message.text) < 210_000


def test_more_text_than_is_read_keeps_its_beginning():
    message = parse(PLAIN + b"Words. " * 100_000)
    assert message.error == "too_long"
    assert message.text.startswith("Words. Words.")
    assert message.attachments == ()


def test_a_large_mail_is_read_without_many_copies_of_it():
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWkFCQ0RF\r\n"
    pdf = (
        b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + line * 250_000
    )
    mail = SIBLINGS + b"--b\r\n\r\nWords.\r\n" + pdf + b"--b--\r\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    message = parse(mail)
    assert message.text == "Words."
    assert message.attachments is not None
    assert message.attachments[0].size > 14_000_000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 8 * len(mail)


@pytest.mark.parametrize(
    "mail",
    [
        HTML + b"<div>" * 100_000 + b"Words.",
        HTML + b"".join(b"<b id=%d>" % n for n in range(20_000)) + b"<p>x" * 20_000,
        HTML + b"<!--" * 100_000,
        HTML + b"<a " * 100_000,
        HTML + b'<div class="gmail_attr">x' * 10_000,
        PLAIN + b"thanks\r\nx\r\n" * 15_000,
        PLAIN + b"> a\r\nb\r\n" * 20_000,
        PLAIN + b"On 1 May 2024 10:00 x wrote:\r\n" * 6_000,
        PLAIN + b"From: a\r\n" * 20_000,
        b"From: " + b"<" * 20_000 + b"\r\n\r\nx",
        b"From: " + b"(" * 20_000 + b"\r\n\r\nx",
        b"From: " + b"a" * 20_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?a?q?" * 5_000 + b"\r\n\r\nx",
        b"Subject: a" + b" " * 100_000 + b"b\r\n\r\nx",
        b"Content-Type: text/plain" + b"; a*1=b" * 5_000 + b"\r\n\r\nx",
        b"\0" * 10_000,
        b"\r" * 10_000,
        HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"x \r\n" * 100_000,
        HEAD + b"Content-Type: text/rtf\r\n\r\n" + b"{\\f1" * 100_000,
        HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + b"--x\r\n" * 4_000,
        HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n" + b"\x30\x80" * 100_000,
        HEAD + b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22" + b"\0" * 500_000,
        PLAIN + b"begin 644 x\r\n#AAAA\r\n" * 20_000,
        HEAD + b"Content-Type: text/rtf\r\n\r\n" + b"{" * 1_600_000,
        b"From: MAILER-DAEMON@x.example\r\n\r\n" + b"".join(b"%d@x\r\n" % n for n in range(9_000)),
        PLAIN + b"-----BEGIN PGP MESSAGE-----\r\n" * 20_000,
        PLAIN + b"a <x@y.example> 2020 10:00\r\n" * 20_000,
    ],
    ids=range(27),
)
def test_repetition_made_to_be_slow_is_read(mail):
    assert parse(mail).error in {None, *REASONS}


@given(st.binary(max_size=2_000))
def test_any_bytes_become_a_message(raw):
    check(raw)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(
    st.sampled_from(MAILS).map(lambda path: path.read_bytes()),
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 40), st.binary(max_size=12)), max_size=6),
)
def test_any_damage_to_a_mail_leaves_a_message(raw, damages):
    for start, length, inserted in damages:
        raw = raw[:start] + inserted + raw[start + length :]
    check(raw)


PIECES = [
    *(b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed", b"text/html", b"message/rfc822"),
    *(b'; boundary="b"', b"; charset=", b"windows-1256", b"utf-16", b"utf-7", b"\r\n", b"\r\n\r\n"),
    *(b"--b", b"--b--", b"<blockquote>", b"</div>", b"<a@b.example>", b"=?utf-8?B?", b"?=", b"\xd8\xa7"),
    *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode", b"begin 644 x\n"),
    *(b"> ", b"On 1 May 2024 at 10:00 <a@b.example> wrote:", b"-----Original Message-----", b"\xff", b"\0"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_any_mixture_of_the_pieces_of_mail_becomes_a_message(raw):
    check(raw)


def test_postscripts_below_sign_offs_without_end_are_read_once():
    signed = b"Regards,\r\nSamir\r\nP.S. And my calls.\r\n"
    message = parse(PLAIN + b"Delete my account.\r\n" + signed * 5_000)
    assert message.error is None
    assert message.text.startswith("Delete my account.\n\nP.S. And my calls.")
    assert len(message.text) < 200
