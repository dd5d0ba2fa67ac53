"""Mail and letters as staff see them: every field is a stranger's, and none does harm."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from inbox_agent.cases import inbound
from inbox_agent.cases.act import AGENT
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.record import Record
from inbox_agent.cases.tables import InboundEmail
from inbox_agent.desk import labels
from inbox_agent.desk.harmless import MARKS_IN_A_ROW
from inbox_agent.desk.mail import Shown, download, letter_shown, shown
from inbox_agent.desk.words import Words
from inbox_agent.letters.catalogue import KINDS
from inbox_agent.mailbox import Arrival
from inbox_agent.message import REASONS, Automatic, Screening
from inbox_agent.process import process_waiting
from inbox_agent.rendering import Templates
from inbox_agent.understanding import Flag, RequestType
from tests.beginning import new_record
from tests.cases.records import NOW, folder
from tests.company import COPY_PLEASE, DELETE_PLEASE, mail, settings, stationery, understanding
from tests.desk.test_marking import words

MESSAGES = Path(__file__).parent.parent / "messages"
BREAK_OUT = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>&{{ 7*7 }}"
RLO, ZWSP = "\u202e", "\u200b"
ENGLISH = Words("en", "latin", ZoneInfo("UTC"))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    opened = new_record(settings(tmp_path))
    yield opened
    opened.close()


def seen(record: Record, raw: bytes, **reading: Any) -> Shown:
    """The mail as it is shown after it was stored and read so."""
    return shown(stored(record, raw, **reading), record.keyring, Screening())


def stored(record: Record, raw: bytes, **reading: Any) -> InboundEmail:
    [email] = inbound.sealed(record.keyring, folder(), [Arrival(1, NOW, raw, len(raw))], junk=False, now=NOW)
    act = record.act(by=AGENT, now=NOW)
    email.sealed_reading = act.seal(email.key_id, reading, "inbound_email.reading", email.id)
    return email


def page(one: object, macro: str = "mail") -> str:
    """The mail on a page of the desk."""
    source = f'{{% import "desk/parts_mail.html" as m with context %}}{{{{ m.{macro}(one, "/x") }}}}'
    known = {
        "one": one, "_": ENGLISH.say, "ngettext": ENGLISH.count, "moment": ENGLISH.moment, "labels": labels,
        "number": ENGLISH.number, "static": lambda name: f"/static/{name}", "me": None,
    }  # fmt: skip
    with TemporaryDirectory() as place:
        Path(place, "x.html").write_text(source, "utf-8")
        return Templates(Path(place)).render("x.html", **known)


def with_file(name: str) -> bytes:
    """A mail with a file that calls itself so, whatever the name holds."""
    return (
        b"From: rana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the file.\n--b\n"
        b"Content-Type: text/html\nContent-Disposition: attachment; filename*=utf-8''%b\n\n\0\1\n--b--\n"
        % quote(name, safe="").encode()
    )


HOSTILE = {
    "name": mail(sender='"<script>alert(1)</script><img src=x onerror=alert(1)>" <rana@example.com>'),
    "address": b'From: <"<script>alert(1)</script>"@evil.example>\n\nhello',
    "reply_to": b'From: rana@example.com\nReply-To: "x" <"<script>alert(1)</script>"@evil.example>\n\nhello',
    "subject": mail(subject=BREAK_OUT),
    "body": mail(BREAK_OUT),
    "quoted": mail(f"yes\n\nOn 3 Nov 2026, Omar wrote:\n> {BREAK_OUT}", in_reply_to="<a@b.example>"),
    "file": with_file("<script>alert(1)</script>.html"),
}


@pytest.mark.parametrize("field", HOSTILE)
def test_markup_in_any_field_is_shown_as_text(record, field):
    made = page(seen(record, HOSTILE[field]))
    assert "<script" not in made
    assert "<img" not in made
    assert ("&lt;script&gt;" in made) is (field not in {"address", "reply_to", "file"})  # such is no address


def test_an_address_with_quotes_and_ampersands_stays_in_its_place(record):
    made = page(seen(record, b"From: o'hara&lt;\"x@evil.example\nReply-To: a'&b@evil.example\n\nhello"))
    assert "a&#39;&amp;b@evil.example" in made


def test_markup_that_decided_is_marked_as_text(record):
    made = page(seen(record, mail(f"Now {BREAK_OUT}"), evidence={"access": ["<script>alert(1)</script>"]}))
    assert '<mark class="evidence" data-type="access">&lt;script&gt;' in made
    assert "<script" not in made


def test_a_mail_shows_who_wrote_what_when_and_in_which_words(record):
    raw = mail(
        sender="Rana Haddad <RANA@example.com>", subject="My data", text="Dear all,\n\nA copy, please."
    )
    one = seen(record, raw, language="en", flags=["legal_threat"])
    assert (one.who, one.address, one.subject) == ("Rana Haddad", "rana@example.com", "My data")
    assert (one.received_at, one.lang, one.flags) == (NOW, "en", ("legal_threat",))
    assert one.paragraphs == ("Dear all,", "A copy, please.")
    made = page(one)
    assert '<bdi dir="ltr"><span dir="ltr">rana@example.com</span></bdi>' in made
    assert "Threatens legal action" in made


def test_an_answer_that_would_go_elsewhere_is_told(record):
    one = seen(record, mail(reply_to="sales@other.example"))
    assert one.reply_to == ("sales@other.example",)
    assert '<span dir="ltr">sales@other.example</span>' in page(one)
    assert seen(record, mail(reply_to="rana@example.com")).reply_to == ()


def test_quoted_mail_is_there_to_be_unfolded(record):
    raw = mail("Yes please.\n\nOn 3 Nov 2026, Omar wrote:\n> Shall we?\n> Omar", in_reply_to="<a@b.example>")
    one = seen(record, raw)
    assert one.paragraphs == ("Yes please.",)
    assert "Shall we?" in " ".join(one.quoted)
    assert "lines of earlier mail" in page(one)


def test_the_words_that_decided_are_marked_with_the_number_of_their_type(record):
    one = seen(record, mail(COPY_PLEASE), evidence={"access": ["personal data"]}, scores={"access": 0.93})
    marked = '<mark class="evidence" data-type="access">personal data</mark><a class="evidence__number" '
    assert f'{marked}href="#why-{one.id}-access">1</a>' in " ".join(one.paragraphs)
    assert f'<li id="why-{one.id}-access">' in page(one)


def test_private_numbers_are_hidden_and_the_marks_still_fit(record):
    text = f"My card 4111 1111 1111 1111 and 4111{ZWSP}111111111111: erase it"
    one = seen(record, mail(text, subject="card 4111111111111111"), evidence={"deletion": ["erase it"]})
    made = page(one)
    assert "4111" not in made
    assert "•" in one.subject
    assert '<mark class="evidence" data-type="deletion">erase it</mark>' in made


def test_a_private_number_that_decided_is_hidden_in_the_mark_and_in_the_reasons(record):
    one = seen(record, mail("erase card 4111111111111111"), evidence={"deletion": ["card 4111111111111111"]})
    assert "4111" not in page(one)
    assert '<mark class="evidence" data-type="deletion">card ' in one.paragraphs[0]


def test_names_subjects_and_files_cannot_turn_hide_or_pile_up_letters(record):
    subject = f"{RLO}Invoice{ZWSP} Z{chr(0x301) * 40}\u2066 \x07end"
    one = seen(record, mail(sender=f"Rana{RLO} <rana@example.com>", subject=subject))
    assert one.who == "Rana"
    assert not set(one.subject) & set(f"{RLO}{ZWSP}\u2066\x07")
    assert one.subject.count(chr(0x301)) <= MARKS_IN_A_ROW
    assert seen(record, with_file(f"invoice{RLO}fdp.exe")).files[0].name == "invoicefdp.exe"


def test_endless_names_and_subjects_are_cut_for_the_row(record):
    one = seen(record, mail(sender=f"{'R' * 400} <rana@example.com>", subject="s" * 900))
    assert (len(one.who), len(one.subject)) == (100, 300)
    assert one.who.endswith("…")


def test_a_mail_of_many_paragraphs_is_folded(record):
    assert "The rest of the mail" in page(seen(record, mail("\n\n".join(f"Line {n}" for n in range(99)))))


def test_an_erased_mail_says_so(record):
    email = stored(record, mail())
    record.keyring.save()
    record.keyring.destroy([email.key_id], why="test", now=NOW)
    one = shown(email, record.keyring, Screening())
    assert one.erased
    assert "erased" in page(one)
    email.sealed_raw = None
    assert shown(email, record.keyring, Screening()).erased


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", b"From: \xff\xfe\nSubject: =?x?b?!!?=\n\n\xff", b"\n--" * 6000]
)
def test_no_mail_makes_it_fail(record, raw):
    assert page(seen(record, raw))


def test_a_mail_in_html_has_a_frame_that_may_do_nothing(record):
    made = page(seen(record, b"From: a@example.com\nContent-Type: text/html\n\n<p>hello</p>"))
    assert re.search(r'<iframe [^>]*src="/x/body" sandbox=""', made)
    assert "<iframe" not in page(seen(record, mail()))


def test_every_code_a_mail_can_carry_has_words(record):
    one = seen(record, mail(), flags=[str(flag) for flag in Flag],
               evidence={str(kind): ["copy"] for kind in RequestType})  # fmt: skip
    made = page(one)
    assert not [flag for flag in Flag if "_" in flag and flag in made]
    source = (Path(__file__).parents[2] / "templates/desk/parts_mail.html").read_text()
    assert [code for code in [*Automatic, *REASONS, *Flag] if f'"{code}": _(' not in source] == []
    assert set(inbound.REASONS) <= set(labels.QUARANTINE)
    assert {kind for kind, about in KINDS.items() if about.sent != "staff"} <= set(labels.KINDS)


def test_a_letter_is_shown_as_its_customer_reads_it(record):
    letter = an_acknowledgement(record)
    one = letter_shown(letter, record.keyring)
    assert one.to == "rana@example.com"
    assert [section.language for section in one.sections] == ["ar", "en"]
    assert "تحية طيبة،" in words(" ".join(one.sections[0].paragraphs))
    assert "Hello" in words(" ".join(one.sections[1].paragraphs))
    assert not [text for section in one.sections for text in section.paragraphs if "----" in text]
    assert "mail--agent" in page(one, "letter")


def test_a_letter_that_a_person_let_go_is_drawn_otherwise(record):
    letter = an_acknowledgement(record)
    made = page(letter_shown(letter, record.keyring, by="Sara <b>"), "letter")
    assert "mail--person" in made
    assert "Sara &lt;b&gt;" in made


@pytest.mark.parametrize("state", ["ready", "sending", "sent", "held", "refused"])
def test_every_state_of_a_letter_has_words(record, state):
    letter = an_acknowledgement(record)
    letter.state, letter.hold_reason, letter.refusal = state, "limit", "550 5.1.1"
    made = page(letter_shown(letter, record.keyring), "letter")
    assert labels.LETTER_STATES[state] in made
    assert ("550 5.1.1" in made) is (state == "refused")


def test_an_erased_letter_says_so(record):
    letter = an_acknowledgement(record)
    record.keyring.destroy([letter.key_id], why="test", now=NOW)
    one = letter_shown(letter, record.keyring)
    assert one.erased
    assert "erased" in page(one, "letter")


def an_acknowledgement(record: Record) -> Letter:
    """The letter that answers a mail in Arabic, by the record's own way."""
    with record.writing() as session:
        box = folder()
        session.add(box)
        raw = mail(DELETE_PLEASE)
        session.add_all(
            inbound.sealed(record.keyring, box, [Arrival(1, NOW, raw, len(raw))], junk=False, now=NOW)
        )
    process_waiting(record, understanding(), stationery(), owner="test", now=NOW)
    with record.reading() as session:
        letter = session.scalars(select(Letter)).one()
        session.expunge(letter)
    return letter


