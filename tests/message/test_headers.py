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


def test_encoded_words_touching_other_text_keep_what_stands_between():
    assert decode_words("A =?utf-8?q?=C3=A9?= b =?utf-8?q?=C3=A9?= =?utf-8?q?=C3=A9?=") == "A é b éé"


def test_comments_may_be_nested():
    assert Headers([("Auto-Submitted", "(a (b)) No (c)")]).token("auto-submitted") == "no"


def test_only_our_own_server_says_whether_the_sender_is_genuine(read):
    assert read("authentication_results", Screening(authserv_id="mx.company.example")).dmarc == "fail"
    assert read("authentication_results", Screening(authserv_id="other.example")).dmarc is None
    assert read("authentication_results").dmarc is None
