import pytest

from tests.message.conftest import FOLDER, REQUEST, REQUEST_ARABIC

ENGLISH = "I did not order this."
ARABIC = "لم أطلب هذه الخدمة."
FORWARDED = "Can you answer this?\n\nPlease end the contract of line 12."
FORWARDED_ARABIC = "هل يمكنكم الرد؟\n\nPlease end the contract of line 12."


@pytest.mark.parametrize(
    "mail",
    [
        "gmail_reply",
        "gmail_reply_wrapped",
        "gmail_reply_html",
        "outlook_reply",
        "outlook_web_reply",
        "outlook_web_reply_html",
        "outlook_desktop_reply_html",
        "apple_mail_reply_html",
        "thunderbird_reply_html",
        "yahoo_reply_html",
        "k9_reply",
        "samsung_reply",
        "proton_reply",
        "proton_reply_html",
        "zimbra_reply_html",
        "german_reply",
        "plain_quote_shown_only_by_html",
        "outlook_mobile_reply",
        "outlook_mac_reply",
        "zimbra_reply",
        "proton_reply_of_old",
        "outlook_desktop_reply_html_of_any_language",
        "outlook_mobile_reply_html",
        "yahoo_mobile_reply_html",
        "samsung_reply_html",
        "k9_reply_html",
        "fastmail_reply_html",
        "zoho_reply_html",
        "yandex_reply_html",
        "mail_ru_reply_html",
        "gmx_reply_html",
        "gmail_reply_bracket_alone_in_the_next_line",
        "notes_reply",
        "gnus_reply",
        "gmail_reply_of_old",
        "header_block_without_time",
        "reply_above_a_help_desks_line",
    ],
)
def test_a_reply_is_only_what_was_newly_written(read, mail):
    message = read(mail)
    assert message.text == ENGLISH
    assert any("Your invoice for March is ready." in removed for removed in message.removed)


@pytest.mark.parametrize(
    "mail",
    [
        "gmail_reply_arabic",
        "gmail_reply_html_arabic",
        "iphone_reply_arabic",
        "thunderbird_reply_arabic",
        "yahoo_reply_arabic",
        "outlook_reply_arabic",
        "outlook_web_reply_html_arabic",
        "outlook_express_reply_arabic",
        "outlook_mobile_reply_arabic",
        "gmail_reply_arabic_wrapped",
        "gmail_reply_arabic_digits_and_marks",
        "apple_reply_arabic_wrapped",
        "yahoo_reply_arabic_wrapped",
        "thunderbird_reply_arabic_digits",
        "k9_reply_arabic",
        "proton_reply_arabic",
        "samsung_reply_arabic",
        "apple_mail_reply_html_arabic",
        "yahoo_reply_html_arabic",
        "gmail_reply_arabic_in_four_lines",
        "gmail_reply_arabic_bracket_alone_in_the_next_line",
        "yahoo_reply_arabic_below_a_rule",
        "reply_above_a_help_desks_line_arabic",
    ],
)
def test_a_reply_written_in_an_arabic_program_is_only_what_was_newly_written(read, mail):
    message = read(mail)
    assert message.text == ARABIC
    assert any("Your invoice for March is ready." in removed for removed in message.removed)


OTHER_LANGUAGES = [
    *(path.stem for path in FOLDER.glob("reply_in_a_*_program.eml")),
    *(path.stem for path in FOLDER.glob("header_block_of_a_*_program.eml")),
]


@pytest.mark.parametrize("mail", sorted(OTHER_LANGUAGES))
def test_a_reply_written_in_a_program_of_another_language_is_only_what_was_newly_written(read, mail):
    message = read(mail)
    assert message.text == ENGLISH
    assert any("Your invoice for March is ready." in removed for removed in message.removed)


def test_fifteen_other_languages_are_known():
    assert len({mail.split("_")[-2] for mail in OTHER_LANGUAGES}) == 15


