"""The parts of a mail: which are its text, which are attachments (RFC 2045-2049, 2183, 2387)."""

import email.errors
import hashlib
from dataclasses import dataclass, field

from inbox_agent.message import budget
from inbox_agent.message.content_types import content_type_of, is_signed_envelope, is_winmail
from inbox_agent.message.envelopes import signed_content
from inbox_agent.message.headers import Headers, parameters
from inbox_agent.message.opening import MailPart, cut_at_its_boundary, opened, parsed, parsed_headers
from inbox_agent.message.parts import Attachment
from inbox_agent.message.texts import Text, spare_text, text_of
from inbox_agent.message.tnef import unwrapped
from inbox_agent.message.transfer import without_uuencoded

_NO_SEPARATOR = email.errors.MissingHeaderBodySeparatorDefect

# Forms of the body text; the rarer ones always stand beside plain text or HTML.
_UNREAD_FORMS = {"text/x-amp-html", "text/watch-html", "text/enriched"}
_FORMS_OF_TEXT = {"text/plain", "text/html"} | _UNREAD_FORMS
# Read where the mail has no other text.
_SPARE = {"text/plain", "text/html", "text/enriched", "text/rtf", "text/calendar", "text/markdown"}


@dataclass(slots=True)
class Structure:
    headers: Headers
    content_type: str
    parameters: dict[str, str]
    texts: list[Text] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    enclosed: list["Leaf"] = field(default_factory=list)
    digest: bytes = b""
    headers_cut_short: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds no text of this mail but may be read for its sense: a report, calendar or mail."""

    content_type: str
    parameters: dict[str, str]
    octets: bytes
    part: MailPart | None = None


def read_part(part: MailPart) -> Structure:
    return Walk(part).structure


def read_structure(raw: bytes) -> Structure:
    """Raises OverBudget, and RecursionError where parts are nested absurdly."""
    return read_part(parsed(raw))


def read_headers(raw: bytes) -> Structure:
    return Structure(Headers(parsed_headers(raw).raw_items()), "text/plain", {})


class Walk:
    """One pass over the tree, counting parts and depth as it goes.

    `again` is how many octets may still be parsed a second time, because an envelope or a wrong boundary
    hides parts in them: envelopes within envelopes would each hold and parse all that is inside.
    """

    def __init__(self, top: MailPart, again: int = budget.OCTETS) -> None:
        headers = Headers(top.raw_items())
        value = headers.raw("content-type")
        self.structure = Structure(headers, "", parameters(value))
        self.structure.headers_cut_short = any(isinstance(defect, _NO_SEPARATOR) for defect in top.defects)
        self._again = again
        self._parts = 0
        self._left = {"text/plain": budget.LETTERS, "text/html": budget.HTML_LETTERS}
        self._spare: list[Text] = []
        self._encrypted = False
        self._hash = hashlib.sha256()
        top, self.structure.content_type = self._typed(top, value)
        self.structure.texts = self._texts(top, headers, self.structure.content_type, 0)
        self.structure.digest = self._hash.digest()
        self._use_what_is_spare()

    def _texts(self, part: MailPart, headers: Headers, content_type: str, depth: int) -> list[Text]:
        self._count_part()
        if depth > budget.DEPTH:
            raise budget.OverBudget("too_deep")
        if content_type.startswith("multipart/") and part.children:
            return self._multipart(part.children, content_type, depth)
        return self._leaf(part, headers, content_type, depth)

    def _multipart(self, children: list[MailPart], content_type: str, depth: int) -> list[Text]:
        texts: list[Text] = []
        for child in children:
            headers = Headers(child.raw_items())
            typed, child_type = self._typed(child, headers.raw("content-type"))
            texts += self._texts(typed, headers, child_type, depth + 1)
        return [_one_of(texts)] if content_type == "multipart/alternative" and texts else texts

    def _typed(self, part: MailPart, value: str) -> tuple[MailPart, str]:
        """A multipart that cannot be cut into parts is plain text."""
        content_type = content_type_of(value, part.get_default_type())
        if content_type.startswith("multipart/") and not part.is_multipart():
            self._count_again(len(part.encoded()))
            part = cut_at_its_boundary(part, content_type)
            return part, content_type if part.is_multipart() else "text/plain"
        return part, content_type

    def _count_part(self) -> None:
        self._parts += 1
        if self._parts > budget.PARTS:
            raise budget.OverBudget("too_many_parts")

    def _count_again(self, octets: int) -> None:
        self._again -= octets
        if self._again < 0:
            raise budget.OverBudget("too_deep")

    def _leaf(self, part: MailPart, headers: Headers, content_type: str, depth: int) -> list[Text]:
        inner, octets = opened(part, headers)
        self._hash.update(content_type.encode("utf-8", "replace") + b"\0" + _canonical(octets, content_type))
        disposition = headers.raw("content-disposition")
        placed = parameters(disposition)
        described = parameters(headers.raw("content-type"))
        name = placed.get("filename") or described.get("name", "")
        kind = disposition.partition(";")[0].strip().lower()
        if content_type in _FORMS_OF_TEXT and kind != "attachment" and not name:
            return self._body(octets, content_type, described)
        if content_type.startswith(("message/", "text/calendar", "text/rfc822-headers")):
            child = next(iter(inner.children), None)
            self.structure.enclosed.append(Leaf(content_type, described, octets, child))
        texts, inside = self._opened_up(octets, content_type, name)
        may_be_text = content_type.startswith("text/") if not depth else content_type in _SPARE
        if may_be_text and not (depth and kind == "attachment"):
            self._spare.append(spare_text(octets, content_type, described, self._left))
        inline = kind == "inline" or (kind != "attachment" and "content-id" in headers)
        attachment = Attachment(name[:255], content_type, len(octets), inline, inside)
        self._attach(attachment, octets, part if inner is part else None)
        return texts

    def _opened_up(self, octets: bytes, content_type: str, name: str) -> tuple[list[Text], tuple[str, ...]]:
        """The text that stands inside another envelope, and the names of what else does."""
        if is_winmail(content_type, name):
            wrapped = unwrapped(octets)
            self._spare.append(Text(wrapped.plain[: budget.LETTERS], wrapped.html[: budget.HTML_LETTERS]))
            return [], tuple(inner[:255] for inner in wrapped.names)
        if content_type == "application/pgp-encrypted":
            self.structure.error = "encrypted"
        elif is_signed_envelope(content_type, name):
            if (content := signed_content(octets)) is not None:
                inner = self._walked_inside(content)
                texts = [self._within_budget(text) for text in inner.texts]
                return texts, tuple(attachment.name for attachment in inner.attachments)
            self._encrypted = True
        return [], ()

    def _walked_inside(self, content: bytes) -> Structure:
        self._count_again(len(content))
        walk = Walk(parsed(content), self._again)
        self._again = walk._again
        return walk.structure

    def _body(self, octets: bytes, content_type: str, described: dict[str, str]) -> list[Text]:
        files: list[tuple[bytes, bytes]] = []
        if content_type in _UNREAD_FORMS:
            if content_type in _SPARE:
                self._spare.append(spare_text(octets, content_type, described, self._left))
            return []
        if content_type == "text/plain":
            octets, files = without_uuencoded(octets)
        text = self._within_budget(text_of(octets, content_type, described, self._left))
        for name, content in files:
            self._count_part()
            named = text_of(name, "text/plain", described, self._left).plain
            self._attach(Attachment(named[:255], "application/octet-stream", len(content)), content)
        return [text]

    def _within_budget(self, text: Text) -> Text:
        return Text(self._cut(text.plain, "text/plain"), self._cut(text.html, "text/html"))

    def _cut(self, letters: str, form: str) -> str:
        kept = letters[: self._left[form]]
        if len(kept) < len(letters):
            self.structure.error = "too_long"
        self._left[form] -= len(kept)
        return kept

    def _attach(self, attachment: Attachment, octets: bytes, part: MailPart | None = None) -> None:  # noqa: ARG002
        """`part` is what the parser itself opened: its octets were not kept as they came."""
        self.structure.attachments.append(attachment)

    def _use_what_is_spare(self) -> None:
        if any(text.says_something for text in self.structure.texts):
            return
        said = next((text for text in self._spare if text.says_something), None)
        if said is not None:
            self.structure.texts = [said]
        elif self._encrypted:
            self.structure.error = self.structure.error or "encrypted"


def _one_of(texts: list[Text]) -> Text:
    return Text("\n\n".join(t.plain for t in texts if t.plain), "\n".join(t.html for t in texts if t.html))


def _canonical(octets: bytes, content_type: str) -> bytes:
    """Routes may turn line ends and add or drop the last one; that makes no other mail of it."""
    if not content_type.startswith("text/"):
        return octets
    return b"\n".join(line.rstrip() for line in octets.splitlines()).rstrip()
