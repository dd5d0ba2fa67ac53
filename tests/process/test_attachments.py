"""What attachments say and are, from the mailbox to the case; on both databases."""

import re
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from inbox_agent.cases import search
from inbox_agent.cases.identity_documents import destroy_due
from inbox_agent.cases.keys.store import StoredKey
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import IdentityDocument, InboundEmail
from inbox_agent.database import reading
from inbox_agent.errors import Erased
from inbox_agent.message import attachment_of, is_note, parse
from tests.attachments.files import docx, docx_bomb, english_pdf, ole, scan, with_files
from tests.attachments.test_within import attached_mail, in_signature, in_winmail
from tests.company import COPY_PLEASE, DELETE_PLEASE, cases, mails
from tests.process.conftest import Post

PDF, WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PASSPORT = b"\xff\xd8\xff" + b"the face of somebody " * 500
PICTURE = ("passport Rana.jpg", "image/jpeg", PASSPORT)
DELETE = "Please delete all the personal data you hold about me and close my account."


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        (("letter.pdf", PDF, english_pdf("Dear Sir,", DELETE)), ["deletion"]),
        (("letter.docx", WORD, docx(*DELETE_PLEASE.split("\n"))), ["deletion"]),
    ],
)
def test_a_request_in_an_attachment_alone_is_a_persons_to_decide(
    post: Post, record: Record, file: tuple[str, str, bytes], kinds: list[str]
) -> None:
    post.receive(with_files("Please see attached.\n", file, subject="letter"))
    [case] = cases(record)
    assert (case["state"], case["types"], case["letters"]) == ("triage", kinds, [])


def test_what_was_read_there_is_kept_as_coming_from_there(post: Post, record: Record) -> None:
    [outcome] = post.receive(
        with_files("See attached.", ("letter.pdf", PDF, english_pdf(DELETE)), subject="letter")
    )
    attached = outcome.finding.attached
    assert (attached.numbers, DELETE in attached.text) == ((0,), True)
    assert outcome.finding.reading.evidence == {}
    assert attached.reading.evidence


def test_ordinary_files_of_mail_that_says_little_are_left_alone(post: Post, record: Record) -> None:
    menu = english_pdf("Menu of the week", "Monday: rice and chicken. Tuesday: fish.")
    post.receive(with_files("See attached.", ("menu.pdf", PDF, menu), subject="lunch"))
    assert (cases(record), mails(record)) == ([], [("left", None)])


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (("scan.pdf", PDF, scan()), "attachment_without_text"),
        (("broken.pdf", PDF, b"%PDF-1.4 nothing"), "attachment_broken"),
        (("secret.docx", WORD, ole("EncryptedPackage")), "attachment_locked"),
        (("bomb.docx", WORD, docx_bomb()), "attachment_over_limits"),
        (("letter.doc", "application/msword", bytes(600)), "attachment_not_read"),
        (("photo of my letter.jpg", "image/jpeg", bytes(600)), "attachment_without_text"),
    ],
)
def test_what_cannot_be_read_goes_to_a_person_where_the_mail_says_little(
    post: Post, record: Record, file: tuple[str, str, bytes], reason: str
) -> None:
    post.receive(with_files("See attached.", file, subject="letter"))
    [case] = cases(record)
    assert (case["state"], case["letters"], mails(record)) == ("triage", [], [("filed", reason)])


def test_the_next_mail_is_not_kept_waiting_by_hostile_files(post: Post, record: Record) -> None:
    bomb = with_files("See attached.", ("bomb.docx", WORD, docx_bomb()), subject="letter")
    post.receive(bomb, with_files(COPY_PLEASE))
    assert [case["state"] for case in cases(record)] == ["triage", "awaiting_identity"]


def only(record: Record) -> tuple[InboundEmail, IdentityDocument]:
    with record.reading() as session:
        [email], [document] = session.scalars(select(InboundEmail)), session.scalars(select(IdentityDocument))
        return email, document


def raw_of(record: Record, email: InboundEmail) -> bytes:
    return record.keyring.open(email.sealed_raw or b"", "inbound_email.raw", email.id)


def test_an_identity_document_is_taken_out_of_the_mail_and_sealed_apart(post: Post, record: Record) -> None:
    sent = with_files(COPY_PLEASE, PICTURE, ("b.txt", "text/plain", b"other words"))
    post.receive(sent)
    email, document = only(record)
    kept = raw_of(record, email)
    assert document.key_id not in {None, email.key_id}
    assert record.keyring.open(document.sealed_file or b"", "identity_document.file", document.id) == PASSPORT
    before, after = parse(sent), parse(kept)
    assert (after.text, after.subject, after.sender) == (before.text, before.subject, before.sender)
    assert [one.name for one in after.attachments or ()] == ["passport Rana.jpg", "b.txt"]
    assert is_note((attachment_of(kept, 0) or (None, b""))[1])
    assert (attachment_of(kept, 1) or (None, b""))[1].strip() == b"other words"
    start = sent.index(b"image/jpeg")
    assert kept.startswith(sent[:start])
    assert kept.endswith(sent[sent.index(b"b.txt") :])


