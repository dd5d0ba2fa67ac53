import pytest

from inbox_agent.message import attachment_of, parse
from inbox_agent.message.flowed import rejoined
from tests.message.conftest import FOLDER, REQUEST, REQUEST_ARABIC


@pytest.mark.parametrize(
    ("mail", "count"),
    [
        ("html_twin_is_no_attachment", 0),
        ("html_only", 0),
        ("inline_image_counts_as_attachment", 1),
        ("signed_mail_counts_its_signature", 1),
        ("winmail_dat_counts_one", 1),
        ("attached_mail_counts_one", 2),
        ("two_texts_around_an_image", 1),
        ("text_file_is_an_attachment", 1),
        ("calendar_invitation", 1),
        ("multipart_that_never_ends", 1),
        ("empty_related_part", 0),
        ("headers_only", 0),
        ("empty", 0),
        ("apple_mixed_inside_alternative", 1),
        ("apple_related_inside_alternative", 1),
        ("body_kept_elsewhere", 1),
        ("boundary_begins_like_another", 1),
        ("invitation_that_holds_all_the_words", 1),
        ("plain_and_html_one_after_the_other", 1),
        ("uuencoded_file_in_the_text", 1),
        ("words_that_begin_like_uuencode", 0),
        ("yenc_stays_as_it_is", 0),
        ("winmail_dat_that_holds_all_the_words", 1),
        ("pgp_encrypted", 2),
    ],
)
def test_attachments_are_the_leaves_that_are_not_the_text(read, mail, count):
    assert len(read(mail).attachments) == count


def test_an_attachment_tells_its_name_type_decoded_size_and_place(read):
    mail = read("inline_image_counts_as_attachment")
    (image,) = mail.attachments
    assert (image.name, image.content_type, image.size, image.inline) == ("logo.png", "image/png", 8, True)


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("two_texts_around_an_image", "Before the picture.\nAfter the picture."),
        ("multipart_whose_boundary_never_comes", "The words stand here all the same."),
        ("multipart_that_never_ends", "First part."),
        ("text_file_is_an_attachment", "The log is attached."),
        ("attached_mail_counts_one", "The earlier mail is attached."),
        ("headers_only", ""),
    ],
)
def test_text_is_found_in_sound_and_broken_structures(read, mail, text):
    assert read(mail).text == text
    assert read(mail).error is None


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("html_only", "First line & more\nSecond\nThird"),
        ("html_hidden_preheader", "Real words"),
        ("html_unclosed_tags", "One\n\nTwo bold\nThree"),
        ("html_indent_is_no_quote", "I ask for:\nthe call list"),
        ("plain_twin_says_only_that_html_is_needed", "Please send me the call list of May."),
    ],
)
def test_html_is_read_as_its_reader_sees_it(read, mail, text):
    assert read(mail).text == text


@pytest.mark.parametrize(
    "mail",
    [
        "mailbox_file_left_its_from_line",
        "byte_order_mark_above_the_headers",
        "carriage_returns_doubled",
        "carriage_returns_alone",
        "spaces_before_the_colons",
        "field_broken_without_indent",
        "no_empty_line_above_the_words",
    ],
)
def test_what_the_way_did_to_a_mail_is_undone(read, mail):
    message = read(mail)
    assert (message.sender, message.subject, message.text) == ("samir@customer.example", "Hello", REQUEST)


def test_line_ends_change_nothing_of_what_is_read():
    for path in FOLDER.glob("*.eml"):
        unix = path.read_bytes().replace(b"\r\n", b"\n")
        if b"\r" not in unix:
            assert _read_in(parse(unix.replace(b"\n", b"\r\n"))) == _read_in(parse(unix)), path.name


def _read_in(message):
    return message.text, message.removed, [attachment.name for attachment in message.attachments]


