"""What a reply does stands in its case's history, sealed."""

from sqlalchemy import select

from inbox_agent.cases.event import Event
from inbox_agent.cases.record import Record
from tests.company import COPY_PLEASE, cases, mail
from tests.process.conftest import Post

RANA = "rana@example.com"


def test_the_history_tells_what_a_reply_does(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    ours = cases(record)[0]["letters"][0][2]
    post.receive(mail("Never mind, please cancel my request and keep my account.", RANA, In_Reply_To=ours))
    assert _acts(record) == ["withdrawal"]


def test_a_question_in_arabic_is_told_too(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    ours = cases(record)[0]["letters"][0][2]
    post.receive(mail("وين وصل طلبي؟ متى بتردون علي؟", RANA, In_Reply_To=ours))
    assert _acts(record) == ["status_question"]


def _acts(record: Record) -> list[str]:
    with record.reading() as session:
        [event] = session.scalars(select(Event).where(Event.kind == "mail_filed"))
        detail = event.detail(record.keyring)
    assert detail is not None
    acts: list[str] = detail["acts"]
    return acts
