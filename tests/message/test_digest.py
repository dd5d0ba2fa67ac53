from datetime import UTC, datetime

from inbox_agent.message import parse


def test_the_same_mail_by_two_routes_has_one_digest(read):
    assert read("same_mail_first_route").content_digest == read("same_mail_second_route").content_digest


def test_the_same_message_id_with_other_words_is_another_mail(read):
    first, other = read("same_mail_first_route"), read("same_message_id_other_words")
    assert first.message_id == other.message_id
    assert first.content_digest != other.content_digest


def test_without_message_id_and_date_the_day_of_receipt_counts(raw):
    mail = raw("no_message_id_and_no_date")
    sunday, later, monday = (datetime(2025, 3, *when, tzinfo=UTC) for when in ((2, 8), (2, 20), (3, 8)))
    assert parse(mail, received_at=sunday).content_digest == parse(mail, received_at=later).content_digest
    assert parse(mail, received_at=sunday).content_digest != parse(mail, received_at=monday).content_digest


def test_the_day_of_receipt_does_not_count_where_the_mail_is_dated(raw):
    mail = raw("same_mail_first_route")
    assert (
        parse(mail, received_at=datetime(2025, 3, 2, tzinfo=UTC)).content_digest
        == parse(mail, received_at=datetime(2025, 3, 9, tzinfo=UTC)).content_digest
    )