@pytest.mark.parametrize(
    "mail",
    [
        "carriage_returns_doubled",
        "carriage_returns_alone",
        "field_broken_without_indent",
        "boundary_not_named",
        "boundary_other_than_named",
        "boundary_in_continued_parameters",
        "boundary_begins_like_another",
        "plain_and_html_one_after_the_other",
    ],
)
def test_parts_are_found_whatever_happened_to_their_boundary(read, mail):
    message = read(mail)
    assert message.text == REQUEST
    assert [attachment.name for attachment in message.attachments] == ["contract.pdf"]


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("type_without_semicolon", REQUEST_ARABIC),
        ("type_that_is_none", REQUEST),
        ("type_in_quotes", REQUEST),
        ("html_called_plain", REQUEST),
        ("plain_called_html", "First line & more\nSecond line"),
        ("plain_and_html_one_after_the_other", REQUEST),
        ("boundary_of_the_inner_is_the_outer", REQUEST),
        ("text_with_a_name_is_still_the_text", REQUEST),
    ],
)
def test_a_text_is_what_it_is_and_not_what_it_is_called(read, mail, text):
    assert read(mail).text == text


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("words_called_base64", f"{REQUEST}\nThe new one is in the letter."),
        ("base64_with_junk_between", REQUEST),
        ("quoted_printable_with_padded_breaks", REQUEST),
        ("uuencoded_file_in_the_text", f"{REQUEST}\n\nThe picture shows the door."),
        ("words_that_begin_like_uuencode", "begin 644 times if you must\nbut please end this contract.\nend"),
    ],
)
def test_transfer_encodings_are_undone_as_they_were_meant(read, mail, text):
    assert read(mail).text == text


def test_a_uuencoded_file_is_an_attachment_with_its_name_and_bytes(read, raw):
    mail = "uuencoded_file_in_the_text"
    (picture,) = read(mail).attachments
    assert (picture.name, picture.size) == ("صورة.jpg", 100)
    assert attachment_of(raw(mail), 0) == (picture, bytes(range(100)))


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("flowed_paragraph", f"{REQUEST}\nThe new one follows."),
        ("flowed_arabic_with_delsp", REQUEST_ARABIC),
        ("flowed_attribution", "I did not order this."),
    ],
)
def test_flowed_lines_become_paragraphs_again(read, mail, text):
    assert read(mail).text == text


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        (
            "invitation_that_holds_all_the_words",
            "A copy of all my data\n\nPlease bring it, printed.\nThank you.",
        ),
        ("invitation_beside_words", REQUEST),
        ("rich_text_alone", f"{REQUEST}\nشكراً لكم"),
        ("enriched_text_alone", REQUEST),
        ("winmail_dat_that_holds_all_the_words", REQUEST_ARABIC),
        ("winmail_dat_in_rich_text", f"{REQUEST}\nشكراً لكم"),
        ("winmail_dat_in_plain_letters", REQUEST),
        ("winmail_dat_beside_words", REQUEST),
    ],
)
def test_other_forms_are_read_where_the_mail_says_nothing_else(read, mail, text):
    assert read(mail).text == text


def test_a_flowed_line_keeps_the_mark_of_a_signature_and_what_only_looks_quoted():
    assert rejoined("-- \nSamir", delete_space=False) == "-- \nSamir"
    assert rejoined(" >5 GB a month", delete_space=False) == " >5 GB a month"


def test_rich_text_that_counts_its_letters_backwards_hides_none():
    mail = (
        b"From: samir@customer.example\nContent-Type: text/rtf\n\n{\\rtf1\\uc-5 \\u8211 Words \\'41nd more.}"
    )
    assert parse(mail).text == "–Words And more."


def test_winmail_dat_counts_one_and_tells_what_is_inside(read):
    (envelope,) = read("winmail_dat_that_holds_all_the_words").attachments
    assert envelope.inside == ("عقد الخط.pdf", "photo.jpg")


def test_a_signed_envelope_is_read_and_tells_what_is_inside(read):
    message = read("smime_signed_in_one_piece")
    assert message.text == REQUEST
    assert message.error is None
    assert [attachment.inside for attachment in message.attachments] == [("contract.pdf",)]


@pytest.mark.parametrize("mail", ["smime_encrypted", "pgp_encrypted", "pgp_encrypted_inside_the_text"])
def test_encrypted_mail_is_said_to_be_so(read, mail):
    assert read(mail).error == "encrypted"


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        ("pgp_signed_inside_the_text", f"{REQUEST}\n- the street\n- the number"),
        ("pgp_key_below_the_words", REQUEST),
        ("pgp_encrypted_inside_the_text", "Hello"),
    ],
)
def test_armour_is_taken_from_the_words(read, mail, text):
    message = read(mail)
    assert message.text == text
    assert any("-----BEGIN PGP" in removed for removed in message.removed)


def test_one_piece_of_a_mail_in_pieces_says_nothing_by_itself(read):
    assert read("one_piece_of_a_mail_in_pieces").text == ""


def test_yenc_stays_as_it_is(read):
    assert "=ybegin line=128" in read("yenc_stays_as_it_is").text
