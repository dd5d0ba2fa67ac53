"""What people write most plainly opens a case at once, without waiting for a person."""

import pytest

from inbox_agent.message import Message
from inbox_agent.understanding import Decision, RequestType, Understanding

ACCESS, DELETION, OPT_OUT = RequestType.ACCESS, RequestType.DELETION, RequestType.OPT_OUT
CORRECTION, COOKIES, CHILD = RequestType.CORRECTION, RequestType.COOKIES, RequestType.CHILD_DATA

PLAIN = [
    (DELETION, "Please delete my account and all my personal data."),
    (DELETION, "I want you to erase all the personal data you hold about me."),
    (DELETION, "Hello, please delete all my data from your systems. Thanks, Anna"),
    (DELETION, "أرجو حذف حسابي وجميع بياناتي الشخصية من أنظمتكم."),
    (DELETION, "السلام عليكم، اريد حذف حسابي وكل بياناتي لو سمحتم"),
    (DELETION, "law samaht emsa7o 7sabi w kol bayanati el sha5seya"),
    (ACCESS, "Please send me a copy of all the personal data you hold about me."),
    (ACCESS, "What personal data do you have about me? Please send me a copy."),
    (ACCESS, "أرجو تزويدي بنسخة من جميع بياناتي الشخصية المحفوظة لديكم."),
    (ACCESS, "أرجو تزويدي بنسخة من جميع بياناتي الشخصية المحفوظة لديكم."),
    (ACCESS, "ممكن ترسلون لي نسخة من كل بياناتي الشخصية اللي عندكم؟"),
    (ACCESS, "momken teb3atooli nos5a men kol bayanati el sha5seya elly 3andoko"),
    (OPT_OUT, "Please stop sending me marketing emails."),
    (OPT_OUT, "Unsubscribe me from your newsletter and promotional messages please."),
    (OPT_OUT, "أرجو التوقف عن إرسال الرسائل الإعلانية إلى بريدي."),
    (OPT_OUT, "لا ترسلوا لي عروض ورسائل تسويقية بعد اليوم"),
    (OPT_OUT, "bas ba2a rasayel e3lanat w 3orood, mesh 3ayez ay tasweeq tany"),
    (CORRECTION, "Please correct my name in my personal data, it is spelled wrong in your records."),
    (CORRECTION, "I have moved house, please change my postal address in your records."),
    (CORRECTION, "أرجو تصحيح اسمي في بياناتي الشخصية فهو مكتوب بشكل خاطئ."),
    (COOKIES, "I withdraw my consent to cookies and tracking on your website."),
    (COOKIES, "أسحب موافقتي على ملفات تعريف الارتباط والتتبع في موقعكم."),
    (CHILD, "My 9 year old son made an account with you. Please delete his data."),
    (CHILD, "ابني عمره ١٠ سنوات وسجل حساب عندكم بدون علمي، أرجو حذف بياناته."),
]


@pytest.mark.parametrize(("kind", "text"), PLAIN)
def test_what_is_asked_plainly_opens_a_case(
    understanding: Understanding, kind: RequestType, text: str
) -> None:
    reading = understanding.read(Message(text=text))
    assert reading.decision is Decision.OPEN_CASE
    assert set(reading.request_types) - {DELETION if kind is CHILD else kind} == ({CHILD} & {kind})
