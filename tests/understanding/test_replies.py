"""What a mail on an open case does there."""

import pytest

from inbox_agent.message import Automatic, Message
from inbox_agent.understanding import ReplyAct, Understanding
from inbox_agent.understanding.replies import codes_in


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("My code is 4821 7730", ReplyAct.CONFIRMATION),
        ("هذا هو الرمز: ٤٨٢١٧٧٣٠", ReplyAct.CONFIRMATION),
        ("Yes, I confirm.", ReplyAct.CONFIRMATION),
        ("نعم، أؤكد", ReplyAct.CONFIRMATION),
        ("I never sent you any such request, this was not me.", ReplyAct.NOT_ME),
        ("How far along is my request? When will I hear from you?", ReplyAct.STATUS_QUESTION),
        ("وين وصل طلبي؟ متى بتردون علي؟", ReplyAct.STATUS_QUESTION),
        ("Never mind, please cancel my request and keep my account.", ReplyAct.WITHDRAWAL),
        ("خلاص ما عاد أبي، كنسلوا الطلب وخلوا حسابي", ReplyAct.WITHDRAWAL),
        ("Thank you so much for your help!", ReplyAct.THANKS),
        ("شكرا جزيلا لكم", ReplyAct.THANKS),
        ("I am out of the office until Monday.", ReplyAct.ABSENCE),
    ],
)
def test_a_plain_reply_is_understood(understanding: Understanding, text: str, act: ReplyAct) -> None:
    assert next(iter(understanding.read_reply(Message(text=text)).acts)) is act


@pytest.mark.parametrize("automatic", [Automatic.AUTO_REPLY, Automatic.CALENDAR])
def test_what_a_machine_wrote_is_an_absence_and_proves_nothing(
    understanding: Understanding, automatic: Automatic
) -> None:
    reply = understanding.read_reply(Message(text="yes 4821 7730", automatic=automatic))
    assert (list(reply.acts), reply.codes, reply.agrees) == ([ReplyAct.ABSENCE], (), False)


@pytest.mark.parametrize("text", ["", "\u200f", "😀", "؟"])
def test_a_reply_that_says_nothing_goes_to_a_person(understanding: Understanding, text: str) -> None:
    assert list(understanding.read_reply(Message(text=text)).acts) == [ReplyAct.OTHER]


@pytest.mark.parametrize("text", ["Yes, I confirm.", "نعم، أؤكد", "aywa mwafe2", "ok confirmed"])
def test_a_plain_yes_agrees(understanding: Understanding, text: str) -> None:
    assert understanding.read_reply(Message(text=text)).agrees


@pytest.mark.parametrize(
    "text",
    [
        "Never mind, please cancel my request.",
        "Thanks, that is all",
        "متى الرد؟",
        "I did not send this. Not me!",
        "Yes I wrote that, but I changed my mind, please leave everything as it is and drop my request.",
        "Yes I got your letter but this was not me, I never asked for that.",
    ],
)
def test_what_is_no_yes_does_not_agree(understanding: Understanding, text: str) -> None:
    assert not understanding.read_reply(Message(text=text)).agrees


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("48217730", ("48217730",)),
        ("it says 4821-7730.", ("48217730",)),
        ("٤٨٢١ ٧٧٣٠", ("48217730",)),
        ("۴۸۲۱۷۷۳۰", ("48217730",)),
        ("48 21 77 30 or 11112222", ("48217730", "11112222")),
        ("+971 50 555 0123", ()),
        ("order 482177301", ()),
        ("4821773", ()),
        ("12/03/2026", ()),
        ("", ()),
    ],
)
def test_codes_are_numbers_of_eight_digits(text: str, codes: tuple[str, ...]) -> None:
    assert codes_in(text) == codes


def test_a_flood_of_figures_holds_no_code() -> None:
    assert codes_in("1 " * 500_000) == ()
