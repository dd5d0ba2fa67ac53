from base64 import b64encode
from datetime import UTC, datetime

import pytest

from inbox_agent.message import Screening
from inbox_agent.message.addresses import mailboxes
from inbox_agent.message.headers import Headers, date_of, decode_words, message_ids, parameters


@pytest.mark.parametrize(
    ("mail", "subject"),
    [
        ("subject_raw_windows_1256", "طلب نسخة من بياناتي"),
        ("subject_raw_utf_8", "طلب نسخة من بياناتي"),
        ("subject_letter_cut_between_encoded_words", "نسخة من بياناتي"),
        ("subject_encoded_word_with_spaces", "Export of my بيانات please"),
        ("subject_encoded_word_without_padding", "نسخة من بياناتي"),
        ("subject_encoded_in_an_unknown_charset", "نسخة من بياناتي"),
        ("subject_folded_over_three_lines", "Copy of all my data"),
        ("subject_hides_a_line_feed", "Hello Bcc: all@company.example"),
        ("forward_outlook", "FW: Contract"),
        ("empty", ""),
    ],
)
def test_subject_is_decoded_and_unfolded_with_its_prefixes(read, mail, subject):
    assert read(mail).subject == subject


@pytest.mark.parametrize(
    "mail",
    [
        "two_senders",
        "sender_name_in_windows_1256",
        "sender_name_holds_another_address",
        "sender_encoded_as_a_whole",
        "sender_with_comment",
    ],
)
def test_sender_is_the_first_mailbox_of_from_in_lower_case(read, mail):
    assert read(mail).sender == "samir@customer.example"


@pytest.mark.parametrize("mail", ["sender_missing", "sender_unreadable", "empty"])
def test_sender_is_never_guessed_from_elsewhere(read, mail):
    assert read(mail).sender is None


def test_sender_name_is_decoded(read):
    assert read("sender_name_in_windows_1256").sender_name == "سمير حداد"


def test_recipients_come_from_groups_and_delivery_fields_in_lower_case(read):
    mail = read("recipients_in_a_group")
    assert mail.recipients == (
        "info@company.example",
        "sales@company.example",
        "lina@customer.example",
        "desk@company.example",
        "privacy@company.example",
    )
    assert mail.copied == ("lina@customer.example",)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ('"Haddad, Samir" <S@B.example>', [("Haddad, Samir", "s@b.example")]),
        ("<mailto:a@b.example>", [("", "a@b.example")]),
        ("<@relay.example:a@b.example>", [("", "a@b.example")]),
        ("A <a@b.example", [("A", "a@b.example")]),
        ("undisclosed-recipients:;", []),
        ("a @ b . example", [("", "a@b.example")]),
        ("<<a@b.example>>", [("", "a@b.example")]),
        ("A (x, y) <a@b.example>; b@c.example", [("A (x, y)", "a@b.example"), ("", "b@c.example")]),
        ("سمير <سمير@مثال.example>", [("سمير", "سمير@مثال.example")]),
        ('"never closed <a@b.example>, c@d.example', [('"never closed', "a@b.example"), ("", "c@d.example")]),
        ("A [mailto:a@b.example]", [("", "a@b.example")]),
        ('A <"a@b.example">', [("A", "a@b.example")]),
        ("A <SMTP:a@b.example>", [("A", "a@b.example")]),
        ("A\u200f <\u202aa@b.example\u202c>", [("A\u200f", "a@b.example")]),
        ("A <a@[192.0.2.1]>", [("A", "a@[192.0.2.1]")]),
        ("One: a@b.example; Two: c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("=?utf-8?q?A_=3Cc=40d=2Eexample=3E?= <a@b.example>", [("A <c@d.example>", "a@b.example")]),
        ("nobody at all", []),
        ("a@b@c.example", []),
    ],
)
def test_mailboxes_are_read_leniently(value, found):
    assert mailboxes(value) == found


def test_thread_ids_keep_their_brackets_and_are_bounded(read):
    assert read("references_without_brackets").references == (
        "<letter1@company.example>",
        "<letter2@company.example>",
    )
    many = message_ids(" ".join(f"<{n}@a.example>" for n in range(300)))
    assert len(many) == 100
    assert many[-1] == "<299@a.example>"


def test_date_is_utc_or_unknown(read):
    assert read("gmail_reply").date == datetime(2025, 3, 4, 7, 15, tzinfo=UTC)
    assert read("date_impossible").date is None
    assert date_of("Tue, 4 Mar 2025 10:15:00") == datetime(2025, 3, 4, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "mail", ["attachment_named_in_arabic_rfc_2231", "attachment_named_in_an_encoded_word"]
)
def test_attachment_names_are_decoded(read, mail):
    assert [attachment.name for attachment in read(mail).attachments] == ["نموذج.pdf"]


