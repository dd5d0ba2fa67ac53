"""Who vouches for a sender: our own server's word, by DMARC or by a domain that is the sender's."""

import pytest

from inbox_agent.message import Screening, parse

OURS = Screening(authserv_id="mx.ours.example")
SPF_FAILED, DMARC_FAILED = "mx.ours.example; spf=fail", "mx.ours.example; dmarc=fail"


def dmarc(*results: str) -> str | None:
    fields = "".join(f"Authentication-Results: {result}\r\n" for result in results)
    return parse(f"{fields}From: lina@customer.example\r\n\r\nwords".encode(), screening=OURS).dmarc


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("mx.ours.example; dmarc=pass header.from=customer.example", "pass"),
        ("mx.ours.example; dkim=pass header.d=customer.example; dmarc=fail", "fail"),
        ("mx.ours.example; dkim=pass header.d=customer.example", "pass"),
        ("mx.ours.example; dkim=pass header.i=@mail.customer.example", "pass"),
        ("mx.ours.example; dkim=pass (good) header.d=bulk.example header.i=@bulk.example", None),
        ("mx.ours.example; dkim=fail header.d=customer.example", None),
        ("mx.ours.example; spf=pass smtp.mailfrom=lina@customer.example", "pass"),
        ("mx.ours.example; spf=pass smtp.mailfrom=customer.example", "pass"),
        ("mx.ours.example; spf=pass smtp.mailfrom=bounce@bulk.example", None),
        ("mx.ours.example; spf=pass smtp.helo=customer.example", None),
        ("mx.ours.example; spf=pass smtp.mailfrom=example", None),
        ("mx.ours.example; dmarc=none; dkim=pass header.d=customer.example", "pass"),
        ("mx.ours.example; dmarc=temperror", "temperror"),
        ("mx.ours.example 1; dmarc=pass", "pass"),
        ("mx.ours.example; none", None),
        ("mx.ours.example", None),
        ("", None),
        ("mx.ours.example.evil.example; dmarc=pass", None),
    ],
)
def test_one_field_is_read_with_alignment(result: str, expected: str | None) -> None:
    assert dmarc(result) == expected


@pytest.mark.parametrize(
    "result",
    [
        'mx.ours.example; spf=pass smtp.mailfrom="x;dmarc=pass"@bulk.example',
        'mx.ours.example; dkim=fail reason="key; dmarc=pass" header.d=bulk.example',
        'mx.ours.example; spf=pass smtp.mailfrom="x smtp.mailfrom=customer.example"@bulk.example',
        'mx.ours.example; spf=none smtp.mailfrom="\\"; dmarc=pass \\""@bulk.example',
        "mx.ours.example; spf=none (no; dmarc=pass)",
    ],
)
def test_what_a_sender_chose_is_data_and_no_result(result: str) -> None:
    assert dmarc(result) is None


def test_a_bracket_that_a_sender_chose_hides_no_result() -> None:
    assert dmarc('mx.ours.example; spf=pass smtp.mailfrom="("@bulk.example; dmarc=fail') == "fail"


def test_a_pass_of_another_from_field_says_nothing_of_this_sender() -> None:
    assert dmarc("mx.ours.example; dmarc=pass header.from=evil.example") is None
    assert dmarc("mx.ours.example; dmarc=fail header.from=evil.example") == "fail"


def test_a_domain_in_its_own_script_is_the_one_in_code() -> None:
    field = "Authentication-Results: mx.ours.example; dmarc=pass header.from=xn--mgbh0fb.example\r\n"
    mail = f"{field}From: lina@مثال.example\r\n\r\nwords".encode()
    assert parse(mail, screening=OURS).dmarc == "pass"


def test_fields_of_our_server_that_stand_together_count_together() -> None:
    assert dmarc(SPF_FAILED, "mx.ours.example; dkim=pass header.d=customer.example") == "pass"


def test_a_field_below_another_servers_was_there_before_and_may_be_forged() -> None:
    forged = ("mx.evil.example; x=y", "mx.ours.example; dmarc=pass")
    assert dmarc(DMARC_FAILED, *forged) == "fail"
    assert dmarc(SPF_FAILED, *forged) is None
