import pytest

from inbox_agent.message import Automatic, FailedRecipient, Screening
from inbox_agent.message.absence import is_away_subject
from inbox_agent.message.automatic import RULES

OURS = Screening(addresses=frozenset({"info@company.example"}))
OWN_GROUP = Screening(addresses=OURS.addresses, own_lists=frozenset({"info@company.example"}))
WEB_FORM = Screening(
    addresses=OURS.addresses, forms=frozenset({"no-reply@company.example", "form@company.example"})
)

BY_MACHINE = [
    ("bounce_permanent", Automatic.BOUNCE, "delivery_report"),
    ("bounce_for_now", Automatic.BOUNCE, "delivery_report"),
    ("bounce_without_report", Automatic.BOUNCE, "failed_recipients"),
    ("bounce_from_a_daemon", Automatic.BOUNCE, "from_mailer_daemon"),
    ("bounce_from_postmaster", Automatic.BOUNCE, "from_postmaster"),
    ("bounce_to_nobody_arabic_subject", Automatic.BOUNCE, "returned_to_nobody"),
    ("calendar_answer", Automatic.CALENDAR, "invitation_answered"),
    ("read_receipt", Automatic.REPORT, "report"),
    ("feedback_report", Automatic.REPORT, "feedback_report"),
    ("feedback_report_that_names_the_address", Automatic.REPORT, "feedback_report"),
    ("challenge_of_a_filter_by_its_header", Automatic.AUTO_REPLY, "challenge_response"),
    ("challenge_of_a_filter_by_its_words", Automatic.AUTO_REPLY, "challenge_response"),
    ("challenge_of_a_filter_in_arabic", Automatic.AUTO_REPLY, "challenge_response"),
    ("bounce_in_plain_words", Automatic.BOUNCE, "from_mailer_daemon"),
    ("dmarc_report", Automatic.REPORT, "dmarc_report"),
    ("auto_submitted_with_comment", Automatic.AUTO_REPLY, "auto_submitted"),
    ("autoreply_header", Automatic.AUTO_REPLY, "autoreply_header"),
    ("autorespond_header", Automatic.AUTO_REPLY, "autoreply_header"),
    ("precedence_auto_reply", Automatic.AUTO_REPLY, "precedence_auto_reply"),
    ("null_return_path", Automatic.AUTO_REPLY, "null_return_path"),
    ("away_english", Automatic.AUTO_REPLY, "away_subject"),
    ("away_arabic", Automatic.AUTO_REPLY, "away_subject"),
    ("away_subject_of_an_answer", Automatic.AUTO_REPLY, "away_subject"),
    ("away_note_without_any_header", Automatic.AUTO_REPLY, "away_text"),
    ("away_note_without_any_header_arabic", Automatic.AUTO_REPLY, "away_text"),
    *(
        (f"away_text_{language}", Automatic.AUTO_REPLY, "away_text")
        for language in ("german", "french", "turkish", "hebrew", "persian", "urdu")
    ),
    ("away_text_arabic_answers_by_itself", Automatic.AUTO_REPLY, "away_text"),
    ("bounce_from_a_daemon_without_address", Automatic.BOUNCE, "from_mailer_daemon"),
    ("bounce_from_exchange_itself", Automatic.BOUNCE, "from_mailer_daemon"),
    ("bounce_of_notes", Automatic.BOUNCE, "from_postmaster"),
    ("bounce_of_groupwise", Automatic.BOUNCE, "from_mailer_daemon"),
    ("bounce_in_arabic_words", Automatic.BOUNCE, "from_postmaster"),
    ("bounce_of_exim_that_says_delayed", Automatic.BOUNCE, "from_mailer_daemon"),
    ("bounce_that_says_relayed", Automatic.BOUNCE, "from_postmaster"),
    ("autoresponder_named_in_delivered_to", Automatic.AUTO_REPLY, "autoreply_header"),
    ("own_address", Automatic.OWN, "own_address"),
    ("mailing_list", Automatic.LIST, "list_header"),
    ("precedence_list", Automatic.LIST, "precedence_list"),
    ("precedence_bulk_upper_case", Automatic.BULK, "precedence_bulk"),
    ("x_precedence_junk", Automatic.BULK, "precedence_bulk"),
    ("newsletter", Automatic.BULK, "unsubscribe_header"),
    ("feedback_id", Automatic.BULK, "feedback_id"),
    ("x_loop", Automatic.BULK, "x_loop"),
    *((f"no_reply_spelling_{n}", Automatic.NO_REPLY, "no_reply_address") for n in range(1, 9)),
]


@pytest.mark.parametrize(("mail", "kind", "rule"), BY_MACHINE)
def test_a_machine_is_recognised_and_the_rule_named(read, mail, kind, rule):
    message = read(mail, OURS)
    assert (message.automatic, message.rule) == (kind, rule)


def test_every_rule_of_the_policy_has_a_mail_that_shows_it():
    assert {rule.name for rule in RULES} == {rule for *_, rule in BY_MACHINE} | {"form_without_person"}


@pytest.mark.parametrize(
    "mail",
    [
        "auto_submitted_no",
        "customer_who_asks_us_to_confirm",
        "exchange_suppress_alone",
        "no_reply_lookalike",
        "calendar_invitation",
        "question_about_an_away_greeting",
        "person_who_speaks_of_being_away",
        "person_on_holiday_who_asks",
        "person_on_holiday_who_asks_arabic",
        "gmail_reply",
        "forward_gmail",
        "thanks_alone_stays",
        "empty",
    ],
)
def test_mail_of_people_is_not_automatic(read, mail):
    message = read(mail, OURS)
    assert message.automatic is None
    assert message.rule == ""


