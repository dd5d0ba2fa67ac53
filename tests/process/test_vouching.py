"""A mail's own signature, checked by us: it can only say yes, and only for the sender's own domain."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inbox_agent.letters import Signature
from inbox_agent.process.vouching import vouched_for
from inbox_agent.settings import DkimSettings

MAIL = b"From: Lina <lina@customer.example>\r\nSubject: data\r\n\r\nSend me my data.\r\n"
KEY = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signature(domain: str) -> Signature:
    return Signature(DkimSettings(key=KEY.decode(), selector="s", domain=domain), "unused@example.com")


def dns(name: bytes, timeout: float = 0) -> bytes | None:
    """Every domain here publishes the same key."""
    assert timeout
    return signature("any.example").record.encode() if name.startswith(b"s._domainkey.") else None


@pytest.mark.parametrize(
    ("domain", "sender", "expected"),
    [
        ("customer.example", "lina@customer.example", True),
        ("customer.example", "lina@mail.customer.example", True),
        ("mail.customer.example", "lina@customer.example", True),
        ("bulkmailer.example", "lina@customer.example", False),
        ("example", "lina@customer.example", False),
        ("omer.example", "lina@customer.example", False),
        ("customer.example", None, False),
    ],
)
def test_only_an_aligned_domain_vouches(domain: str, sender: str | None, expected: bool) -> None:
    assert vouched_for(signature(domain).signed(MAIL), sender, dns) is expected


def test_a_changed_mail_is_vouched_for_by_nobody() -> None:
    signed = signature("customer.example").signed(MAIL)
    assert not vouched_for(signed.replace(b"my data", b"her data"), "lina@customer.example", dns)


def test_the_one_good_signature_is_found_among_broken_ones() -> None:
    signed = b"DKIM-Signature: v=1; nonsense\r\n" + signature("customer.example").signed(MAIL)
    assert vouched_for(signed, "lina@customer.example", dns)


def test_many_signatures_cost_few_questions() -> None:
    asked: list[bytes] = []

    def counting(name: bytes, timeout: float = 0) -> None:
        assert timeout
        asked.append(name)

    one = signature("customer.example").signed(MAIL).removesuffix(MAIL)
    assert not vouched_for(one * 50 + MAIL, "lina@customer.example", counting)
    assert len(asked) == 3


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", b"DKIM-Signature: \xff\r\n\r\n", b"DKIM-Signature: v=1; d=a; s=b\n\nx"]
)
def test_no_bytes_and_no_silent_dns_break_it(raw: bytes) -> None:
    def silent(name: bytes, timeout: float = 0) -> bytes:
        raise TimeoutError(name, timeout)

    assert not vouched_for(raw + MAIL, "lina@customer.example", silent)
