"""Marks typed into commands by hand, well and badly."""

from pathlib import Path

from tests.cli.office import Answer, Office
from tests.marked import mails, marks

BY = ("--by", marks.STAFF)
_ON_CASES = (
    ("verify",),
    ("check", "call_back", "--how", marks.NOTE),
    ("check", "recorded_call", "--how", marks.NOTE, "--failed"),
    ("lookup", "--value", marks.PHONE),
    ("lookup", "--value", marks.address("nobody")),
    ("start",),
    ("row", "account", "kept", "--for", "law", "--note", marks.NOTE),
    ("row", "usage", "done", "--note", marks.NOTE),
    ("ask", "clarify_scope", "--words", marks.NOTE),
    ("hold", "--why", marks.NOTE),
    ("resume",),
    ("extend", "--words", marks.NOTE),
    ("party", "guardian", "--who", marks.named("guardian")),
    ("stop-marketing", marks.address("second")),
    ("stop-marketing", marks.latin("noaddress")),
    ("link", marks.REFERENCE),
    ("merge", marks.REFERENCE),
    ("language", "ar"),
    ("restrict",),
    ("lift",),
    ("seen",),
    ("deny", "other", "--words", marks.NOTE),
    ("reopen", "--why", marks.NOTE),
    ("answer", "answered", "--words", marks.NOTE),
    ("withdraw",),
    ("close",),
    ("erase", "--why", marks.NOTE),
)
"""What is done on each case, whether its state allows it or not."""
TELLING = (
    *("show", "cases", "letters", "quarantine", "suppressions"),
    *("case", "package show", "package hand-over"),
)
"""Commands whose answer is the data that was asked for, or to whom a letter goes; all others name nobody."""


class Shell:
    """Types commands and keeps each with its answer: the verb, the line, what came back."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.answers: list[tuple[str, str, Answer]] = []

    def type(self, *arguments: str) -> Answer:
        answer = self.office.type(*arguments)
        has_reference = arguments[0] in {"data", "package"}
        verb = f"{arguments[0]} {arguments[2]}" if has_reference else arguments[0]
        self.answers.append((verb, " ".join(arguments), answer))
        return answer


def by_hand(shell: Shell, folder: Path) -> None:
    """Each command, some of them wrongly."""
    office, type_ = shell.office, shell.type
    mail = folder / f"{marks.latin('mailfile')}.eml"
    mail.write_bytes(mails.marked("Please correct my address.", "byhand").as_bytes())
    type_("open", "--from", marks.address("phoned"), "--type", "access", "--channel", "phone", *BY)
    type_("open", "--from", marks.latin("noaddress"), "--type", "access", *BY)
    type_("open", "--type", "correction", "--mail", str(mail), *BY)
    type_("open", "--type", "correction", "--mail", f"{mail}.gone", *BY)
    refs = [case["ref"] for case in office.json("cases")]
    for ref in refs[-4:]:
        for verb, *rest in _ON_CASES:
            type_("case", ref, verb, *rest, *(() if verb == "lookup" else (*BY, "--yes")))
    type_("case", marks.REFERENCE, "start", *BY, "--yes")
    type_("decide", refs[0], "access", *BY)
    type_("decide", refs[1], marks.latin("notype"), *BY)
    type_("show", refs[0], "--json")
    type_("show", marks.REFERENCE)
    for mail_id in [one["id"] for one in office.json("quarantine", "list")]:
        type_("quarantine", "show", mail_id)
        type_("quarantine", "retry", mail_id)
    type_("quarantine", "show", marks.latin("noid"))
    for letter in office.json("letters", "list", "--all")[-3:]:
        type_("letters", "hold", letter["id"], *BY)
        type_("letters", "release", letter["id"], *BY)
    type_("letters", "release", marks.latin("noid"), *BY)
    type_("suppressions")
    type_("audit", "verify")
    type_("audit", "verify", "--head", marks.latin("head"))
    type_("keys", "renew-token")
    _care(shell, refs, folder)
    type_("doctor")
    type_("run", "--once")


def _care(shell: Shell, refs: list[str], folder: Path) -> None:
    """Evidence, retention, keys, records: what is handed out, and what goes."""
    type_ = shell.type
    bundle = str(folder / f"{marks.latin('bundle')}.zip")
    for ref in (*refs[:2], refs[0], marks.REFERENCE):
        type_("show", ref, "--bundle", bundle.replace(".zip", f"{ref}.zip"), *BY)
    type_("show", refs[0], "--bundle", str(folder / marks.latin("nofolder") / "x.zip"), *BY)
    for form in ((), ("--json",), ("--csv",), ("--yearly", "2026", "--csv"), ("--since", marks.DIGITS)):
        type_("requests", *form)
    for form in (("en",), ("ar", "--html"), (marks.latin("language"),)):
        type_("notice", *form)
    type_("retention", "--dry-run")
    type_("retention")
    type_("erasures", "list")
    type_("erasures", "list", "--json")
    broken = folder / marks.latin("ledger")
    broken.write_text(marks.FILE)
    type_("erasures", "replay", "--ledger", str(broken))
    type_("erasures", "replay")
    backup = type_("keys", "backup").out.partition(" (")[0]
    type_("keys", "restore", str(broken))
    type_("keys", "restore", backup)