def test_one_within_a_wrapping_is_taken_out_of_it_and_sealed_apart(post: Post, record: Record) -> None:
    post.receive(in_winmail(COPY_PLEASE, PICTURE))
    email, document = only(record)
    assert record.keyring.open(document.sealed_file or b"", "identity_document.file", document.id) == PASSPORT
    kept = raw_of(record, email)
    assert is_note((attachment_of(kept, 0, 0) or (None, b""))[1])
    assert parse(kept).text == COPY_PLEASE
    assert "identity_document_stays" not in cases(record)[0]["events"]


def test_one_that_cannot_be_taken_out_is_a_persons_to_see_to(post: Post, record: Record) -> None:
    post.receive(in_signature(COPY_PLEASE, PICTURE, piece=100))
    [case] = cases(record)
    assert "identity_document_stays" in case["events"]
    assert case["attention"] == "reply_waiting"


def test_of_a_mail_full_of_them_some_are_taken_out_and_a_person_sees_to_the_others(
    post: Post, record: Record
) -> None:
    pictures = [("passport.jpg", "image/jpeg", PASSPORT + bytes([number])) for number in range(105)]
    post.receive(with_files(COPY_PLEASE, *pictures))
    events = cases(record)[0]["events"]
    assert [events.count(f"identity_document_{what}") for what in ("came", "stays")] == [100, 1]


def test_a_request_in_an_attached_mail_is_a_persons_to_decide(post: Post, record: Record) -> None:
    post.receive(attached_mail(COPY_PLEASE))
    [case] = cases(record)
    assert (case["state"], case["types"], case["letters"]) == ("triage", ["access"], [])


def test_the_key_that_opened_the_whole_mail_is_destroyed(post: Post, record: Record) -> None:
    post.bring(with_files(COPY_PLEASE, PICTURE))
    with record.reading() as session:
        before = session.scalars(select(InboundEmail)).one()
    post.process()
    with pytest.raises(Erased):
        record.keyring.open(before.sealed_raw or b"", "inbound_email.raw", before.id)


def test_the_history_says_that_one_came(post: Post, record: Record) -> None:
    post.receive(with_files(COPY_PLEASE, PICTURE))
    assert "identity_document_came" in cases(record)[0]["events"]


def test_one_in_an_answer_on_a_known_case_stands_apart_too(post: Post, record: Record) -> None:
    post.receive(with_files(COPY_PLEASE))
    [(_, _, message_id)] = cases(record)[0]["letters"]
    post.receive(
        with_files(
            "Here is my passport, thanks.", ("IMG_1.jpg", "image/jpeg", PASSPORT), In_Reply_To=message_id
        )
    )
    [case] = cases(record)
    assert "identity_document_came" in case["events"]


def test_after_its_days_it_is_destroyed_by_itself(post: Post, record: Record) -> None:
    post.receive(with_files(COPY_PLEASE, PICTURE))
    before = only(record)[1]
    assert destroy_due(record, post.now + timedelta(days=6)) == 0
    assert destroy_due(record, post.now + timedelta(days=8)) == 1
    after = only(record)[1]
    assert (after.sealed_file, after.key_id, after.destroyed_by) == (None, None, "agent")
    with reading(record.keyring._engine) as session:
        assert session.get(StoredKey, before.key_id) is None
    assert "identity_document_destroyed" in cases(record)[0]["events"]
    assert destroy_due(record, post.now + timedelta(days=9)) == 0


def test_mail_that_is_left_alone_leaves_no_document(post: Post, record: Record) -> None:
    post.receive(with_files("Our desk phone does not ring any more.", PICTURE))
    with record.reading() as session:
        assert session.scalars(select(IdentityDocument)).all() == []


def test_read_again_what_was_taken_out_is_no_document_any_more(post: Post, record: Record) -> None:
    post.receive(with_files(COPY_PLEASE, PICTURE))
    with record.writing() as session:
        session.scalars(select(InboundEmail)).one().read_again("omar")
    post.process()
    only(record)


def test_nothing_personal_is_logged(post: Post) -> None:
    with structlog.testing.capture_logs() as logs:
        post.receive(
            with_files(COPY_PLEASE, PICTURE),
            with_files("See attached.", ("Rana broken.pdf", PDF, b"%PDF-1.4 Rana"), subject="letter"),
        )
    assert "Rana" not in str(logs)


def test_a_code_in_a_file_proves_nothing(post: Post, record: Record) -> None:
    post.receive(with_files(COPY_PLEASE))
    with record.reading() as session:
        [case] = search.cases(session)
        [letter] = case.letters
        found = re.search(r"\b\d{4} ?\d{4}\b", parse(letter.content(record.keyring)).text)
        message_id = letter.message_id
    assert found
    file = ("code.pdf", PDF, english_pdf(f"Yes, I confirm. {found[0]}"))
    post.receive(with_files("See attached.", file, In_Reply_To=message_id))
    with record.reading() as session:
        [case] = search.cases(session)
        assert (case.trust, case.state) == ("T0", "awaiting_identity")
    post.receive(with_files(found[0], In_Reply_To=message_id))
    with record.reading() as session:
        [case] = search.cases(session)
        assert case.trust == "T1"
