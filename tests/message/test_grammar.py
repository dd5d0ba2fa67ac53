"""What holds for every mail that the grammars can make."""

import base64
import email.message
import uuid
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from inbox_agent.message import parse
from inbox_agent.message.headers import decode_words
from tests.message.grammar import mails
from tests.message.promises import check

SENTENCES = [
    "Please change my address.",
    "I never ordered line 12 and want it removed.",
    "أرجو تغيير عنواني في حسابي.",
    "لم أطلب هذه الخدمة ولا أريدها.",
    "Where are my call records of May 2024?",
    "أين سجل مكالماتي لشهر ٥؟",
    "The invoice of 12.50 is wrong: it names line 14.",
]
OLD = "Your invoice for March is ready.\nThe company"
BLOCK = "{f}: Company <info@company.example>\n{s}: Tuesday, 4 March 2025 09:00\n{t}: Samir\n{u}: Invoice"


def _over_quote(attribution: str) -> str:
    return attribution + "\n\n" + "\n".join(f"> {line}" for line in OLD.split("\n"))


def _over_block(above: str, f: str, s: str, t: str, u: str) -> str:
    return above + BLOCK.format(f=f, s=s, t=t, u=u) + "\n\n" + OLD


QUOTES = {
    "gmail": _over_quote("On Tue, Mar 4, 2025 at 9:00 AM Company <info@company.example> wrote:"),
    "gmail wrapped": _over_quote(
        "On Tue, Mar 4, 2025 at 9:00 AM The Company Care Team\n<info@company.example> wrote:"
    ),
    "gmail arabic": _over_quote(
        "في الثلاثاء، ٤ مارس ٢٠٢٥ في ٩:٠٠ ص تمت كتابة ما يلي بواسطة Company <\ninfo@company.example>:"
    ),
    "apple": _over_quote("On 4 Mar 2025, at 09:00, Company <info@company.example> wrote:"),
    "apple arabic": _over_quote("في ٤ مارس ٢٠٢٥، الساعة ٩:٠٠ ص، كتب/كتبت Company <info@company.example>:"),
    "thunderbird": _over_quote("On 3/4/25 09:00, Company wrote:"),
    "thunderbird arabic": _over_quote("في 4/3/25 09:00، كتب Company:"),
    "any language": _over_quote("4 mieg 2025 kl 09:00 Company <info@company.example> xyz:"),
    "outlook": _over_block("", "From", "Sent", "To", "Subject"),
    "outlook arabic": _over_block("", "من", "تم الإرسال", "إلى", "الموضوع"),
    "outlook german": _over_block("", "Von", "Gesendet", "An", "Betreff"),
    "outlook web": _over_block("_" * 32 + "\n", "From", "Sent", "To", "Subject"),
    "samsung": _over_block("-------- Original message --------\n", "From", "Date", "To", "Subject"),
    "outlook express arabic": _over_block(
        "-----الرسالة الأصلية-----\n", "من", "تاريخ الإرسال", "إلى", "الموضوع"
    ),
}
ENDINGS = [
    "",
    "\n\nSent from my iPhone",
    "\n\n-- \nSamir Haddad",
    "\n\nKind regards,\nSamir",
    "\n\nمع التحية\nسمير",
]


def _mail(body: str) -> bytes:
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "samir@customer.example", "Re: Invoice"
    mail["In-Reply-To"] = "<letter@company.example>"
    mail.set_content(body, cte="base64")
    return mail.as_bytes()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(mails)
def test_any_mail_of_the_grammar_becomes_a_message(raw):
    check(raw)


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5),
    st.sampled_from(["\n", "\n\n"]),
    st.sampled_from(ENDINGS),
    st.sampled_from(sorted(QUOTES)),
)
def test_a_reply_wrapped_by_any_program_gives_back_what_was_written(sentences, between, ending, program):
    written = between.join(sentences)
    message = parse(_mail(f"{written}{ending}\n\n{QUOTES[program]}\n"))
    assert message.text == written
    assert any("invoice for March" in removed for removed in message.removed)


def _words(octets: bytes, cuts: list[int], charset: str, encodings: list[str]) -> list[str]:
    places = sorted({0, len(octets), *(cut % (len(octets) + 1) for cut in cuts)})
    pieces = [octets[start:end] for start, end in pairwise(places)]
    return [
        f"=?{charset}?B?{base64.b64encode(piece).decode()}?="
        if encodings[at % len(encodings)] == "B"
        else f"=?{charset}?q?{''.join(f'={octet:02X}' for octet in piece)}?="
        for at, piece in enumerate(pieces)
    ]


@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0xFFFF), min_size=1, max_size=40),
    st.sampled_from(["utf-8", "UTF-8", "windows-1256", "iso-8859-6"]),
    st.lists(st.integers(0, 200), max_size=4),
    st.lists(st.sampled_from("BQ"), min_size=1, max_size=3),
    st.sampled_from([" ", "\n ", "\r\n\t", "  "]),
)
def test_a_subject_encoded_in_any_way_comes_back(subject, charset, cuts, encodings, between):
    subject = " ".join(subject.split())
    assume(subject and "=?" not in subject)
    try:
        octets = subject.encode(charset)
    except UnicodeError:
        assume(False)
    written = between.join(_words(octets, cuts, charset, encodings))
    assert parse(f"Subject: {written}\n\nx".encode()).subject == decode_words(subject)
    assert parse(f"Subject: {written}\n\nx".encode()).subject == subject


@pytest.mark.parametrize("field", ["References", "In-Reply-To"])
@given(
    st.lists(st.integers(0, 2**64), min_size=1, max_size=8),
    st.sampled_from([" ", "\n ", "\r\n\t", "", ",\n  ", "\n (a comment)\n "]),
)
def test_thread_ids_survive_folding(field, numbers, between):
    ids = tuple(
        dict.fromkeys(
            f"<mc-7k2q-9d4x-abcdefghijklmnop.{uuid.UUID(int=n).hex}@company.example>" for n in numbers
        )
    )
    message = parse(f"{field}: {between.join(ids)}\n\nx".encode())
    assert (message.references or message.in_reply_to) == ids
