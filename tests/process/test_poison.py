"""Mail that is hard to swallow: each ends as a record with a reason, and the next mail is processed."""

import resource
from collections.abc import Callable

import pytest

from inbox_agent.cases import search
from inbox_agent.cases.record import Record
from inbox_agent.process import explain
from tests.company import COPY_PLEASE, cases, mail, mails
from tests.process.conftest import Post

HEAD = b"From: rana@example.com\r\nTo: info@mittalcloud.com\r\nSubject: hello\r\n"


def _nested(depth: int) -> bytes:
    opened = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
    )
    closed = "".join(f"\r\n--b{level}--" for level in reversed(range(depth)))
    return HEAD + f"{opened}Content-Type: text/plain\r\n\r\n{COPY_PLEASE}{closed}".encode()


UNCLOSED = b'Content-Type: multipart/mixed; boundary="a\r\n\r\n--b\r\n'

POISON: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "fifty_megabytes": lambda: HEAD + b"\r\n" + b"x" * 76 * 700_000,
    "ten_thousand_header_lines": lambda: HEAD + b"X-Line: 1\r\n" * 10_000 + b"\r\n" + COPY_PLEASE.encode(),
    "thousand_nested_parts": lambda: _nested(1000),
}
TOLERABLE: dict[str, Callable[[], bytes]] = {
    "broken_mime": lambda: (
        HEAD + b'Content-Type: multipart/mixed; boundary="a\r\n\r\n--b\r\n' + COPY_PLEASE.encode()
    ),
    "no_sender": lambda: b"Subject: hello\r\n\r\n" + COPY_PLEASE.encode(),
    "null_bytes": lambda: HEAD + b"\r\n\x00\x00" + COPY_PLEASE.encode() + b"\x00",
}


@pytest.mark.parametrize("name", POISON)
def test_what_cannot_be_read_goes_to_staff_with_a_reason(record: Record, post: Post, name: str) -> None:
    post.receive(POISON[name](), mail(COPY_PLEASE, "next@example.com"))
    with record.reading() as session:
        quarantined = search.quarantined(session)
        found = [(one.reason, one.sealed_raw is not None) for one in quarantined]
    triaged = [case for case in cases(record) if case["state"] == "triage"]
    assert len(found) + len(triaged) == 1
    assert all(kept and explain(reason) for reason, kept in found)
    assert [case["requester"] for case in cases(record) if case["state"] == "awaiting_identity"] == [
        "next@example.com"
    ]


@pytest.mark.parametrize("name", TOLERABLE)
def test_what_is_only_odd_is_read_all_the_same(record: Record, post: Post, name: str) -> None:
    post.receive(TOLERABLE[name](), mail(COPY_PLEASE, "next@example.com"))
    assert [state for state, _ in mails(record)] == ["filed", "filed"]
    assert cases(record)[0]["types"] == ["access"]


def test_a_mail_over_the_size_limit_is_kept_with_its_beginning(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE), complete=False)
    assert mails(record) == [("needs_staff", "too_large")]


def test_memory_stays_bounded(local_record: Record) -> None:
    """Each of these mails has 50 MB; ten of them must not need ten times as much."""
    post = Post(local_record)
    post.receive(POISON["fifty_megabytes"]())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(9):
        post.receive(POISON["fifty_megabytes"]())
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 150 * 1024, f"{(after - before) // 1024} MB more"
