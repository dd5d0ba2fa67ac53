"""Identity documents are told by their names, their content, and by what a mail says of its scans."""

import pytest

from inbox_agent.attachments import Patience, identity_documents, read_files
from inbox_agent.attachments.cards import card_in
from inbox_agent.attachments.identity import is_named_so
from inbox_agent.message import parse
from tests.attachments.files import english_pdf, scan, with_files

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
EMIRATES = "United Arab Emirates\nResident Identity Card\nID Number 784-1984-1234567-1\nNationality: Jordan"


@pytest.mark.parametrize(
    "name",
    [
        "passport.jpg",
        "My Passport - Rana.pdf",
        "PassportCopy.PNG",
        "scan_passport_2024.pdf",
        "ID.jpg",
        "my id.pdf",
        "id_front.jpeg",
        "ID-card back.png",
        "EmiratesID.pdf",
        "emirates id sara.jpg",
        "national_id.jpg",
        "civil id.pdf",
        "iqama.jpeg",
        "residence permit.pdf",
        "Driving Licence.jpg",
        "drivers-license-front.png",
        "جواز سفر.jpg",
        "صورة الجواز.pdf",
        "الهوية الوطنية.jpg",
        "هوية سارة.png",
        "بطاقة شخصية.pdf",
        "بطاقة.jpg",
        "إقامة.pdf",
        "رخصة القيادة.jpg",
    ],
)
def test_a_name_tells_an_identity_document(name: str) -> None:
    assert is_named_so(name)


@pytest.mark.parametrize(
    "name",
    [
        "invoice.pdf",
        "letter.docx",
        "caller ids of all branches in amman.xlsx",
        "passport renewal form.pdf",
        "Privacy request.pdf",
        "video.mp4",
        "بطاقة عمل.jpg",
        "بطاقة دعوة.pdf",
        "طلب حذف بياناتي.pdf",
        "candid.jpg",
        "",
    ],
)
def test_other_names_do_not(name: str) -> None:
    assert not is_named_so(name)


@pytest.mark.parametrize(("text", "why"), [(PASSPORT, "mrz"), (CARD, "mrz"), (EMIRATES, "number")])
def test_the_text_of_a_document_tells_it(text: str, why: str) -> None:
    assert card_in(text) == why


@pytest.mark.parametrize(
    "text",
    [
        PASSPORT.replace("L898902C36", "L898902C37"),  # the check digit is another
        "Please delete my data. My Emirates ID number is 784-1984-1234567-1, my passport no. is N1234567.",
        EMIRATES + "\nplease delete the data about me " * 30,
        EMIRATES + "\n" + "I request information concerning everything " * 30,  # a paragraph is one line
    ],
)
def test_letters_that_name_a_number_are_no_documents(text: str) -> None:
    assert card_in(text) is None


def found(text: str, *files: tuple[str, str, bytes]) -> list[tuple[int, str]]:
    raw = with_files(text, *files)
    message = parse(raw)
    documents = identity_documents(message, read_files(raw, message, Patience()))
    return [(one.number, str(one.why)) for one in documents]


def test_a_document_is_found_by_what_can_be_read_in_it() -> None:
    files = (
        ("a.pdf", "application/pdf", english_pdf("hello")),
        ("b.pdf", "application/pdf", english_pdf(*PASSPORT.split("\n"))),
    )
    assert found("two files", *files) == [(1, "mrz")]


PICTURE = ("IMG_20240112_101112.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(30_000))


@pytest.mark.parametrize(
    "text",
    [
        "Hello, I attached my passport as you asked.",
        "My ID card is attached.",
        "أرفقت لكم صورة الهوية",
        "تجدون مرفقاً صورة عن جواز سفري",
    ],
)
def test_pictures_named_by_a_camera_are_documents_where_the_mail_says_so(text: str) -> None:
    assert found(text, PICTURE, ("scan0001.pdf", "application/pdf", scan())) == [
        (0, "announced"),
        (1, "announced"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I will not send my passport, see the attached photo.",
        "Photo of the broken phone attached.",
        "لن أرفق جواز سفري",
    ],
)
def test_they_are_not_where_it_does_not(text: str) -> None:
    assert found(text, PICTURE) == []


def test_a_small_picture_within_the_text_is_a_logo() -> None:
    raw = with_files("I attached my passport.", ("image.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(900)))
    message = parse(raw.replace(b"Content-Disposition: attachment", b"Content-Disposition: inline"))
    assert [one.inline for one in message.attachments or ()] == [True]
    assert identity_documents(message, read_files(raw, message, Patience())) == ()


def test_three_files_of_a_mail_are_opened_and_none_once_patience_is_over() -> None:
    raw = with_files("many", *[("a.txt", "text/plain", b"words")] * 5)
    message, patience = parse(raw), Patience()
    read = [file.words and file.words.text.strip() for file in read_files(raw, message, patience)]
    assert read == ["words", "words", "words", None, None]
    late = [file.words and file.words.trouble for file in read_files(raw, message, Patience(seconds=0))]
    assert late == [*["attachment_over_limits"] * 3, None, None]
