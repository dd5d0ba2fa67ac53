import pytest


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
