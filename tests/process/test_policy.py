"""What becomes of a mail, rule by rule, on both databases."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select, update

from inbox_agent.agent.watch import warn_of_much_set_aside
from inbox_agent.cases import search
from inbox_agent.cases.act import write
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.references import new_reference
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.cases.threads import token
from inbox_agent.message import parse
from tests.company import ADDRESS, COPY_PLEASE, DELETE_PLEASE, PHONE_BROKEN, STOP_PLEASE, cases, mail, mails
from tests.process.conftest import Post

RANA, SAMER = "rana@example.com", "samer@example.org"


def test_a_request_opens_a_case_with_a_letter_to_its_writer(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    [case] = cases(record)
    assert (case["state"], case["requester"], case["types"]) == ("awaiting_identity", RANA, ["access"])
    assert [(kind, state) for kind, state, _ in case["letters"]] == [("acknowledgement", "ready")]
    assert mails(record) == [("filed", None)]


def test_one_mail_may_ask_for_several_rights_each_with_its_own_date(record: Record, post: Post) -> None:
    post.receive(mail(f"{COPY_PLEASE}\nThen delete my account and all my data."))
    with record.reading() as session:
        [case] = search.cases(session)
        assert sorted(right.type for right in case.rights) == ["access", "deletion"]
        assert all(right.legal_due > post.now for right in case.rights)


def test_ordinary_mail_is_left_alone_and_nothing_of_it_is_kept(record: Record, post: Post) -> None:
    post.receive(mail(PHONE_BROKEN))
    assert (mails(record), cases(record)) == ([("left", None)], [])
    with record.reading() as session:
        [left] = session.scalars(select(InboundEmail))
        assert (left.sealed_raw, left.sealed_reading, left.key_id) == (None, None, None)


def test_a_second_copy_is_the_same_request(record: Record, post: Post) -> None:
    raw = mail(COPY_PLEASE)
    post.receive(raw, b"Received: by another route\r\n" + raw)
    post.receive(raw)
    assert len(cases(record)) == 1
    assert mails(record).count(("left", "duplicate")) == 2


def test_the_same_message_id_with_other_content_is_another_mail(record: Record, post: Post) -> None:
    post.receive(
        mail(COPY_PLEASE, RANA, Message_ID="<same@example.com>"),
        mail(DELETE_PLEASE, SAMER, Message_ID="<same@example.com>"),
    )
    assert [case["requester"] for case in cases(record)] == [RANA, SAMER]


def test_asking_again_for_the_same_files_a_reminder(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA), mail(COPY_PLEASE, RANA, subject="again"))
    [case] = cases(record)
    assert case["events"][-1] == "reminder_filed"
    assert len(case["letters"]) == 1


def test_asking_for_something_else_opens_a_linked_case(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    post.receive(mail(STOP_PLEASE, RANA))
    first, second = cases(record)
    assert (first["types"], second["types"]) == (["access"], ["opt_out"])
    with record.reading() as session:
        assert search.linked(session, search.case(session, second["ref"])) == [first["ref"]]


def test_a_reply_to_our_letter_is_filed_and_its_new_request_becomes_a_right(
    record: Record, post: Post
) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    ours = cases(record)[0]["letters"][0][2]
    post.receive(mail("Please also stop sending me marketing emails and SMS offers.", RANA, In_Reply_To=ours))
    [case] = cases(record)
    assert case["types"] == ["access", "opt_out"]
    assert "mail_filed" in case["events"]


def test_a_reply_within_the_same_batch_finds_its_case(record: Record, post: Post) -> None:
    first = mail(COPY_PLEASE, RANA, Message_ID="<first@example.com>")
    post.receive(first, mail("My number is +962 79 555 0134.", RANA, In_Reply_To="<first@example.com>"))
    [case] = cases(record)
    assert case["events"][-1] == "mail_filed"


def test_the_token_of_a_case_proves_it_wherever_it_stands(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    mark = token(record.keyring, cases(record)[0]["ref"])
    post.receive(
        mail("one", RANA, To=f"info+case-{mark}@mittalcloud.com"),
        mail("two", RANA, subject=f"Re: [{mark.upper()}]"),
        mail(f"three\n\n> {mark}", RANA),
    )
    assert cases(record)[0]["events"].count("mail_filed") == 3


def test_somebody_else_on_a_known_case_goes_to_staff_and_learns_nothing(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    ours = cases(record)[0]["letters"][0][2]
    post.receive(mail("Any news?", "mallory@example.net", In_Reply_To=ours))
    [case] = cases(record)
    assert mails(record)[-1] == ("needs_staff", "someone_else_on_case")
    assert (case["events"][-1], len(case["letters"])) == ("someone_else_wrote", 1)


def test_a_bare_reference_from_another_address_goes_to_staff(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    ref = cases(record)[0]["ref"]
    post.receive(mail(f"What about {ref}? {COPY_PLEASE}", "mallory@example.net"))
    assert mails(record)[-1] == ("needs_staff", "someone_else_on_case")


def test_a_forged_token_proves_nothing(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    ref = cases(record)[0]["ref"].lower()
    post.receive(mail("hello", RANA, In_Reply_To=f"<{ref}-{'a' * 16}.1@mittalcloud.com>"))
    assert "mail_filed" not in cases(record)[0]["events"]


def test_no_machine_is_ever_answered(record: Record, post: Post) -> None:
    post.receive(
        mail(COPY_PLEASE, Auto_Submitted="auto-replied"),
        mail(COPY_PLEASE, Precedence="bulk"),
        mail(COPY_PLEASE, List_Id="news <news.example.com>"),
        mail(COPY_PLEASE, "mailer-daemon@example.com"),
        mail(COPY_PLEASE, "no-reply@example.com"),
        mail(COPY_PLEASE, ADDRESS),
        mail(COPY_PLEASE, X_Autoreply="yes"),
        mail(COPY_PLEASE, Return_Path="<>"),
    )
    assert [letter for case in cases(record) for letter in case["letters"]] == []
    assert {case["state"] for case in cases(record)} <= {"triage"}


def test_a_request_that_came_by_a_list_waits_for_a_person(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, List_Id="news <news.example.com>"))
    [case] = cases(record)
    assert (case["state"], case["letters"], case["attention"]) == ("triage", [], "unsure")


def test_mail_in_junk_old_mail_and_mail_without_a_sender_wait_for_a_person(
    record: Record, post: Post
) -> None:
    post.receive(mail(COPY_PLEASE, "one@example.com"), junk=True)
    post.receive(mail(COPY_PLEASE, "two@example.com"), at=post.now - timedelta(days=2))
    post.receive(mail(COPY_PLEASE, "three@example.com", Date="Mon, 5 Oct 2020 10:00:00 +0000"))
    post.receive(mail(COPY_PLEASE, None))
    assert [(case["state"], case["letters"]) for case in cases(record)] == [("triage", [])] * 4
    assert cases(record)[-1]["requester"] is None


def test_a_child_is_acknowledged_with_its_own_letter_and_shown_first(record: Record, post: Post) -> None:
    post.receive(
        mail("My nine-year-old daughter made an account with you without asking me. Please delete her data.")
    )
    [case] = cases(record)
    assert "child_data" in case["types"]
    assert (case["attention"], case["letters"][0][0]) == ("child", "child_acknowledgement")


def test_an_absence_note_is_recorded_on_its_case_and_changes_nothing(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA))
    before = cases(record)[0]
    post.receive(mail("I am away.", RANA, In_Reply_To=before["letters"][0][2], Auto_Submitted="auto-replied"))
    [case] = cases(record)
    assert case["events"][-1] == "automatic_mail_recorded"
    assert (case["attention"], case["letters"]) == (before["attention"], before["letters"])


def test_more_letters_than_the_limit_are_held_and_the_cases_open_all_the_same(
    record: Record, post: Post
) -> None:
    object.__setattr__(record, "settings", record.settings.model_copy(update={"letters_per_day": 2}))
    for text in (COPY_PLEASE, DELETE_PLEASE, STOP_PLEASE):
        post.receive(mail(text, RANA))
    assert [case["letters"][0][1] for case in cases(record)] == ["ready", "ready", "held"]
    with record.reading() as session:
        assert session.scalars(select(Letter.hold_reason).where(Letter.state == "held")).all() == ["limit"]


def test_a_batch_that_cannot_be_written_suffers_for_the_bad_mail_alone(record: Record, post: Post) -> None:
    """Another worker settles one of the copies between deciding and writing: the unique digest says so."""
    raw = mail(COPY_PLEASE, RANA)
    post.receive(raw)
    with record.writing() as session:
        digest = session.scalars(select(InboundEmail.digest)).one()
        session.execute(update(InboundEmail).values(digest=None))
    post.bring(mail(DELETE_PLEASE, SAMER), mail(PHONE_BROKEN, "shop@example.com"))
    with record.writing() as session:
        ours = session.scalars(select(InboundEmail).where(InboundEmail.state == "received")).first()
        assert ours is not None
        # The digest that the second mail will get is planted on the first.
        content = parse(record.keyring.open(ours.sealed_raw or b"", "inbound_email.raw", ours.id))
        planted = record.keyring.hash("digest", content.content_digest)
        first = session.scalars(select(InboundEmail).where(InboundEmail.state == "filed")).one()
        first.digest = planted
    assert digest != planted
    post.process()
    assert ("left", "duplicate") in mails(record)
    assert ("left", None) in mails(record)


def test_a_mail_that_killed_its_readers_three_times_goes_to_staff(record: Record, post: Post) -> None:
    post.bring(mail(COPY_PLEASE))
    with record.writing() as session:
        session.execute(update(InboundEmail).values(tries=2))
    post.process()
    assert mails(record) == [("needs_staff", "crashed")]


def test_our_letter_answers_in_the_thread(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA, Message_ID="<question@example.com>"))
    with record.reading() as session:
        letter = message_from_bytes(session.scalars(select(Letter)).one().content(record.keyring))
    assert letter["In-Reply-To"] == "<question@example.com>"
    assert letter["References"] == "<question@example.com>"


def test_staff_are_warned_when_a_third_of_the_mail_is_taken_for_a_machines(
    record: Record, post: Post
) -> None:
    post.receive(*(mail(PHONE_BROKEN, f"shop{one}@example.com") for one in range(13)))
    assert not warn_of_much_set_aside(record, post.now)
    post.receive(*(mail("Out", f"shop{one}@example.com", Auto_Submitted="auto-replied") for one in range(7)))
    assert warn_of_much_set_aside(record, post.now)


def test_no_stranger_s_letters_can_stop_the_reading(record: Record, post: Post) -> None:
    """Letters that only look like ours in another case, and more references than a query can hold."""
    refs = " ".join(new_reference() for _ in range(5000))
    post.receive(
        mail("mc-abcd-efgh-\u017faaaaaaaaaaaaaaa and MC-\u212aAAA-AAAA", "one@example.net"),
        *(mail(refs, f"many{number}@example.net") for number in range(5)),
        mail(COPY_PLEASE, RANA),
    )
    assert RANA in [case["requester"] for case in cases(record)]


def test_a_sure_request_does_not_hide_behind_a_triage_case(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA, List_Id="news <news.example.com>"))
    post.receive(mail(COPY_PLEASE, RANA))
    assert [case["state"] for case in cases(record)] == ["triage", "awaiting_identity"]


def test_dismissing_a_triage_case_reads_later_mails_again(record: Record, post: Post) -> None:
    post.receive(mail(COPY_PLEASE, RANA, List_Id="news <news.example.com>"))
    post.receive(mail(COPY_PLEASE, RANA, List_Id="news <news.example.com>", subject="again"))
    with record.writing() as session:
        case = search.case(session, cases(record)[0]["ref"])
        act = record.act(post.now, "Sara")
        case.dismiss(act, search.mails_of(session, case))
        write(session, act.rows)
    post.process()
    assert [case["state"] for case in cases(record)] == ["closed", "triage"]


def test_what_is_not_plainly_the_same_again_is_shown_to_a_person(record: Record, post: Post) -> None:
    post.receive(mail(DELETE_PLEASE, SAMER))
    post.receive(mail("Please do not delete my personal data any more, I changed my mind.", SAMER))
    assert cases(record)[0]["attention"] in {"reply_waiting", "unsure"} or len(cases(record)) == 2


def test_a_list_that_only_claims_to_be_ours_names_nobody_to_write_to(record: Record, post: Post) -> None:
    own_group = {"List_Id": "<info.mittalcloud.com>", "Precedence": "list"}
    post.receive(mail(COPY_PLEASE, ADDRESS, Reply_To="victim@example.net", **own_group))
    assert [letter for case in cases(record) for letter in case["letters"]] == []
    post.receive(mail(COPY_PLEASE, RANA, **own_group))
    assert cases(record)[-1]["state"] == "awaiting_identity", "a customer through our own group is a customer"


@pytest.mark.parametrize("spelling", ["victim+{}@example.net", "VICTIM@example.net", "victim@ｅxample.net"])
def test_the_limit_counts_mailboxes_not_spellings(record: Record, post: Post, spelling: str) -> None:
    object.__setattr__(record, "settings", record.settings.model_copy(update={"letters_per_day": 1}))
    post.receive(mail(COPY_PLEASE, "victim@example.net"))
    raw_header = f"From: {spelling.format(1)}\n".encode()
    post.receive(raw_header + mail(DELETE_PLEASE, None))
    states = [state for case in cases(record) for _, state, _ in case["letters"]]
    assert states.count("ready") == 1