def test_parameters_join_continued_and_quoted_values():
    value = """text/plain; charset="utf-8"; name*1=b.txt; name*0*=utf-8''a%20; x="semi;colon" """
    assert parameters(value) == {"charset": "utf-8", "x": "semi;colon", "name": "a b.txt"}


@pytest.mark.parametrize(
    "written",
    [
        "x; name*2=c.pdf; name*0=a; name*1=b",
        "x; name*0*=utf-8''a; name*1=bc.pdf",
        "x; name*0=a; name*1*=utf-8'en'b%63.pdf",
        "x; name*1*=us-ascii''ab; name*2=c.pdf",
        "x; name*=\"utf-8''abc.pdf\"",
        "x; name*=%61bc.pdf",
        'x; name*0="=?utf-8?B?YWJj"; name*1="LnBkZg==?="',
        "x; name==?utf-8?Q?abc=2Epdf?=",
        "x; name=\"old.pdf\"; name*=utf-8''abc.pdf",
        'x; name="abc.pdf',
        "x name=abc.pdf",
        "x;; name = abc.pdf (a copy);",
    ],
)
def test_parameters_are_read_however_they_are_cut(written):
    assert parameters(written)["name"] == "abc.pdf"


def test_a_path_keeps_its_backslashes():
    assert parameters(r'x; name="C:\Users\a \"b\".pdf"') == {"name": r'C:\Users\a "b".pdf'}


def test_encoded_words_touching_other_text_keep_what_stands_between():
    assert decode_words("A =?utf-8?q?=C3=A9?= b =?utf-8?q?=C3=A9?= =?utf-8?q?=C3=A9?=") == "A é b éé"


SUBJECT = "نسخة من بياناتي"
OCTETS = SUBJECT.encode()
BASE64 = b64encode(OCTETS).decode()


@pytest.mark.parametrize(
    "written",
    [
        f"=?utf-8?B?{BASE64}?=",
        f"=?UTF-8*ar?b?{BASE64}?=",
        f'=?"utf-8"?B?{BASE64}?=',
        f"=?utf-8 ?B?{BASE64}?=",
        f"=? utf-8 ? B ? {BASE64} ?=",
        f"=??B?{BASE64}?=",
        f"=?x-unknown?B?{BASE64}?=",
        f"=?utf-8?B?{BASE64[:10]} {BASE64[10:]}?=",
        f"=?utf-8?B?{BASE64.rstrip('=')}?=",
        f"=?utf-8?B?{BASE64}?",
        f"=?utf-8?B?{BASE64}",
        f"=?utf-8?B?{b64encode(OCTETS[:7]).decode()}?= =?utf-8?B?{b64encode(OCTETS[7:]).decode()}?=",
        f"=?utf-8?B?{b64encode(OCTETS[:7]).decode()}?==?UTF-8?B?{b64encode(OCTETS[7:]).decode()}?=",
        f"=?utf-8?B?{BASE64[:9]}?= =?utf-8?B?{BASE64[9:]}?=",
        f"=?utf-8?B?{BASE64[:10]}?= =?utf-8?B?{BASE64[10:]}?=",
        "=?utf-8?Q?" + "".join(f"={octet:02x}" for octet in OCTETS) + "?=",
        "=?utf-8?B?" + "".join(f"={octet:02X}" for octet in OCTETS) + "?=",
        "=?utf-8?B?" + b64encode(f"=?utf-8?B?{BASE64}?=".encode()).decode() + "?=",
    ],
)
def test_encoded_words_are_read_however_they_are_broken(written):
    assert decode_words(written) == SUBJECT


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?Q?Hello my =C3=A9t=C3=A9?=", "Hello my été"),
        ("=?utf-8?q?What?_now=3F?=", "What? now?"),
        ("abc=?utf-8?q?=C3=A9?=def", "abcédef"),
        ('"=?utf-8?q?a?= =?utf-8?q?b?="', '"ab"'),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("2 =? 3", "2 =? 3"),
    ],
)
def test_what_stands_beside_encoded_words_stays(written, read):
    assert decode_words(written) == read


def test_a_long_encoded_word_is_read_to_its_end():
    assert decode_words(f"=?utf-8?B?{b64encode(OCTETS * 50).decode()}?=") == SUBJECT * 50


def test_comments_may_be_nested():
    assert Headers([("Auto-Submitted", "(a (b)) No (c)")]).token("auto-submitted") == "no"


def test_only_our_own_server_says_whether_the_sender_is_genuine(read):
    assert read("authentication_results", Screening(authserv_id="mx.company.example")).dmarc == "fail"
    assert read("authentication_results", Screening(authserv_id="other.example")).dmarc is None
    assert read("authentication_results").dmarc is None
