"""What is fuzzed: each target takes any bytes and raises where a promise is broken."""

import hashlib
import hmac
from collections.abc import Callable
from typing import cast

from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.threads import marks, token
from inbox_agent.message import Message, Screening, parse
from inbox_agent.message.automatic import RULES
from inbox_agent.message.html import html_lines
from inbox_agent.message.lines import plain_lines
from inbox_agent.message.newtext import joined, new_text
from tests.message.promises import check

REPEATED = 64 * 1024
HEAD = b"From: samir@customer.example\r\nSubject: Re: Hello\r\n"
OURS = Screening(
    addresses=frozenset({"info@company.example"}),
    own_lists=frozenset({"info.company.example"}),
    forms=frozenset({"form@company.example"}),
    authserv_id="mx.company.example",
)


def parsing(data: bytes) -> None:
    check(data, OURS)


def new_texts(data: bytes) -> None:
    """Every line comes from the mail: nothing is made up, and what is taken away is kept."""
    text = data[1:].decode("utf-8", "ignore").replace("\r", "\n").replace("\0", "")
    lines = html_lines(text) if data[:1] > b"\x7f" else plain_lines(text)
    letters = "".join(joined(lines).split())
    new = new_text(lines, is_reply=bool(data[:1] > b"\x3f"), is_forward=data[:1] < b"\x20")
    kept = "".join("".join([new.text, *new.removed]).split())
    assert len(kept) <= len(letters)
    assert len(kept.replace(">", "")) * 2 >= len(letters.replace(">", "").replace("-", "")) - 400


def repeated(data: bytes) -> None:
    """What is harmless once may nest or backtrack without end when it comes again and again."""
    kind = b"html" if data[:1] > b"\x7f" else b"plain"
    head = HEAD + b"Content-Type: text/" + kind + b"; charset=utf-8\r\n\r\n"
    message = parse(head + data[1:] * (REPEATED // max(len(data), 1)))
    assert message.error != "unreadable"


def automatic(data: bytes) -> None:
    message = parse(HEAD + data, screening=OURS)
    rules = {rule.name: rule.kind for rule in RULES}
    assert rules.get(message.rule) == message.automatic


class _Key:
    """All that tokens need of a keyring."""

    def hash(self, purpose: str, value: bytes) -> bytes:
        return hmac.digest(b"key of the fuzzer", purpose.encode() + value, hashlib.sha256)

    def hashes(self, purpose: str, value: bytes) -> list[bytes]:
        return [self.hash(purpose, value)]


KEY = cast(Keyring, _Key())
REF = "MC-7K2Q-9D4X"
TOKEN = token(KEY, REF).encode()


def tokens(data: bytes) -> None:
    """Nobody makes a token; ours is found in each place, whatever stands round it."""
    assert set(_marks(data)) <= {REF}
    assert _marks(b"In-Reply-To: <" + TOKEN + b".a@company.example>\r\n" + HEAD + b"\r\n" + data) == (REF,)


def _marks(raw: bytes) -> tuple[str, ...]:
    message: Message = parse(raw)
    return marks(message, KEY).proven


TARGETS: dict[str, Callable[[bytes], None]] = {
    "parse": parsing,
    "new_text": new_texts,
    "repeated": repeated,
    "automatic": automatic,
    "tokens": tokens,
}