@pytest.mark.parametrize("mail", ["inline_answers", "gmail_inline_answers_html"])
def test_inline_answers_keep_the_answers_only(read, mail):
    assert read(mail).text == "Line 12.\n\nSince Sunday."


@pytest.mark.parametrize("mail", ["nothing_new_above_the_quote", "sign_off_and_name_only"])
def test_nothing_new_is_an_empty_text(read, mail):
    assert read(mail).text == ""


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        (
            "lines_typed_with_angle_bracket",
            "I need two things:\n> the call list of May\n> the name of my agent\nPlease send both.",
        ),
        ("lines_typed_with_dashes", "First matter.\n---\nSecond matter.\n--- urgent ---\nThird matter."),
        (
            "lines_typed_with_from",
            "Please move my number.\nFrom: Amman office\nTo: Irbid office\nThe sooner the better.",
        ),
        (
            "lines_typed_with_wrote",
            "Your colleague wrote: all is deleted.\nOn Sunday she wrote:\nit is done, but nothing happened.",
        ),
        ("lines_typed_below_i_said", "Hello,\nI said:\n> delete it\nand you did not."),
        ("words_right_above_a_short_attribution", "I do not agree.\nDelete it"),
        ("words_right_above_a_short_attribution_arabic", "لا أوافق.\nأرجو الحذف"),
        (
            "formal_letter_with_labels",
            "Dear team,\n\nFrom: Samir Haddad\nDate: 4 March 2025\nSubject: my address\n\n"
            "Please move my number.",
        ),
        (
            "formal_letter_with_labels_arabic",
            "السلام عليكم\n\nمن: سمير حداد\nإلى: قسم الخصوصية\nالتاريخ: 4/3/2025\nالموضوع: طلب\n\n"
            "أرجو تغيير عنواني.",
        ),
        ("typed_angle_bracket_above_a_quote", "> this is my answer <\nNo."),
        ("mailbox_file_escaped_a_from_line", "From today on please use my new address."),
    ],
)
def test_what_a_person_typed_stays_whatever_it_begins_with(read, mail, text):
    assert read(mail).text == text


@pytest.mark.parametrize(
    "mail",
    [
        "signature_below_regards",
        "signature_below_two_dashes",
        "sign_off_and_name_in_one_line",
        "thanks_above_a_name",
        "sent_from_my_phone",
        "disclaimer_english",
        "banner_english",
        "banner_wrapped_over_lines",
        "banner_external_tag",
        "banner_first_contact",
        "banner_first_contact_german",
        "note_of_k9_brevity",
        "note_of_outlook_app_in_german",
        "note_of_iphone_in_chinese",
        "note_of_iphone_in_turkish",
        "note_of_avast",
        "disclaimer_french",
        "signature_below_german_sign_off",
        "signature_below_a_long_dash",
        "banner_of_proofpoint",
        "banner_german_in_short",
        "banner_french_in_short",
        "banner_hebrew",
        "banner_persian",
        "note_of_iphone_in_urdu",
    ],
)
def test_what_stands_around_the_words_goes(read, mail):
    message = read(mail)
    assert message.text == REQUEST
    assert message.removed


@pytest.mark.parametrize(
    "mail",
    [
        "sent_from_my_phone_arabic",
        "disclaimer_arabic",
        "banner_arabic",
        "note_of_k9_brevity_arabic",
        "signature_below_persian_sign_off",
        "banner_arabic_outside_the_company",
        "banner_arabic_external_source",
        "banner_arabic_external_sender",
        "banner_arabic_first_contact",
        "banner_in_two_languages",
        "disclaimer_arabic_called_a_note",
        "sign_off_arabic_with_a_slash",
        "sign_off_arabic_with_all_respect",
        "sign_off_arabic_your_brother",
        "thanks_for_cooperation_arabic",
        "sign_off_in_two_languages",
    ],
)
def test_what_stands_around_arabic_words_goes(read, mail):
    assert read(mail).text == REQUEST_ARABIC


