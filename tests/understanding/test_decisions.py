"""What is to be done with a mail."""

import pytest

from inbox_agent.message import Automatic, Message
from inbox_agent.understanding import Decision, Flag, Reading, RequestType, Understanding

ERASE = "Please delete my account and erase my personal data."
ORDINARY = "The phones in our warehouse have had no dial tone since this morning."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ERASE, RequestType.DELETION),
        ("أرجو حذف حسابي وجميع بياناتي الشخصية نهائيا من أنظمتكم", RequestType.DELETION),
        ("Send me a copy of all the personal data you hold about me.", RequestType.ACCESS),
        ("أريد نسخة كاملة من بياناتي الشخصية الموجودة لديكم", RequestType.ACCESS),
        ("Take me off your mailing list, I do not want these offers any more.", RequestType.OPT_OUT),
        ("وقفوا الرسائل الدعائية لو سمحتوا، ما أبي عروضكم", RequestType.OPT_OUT),
        ("My surname is misspelled in your records, please correct it.", RequestType.CORRECTION),
        ("I want to withdraw my consent to the tracking cookies on your website.", RequestType.COOKIES),
        ("My daughter is 9 and opened an account with you, please delete her data.", RequestType.CHILD_DATA),
    ],
)
def test_a_plain_request_is_named(understanding: Understanding, text: str, kind: RequestType) -> None:
    reading = understanding.read(Message(text=text))
    assert kind in reading.request_types
    assert reading.decision in {Decision.OPEN_CASE, Decision.ASK_STAFF}


def test_a_plain_request_opens_a_case(understanding: Understanding) -> None:
    assert understanding.read(Message(text=ERASE)).decision is Decision.OPEN_CASE


def test_ordinary_mail_is_left_alone(understanding: Understanding) -> None:
    reading = understanding.read(Message(subject="no dial tone", text=ORDINARY))
    assert (reading.decision, dict(reading.request_types)) == (Decision.LEAVE, {})
    assert reading.nearness < 1


def test_child_data_always_needs_a_person(understanding: Understanding) -> None:
    reading = understanding.read(Message(text="My daughter is 9 and opened an account with you."))
    assert RequestType.CHILD_DATA in reading.asserted
    assert Flag.NEEDS_PERSON in reading.flags


@pytest.mark.parametrize("automatic", list(Automatic))
def test_automatic_mail_never_opens_a_case(understanding: Understanding, automatic: Automatic) -> None:
    decision = understanding.read(Message(text=ERASE, automatic=automatic)).decision
    assert decision is (Decision.ASK_STAFF if automatic.is_read else Decision.SET_ASIDE)


@pytest.mark.parametrize("automatic", list(Automatic))
def test_automatic_mail_that_asks_for_nothing_is_set_aside(
    understanding: Understanding, automatic: Automatic
) -> None:
    reading = understanding.read(Message(text=ORDINARY, automatic=automatic))
    assert reading.decision is Decision.SET_ASIDE
    assert reading.language is not None


def test_what_was_read_only_in_part_goes_to_a_person(understanding: Understanding) -> None:
    assert understanding.read(Message(text=ERASE, error="too_large")).decision is Decision.ASK_STAFF


@pytest.mark.parametrize("subject", ["", "scan_0001"])
def test_a_mail_of_which_nothing_is_left_goes_to_a_person(understanding: Understanding, subject: str) -> None:
    reading = understanding.read(Message(subject=subject, text=""))
    assert reading.decision is Decision.ASK_STAFF
    assert Flag.NOTHING_LEFT in reading.flags


def test_a_request_in_the_subject_alone_is_read(understanding: Understanding) -> None:
    reading = understanding.read(Message(subject="Please delete my account and all my data", text=""))
    assert RequestType.DELETION in reading.request_types


@pytest.mark.parametrize(
    "text",
    [
        "Please do not delete my account, I only want a new password.",
        "أرجو ألا يحصل خطأ: لا تحذفوا حسابي",
    ],
)
def test_a_negation_near_an_action_goes_to_a_person(understanding: Understanding, text: str) -> None:
    reading = understanding.read(Message(text=text))
    assert reading.decision is Decision.ASK_STAFF
    assert Flag.NEGATION in reading.flags


def test_a_request_in_another_language_goes_to_a_person(understanding: Understanding) -> None:
    reading = understanding.read(
        Message(text="Bonjour, veuillez supprimer mon compte et toutes mes données personnelles. Merci")
    )
    assert reading.decision is Decision.ASK_STAFF
    assert (reading.other_language, Flag.OTHER_LANGUAGE in reading.flags) == ("fr", True)


@pytest.mark.parametrize(
    ("added", "flag"),
    [
        ("My lawyer will take legal action otherwise.", Flag.LEGAL_THREAT),
        ("Otherwise I go to the data protection authority.", Flag.REGULATOR),
        ("I write on behalf of my client.", Flag.AGENT),
        ("It belonged to my late father, who passed away in May.", Flag.DECEASED),
        ("My passport number is N0123456.", Flag.ID_NUMBER),
    ],
)
def test_what_a_person_should_know_is_flagged(understanding: Understanding, added: str, flag: Flag) -> None:
    assert flag not in understanding.read(Message(text=ERASE)).flags
    assert flag in understanding.read(Message(text=f"{ERASE} {added}")).flags


