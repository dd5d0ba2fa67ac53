"""DKIM: what we sign, others can verify; whatever somebody changes, they cannot."""

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inbox_agent.errors import WrongSetting
from inbox_agent.letters import Relay, Signature, compose
from inbox_agent.settings import DkimSettings
from tests.company import stationery
from tests.letters.drafts import ADDRESS, draft
from tests.servers.sink import SmtpSink

RAW = compose(draft(), stationery())


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def signature() -> Signature:
    return Signature(DkimSettings(key=pem(rsa.generate_private_key(65537, 2048)), selector="agent"), ADDRESS)


def is_valid(signature: Signature, raw: bytes) -> bool:
    def dns(name: bytes, timeout: float) -> bytes | None:
        assert timeout
        return signature.record.encode() if name.decode() == f"{signature.place}." else None

    return bool(dkim.verify(raw, dnsfunc=dns))


def test_a_signed_letter_is_verified_by_what_the_dns_should_say(signature: Signature) -> None:
    signed = signature.signed(RAW)
    assert signed.endswith(RAW)
    assert b"d=mittalcloud.com" in signed
    assert signature.place == "agent._domainkey.mittalcloud.com"
    assert is_valid(signature, signed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: not "),
        (b"\r\nReply-To: ", b"\r\nReply-To: x@evil.example\r\nReply-To: "),
        (b"\r\nFrom: ", b"\r\nFrom: x@evil.example\r\nFrom: "),
        (b"\r\n--=_letter_=--", b"\r\nmore\r\n--=_letter_=--"),
    ],
)
def test_nothing_can_be_changed_or_added(signature: Signature, old: bytes, new: bytes) -> None:
    signed = signature.signed(RAW)
    assert old in signed
    assert not is_valid(signature, signed.replace(old, new, 1))


def test_trace_lines_and_folding_on_the_way_break_nothing(signature: Signature) -> None:
    signed = signature.signed(RAW)
    assert is_valid(
        signature, b"Received: from a by b\r\n" + signed.replace(b"Auto-Submitted: ", b"Auto-Submitted:  ")
    )


def test_letters_leave_signed(signature: Signature, smtp_sink: SmtpSink) -> None:
    relay = Relay(smtp_sink.settings(), signature=signature)
    relay.send(ADDRESS, "lina@example.com", RAW)
    relay.close()
    [taken] = smtp_sink.taken()
    assert isinstance(taken.content, bytes)
    assert is_valid(signature, taken.content)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": "no key", "selector": "a"}, "DKIM__KEY is no PEM key"),
        ({"key": pem(ec.generate_private_key(ec.SECP256R1())), "selector": "a"}, "must be an RSA key"),
        ({"key": pem(rsa.generate_private_key(65537, 2048))}, "DKIM__SELECTOR is empty"),
    ],
)
def test_a_key_of_no_use_is_a_wrong_setting_that_does_not_show_it(given: dict[str, str], said: str) -> None:
    with pytest.raises(WrongSetting, match=said) as wrong:
        Signature(DkimSettings(**given), ADDRESS)  # type: ignore[arg-type]
    assert "PRIVATE" not in str(wrong.value)