def test_the_greeting_stays_and_the_arabic_sign_off_goes(read):
    assert read("signature_below_arabic_sign_off").text == "السلام عليكم\nأرجو تغيير عنواني."


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("thanks_alone_stays", "Thanks!"),
        (
            "words_about_what_was_sent_from_a_phone",
            f"{REQUEST}\n\nتم الإرسال من جهازي ولم يصلني رد حتى الآن منكم.",
        ),
        ("postscript_below_the_signature_stays", f"{REQUEST}\n\nP.S. My phone number stays the same."),
        (
            "confidential_said_by_a_person",
            f"This message is confidential, please do not forward it.\n\n{REQUEST}",
        ),
        (
            "greeting_that_is_also_a_sign_off",
            "تحياتي\nأرجو تغيير عنواني في حسابي.\nالعنوان الجديد في المرفق.\nشكراً لكم",
        ),
        ("arabic_greetings_before_one_line", "السلام عليكم\nتحية طيبة وبعد،\nأرجو تغيير عنواني."),
        ("arabic_greeting_before_one_line", "تحياتي لكم،\nأرجو تغيير عنواني."),
        (
            "words_that_begin_like_a_banner",
            "External email forwarding is broken.\nThe message is played outside working hours.",
        ),
        (
            "arabic_words_of_a_person_outside_the_company",
            "هذا البريد الإلكتروني أرسلته من خارج الشركة حيث أعمل.\nأرجو تغيير عنواني.",
        ),
        (
            "arabic_words_that_begin_like_a_banner",
            "البريد الصوتي لا يعمل خارج المكتب.\nأرجو تغيير عنواني.",
        ),
        (
            "arabic_idioms_that_begin_a_request",
            "شاكراً لكم لو غيرتم عنواني\nوتفضلوا بقبول طلبي هذا\nالعنوان الجديد في المرفق",
        ),
    ],
)
def test_words_that_only_look_like_an_ending_stay(read, mail, text):
    assert read(mail).text == text


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("forward_gmail", FORWARDED),
        ("forward_gmail_html", FORWARDED),
        ("forward_apple_html", FORWARDED),
        ("forward_thunderbird_html", FORWARDED),
        ("forward_gmail_arabic", FORWARDED_ARABIC),
        ("forward_in_a_german_program", FORWARDED),
        ("forward_in_a_turkish_program", FORWARDED),
        ("forward_in_a_hebrew_program", FORWARDED),
        ("forward_in_a_french_program", FORWARDED),
        ("forward_outlook", FORWARDED),
        ("forward_netscape_subject", FORWARDED),
        ("forward_outlook_arabic", FORWARDED_ARABIC),
        ("forward_thunderbird_arabic", FORWARDED_ARABIC),
        ("forward_apple_with_angle_brackets", FORWARDED),
        ("forward_as_attachment", FORWARDED),
        ("forward_as_attachment_in_base64", "Please end the contract of line 12."),
        ("forward_without_cover_note", "Please end the contract of line 12."),
        ("forward_of_a_reply_drops_the_older_quote", "Can you answer this?\n\nPlease end it."),
    ],
)
def test_a_forward_is_the_cover_note_and_the_forwarded_words(read, mail, text):
    message = read(mail)
    assert message.text == text
    assert message.forwarded


def test_a_reply_to_a_forward_is_no_forward(read):
    message = read("reply_to_a_forward_keeps_only_the_reply")
    assert message.text == "Done."
    assert not message.forwarded


def test_words_below_a_broken_header_line_are_not_lost(read):
    assert read("header_line_that_is_broken").text.endswith("Please change my address.")


def test_the_whole_body_stays_available(read):
    message = read("gmail_reply")
    assert message.body.startswith(ENGLISH)
    assert "Your invoice for March is ready." in message.body
