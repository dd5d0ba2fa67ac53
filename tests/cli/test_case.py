"""`inbox-agent case REF VERB`: staff work on a case from the shell."""

import pytest

from inbox_agent.agent import now_utc
from inbox_agent.cli import sample_company
from tests.cli.office import Office
from tests.company import COPY_PLEASE, STOP_PLEASE, mail

BY = ("--by", "Sara", "--yes")
ITEMS = (
    "account",
    "usage",
    "call",
    "payment",
    "device",
    "cookies",
    "recipients",
    "backups",
    "marketing_list",
    "mailbox",
    "exports",
)


@pytest.fixture
def ref(office: Office) -> str:
    office.receive(mail(COPY_PLEASE))
    return office.reference()


def test_a_verb_says_what_it_sends_and_asks_before_anything_is_kept(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    monkeypatch.setattr("typer.confirm", lambda _question: next(answers))
    before = office.json("show", ref)["events"]
    refused = office.type("case", ref, "verify", "--by", "Sara")
    assert refused.code != 0
    assert "Letter verify_code (en) to rana@example.com: waits for release." in refused.out
    assert office.json("show", ref)["events"] == before
    assert "waits for the customer's code" in office.told("case", ref, "verify", "--by", "Sara")
    assert [one["kind"] for one in office.json("show", ref)["letters"]] == ["acknowledgement", "verify_code"]


def test_a_refusal_from_the_shell(office: Office, ref: str) -> None:
    told = office.told("case", ref, "deny", "third_party_data", "--words", "The line is another's.", *BY)
    assert "access is refused" in told
    case = office.json("show", ref)
    assert (case["state"], case["rights"][0]["outcome"]) == ("responded", "denied")
    assert "is closed" in office.told("case", ref, "close", *BY)
    assert office.json("show", ref)["state"] == "closed"
    assert "is in progress" in office.told("case", ref, "reopen", "--why", "new facts", *BY)


def test_what_is_not_allowed_yet_is_one_line_that_says_what_is_missing(office: Office, ref: str) -> None:
    assert "needs T3" in office.refused(1, "case", ref, "answer", "fulfilled", *BY)
    assert "needs trust T1" in office.refused(1, "case", ref, "stop-marketing", "x@example.com", *BY)
    assert "not answered yet: access" in office.refused(1, "case", ref, "close", *BY)
    assert "no checklist yet" in office.refused(1, "case", ref, "row", "account", "done", *BY)


def test_an_account_is_looked_up_in_the_companys_list(office: Office, ref: str) -> None:
    assert "INBOX_AGENT_ACCOUNTS" in office.refused(2, "case", ref, "lookup", *BY)
    accounts = office.folder / "accounts.csv"
    accounts.write_text(
        "mail,phone\nRana@Example.com,+962 79 555 0101\nb@example.com,065550100\nc@example.com,06 555 0100\n,"
    )
    office.set(ACCOUNTS=str(accounts))
    assert "says: match" in office.told("case", ref, "lookup", *BY)
    assert "says: match" in office.told("case", ref, "lookup", "--value", "00962795550101", *BY)
    assert "says: no match" in office.told("case", ref, "lookup", "--value", "eve@example.net", *BY)
    assert "says: several" in office.told("case", ref, "lookup", "--value", "06-555-0100", *BY)
    assert "nothing to look up" in office.refused(2, "case", ref, "lookup", "--value", "phone", *BY)


def test_without_a_list_the_directory_of_the_systems_is_asked(office: Office) -> None:
    file = sample_company.found(office.folder / "telephony", now_utc())
    office.set(CONNECTORS=str(file))
    office.receive(mail(COPY_PLEASE, sender="fiona.g@example.com"))
    ref = office.reference()
    assert "the systems say: match" in office.told("case", ref, "lookup", *BY)
    assert "say: no match" in office.told("case", ref, "lookup", "--value", "eve@example.net", *BY)
    assert "say: several" in office.told("case", ref, "lookup", "--value", "06 410 1667", *BY)
    assert "nothing to look up" in office.refused(2, "case", ref, "lookup", "--value", "phone", *BY)
    assert "MC-0000" in office.refused(1, "case", "MC-0000-0000", "lookup", *BY)
    (office.folder / "telephony" / "telephony.db").unlink()
    assert "accounts" in office.refused(1, "case", ref, "lookup", *BY)
    told = [one["detail"].get("result") for one in office.json("show", ref)["events"]]
    assert [one for one in told if one] == ["match", "no_match", "several"]


def test_the_list_goes_before_the_systems(office: Office, ref: str) -> None:
    (office.folder / "accounts.csv").write_text("mail\nrana@example.com\n")
    file = sample_company.found(office.folder / "telephony", now_utc())
    office.set(CONNECTORS=str(file), ACCOUNTS=str(office.folder / "accounts.csv"))
    assert "the list of accounts says: match" in office.told("case", ref, "lookup", *BY)


def test_the_second_person_takes_a_day_from_the_shell(office: Office, ref: str) -> None:
    office.told("case", ref, "withdraw", *BY)
    child = office.told("open", "--type", "child_data", "--from", "lina@example.com", "--by", "Sara")
    other = child.split()[0]
    assert "needs TG" in office.refused(1, "case", other, "submit", *BY)
    assert "nobody asked" in office.refused(1, "case", other, "approve", "--by", "Huda", "--yes")


def test_work_from_row_to_row(office: Office, ref: str) -> None:
    office.told("case", ref, "start", *BY)
    for item in ITEMS[:-1]:
        office.told("case", ref, "row", item, "done", *BY)
    told = office.told("case", ref, "row", "exports", "kept", "--for", "law", "--note", "until May", *BY)
    assert "11 of 11 rows are settled" in told
    assert "law" in office.told("case", ref, "rows")
    assert "kept, but for what" in office.refused(1, "case", ref, "row", "exports", "kept", *BY)


def test_dates_are_explained_in_both_languages(office: Office, ref: str) -> None:
    told = office.told("case", ref, "dates")
    assert "28 days from the day of receipt" in told
    assert "28 يومًا من يوم الاستلام" in told


def test_parties_language_link_hold_and_party(office: Office, ref: str) -> None:
    office.told("case", ref, "party", "agent", "--who", "Law office, 06 555 0100", *BY)
    office.told("case", ref, "language", "ar", *BY)
    office.told("case", ref, "hold", "--why", "waiting for legal advice", *BY)
    office.told("case", ref, "resume", *BY)
    office.told("case", ref, "verify", *BY)
    case = office.json("show", ref)
    assert case["letters"][-1]["language"] == "ar"
    assert {"party_added", "language_chosen", "right_on_hold"} <= {one["kind"] for one in case["events"]}


def test_who_wants_no_marketing_is_exported(office: Office) -> None:
    office.receive(mail(STOP_PLEASE, "rana@example.com"))
    assert office.told("suppressions").splitlines()[0] == "address,since"
    assert office.told("suppressions").splitlines()[1].startswith("rana@example.com,20")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ask", "hello"), "hello is no question"),
        (("ask", "clarify_scope"), "needs --words"),
        (("answer", "merged"), "is no answer"),
        (("language", "fr"), "is not en, ar or both"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    office: Office, ref: str, arguments: tuple[str, ...], told: str
) -> None:
    assert told in office.refused(2, "case", ref, *arguments, *BY)


def test_a_case_that_is_not_there(office: Office, ref: str) -> None:
    assert "there is no case" in office.refused(1, "case", "MC-2222-2222", "verify", *BY)


def test_every_kind_of_letter_can_be_previewed(office: Office) -> None:
    assert "4821 7730" in office.told("letters", "preview", "verify_code")
    assert "verify_code" in office.told("letters", "list-kinds")
    assert "there is no letter nothing" in office.refused(2, "letters", "preview", "nothing")


def test_an_own_wording_goes_before_ours_and_a_wrong_one_stops_us(office: Office) -> None:
    own = office.folder / "own" / "letters" / "lapsed"
    own.mkdir(parents=True)
    (own / "en.txt").write_text("Subject: Ended\n\nHello,\n\nIt ended: {{ ref }}.\n")
    office.set(TEMPLATES=str(office.folder / "own"))
    assert "It ended: MC-7K2Q-9D4X." in office.told("letters", "preview", "lapsed", "--language", "en")
    (own / "en.txt").write_text("Subject: Ended\n\nHello {{ name }},\n")
    assert "there is no {{ name }} here" in office.refused(2, "letters", "preview", "lapsed")


def test_extend_check_split_merge_and_link(office: Office, ref: str) -> None:
    told = office.told("case", ref, "extend", "--words", "Your records fill several archives.", *BY)
    assert "Letter extension (en) to rana@example.com" in told
    assert "extended once" in office.refused(1, "case", ref, "extend", "--words", "again", *BY)
    assert "this needs T2" in office.refused(1, "case", ref, "check", "sms", "--how", "code", *BY)
    both = office.told(
        "open", "--type", "access", "--type", "correction", "--from", "b@example.com", "--by", "Sara"
    )
    two = both.split()[0]
    told = office.told("case", two, "split", "correction", *BY)
    assert "is new" in told
    assert "Letter verify_code (en,ar) to b@example.com" in told
    assert "not verified: link the two instead" in office.refused(1, "case", ref, "merge", two, *BY)
    assert f"is linked with {two}" in office.told("case", ref, "link", two, *BY)
    assert two in office.json("show", ref)["linked"]


def test_the_guardian_s_way_and_a_deletion_s(office: Office) -> None:
    child = office.told("open", "--type", "child_data", "--from", "lina@example.com", "--by", "Sara").split()[
        0
    ]
    assert "Letter guardian_steps" in office.told("case", child, "guardian", *BY)
    assert office.json("show", child)["state"] == "awaiting_guardian"
    assert "needs TG" in office.refused(1, "case", child, "child-types", "account", *BY)
    gone = office.told("open", "--type", "deletion", "--from", "d@example.com", "--by", "Sara").split()[0]
    assert "needs T3" in office.refused(1, "case", gone, "confirm-delete", *BY)
    assert "is restricted" in office.told("case", gone, "restrict", *BY)
    assert "may go on" in office.told("case", gone, "lift", *BY)
    assert "needs no look" in office.told("case", gone, "seen", *BY)
