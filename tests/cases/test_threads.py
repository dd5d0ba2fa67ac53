"""What in a mail proves that its writer has one of our letters, and what proves nothing."""

import uuid
from pathlib import Path

import pytest

from inbox_agent.cases.record import Record
from inbox_agent.cases.references import new_reference
from inbox_agent.cases.threads import Marks, id_hash, marks, message_id, token
from inbox_agent.message import parse
from tests.company import ADDRESS, mail, settings

REF = new_reference()
OTHER = new_reference()


def marks_of(record: Record, text: str = "Thank you.", **headers: str) -> Marks:
    return marks(parse(mail(text, **headers)), record.keyring)


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("To", "info+{}@mittalcloud.com"),
        ("Cc", "Info <INFO+{}@mittalcloud.com>"),
        ("Delivered_To", "info+{}@mittalcloud.com"),
        ("In_Reply_To", "<{}.0123456789abcdef@mittalcloud.com>"),
        ("References", "<one@customers.example> <{}.0123456789abcdef@mittalcloud.com>"),
        ("subject", "Re: your request [{}]"),
    ],
)
def test_a_token_is_found_in_each_header_that_comes_back(
    local_record: Record, place: str, written: str
) -> None:
    header = written.format(token(local_record.keyring, REF))
    assert marks_of(local_record, **{place: header}).proven == (REF,)


@pytest.mark.parametrize("written", ["{}", "> {}", "text before {}, and after", "\u202a{}\u202c", "ا{}ب"])
def test_a_token_is_found_in_the_body_even_where_it_is_quoted(local_record: Record, written: str) -> None:
    text = f"Hello,\n{written.format(token(local_record.keyring, REF))}\n"
    assert marks_of(local_record, text).proven == (REF,)


def test_a_token_in_capitals_still_counts(local_record: Record) -> None:
    assert marks_of(local_record, token(local_record.keyring, REF).upper()).proven == (REF,)


def test_our_message_id_carries_the_token(local_record: Record) -> None:
    ours = message_id(local_record.keyring, REF, uuid.uuid4(), ADDRESS)
    assert ours.endswith("@mittalcloud.com>")
    assert marks_of(local_record, In_Reply_To=ours).proven == (REF,)


def test_each_letter_of_a_case_has_a_message_id_of_its_own(local_record: Record) -> None:
    made = {message_id(local_record.keyring, REF, uuid.uuid4(), ADDRESS) for _ in range(100)}
    assert len(made) == 100


def test_a_token_counts_for_its_own_case_only(local_record: Record) -> None:
    mac = token(local_record.keyring, REF).rpartition("-")[2]
    assert marks_of(local_record, f"{OTHER}-{mac}").proven == ()


def test_one_wrong_letter_makes_a_token_worthless(local_record: Record) -> None:
    right = token(local_record.keyring, REF)
    start = len(REF) + 1
    wrong = [
        right[:at] + ("a" if right[at] != "a" else "b") + right[at + 1 :] for at in range(start, len(right))
    ]
    assert len(wrong) == 16
    assert marks_of(local_record, "\n".join(wrong)).proven == ()


def test_a_token_of_another_company_is_worthless(local_record: Record, tmp_path: Path) -> None:
    another = Record.open(settings(tmp_path / "another"))
    theirs = token(another.keyring, REF)
    another.close()
    assert marks_of(local_record, theirs).proven == ()


def test_a_bare_reference_proves_nothing(local_record: Record) -> None:
    found = marks_of(local_record, f"About {REF}", subject=f"Re: [{OTHER}]")
    assert (found.proven, found.bare) == ((), (OTHER, REF))


def test_direction_marks_inside_a_reference_are_passed_over(local_record: Record) -> None:
    marked = f"\u2066MC\u200e-{REF[3:7]}\u200f-{REF[8:]}\u2069"
    assert marks_of(local_record, f"بخصوص {marked}").bare == (REF,)


def test_ids_of_the_thread_are_told_by_a_keyed_hash(local_record: Record) -> None:
    found = marks_of(
        local_record, In_Reply_To="<two@x.example>", References="<one@x.example> <two@x.example>"
    )
    keyring = local_record.keyring
    assert found.ids == (id_hash(keyring, "<two@x.example>"), id_hash(keyring, "<one@x.example>"))


def test_of_a_long_thread_what_was_answered_and_the_nearest_ids_count(local_record: Record) -> None:
    thread = [f"<m{number}@x.example>" for number in range(150)]
    found = marks_of(local_record, In_Reply_To="<answered@x.example>", References=" ".join(thread)).ids
    answered, nearest, oldest = (
        id_hash(local_record.keyring, one) for one in ("<answered@x.example>", thread[-1], thread[0])
    )
    assert found[:2] == (answered, nearest)
    assert oldest not in found


def test_a_mail_that_names_no_case_bears_no_marks(local_record: Record) -> None:
    assert marks_of(local_record, "Good morning") == Marks()


def test_after_a_new_key_letters_of_before_still_find_their_case(local_record: Record) -> None:
    keyring = local_record.keyring
    before = token(keyring, REF)
    keyring.renew("token", forget=False)
    keyring.renew("token", forget=False)
    now = token(keyring, REF)
    assert now != before
    assert [marks_of(local_record, one).proven for one in (before, now)] == [(REF,), (REF,)]


def test_after_a_leak_letters_of_before_prove_nothing(local_record: Record) -> None:
    keyring = local_record.keyring
    leaked = token(keyring, REF)
    keyring.renew("token", forget=True)
    assert marks_of(local_record, leaked).proven == ()
    assert marks_of(local_record, token(keyring, REF)).proven == (REF,)
