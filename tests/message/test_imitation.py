"""Senders that want to be taken for us, and the many that do not."""

import pytest

from inbox_agent.message import Message, Screening, parse
from inbox_agent.message.imitation import imitation
from inbox_agent.understanding import Decision, Flag
from tests.company import understanding

OURS = frozenset({"info@mittalcloud.com"})


@pytest.mark.parametrize(
    "sender",
    [
        "info@mittaIcloud.com",
        "info@mitta1cloud.com",
        "info@rnittalcloud.com",
        "info@mitalcloud.com",
        "info@mittalclouds.com",
        "info@mittlacloud.com",
        "info@mittalcloud.net",
        "info@mittal-cloud.com",
        "info@mittalcloud-support.com",
        "info@mittalcloud.com.evil.example",
        "info@\u043cittalcloud.com",
        "info@xn--ittalcloud-qui.com",
    ],
)
def test_a_domain_that_looks_like_ours_is_found(sender: str) -> None:
    assert imitation(sender.lower(), "", OURS) == "lookalike"


@pytest.mark.parametrize("sender", ["info@p\u0430ypal.com", "info@xn--pypal-4ve.com", "x@g\u03bfogle.com"])
def test_alphabets_that_look_alike_in_one_name_are_found(sender: str) -> None:
    assert imitation(sender, "", OURS) == "homograph"


@pytest.mark.parametrize(
    "name", ["info@mittalcloud.com", "Billing (info@mittalcloud.com)", "x@mail.mittalcloud.com"]
)
def test_our_address_as_somebody_elses_name_is_found(name: str) -> None:
    assert imitation("x@evil.example", name, OURS) == "name"


@pytest.mark.parametrize(
    "sender",
    [
        None,
        "",
        "broken",
        "info@mittalcloud.com",
        "lina@support.mittalcloud.com",
        "lina@gmail.com",
        "lina@cloud.com",
        "lina@mittal.com",
        "lina@metalcloud.example",
        "lina@\u0634\u0631\u0643\u0629.example",
        "lina@b\u00fccher.example",
        "lina@\u0448\u043e\u043a\u043e\u043b\u0430\u0434.example",
        "info@xn--.example",
    ],
)
def test_everybody_else_is_nobody_but_themselves(sender: str | None) -> None:
    assert imitation(sender, "Mittal Cloud customer", OURS) is None


def test_who_shares_a_provider_with_us_imitates_nobody() -> None:
    ours = frozenset({"mittalcloud@outlook.com"})
    assert imitation("lina@outlook.sa", "", ours) is None
    assert imitation("lina@out1ook.com", "", ours) == "lookalike"


def test_a_name_wholly_in_another_alphabet_is_found() -> None:
    ours = frozenset({"info@iso.com"})
    assert imitation("x@\u0456\u0455\u043e.com", "", ours) == "lookalike"


def test_a_short_name_is_only_imitated_by_itself() -> None:
    ours = frozenset({"info@acme.com"})
    assert imitation("x@acne.com", "", ours) is None
    assert imitation("x@acme.net", "", ours) == "lookalike"


def test_a_request_from_an_imitation_goes_to_a_person() -> None:
    raw = b"From: x@%b\r\nSubject: my data\r\n\r\nPlease delete all my personal data.\r\n"
    decided = {
        domain: understanding().read(screened(raw % domain))
        for domain in (b"mittalc1oud.com", b"customer.example")
    }
    assert decided[b"mittalc1oud.com"].decision is Decision.ASK_STAFF
    assert Flag.PHISHING in decided[b"mittalc1oud.com"].flags
    assert decided[b"customer.example"].decision is Decision.OPEN_CASE


def screened(raw: bytes) -> Message:
    return parse(raw, screening=Screening(addresses=OURS))
