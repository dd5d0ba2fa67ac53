"""Every right from its first mail to its closing letter, on a real mailbox and relay, in moved time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_agent.cases import identity, work
from inbox_agent.cases.answers import Told
from inbox_agent.cases.checklist import Found, Item
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.states import Outcome
from inbox_agent.errors import PersonNeeded
from inbox_agent.understanding import RequestType
from tests.agent.office import LINA, Office, code_in, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

ACCESS, DELETION, CHILD = RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA
OPT_OUT, CORRECTION, COOKIES = RequestType.OPT_OUT, RequestType.CORRECTION, RequestType.COOKIES
QUESTION = RequestType.OTHER_PRIVACY

ASKED = {
    ("en", ACCESS): "Hello,\nplease send me a copy of all the personal data you hold about me.\nLina",
    ("ar", ACCESS): "السلام عليكم\nأرجو تزويدي بنسخة من جميع بياناتي الشخصية المحفوظة لديكم.\nلينا",
    ("en", DELETION): "Hello,\nplease delete my account and all my personal data.\nLina",
    ("ar", DELETION): "السلام عليكم\nأرجو حذف حسابي وجميع بياناتي الشخصية من أنظمتكم.\nلينا",
    ("en", OPT_OUT): "Please stop sending me marketing emails and offers.",
    ("ar", OPT_OUT): "أرجو التوقف عن إرسال الرسائل الإعلانية والتسويقية إلى بريدي.",
    ("en", CORRECTION): "Please correct my name in my personal data, it is spelled wrong in your records.",
    ("ar", CORRECTION): "أرجو تصحيح اسمي في بياناتي الشخصية فهو مكتوب بشكل خاطئ.",
    ("en", COOKIES): "I withdraw my consent to cookies and tracking on your website.",
    ("ar", COOKIES): "أسحب موافقتي على ملفات تعريف الارتباط والتتبع في موقعكم.",
    ("en", CHILD): "My 9 year old son made an account with you. Please delete his data.",
    ("ar", CHILD): "ابني عمره ١٠ سنوات وسجل حساب عندكم بدون علمي، أرجو حذف بياناته.",
}
GREETING = {"en": "Hello,", "ar": "تحية طيبة،"}
LANGUAGES = ["en", "ar"]


@pytest.fixture
def office(dovecot: Dovecot, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    opened = Office(dovecot, smtp_sink, tmp_path)
    yield opened
    opened.close()


def proven(office: Office, language: str, kind: RequestType) -> None:
    """The request has come, and its code has come back."""
    office.receive(ASKED[language, kind])
    assert office.case()["state"] == "awaiting_identity"
    office.receive(f"{code_in(office.last)}\n", answers=office.last)
    state, _, trust = office.case()["rights"][kind]
    assert (state, trust) == ("in_progress", "T1")


def is_in_one(office: Office, language: str) -> bool:
    text = text_of(office.last)
    return GREETING[language] in text and GREETING["ar" if language == "en" else "en"] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_access_from_mail_to_closing_letter(office: Office, language: str) -> None:
    proven(office, language, ACCESS)
    with pytest.raises(PersonNeeded, match="needs T3"):
        office.finish(ACCESS, Outcome.FULFILLED)
    office.identify(ACCESS)
    with pytest.raises(PersonNeeded, match="not looked at yet: account"):
        office.finish(ACCESS, Outcome.FULFILLED)
    office.settle_rows(ACCESS, but=[Item.COOKIES])
    office.do(work.look_at, ACCESS, Item.COOKIES, Found.NOTHING_HELD)
    office.finish(ACCESS, Outcome.FULFILLED, Told(words=["…"]))
    assert office.kinds() == ["acknowledgement", "access_ready"]
    assert is_in_one(office, language)
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", "fulfilled")


@pytest.mark.parametrize("language", LANGUAGES)
def test_deletion_from_mail_to_closing_letter(office: Office, language: str) -> None:
    proven(office, language, DELETION)
    office.identify(DELETION)
    office.do(work.ask_confirmation, DELETION)
    office.receive(f"{code_in(office.last)}", answers=office.last)
    assert office.kinds()[-1] == "cooloff_started"
    office.do(work.submit, DELETION)
    with pytest.raises(PersonNeeded, match="another person must agree"):
        office.do(work.approve, DELETION)
    with pytest.raises(PersonNeeded, match="may change their mind"):
        office.do(work.look_at, DELETION, Item.ACCOUNT, Found.DONE)
    office.later(days=4)
    assert office.case()["rights"]["deletion"][0] == "in_progress", (
        "a day has passed: whoever asked may go on"
    )
    office.settle_rows(DELETION, but=[Item.DOWNLOAD_LINKS])
    with pytest.raises(PersonNeeded, match="not looked at yet: download_links"):
        office.finish(DELETION, Outcome.FULFILLED)
    office.do(work.look_at, DELETION, Item.DOWNLOAD_LINKS, Found.DONE)
    office.finish(DELETION, Outcome.FULFILLED)
    assert office.kinds() == ["acknowledgement", "confirm_delete", "cooloff_started", "deleted"]
    assert is_in_one(office, language)
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", "fulfilled")


@pytest.mark.parametrize("language", LANGUAGES)
def test_opt_out_is_done_by_the_time_it_is_acknowledged(office: Office, language: str) -> None:
    office.receive(ASKED[language, OPT_OUT])
    assert (office.case()["state"], office.case()["outcome"]) == ("closed", "fulfilled")
    assert office.kinds() == ["acknowledgement"]
    assert "Done on Monday 2 March 2026" in text_of(office.last)
    assert "أوقفناها يوم الاثنين 2 مارس 2026" in text_of(office.last).replace("\u200f", "")
    assert office.suppressed() == [LINA]


@pytest.mark.parametrize("language", LANGUAGES)
def test_correction_from_mail_to_closing_letter(office: Office, language: str) -> None:
    proven(office, language, CORRECTION)
    office.do(identity.record_check, CORRECTION, CheckKind.ADDRESS_ON_FILE, "portal", passed=True)
    office.do(work.ask, CORRECTION, "correction_details")
    assert office.case()["state"] == "awaiting_info"
    office.receive("The name is Lina Haddad with double d, as on my invoices.", answers=office.last)
    assert office.case()["state"] == "in_progress"
    office.finish(CORRECTION, Outcome.FULFILLED, Told(words=["Lina Haddad"], harmless=True))
    assert office.kinds() == ["acknowledgement", "correction_details", "corrected"]
    assert is_in_one(office, language)
    assert office.case()["state"] == "closed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_cookies_are_answered_by_the_agent_itself(office: Office, language: str) -> None:
    office.receive(ASKED[language, COOKIES])
    office.later(hours=1)
    assert office.kinds() == ["acknowledgement", "cookies_help"]
    assert is_in_one(office, language)
    assert office.case()["state"] == "closed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_childs_data_from_mail_to_closing_letter(office: Office, language: str) -> None:
    office.receive(ASKED[language, CHILD])
    case = office.case()
    assert (case["state"], case["attention"]) == ("open", "child")
    assert "restricted" in case["events"]
    assert office.kinds() == ["child_acknowledgement"]
    office.do(work.ask_guardian, CHILD)
    office.receive(code_in(office.last), answers=office.last)
    office.do(identity.record_check, CHILD, CheckKind.GUARDIAN_PAYS, "holds the line", passed=True)
    assert office.case()["rights"]["child_data"][2] == "TG"
    with pytest.raises(PersonNeeded, match="second person"):
        office.settle_rows(CHILD)
    office.do(work.submit, CHILD)
    office.later(days=2)
    assert office.case()["rights"]["child_data"][0] == "review", (
        "a day is not enough where a child is concerned"
    )
    office.do(work.approve, CHILD, by="Huda", known=True)
    office.settle_rows(CHILD)
    office.finish(CHILD, Outcome.FULFILLED)
    assert office.kinds()[:3] == ["child_acknowledgement", "guardian_steps", "child_deleted"]
    assert is_in_one(office, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_answered_by_a_person(office: Office, language: str) -> None:
    asked = {
        "en": "How long do you keep my personal data, where is it stored, what does your privacy policy say?",
        "ar": "كم مدة احتفاظكم ببياناتي الشخصية وأين تخزنونها؟ ما الذي تقوله سياسة الخصوصية لديكم؟",
    }
    office.receive(asked[language])
    if office.case()["state"] == "triage":
        with office.acting() as (act, case):
            case.settle(act, [QUESTION])
            case.acknowledge(act)
        office.look()
    assert office.kinds() == ["question_acknowledgement"]
    office.finish(QUESTION, Outcome.ANSWERED, Told(words=["24"]))
    assert office.kinds() == ["question_acknowledgement", "answer"]
    assert is_in_one(office, language)
    assert office.case()["outcome"] == "answered"
