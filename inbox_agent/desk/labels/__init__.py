"""How the desk calls what the record knows by code; texts behind `N_` are translated when they are said.

One table of tables, for templates take it whole. `events` and `refusals` are longer, and only code says them.
"""

from collections.abc import Mapping

from inbox_agent.cases.standing import View, Why


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools know
    return text


TYPES: Mapping[str, str] = {
    "access": N_("Access"),
    "deletion": N_("Deletion"),
    "child_data": N_("Child data"),
    "opt_out": N_("Marketing opt-out"),
    "correction": N_("Correction"),
    "cookies": N_("Cookies"),
    "other_privacy": N_("Other privacy matter"),
}
LANGUAGES: Mapping[str, str] = {
    "en": N_("English"),
    "ar": N_("Arabic"),
    "mixed": N_("Arabic and English"),
    "arabizi": N_("Arabic in Latin letters"),
    "other": N_("Another language"),
}
LETTER_LANGUAGES: Mapping[str, str] = {
    "en": N_("English"),
    "ar": N_("Arabic"),
    "both": N_("Both languages"),
}
STATES: Mapping[str, str] = {
    "triage": N_("Triage"),
    "open": N_("Open"),
    "awaiting_identity": N_("Waiting: identity"),
    "awaiting_info": N_("Waiting: information"),
    "awaiting_guardian": N_("Waiting: guardian"),
    "in_progress": N_("In progress"),
    "on_hold": N_("On hold"),
    "review": N_("Being reviewed"),
    "responded": N_("Answer on its way"),
    "closed": N_("Closed"),
}
OUTCOMES: Mapping[str, str] = {
    "fulfilled": N_("Done in full"),
    "partial": N_("Done in part"),
    "denied": N_("Refused"),
    "no_data_found": N_("We found no data"),
    "unverified_lapsed": N_("Ended without proof of identity"),
    "withdrawn": N_("Withdrawn"),
    "merged": N_("Merged"),
    "routed_to_customer": N_("Passed to the business customer"),
    "transferred": N_("Transferred"),
    "answered": N_("Answered"),
    "not_a_request": N_("Not a request"),
}
REASONS: Mapping[str, str] = {
    "insufficient_verification": N_("Identity could not be confirmed"),
    "no_match": N_("Details do not match"),
    "not_covered": N_("Not covered by the right"),
    "legal_retention": N_("The law requires us to keep it"),
    "dispute": N_("Open dispute"),
    "contract_enforcement": N_("Needed to enforce an agreement"),
    "third_party_data": N_("It is other people's data"),
    "excessive_repeat": N_("Asked again too often"),
    "processor_not_controller": N_("We process it for another company"),
    "suspected_fraud": N_("Suspected fraud (never said in a letter)"),
    "other": N_("Another reason"),
}
TRUST: Mapping[str, str] = {
    "T0": N_("Not checked"),
    "T1": N_("Address works"),
    "T2": N_("Address on file"),
    "T3": N_("Identity confirmed"),
    "TG": N_("Guardian confirmed"),
}
CHECKS: Mapping[str, str] = {
    "address_on_file": N_("The address is on file"),
    "account_facts": N_("Two facts of the account are right"),
    "call_back": N_("Called back on the number on file"),
    "sms": N_("SMS to the number on file"),
    "portal": N_("Signed in to the portal"),
    "recorded_call": N_("Recorded call (no account found)"),
    "guardian_code": N_("Code to the child's account address or number"),
    "guardian_pays": N_("The adult pays for or holds the line"),
    "guardian_statement": N_("Signed statement and recorded call"),
}
ITEMS: Mapping[str, str] = {
    "account": N_("Account"),
    "usage": N_("Usage"),
    "call": N_("Calls"),
    "payment": N_("Payment"),
    "device": N_("Device"),
    "cookies": N_("Cookies and the like"),
    "recipients": N_("Recipients told"),
    "backups": N_("Backups"),
    "marketing_list": N_("Marketing list"),
    "mailbox": N_("Our mailbox"),
    "exports": N_("Our working copies"),
    "download_links": N_("Download links"),
}
FOUND: Mapping[str, str] = {
    "open": N_("Not looked at"),
    "done": N_("Done"),
    "kept": N_("Kept"),
    "nothing_held": N_("Nothing held"),
}
COPIED: Mapping[str, str] = {
    "account": N_("Done means: name, contact details and contract are in the package."),
    "usage": N_("Done means: what the customer used, and when, is in the package."),
    "call": N_("Done means: the customer's calls are in the package, others' numbers masked."),
    "payment": N_("Done means: bills and payments are in the package."),
    "device": N_("Done means: what is known of the customer's devices is in the package."),
    "cookies": N_("Done means: what cookies and the like say of the customer is in the package."),
    "recipients": N_("Done means: a list of who received the data is in the package. Nobody has to be told."),
    "backups": N_(
        "Backups repeat what the systems hold. Choose “Nothing held” unless something is only there."
    ),
    "marketing_list": N_("Done means: the customer's entry in the marketing list is in the package."),
    "mailbox": N_("Done means: letters and mails between us and the customer are in the package as files."),
    "exports": N_("Done means: what only stands in sheets or notes of our own is in the package."),
}
"""What a row of the checklist asks for where its person wants a copy."""
KEPT: Mapping[str, str] = {
    "law": N_("the law requires it"),
    "dispute": N_("an open dispute"),
    "agreement": N_("to enforce an agreement"),
}
ROLES: Mapping[str, str] = {
    "viewer": N_("Viewer"),
    "agent": N_("Agent"),
    "approver": N_("Approver"),
    "admin": N_("Administrator"),
}
DIGITS: Mapping[str, str] = {"latin": N_("Latin: 123"), "arabic": N_("Arabic: ١٢٣")}
THEMES: Mapping[str, str] = {
    "auto": N_("As this device is set"),
    "light": N_("Light"),
    "dark": N_("Dark"),
}
PROBLEMS: Mapping[str, str] = {
    "name_letters": N_("A name has Latin letters, digits, dots and hyphens only."),
    "name_taken": N_("This name is taken."),
    "no_display_name": N_("Say how colleagues know you."),
    "password_short": N_("A password has at least 12 characters."),
    "password_name": N_("The password must not contain your name."),
    "password_again": N_("The two passwords are not the same."),
    "wrong_password": N_("This is not your password."),
    "locked": N_("Too many wrong passwords. Try again in a quarter of an hour."),
}
"""Why a field cannot stay as it is."""
PARTIES: Mapping[str, str] = {
    "agent": N_("Acts for the person"),
    "guardian": N_("Parent or guardian"),
    "customer": N_("Business customer"),
}
CHANNELS: Mapping[str, str] = {
    "email": N_("By e-mail"),
    "phone": N_("By phone"),
    "paper": N_("On paper"),
    "in_person": N_("In person"),
    "by_hand": N_("Entered by hand"),
}
ACCOUNT_MATCHES: Mapping[str, str] = {
    "match": N_("one account"),
    "no_match": N_("no account"),
    "several": N_("several accounts"),
}
REPLY_ACTS: Mapping[str, str] = {
    "confirmation": N_("confirms"),
    "not_me": N_("says that it was not them"),
    "information": N_("tells something"),
    "status_question": N_("asks how far we are"),
    "complaint": N_("complains"),
    "withdrawal": N_("takes the request back"),
    "thanks": N_("says thanks"),
    "new_request": N_("asks for something more"),
    "absence": N_("is away"),
    "other": N_("something else"),
}
"""What a customer's answer does."""
LETTER_CHECKS: Mapping[str, tuple[str, str]] = {
    "reference": (N_("The subject ends with the reference"), N_("The subject has not the right reference")),
    "subject": (
        N_("The subject tells nothing of the matter or the person"),
        N_("The subject is empty, or tells the matter or who the customer is"),
    ),
    "words": (N_("It says something in every language that is sent"), N_("A language has no words")),
    "language": (N_("Each paragraph is in its language"), N_("A paragraph is in the other language")),
    "security": (
        N_("It promises no absolute security"),
        N_("It promises absolute security, which nobody can keep"),
    ),
    "code": (N_("The code stands in it"), N_("The code that the customer needs is missing")),
    "length": (N_("It is not too long"), N_("It is too long")),
}
"""What is looked at before a letter leaves: how it is said where it is right, and where it is wrong."""
LETTER_STATES: Mapping[str, str] = {
    "ready": N_("Leaves in a moment"),
    "sending": N_("Leaving now"),
    "sent": N_("Sent"),
    "held": N_("Waits for release"),
    "refused": N_("Refused by the mail server"),
    "discarded": N_("Not sent"),
}
HOLDS: Mapping[str, str] = {
    "review": N_("every letter waits for a person (setting SENDING)"),
    "off": N_("sending is switched off (setting SENDING)"),
    "limit": N_("this address got many letters lately"),
    "undeliverable": N_("an earlier letter to this address came back: find another way to reach them"),
    "answered_by_hand": N_("staff have answered from their own mail program: this may say the same again"),
    "in_flight": N_("the agent stopped while sending it; it may have arrived"),
    "frozen": N_("the case is frozen"),
    "erased": N_("its text was erased"),
    "preview": N_("read it once more, then release it"),
    "undone": N_("sending was undone"),
    "staff": N_("a colleague holds it"),
    "person": N_("a person holds it (from the shell)"),
}
VIEWS: Mapping[str, str] = {
    View.DECIDE: N_("Needs a decision"),
    View.MINE: N_("Mine"),
    View.WAITING: N_("Waiting for the customer"),
    View.SOON: N_("Due soon"),
    View.ALL: N_("All"),
    View.CLOSED: N_("Closed cases"),
}
WHY: Mapping[str, str] = {
    Why.CHILD: N_("Child"),
    Why.LEGAL_THREAT: N_("Complaint or legal threat"),
    Why.NOT_ME: N_("“It was not me”"),
    Why.OVERDUE: N_("Overdue"),
    Why.DUE_SOON: N_("Due in 2 days"),
    Why.UNSURE: N_("Unsure"),
    Why.REPLY: N_("Reply waiting"),
    Why.REFUSED: N_("Letter refused"),
    Why.LINK_LOCKED: N_("Download locked"),
    Why.LINK_UNUSED: N_("Download unused"),
    Why.SECOND_PERSON: N_("Second person"),
    Why.RELEASE: N_("Letter to release"),
    Why.ON_HOLD: N_("On hold"),
    Why.WORK: N_("To do"),
    Why.NOTHING: "",
}
WHY_BADGES: Mapping[str, str] = {
    Why.CHILD: "child",
    Why.LEGAL_THREAT: "danger",
    Why.NOT_ME: "danger",
    Why.OVERDUE: "overdue",
    Why.DUE_SOON: "due",
    Why.UNSURE: "unsure",
    Why.REPLY: "reply",
    Why.REFUSED: "refused",
    Why.LINK_LOCKED: "warn",
    Why.LINK_UNUSED: "warn",
    Why.SECOND_PERSON: "info",
    Why.RELEASE: "release",
    Why.ON_HOLD: "warn",
    Why.WORK: "neutral",
    Why.NOTHING: "neutral",
}
QUARANTINE: Mapping[str, str] = {
    "someone_else_on_case": N_("It belongs to a known case, but somebody else wrote it."),
    "crashed": N_("The agent stopped three times while reading it."),
    "too_large": N_("It is larger than we take; only its beginning was kept."),
    "not_given": N_("The mailbox would not give it; look at it there."),
    "unexpected_error": N_("The agent met an error that it does not know."),
    "write_failed": N_("The database would not take what was decided."),
    "attachment_without_text": N_("Its attachment has no text to read: a scan or a picture. Look at it."),
    "attachment_locked": N_("Its attachment needs a password."),
    "attachment_broken": N_("Its attachment could not be read: it is broken."),
    "attachment_over_limits": N_("Its attachment takes more memory or time than one may. Open it with care."),
    "attachment_not_read": N_("Its attachment is of a kind that is not read. Look at it."),
}
"""Why a mail waits in quarantine; what is not here is a reason of reading it, and is said by its code."""
KINDS: Mapping[str, str] = {
    "acknowledgement": N_("Acknowledgement"),
    "child_acknowledgement": N_("Acknowledgement (child)"),
    "question_acknowledgement": N_("Acknowledgement of a question"),
    "verify_code": N_("Code to confirm the address"),
    "verify_reminder": N_("Reminder to confirm the address"),
    "confirm_delete": N_("Please confirm the deletion"),
    "cooloff_started": N_("Deletion begins soon"),
    "withdrawal_check": N_("Do you withdraw?"),
    "withdrawn": N_("Withdrawal recorded"),
    "guardian_reminder": N_("Reminder to the guardian"),
    "optout_done": N_("Marketing stopped"),
    "cookies_help": N_("Help with cookies"),
    "complaint_receipt": N_("Receipt of a complaint"),
    "status": N_("Where the request stands"),
    "lapsed": N_("Request ended without proof"),
    "need_identifier": N_("Which account is it?"),
    "clarify_scope": N_("Question to the customer"),
    "correction_details": N_("What is to be corrected?"),
    "optout_which_address": N_("Which other address?"),
    "extension": N_("More time needed"),
    "access_ready": N_("Copy of the data"),
    "no_data_found": N_("We found no data"),
    "deleted": N_("Deletion done"),
    "partial_retained": N_("Deletion partly done"),
    "denied": N_("Refusal"),
    "guardian_steps": N_("Steps for the guardian"),
    "child_types": N_("Kinds of data about the child"),
    "child_deleted": N_("The child's data deleted"),
    "guardian_not_verified": N_("Guardianship not shown"),
    "corrected": N_("Correction done"),
    "correction_refused": N_("Correction refused"),
    "answer": N_("Answer"),
    "routed_to_customer": N_("Passed to the business customer"),
    "closed": N_("Summary at the end"),
    "digest": N_("Daily overview for staff"),
    "mailbox_silent": N_("Alarm: a mailbox is not read"),
    "mailbox_read_again": N_("A mailbox is read again"),
}
ERASURES: Mapping[str, str] = {
    "not_a_request": N_("It was not a request"),
    "released_by_person": N_("Released from quarantine"),
    "not_settled": N_("Waited in quarantine in vain"),
    "identity_document": N_("An identity document that nobody needs"),
    "corrections are not kept": N_("Mails kept as examples, no more wanted"),
    "retention_bodies": N_("Mails, letters and files past their date"),
    "retention_record": N_("Short record past its date"),
    "erased": N_("Erased before its time by decision of administrators"),
    "package_expired": N_("Access package: its links ended some days ago"),
    "package_by_staff": N_("Access package destroyed by a person"),
}
"""Why keys were destroyed."""
RETENTION_HOLDS: Mapping[str, str] = {
    "keeps_all": N_("A complaint, a regulator or a legal threat"),
    "frozen": N_("A protest: “it was not me”"),
    "attention": N_("Something that nobody has looked at"),
    "linked": N_("An open case beside it"),
    "letter": N_("A letter that is leaving"),
}
"""What keeps a case past its date."""
