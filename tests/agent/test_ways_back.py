"""What comes back to a letter finds its case: by plus-address and envelope, by a signature of the sender."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.process import finding
from inbox_agent.understanding import RequestType
from tests.agent.office import LINA, Office, read, text_of
from tests.agent.test_casework import ASKED
from tests.company import ADDRESS
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink


@pytest.fixture
def plain(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    office = Office(dovecot, smtp_sink, tmp_path)
    yield office
    office.close()


@pytest.fixture
def plus(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    office = Office(dovecot, smtp_sink, tmp_path, plus_addresses=True)
    yield office
    office.close()


def test_with_plus_addresses_the_envelope_names_the_case_as_the_letters_own_id_does(plus: Office) -> None:
    plus.receive(ASKED["en", RequestType.ACCESS])
    token = str(read(plus.last)["Message-ID"]).strip("<>").partition(".")[0]
    assert plus.last.sender == ADDRESS.replace("@", f"+case-{token}@")


def test_without_them_it_is_our_address(plain: Office) -> None:
    plain.receive(ASKED["en", RequestType.ACCESS])
    assert plain.last.sender == ADDRESS


def test_a_bounce_that_says_nothing_else_is_linked_by_the_address_it_came_to(plus: Office) -> None:
    plus.receive(ASKED["en", RequestType.ACCESS])
    plus.receive(
        "Sorry, the message could not be delivered.",
        sender="MAILER-DAEMON@mx.example.com",
        subject="Undelivered Mail Returned to Sender",
        Delivered_To=str(plus.last.sender),
    )
    assert "bounce" in " ".join(plus.case()["events"])


def test_a_mail_that_its_own_domain_signed_is_told_to_be_so(
    dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def vouching(raw: bytes, sender: str | None) -> bool:
        asked.append(sender)
        return b"DKIM" in raw

    monkeypatch.setattr(finding, "vouched_for", vouching)
    office = Office(dovecot, smtp_sink, tmp_path, verify_dkim=True, authserv_id="mx.mittalcloud.com")
    try:
        office.receive("Our phone does not ring any more.")
        assert asked == [], "nobody asks the DNS about ordinary mail"
        told = {"Authentication_Results": "mx.mittalcloud.com; dmarc=fail header.from=example.com"}
        office.receive(ASKED["en", RequestType.ACCESS], **told)
        assert asked == [], "what our own mail server says counts"
        office.receive(ASKED["en", RequestType.DELETION], DKIM_Signature="v=1")
        assert asked == [LINA]
    finally:
        office.close()


@pytest.mark.parametrize(
    ("given", "echoed"), [("2024-8SN74KL", True), ("buy-cheap-pills1", False), ("2024-8SN74KL-buy", False)]
)
def test_only_a_reference_that_a_known_tool_made_is_echoed(plain: Office, given: str, echoed: bool) -> None:
    plain.receive(f"{ASKED['en', RequestType.ACCESS]}\n\nMy reference: {given}")
    assert (given in text_of(plain.last)) is echoed
