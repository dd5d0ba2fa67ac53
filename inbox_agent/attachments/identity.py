"""Identity documents among attachments: by their names, by their content, by what the mail says of them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inbox_agent.attachments.cards import card_in
from inbox_agent.attachments.files import Kind
from inbox_agent.attachments.reading import File
from inbox_agent.message import Message
from inbox_agent.message.lines import key_of

_LOGO_OCTETS = 20_000
_OTHER_WORDS = 4


class Why(StrEnum):
    """What shows that an attachment is an identity document."""

    NAME = "name"
    MRZ = "mrz"
    NUMBER = "number"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class Identity:
    """The attachment at this place of the mail, or the file within it, is an identity document."""

    number: int
    why: Why
    within: int | None = None


_DOCUMENTS = (
    r"pass?ports?|iqamas?|emirates ?ids?|(?:national|civil|identity|citizens?|resident|qatar|personal) ?ids?|"
    r"ids? ?(?:card|copy|scan|photo|front|back)s?|"
    r"(?:identity|identification|residency?|eid|cpr|cnic|nic) ?cards?|"
    r"residen(?:ce|cy|t) (?:permit|visa)|driv\w{1,5} ?licen[cs]es?|licen[cs]e (?:front|back)|"
    r"(?:ال)?جواز(?:ي| سفر\w*| السفر)?|(?:ال)?هوي(?:ه|ة|تي)(?: \w+)?|(?:ال)?اقام(?:ه|ة|تي)|"
    r"(?:ال)?بطاق(?:ه|ة|تي)(?! (?:عمل|دعو|معايد|ائتمان|تهنئ|صعود|ضمان|بنك|فيزا|هدي|شحن))|"
    r"(?:ال)?رخص(?:ه|ة) (?:ال)?(?:قياد|سواق|سياق)\w*|رخصتي"
)
_NAMED = re.compile(rf"(?<!\w)(?:{_DOCUMENTS})(?!\w)")
_NAMED_ID = re.compile(r"(?:my |the )?(?:\w+ )?ids?(?: \w{1,12})?(?: \d+)?")
# Papers about such documents are no such documents.
_ABOUT = re.compile(
    r"\b(?:policy|form|application|apply|renewal|request|template|privacy|letter|complaint|guide|office|list|invoice)\b|"
    r"سياس|نموذج|طلب|تجديد|استمار|خصوصي|دليل|شكوي|فاتور"
)
_SCANNED = re.compile(
    r"(?:img|image|photo|pic|picture|scan|scanned|camscanner|doc|document|docs|whatsapp|screenshot|screen|pxl|dsc\w?|"
    r"file|attachment|unnamed|untitled|new|adobe|copy|front|back|page|wa|at|am|pm|jpg|jpeg|صوره|صورة|نسخه|نسخة|مسح|"
    r"ضوئي|مستند|ملف|وجه|ظهر|امامي|خلفي|[0-9a-f]*\d[0-9a-f]*|\d+)"
)
_GIVEN = (
    r"attach\w*|enclos\w+|herewith|here is|here are|sending|send you|sent you|find|"
    r"مرفق\w*|المرفق\w*|ارفق\w*|بالمرفق\w*|طيه|ارسلت|ارسل لكم|اليكم|تجدون"
)
_ANNOUNCES = re.compile(
    rf"(?<!\w)(?:(?:{_GIVEN})(?!\w)[^.!?\n]{{0,60}}?(?<!\w)(?:my id|id|{_DOCUMENTS})(?!\w)|"
    rf"(?<!\w)(?:my id|{_DOCUMENTS})(?!\w)[^.!?\n]{{0,30}}?(?<!\w)(?:{_GIVEN})(?!\w))"
)
_NOT_GIVEN = re.compile(
    r"\b(?:not|never|without|won't|don't|can't|cannot|no)\b|(?<!\w)(?:لا|لن|لم|بدون|دون|ليس)(?!\w)"
)


def identity_documents(message: Message, files: Sequence[File]) -> tuple[Identity, ...]:
    """Those among the files; what is none but looks so is set apart all the same, and a person may look."""
    announced = any(_is_announced(line) for line in (message.subject, *message.text[:10_000].split("\n")))
    return tuple(_found(files, announced=announced))


def _found(files: Sequence[File], *, announced: bool) -> Iterator[Identity]:
    for file in files:
        if file.kind is not Kind.MAIL and (why := _why(file, announced=announced)):
            yield Identity(file.number, why, file.within)


def _why(file: File, *, announced: bool) -> Why | None:
    if file.attachment.content_type.startswith(("message/", "text/calendar")):
        return None
    if is_named_so(file.attachment.name):
        return Why.NAME
    if file.words is not None and (shown := card_in(file.words.text)):
        return Why(shown)
    return Why.ANNOUNCED if announced and _is_scan(file) else None


def is_named_so(name: str) -> bool:
    """By its file name alone."""
    words = _key(name)
    if _ABOUT.search(words):
        return False
    if _NAMED_ID.fullmatch(words):
        return True
    others = _NAMED.sub(" ", words)
    return others != words and len(others.split()) <= _OTHER_WORDS


def _key(name: str) -> str:
    """The words of a file name: without its ending, `IdCard` and `id_card` alike."""
    stem, dot, ending = unicodedata.normalize("NFKC", name[:200]).rpartition(".")
    stem = stem if dot and len(ending) <= 5 else f"{stem}{dot}{ending}"
    stem = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", stem)
    return " ".join(re.findall(r"[^\W_]+", key_of(stem)))


def _is_scan(file: File) -> bool:
    """A picture, or a PDF that is one, with the name that a camera, a scanner or a messenger gives."""
    picture = file.kind is Kind.PICTURE and not (
        file.attachment.inline and file.attachment.size < _LOGO_OCTETS
    )
    scan = file.kind is Kind.PDF and file.words is not None and not file.words.text.strip()
    return (picture or scan) and all(map(_SCANNED.fullmatch, _key(file.attachment.name).split()))


def _is_announced(line: str) -> bool:
    key = key_of(line)
    return _ANNOUNCES.search(key) is not None and _NOT_GIVEN.search(key) is None