@pytest.mark.parametrize(
    "subject",
    [
        "الردّ التلقائي: رسالتكم",
        "رسالة خارج المكتب: رسالتكم",
        "پاسخ خودکار: x",
        "خودکار جواب: x",
        "תגובה אוטומטית: x",
        "Otomatik Yanıt: x",
        "Réponse automatique : x",
        "Abwesenheitsnotiz: x",
        "Odpowiedź automatyczna: x",
        "Automatická odpověď: x",
        "Automatisk svar: x",
        "Αυτόματη απάντηση: x",
        "自动回复: x",
        "[Auto-Reply] x",
    ],
)
def test_the_subject_of_an_absence_note_is_known_in_many_languages(subject):
    assert is_away_subject(subject, answers=False)


def test_only_bounces_reports_and_notes_are_set_aside_unread():
    assert {kind for kind in Automatic if kind.is_read} == {
        Automatic.LIST,
        Automatic.BULK,
        Automatic.NO_REPLY,
        Automatic.OWN,
    }


def test_our_own_group_makes_its_mail_ordinary_again(read):
    assert read("own_google_group", OURS).automatic is Automatic.LIST
    assert read("own_google_group", OWN_GROUP).automatic is None


def test_our_own_group_may_hide_the_person_behind_our_address(read):
    assert read("own_google_group_that_rewrites_from", OURS).automatic is Automatic.OWN
    message = read("own_google_group_that_rewrites_from", OWN_GROUP)
    assert message.automatic is None
    assert message.sender == "samir@customer.example"


def test_an_away_note_through_our_own_group_stays_one(read):
    assert read("away_note_through_own_google_group", OWN_GROUP).automatic is Automatic.AUTO_REPLY


def test_our_own_form_speaks_for_the_person_in_reply_to(read):
    message = read("web_form", WEB_FORM)
    assert message.automatic is None
    assert message.sender == "samir@customer.example"
    assert message.sender_name == "Samir Haddad"
    assert message.form_sender == "no-reply@company.example"


def test_a_form_that_names_no_person_is_never_answered(read):
    message = read("web_form_without_person", WEB_FORM)
    assert (message.automatic, message.rule) == (Automatic.NO_REPLY, "form_without_person")


def test_a_form_we_do_not_know_speaks_for_nobody(read):
    message = read("web_form", OURS)
    assert message.automatic is not None
    assert message.sender == "no-reply@company.example"
    assert message.form_sender is None


def test_a_bounce_says_for_whom_why_and_which_letter(read):
    bounce = read("bounce_permanent").bounce
    assert bounce.recipients == (FailedRecipient("samir@customer.example", "5.1.1", "failed"),)
    assert bounce.recipients[0].permanent
    assert bounce.returned_message_id == "<letter9@company.example>"


def test_a_delay_is_no_failure(read):
    assert not read("bounce_for_now").bounce.recipients[0].permanent


def test_a_bounce_without_report_still_names_the_address(read):
    assert read("bounce_without_report").bounce.recipients == (FailedRecipient("samir@customer.example"),)


@pytest.mark.parametrize(
    ("mail", "status", "dead"),
    [
        ("bounce_in_plain_words", "5.1.1", True),
        ("bounce_in_plain_words_with_a_short_answer", "5.0.0", False),
        ("bounce_in_plain_words_above_a_copy", "5.0.0", False),
    ],
)
def test_a_bounce_in_words_alone_names_the_one_address_that_a_server_refused(read, mail, status, dead):
    [recipient] = read(mail).bounce.recipients
    assert (recipient.address, recipient.status) == ("samir@customer.example", status)
    assert recipient.permanent
    assert recipient.is_dead is dead


def test_a_copy_below_the_words_of_a_bounce_names_the_letter(read):
    bounce = read("bounce_in_plain_words_above_a_copy").bounce
    assert bounce.returned_message_id == "<letter9@company.example>"


@pytest.mark.parametrize(
    "mail",
    [
        "bounce_without_status",
        "bounce_with_a_status_that_tells_only_its_class",
        "bounce_that_names_the_address_only_as_it_was_written",
    ],
)
def test_what_a_report_leaves_out_is_found_in_its_other_fields(read, mail):
    [recipient] = read(mail).bounce.recipients
    assert (recipient.address, recipient.status) == ("samir@customer.example", "5.1.1")
    assert recipient.is_dead


def test_what_is_only_delayed_is_no_failure_whatever_its_code(read):
    [recipient] = read("bounce_that_says_delayed_with_a_failing_code").bounce.recipients
    assert not recipient.permanent
    assert not recipient.is_dead


@pytest.mark.parametrize("mail", ["bounce_of_notes", "bounce_of_groupwise", "bounce_in_arabic_words"])
def test_a_bounce_that_names_nobody_mentions_somebody(read, mail):
    bounce = read(mail).bounce
    assert (bounce.recipients, bounce.mentioned) == (
        (),
        (FailedRecipient("samir@customer.example", "5.0.0"),),
    )


@pytest.mark.parametrize("mail", ["bounce_of_exim_that_says_delayed", "bounce_that_says_relayed"])
def test_words_of_a_delay_or_a_receipt_mention_nobody(read, mail):
    assert (read(mail).bounce.recipients, read(mail).bounce.mentioned) == ((), ())


def test_a_feedback_report_says_who_complains_where_it_does(read):
    assert read("feedback_report_that_names_the_address").complained == "samir@customer.example"
    assert read("feedback_report").complained is None
    assert read("read_receipt").complained is None


def test_only_bounces_have_a_bounce(read):
    assert read("gmail_reply").bounce is None
