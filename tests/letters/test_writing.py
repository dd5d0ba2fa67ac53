import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_agent.errors import WrongSetting
from inbox_agent.letters import KINDS, Stationery, compose
from tests.company import stationery
from tests.letters.drafts import ADDRESS, ORDERS, REF, TOKEN, Read, draft, facts

STATIONERY = stationery()
HOSTILE = (
    "<script>alert(1)</script>\r\nBcc: all@example.com\r\n\r\n{{ ref }}{% if %}"
    "\u202e**bold**\u2028- \ud800\x00" + "x" * 9000
)


def read(**changes: Any) -> Read:
    return Read(compose(draft(**changes), STATIONERY))


def test_a_letter_has_the_headers_of_an_automatic_answer() -> None:
    mail = read().mail
    expected = {
        "From": f"Mittal Cloud privacy team <{ADDRESS}>",
        "To": "lina@example.com",
        "Reply-To": ADDRESS,
        "Message-ID": f"<{TOKEN}.0123456789abcdef@mittalcloud.com>",
        "In-Reply-To": "<question@example.com>",
        "References": "<earlier@example.com> <question@example.com>",
        "Date": "Sun, 22 Nov 2026 09:12:00 +0000",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    assert {name: str(mail[name]) for name in expected} == expected
    assert not any(len(mail.get_all(name) or []) != 1 for name in expected)


def test_an_arabic_letter_bears_an_arabic_sender() -> None:
    mail = read(languages=("ar", "en")).mail
    assert " ".join(mail["from"].addresses[0].display_name.split()) == "فريق الخصوصية في ميتال كلاود"
    assert mail["from"].addresses[0].addr_spec == ADDRESS


def test_plain_text_comes_before_html() -> None:
    mail = read().mail
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_seven_bit_in_short_lines_and_without_a_defect(kind: str, order: tuple[str, str]) -> None:
    letter = read(kind=kind, languages=order)
    assert letter.raw.isascii()
    assert b"\0" not in letter.raw
    assert max(len(line) for line in letter.raw.split(b"\r\n")) <= 76
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", letter.raw)
    assert not any(part.defects for part in letter.mail.walk())


@pytest.mark.parametrize(
    ("order", "subject"),
    [
        (("en", "ar"), f"We have received your request | وصلنا طلبكم [{REF}]"),
        (("ar", "en"), f"وصلنا طلبكم | We have received your request [{REF}]"),
    ],
)
def test_the_subject_decodes_to_both_languages_and_the_reference(
    order: tuple[str, str], subject: str
) -> None:
    assert str(read(languages=order).mail["subject"]) == subject


def test_a_letter_that_is_always_bilingual_gets_the_second_language_by_itself() -> None:
    assert read(languages=("ar",)).raw == read(languages=("ar", "en")).raw


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert read().raw == read().raw


def test_a_letter_without_a_thread_has_no_headers_of_one() -> None:
    mail = read(in_reply_to=None, references=()).mail
    assert mail["in-reply-to"] is None
    assert mail["references"] is None


def test_a_long_thread_keeps_its_first_and_its_last_ids() -> None:
    ids = [f"<{number}@example.com>" for number in range(500)]
    kept = str(read(references=ids).mail["references"]).split()
    assert kept == [ids[0], *ids[-18:], "<question@example.com>"]


@pytest.mark.parametrize(
    "broken", ["no brackets", "<a b@c>", "<a@b>\r\nBcc: x@y.z", "<ü@example.com>", f"<{'x' * 300}@b>", "<>"]
)
def test_an_id_that_is_not_well_formed_is_left_out(broken: str) -> None:
    mail = read(in_reply_to=broken, references=[broken, "<good@example.com>"]).mail
    assert mail["in-reply-to"] is None
    assert str(mail["references"]) == "<good@example.com>"
    assert mail["bcc"] is None


def test_a_domain_in_arabic_letters_is_written_as_mail_servers_know_it() -> None:
    assert str(read(to="lina@بريد.example").mail["to"]) == "lina@xn--ngbof4h.example"


@pytest.mark.parametrize(
    "to", ["لينا@example.com", "a@b\r\nBcc: c@d.e", "two@x.y, more@x.y", "nobody", "", "a b@c"]
)
def test_an_address_that_no_header_can_have_is_kept_out(to: str) -> None:
    mail = read(to=to).mail
    assert mail["bcc"] is None
    assert mail["to"].addresses == ()


def test_an_automatic_letter_can_say_nothing_that_a_sender_supplied() -> None:
    ours = {"received", "rights", "due", "done_on", "until", "today", "needed"}
    ours |= {"code", "expires", "tries", "lapses"}
    automatic = [kind for kind in KINDS.values() if kind.sent == "automatic"]
    assert automatic
    for kind in automatic:
        assert kind.facts <= ours


def test_facts_that_a_kind_does_not_list_reach_no_letter() -> None:
    told = facts(name="Lina Haddad", subject="Buy now", in_reply_to="<x@y>")
    assert read(facts=told).raw == read().raw


@pytest.mark.parametrize("order", ORDERS)
def test_a_hostile_fact_neither_breaks_out_nor_turns_the_text_around(order: tuple[str, str]) -> None:
    calm = read(languages=order, facts=facts(received="calm"))
    letter = read(languages=order, facts=facts(received=HOSTILE))
    assert list(letter.mail.keys()) == list(calm.mail.keys())
    assert "<script" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert letter.html.count("<tr>") == calm.html.count("<tr>")
    assert "{{ ref }}" in letter.text
    assert not re.search(r"[\u202a-\u202e\u2028\x00\ud800-\udfff]", letter.text + letter.html)
    assert letter.text.count("\n") == calm.text.count("\n")
    assert max(len(line) for line in letter.raw.split(b"\r\n")) <= 76


@given(fact=st.text())
def test_any_text_as_a_fact_gives_a_mail_of_the_same_shape(fact: str) -> None:
    letter, calm = read(facts=facts(received=fact)), read(facts=facts(received="calm"))
    assert letter.html.count("<") == calm.html.count("<")
    assert letter.text.count("\n") == calm.text.count("\n")


def test_what_looks_like_a_date_and_is_none_stays_as_it_is() -> None:
    assert "2026-13-45" in read(facts=facts(received="2026-13-45")).text


def test_the_token_is_left_out_where_there_is_none() -> None:
    letter = read(token=None)
    assert TOKEN not in letter.text + letter.html
    assert letter.text.rstrip().endswith(ADDRESS)


def test_a_letter_whose_facts_lack_something_names_template_and_placeholder() -> None:
    with pytest.raises(WrongSetting, match=r"letters/acknowledgement/en.txt.*'received' is undefined"):
        read(facts={"rights": []})


def test_months_are_named_as_in_the_country() -> None:
    of_jordan = draft()
    of_jordan = replace(of_jordan, facts={**of_jordan.facts, "country": "JO"})
    assert "الأحد 20 كانون الأول 2026" in Read(compose(of_jordan, Stationery(ADDRESS))).text


def test_a_letter_of_the_operators_own_replaces_ours(tmp_path: Path) -> None:
    _put(tmp_path, "Subject: A word from us\n\nDear customer, {{ ref }} & **more** <b>\n")
    letter = Read(compose(draft(), Stationery(ADDRESS, overrides=tmp_path)))
    assert f"Dear customer, {REF} & more <b>" in letter.text
    assert "&amp; <strong>more</strong> &lt;b&gt;" in letter.html
    assert str(letter.mail["subject"]).startswith("A word from us | وصلنا طلبكم")
    assert "مع التحية،" in letter.text


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (
            "Subject: x\n\n{{ refernce }}",
            r"acknowledgement/en.txt: there is no {{ refernce }} here; there is: addr",
        ),
        ("Subject: x\n\n{% if ref %}", r"acknowledgement/en.txt, line 3: Unexpected end"),
        ("Hello,\n\n{{ ref }}", r"acknowledgement/en.txt: 'Hello,' stands at the head"),
        ("Topic: x\n\n{{ ref }}", r"acknowledgement/en.txt: the line `Subject: …` is missing"),
    ],
)
def test_a_letter_that_cannot_be_used_is_refused_at_the_start(
    tmp_path: Path, source: str, complaint: str
) -> None:
    _put(tmp_path, source)
    with pytest.raises(WrongSetting, match=complaint):
        Stationery(ADDRESS, overrides=tmp_path)