def test_an_answer_that_would_go_elsewhere_is_flagged(understanding: Understanding) -> None:
    message = Message(text=ERASE, sender="a@example.org", reply_to=("b@example.org",))
    assert Flag.REPLY_TO_DIFFERS in understanding.read(message).flags


@pytest.mark.parametrize(
    "appended",
    [
        "\n\nMazen Haddad\nSales Manager\nHaddad Trading, Doha",
        "\n\nThis e-mail is confidential and meant for its recipient only.",
    ],
)
def test_an_appended_signature_or_notice_changes_nothing(understanding: Understanding, appended: str) -> None:
    for text in (ERASE, ORDINARY):
        plain, signed = (understanding.read(Message(text=words)) for words in (text, text + appended))
        assert _essence(signed) == _essence(plain)


def test_our_own_policy_pasted_below_changes_nothing(understanding: Understanding) -> None:
    pasted = (
        "\n\nYou have control over your personal data and can choose to:\n"
        "- Access and update your account information.\n- Request deletion of your account.\n"
        "- Opt-out of receiving marketing and promotional communications.\n"
    )
    plain, quoting = (understanding.read(Message(text=words)) for words in (ORDINARY, ORDINARY + pasted))
    assert _essence(quoting) == _essence(plain)


def test_asking_how_to_delete_is_a_question_not_a_deletion(understanding: Understanding) -> None:
    asserted = understanding.read(Message(text="How can I delete my account?")).asserted
    assert set(asserted) == {RequestType.OTHER_PRIVACY}


def _essence(reading: Reading) -> tuple[object, ...]:
    return reading.decision, set(reading.request_types), reading.language


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Please delete my account.", "deletion"),
        ("Kindly erase all the personal data you store about me", "deletion"),
        ("Please send me a copy of my personal data.", "access"),
        ("Please stop sending me marketing emails.", "opt_out"),
        ("أرجو حذف جميع بياناتي الشخصية", "deletion"),
        ("أريد نسخة من بياناتي الشخصية", "access"),
    ],
)
def test_what_is_asked_for_plainly_opens_a_case(understanding: Understanding, text: str, kind: str) -> None:
    reading = understanding.read(Message(text=text))
    assert (reading.decision, kind in reading.asserted) == (Decision.OPEN_CASE, True)


@pytest.mark.parametrize(
    "text",
    [
        "Please do not delete my account.",
        "Please delete the voicemail box of extension 204.",
        "Please send me a copy of my October invoice.",
        "لا تحذفوا حسابي",
        "أرجو حذف التحويلة 204",
    ],
)
def test_what_only_sounds_so_does_not(understanding: Understanding, text: str) -> None:
    assert understanding.read(Message(text=text)).decision is not Decision.OPEN_CASE


@pytest.mark.parametrize(
    "text",
    [
        "Vestia morlin tacrum, pelora dis quandem sertu; nolim vastera per undis colmet.",
        "Hi, how are you?",
        "Mazen Haddad\nSales Manager\n+962 6 555 0101\nwww.example.com",
        "\x9f\x88xq \x01\x02 JFIF obj endobj 7f 45 4c 46 PK\x03",
        "كيف الحال؟ إن شاء الله بخير",
    ],
)
def test_what_says_nothing_of_privacy_opens_nothing(understanding: Understanding, text: str) -> None:
    assert understanding.read(Message(text=text)).decision is not Decision.OPEN_CASE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bonjour, merci de supprimer mon compte et toutes mes informations.", "fr"),
        ("براہ کرم میرا اکاؤنٹ ختم کر دیں اور میرا سارا ڈیٹا مٹا دیں", "ur"),
        ("Mera account delete kar do aur mera data hata do", "hi"),
        ("Lütfen hesabımı ve tüm verilerimi silin", "tr"),
        ("Pakibura po ang account ko at lahat ng data ko", "tl"),
        ("لطفا حساب من و همه اطلاعاتم را پاک کنید", "fa"),
        ("Bitte löschen Sie mein Konto und alle meine Daten", "de"),
        ("Por favor borren mi cuenta y todos mis datos", "es"),
        ("Tolong hapus akun saya dan semua data saya", "id"),
        ("আমার অ্যাকাউন্ট মুছে ফেলুন", "bn"),
    ],
)
def test_a_deletion_in_another_language_reaches_staff_with_its_suggestion(
    understanding: Understanding, text: str, code: str
) -> None:
    reading = understanding.read(Message(text=text))
    assert (reading.decision, reading.other_language) == (Decision.ASK_STAFF, code)
    assert RequestType.DELETION in reading.asserted


@pytest.mark.parametrize(
    ("address", "flagged"),
    [
        ("casework@ico.org.uk", True),
        ("poststelle@datenschutz.example.de", True),
        ("sara@notico.org.uk", False),
        ("ico.org.uk@example.org", False),
    ],
)
def test_a_regulator_who_reads_along_is_flagged(
    understanding: Understanding, address: str, flagged: bool
) -> None:
    reading = understanding.read(Message(text=ERASE, recipients=("info@example.org", address)))
    assert (Flag.REGULATOR in reading.flags) is flagged


def test_a_demand_in_a_lawyer_s_last_paragraph_is_no_notice(understanding: Understanding) -> None:
    text = (
        "Dear Sirs,\n\nI act for a former subscriber of yours.\n\nPlease delete all confidential personal "
        "data held about her, and refrain from any further disclosure to unauthorised parties."
    )
    assert RequestType.DELETION in understanding.read(Message(text=text)).asserted
