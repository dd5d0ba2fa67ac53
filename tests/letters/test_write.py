from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_agent import letters
from inbox_agent.cases import threads
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.request import Request
from inbox_agent.settings import Settings
from inbox_agent.understanding import Language, RequestType
from tests.beginning import new_record
from tests.company import stationery
from tests.letters.drafts import Read

RECEIVED = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = new_record(Settings(data_dir=tmp_path, sending="live", time_zone="Asia/Amman"))
    yield record
    record.close()


def written(record: Record, language: Language, *types: RequestType) -> tuple[Case, Read]:
    act = record.act(RECEIVED)
    asked = Request(
        requester="lina@example.com",
        subject="Buy now, says Lina",
        language=language,
        types=types,
        received_at=RECEIVED,
        message_id="<question@example.com>",
        references=("<earlier@example.com>",),
    )
    case = Case.begin(act, asked, state="open")
    letter = case.acknowledge(act)
    assert letter is not None
    letters.write([letter], record.keyring, stationery())
    return case, Read(letter.content(record.keyring))


def test_a_queued_letter_is_written_from_its_row_alone(record: Record) -> None:
    case, letter = written(record, Language.ARABIZI, RequestType.ACCESS)
    token = threads.token(record.keyring, case.ref)
    assert str(letter.mail["to"]) == "lina@example.com"
    assert str(letter.mail["subject"]).startswith("وصلنا طلبكم | ")
    assert str(letter.mail["references"]) == "<earlier@example.com> <question@example.com>"
    assert str(letter.mail["message-id"]).startswith(f"<{token}.")
    assert letter.text.splitlines()[-1] == token
    assert f"Its reference is {case.ref}." in letter.text


def test_dates_are_days_of_the_companys_own_time_zone(record: Record) -> None:
    _, letter = written(record, Language.EN, RequestType.ACCESS)
    assert "We received your message on Monday 23 November 2026." in letter.text
    assert "We answer by Monday 21 December 2026." in letter.text


def test_a_letter_repeats_nothing_of_the_mail_it_answers(record: Record) -> None:
    _, letter = written(record, Language.EN, RequestType.OTHER_PRIVACY)
    for part in (str(letter.mail["subject"]), letter.text, letter.html):
        assert "Buy now" not in part
        assert "Lina" not in part


def test_a_mail_about_a_child_gets_the_letter_about_a_child(record: Record) -> None:
    _, letter = written(record, Language.EN, RequestType.DELETION, RequestType.CHILD_DATA)
    assert "How we protect the child." in letter.text
    assert "- Deletion of personal data." in letter.text
