"""Mails of about 2 KB, each from another customer, in both languages."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

ADDRESS = "info@mittalcloud.com"
HOST = "127.0.0.1"
USER = ADDRESS
PASSWORD = "correct horse"
ACKNOWLEDGEMENT_BYTES = 21_000

_ENGLISH = """Dear Mittal Cloud team,

we have been customers since the spring of 2022 and use three numbers, two of them in the shop and one at
home. Most of the time everything works, and the people on your support line have always been friendly. Now
that my brother has taken over the shop I am sorting out my papers. Please send me a copy of all the personal
data that you hold about me. An ordinary file by mail is fine. There is no hurry about the phones, they ring.

Kind regards
"""
_ARABIC = """السلام عليكم ورحمة الله وبركاته،

انتقلت إلى مدينة أخرى ولم أعد بحاجة إلى الخدمة. أرجو حذف جميع بياناتي الشخصية وإغلاق حسابي لديكم.

مع التحية
"""


def mails(count: int) -> list[bytes]:
    """So many different mails, every other one in Arabic."""
    return [_mail(number) for number in range(count)]


def _mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Customer {number} <customer{number}@example.com>"
    mail["To"] = ADDRESS
    mail["Subject"] = f"{'حذف بياناتي' if number % 2 else 'A copy of my personal data'} ({number})"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<bench.{number}@example.com>"
    mail.set_content(_ARABIC if number % 2 else _ENGLISH)
    raw = mail.as_bytes()
    filler = "X-Filler: " + "x" * 60 + "\n"
    return (filler * max(0, (2048 - len(raw)) // len(filler))).encode() + raw