@pytest.mark.parametrize(
    "name",
    [
        '"; filename="x.html',
        "a\r\nSet-Cookie: x=1",
        "../../x.sh",
        f"{RLO}fdp.exe",
        "فاتورة.pdf",
        "é%41.txt",
        "",
    ],
)
def test_a_download_can_only_be_stored(name):
    octets, headers = download(with_file(name), 0)
    assert octets == b"\x00\x01"
    disposition = headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename=\"[\w.-]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", disposition)
    assert disposition.isascii()
    assert "/" not in disposition.partition("''")[2]
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_a_download_keeps_the_name_in_its_own_letters():
    _, headers = download(with_file("فاتورة.pdf"), 0)
    assert headers["Content-Disposition"].endswith("UTF-8''%D9%81%D8%A7%D8%AA%D9%88%D8%B1%D8%A9.pdf")


@pytest.mark.parametrize("number", [1, -1, 10**9])
def test_there_is_no_download_of_what_is_not_there(number):
    assert download(with_file("a.pdf"), number) is None


def test_what_stands_inside_winmail_dat_is_named(record):
    raw = (MESSAGES / "winmail_dat_that_holds_all_the_words.eml").read_bytes()
    html = page(seen(record, raw))
    assert "عقد الخط.pdf" in html
    assert "photo.jpg" in html
