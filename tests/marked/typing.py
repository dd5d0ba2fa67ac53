"""Marks typed into commands by hand, well and badly."""

from pathlib import Path

from tests.cli.office import Answer, Office
from tests.marked import mails, marks

_BY = ("--by", marks.STAFF)
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
)
"""What is done on each case, whether its state allows it or not."""
TELLING = ("show", "cases", "letters", "quarantine", "suppressions", "data", "package", "case")
"""Commands whose answer is the data that was asked for, or to whom a letter goes; all others name nobody."""


def typed(office: Office, folder: Path) -> list[tuple[str, str, Answer]]:
    """Commands with their answers: the verb, the line, what came back."""
    answers: list[tuple[str, str, Answer]] = []

    def type_(*arguments: str) -> Answer:
        answer = office.type(*arguments)
        answers.append((arguments[0], " ".join(arguments), answer))
        return answer

    mail = folder / f"{marks.latin('mailfile')}.eml"
    mail.write_bytes(mails.marked("Please correct my address.", "byhand").as_bytes())
    type_("open", "--from", marks.address("phoned"), "--type", "access", "--channel", "phone", *_BY)
    type_("open", "--from", marks.latin("noaddress"), "--type", "access", *_BY)
    type_("open", "--type", "correction", "--mail", str(mail), *_BY)
    type_("open", "--type", "correction", "--mail", f"{mail}.gone", *_BY)
    refs = [case["ref"] for case in office.json("cases")]
    for ref in refs[-4:]:
        for verb, *rest in _ON_CASES:
            type_("case", ref, verb, *rest, *(() if verb == "lookup" else (*_BY, "--yes")))
    type_("case", marks.REFERENCE, "start", *_BY, "--yes")
    type_("decide", refs[0], "access", *_BY)
    type_("decide", refs[1], marks.latin("notype"), *_BY)
    type_("show", refs[0], "--json")
    type_("show", marks.REFERENCE)
    for mail_id in [one["id"] for one in office.json("quarantine", "list")]:
        type_("quarantine", "show", mail_id)
        type_("quarantine", "retry", mail_id)
    type_("quarantine", "show", marks.latin("noid"))
    for letter in office.json("letters", "list", "--all")[-3:]:
        type_("letters", "hold", letter["id"], *_BY)
        type_("letters", "release", letter["id"], *_BY)
    type_("letters", "release", marks.latin("noid"), *_BY)
    type_("suppressions")
    type_("audit", "verify")
    type_("audit", "verify", "--head", marks.latin("head"))
    type_("keys", "renew-token")
    type_("doctor")
    type_("run", "--once")
    return answers
