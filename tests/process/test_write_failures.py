"""When the database will not take what was decided, only the mail at fault suffers."""

import uuid

from sqlalchemy import select, update

from inbox_agent.cases import search
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.process import explain
from tests.company import COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, cases, mail, mails
from tests.process.conftest import Post


def with_a_letter_already(record: Record, post: Post) -> uuid.UUID:
    """Three mails wait; the second has a letter of its kind already, which the unique index refuses twice."""
    post.receive(mail(COPY_PLEASE, "first@example.com"))
    post.bring(
        mail(DELETE_PLEASE, "one@example.com"),
        mail(COPY_PLEASE, "bad@example.com"),
        mail(PHONE_BROKEN, "three@example.com"),
    )
    with record.writing() as session:
        waiting = select(InboundEmail.id).where(InboundEmail.state == "received").order_by(InboundEmail.id)
        second: uuid.UUID = session.scalars(waiting).all()[1]
        session.execute(update(Letter).values(cause=second))
    return second


def test_the_mail_at_fault_goes_to_staff_and_the_others_of_its_batch_are_done(
    record: Record, post: Post
) -> None:
    with_a_letter_already(record, post)
    post.process()
    assert mails(record) == [
        ("filed", None),
        ("filed", None),
        ("needs_staff", "write_failed"),
        ("left", None),
    ]
    assert [case["requester"] for case in cases(record)] == ["first@example.com", "one@example.com"]
    assert explain("write_failed")


def test_nothing_of_the_mail_at_fault_is_lost(record: Record, post: Post) -> None:
    bad = with_a_letter_already(record, post)
    post.process()
    with record.reading() as session:
        found = session.get_one(InboundEmail, bad)
        assert found.sealed_raw is not None
        assert COPY_PLEASE.encode() in record.keyring.open(found.sealed_raw, "inbound_email.raw", bad)


def test_once_the_cause_is_gone_a_retry_brings_it_to_its_end(record: Record, post: Post) -> None:
    with_a_letter_already(record, post)
    post.process()
    with record.writing() as session:
        session.execute(update(Letter).where(Letter.cause.is_not(None)).values(cause=None))
        [quarantined] = search.quarantined(session)
        quarantined.read_again("Sara")
    post.process()
    assert cases(record)[-1]["requester"] == "bad@example.com"


def test_a_retried_mail_that_is_still_too_much_waits_for_staff_again(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE), complete=False)
    for _ in range(2):
        with record.writing() as session:
            [quarantined] = search.quarantined(session)
            quarantined.read_again("Sara")
        post.process()
        assert mails(record) == [("needs_staff", "too_large")]