def test_a_letter_of_the_operators_own_cannot_reach_behind_its_placeholders(tmp_path: Path) -> None:
    _put(tmp_path, "Subject: x\n\n{{ ref.__class__.__mro__ }}")
    with pytest.raises(WrongSetting, match="unsafe"):
        compose(draft(), Stationery(ADDRESS, overrides=tmp_path))


def test_an_address_of_ours_that_no_header_can_have_is_refused() -> None:
    with pytest.raises(WrongSetting, match="INBOX_AGENT_ADDRESS"):
        Stationery("معلومات@example.com")


def test_the_date_keeps_its_time_zone() -> None:
    amman = datetime.fromisoformat("2026-11-22T12:12:00+03:00")
    letter = Read(compose(replace(draft(), date=amman), STATIONERY))
    assert letter.mail["date"].datetime == amman.astimezone(UTC)


def _put(folder: Path, source: str) -> None:
    path = folder / "letters" / "acknowledgement" / "en.txt"
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")


def test_with_plus_addresses_an_answer_goes_to_an_address_that_names_its_case() -> None:
    plain, plus = STATIONERY, Stationery(ADDRESS, plus_addresses=True)
    assert Read(compose(draft(), plain)).mail["Reply-To"] == ADDRESS
    assert Read(compose(draft(), plus)).mail["Reply-To"] == f"info+case-{TOKEN}@mittalcloud.com"
