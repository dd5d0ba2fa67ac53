"""How mail programs introduce earlier mail: attributions, header blocks, separators.

All patterns meet the `key` of a line (see `lines`), so Arabic is written here without hamza and vowels.
Sources: the programs' own output in English and Arabic, and for other languages what their mails show.
"""

import re
from dataclasses import dataclass
from enum import Enum

from inbox_agent.message.lines import Line

_ATTRIBUTION_LINES = 4
_ATTRIBUTION_LETTERS = 500
_BLOCK_LINES = 30


class Separator(Enum):
    ORIGINAL = "original"
    FORWARD = "forward"


_ORIGINAL = (
    r"original (?:message|appointment)|reply message|message d'origine|ursprüngliche nachricht|"
    r"mensaje original|"
    r"messaggio originale|mensagem original|oorspronkelijk bericht|исходное сообщение|orijinal ileti|"
    r"(?:ال)?رسالة (?:ال)?اصلية|البريد الاصلي"
)
_FORWARD = (
    r"forwarded (?:message|by|mail)|message transféré|weitergeleitete nachricht|mensaje reenviado|"
    r"messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|пересылаемое сообщение|iletilen ileti|"
    r"(?:ال)?رسالة (?:ال)?(?:معاد توجيهها|معاد ارسالها|محولة|موجهة)|"
    r"رسالة تمت? (?:اعادة توجيهها|اعادة ارسالها|تحويلها)"
)
_RULED = re.compile(rf"[-_=*]{{2,}} ?(?:({_ORIGINAL})|({_FORWARD}))\b")
_ANNOUNCED = re.compile(
    r"(?:begin forwarded message|(?:بدء|بداية) الرسالة (?:المعاد توجيهها|المحولة)|"
    r"début du message (?:réexpédié|transféré)|anfang der weitergeleiteten nachricht)\s*:?"
)

_ADDRESS = r"[^\s<>]+@[^\s<>]+"
_BRACKETED = re.compile(rf"[<\[(] ?(?:mailto:)?{_ADDRESS}[>\])]")
_TIME = re.compile(r"\d[:.]\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
# Begins with the word for "on", so that the whole of a wrapped attribution is known.
_DATED = re.compile(
    r"-*\s*on .+ wrote\s*:"
    r"|(?:و?في|بتاريخ|يوم|تاريخ|علي) .*(?:كتب|تمت? كتابة ما يلي بواسطة|ارسل).*:"
    r"|am .+ schrieb.*:|le .+ a écrit\s*:|el .+ escribió\s*:|il .+ ha scritto\s*:"
    r"|op .+ schreef.*:|em .+ escreveu\s*:|den .+ skrev.*:|(?:w dniu|dnia) .+(?:pisze|napisał).*:"
    r"|در .+نوشت.*:"
)
_NAMED = re.compile(
    r".+ (?:wrote|schrieb|écrit|escribió|scritto|schreef|escreveu|kirjoitti|написала?|пишет|كتبت?)\s*:"
    r"|كتبت? .+:|.+ от .+:|.*\bskrev\b.*:|.+ tarihinde .+:|.*yazdı\s*:"
    rf"|\d\d\.\d\d\.\d{{4}}, \d\d?:\d\d, .*<{_ADDRESS}>\s*:"
)

_FROM, _SENT, _TO, _SUBJECT, _OTHER = "from", "sent", "to", "subject", "other"
_LABELS = {
    label: kind
    for kind, labels in {
        _FROM: "from|من|المرسل|مرسل من|von|de|da|van|från|fra|от|от кого|od|kimden|remitente|"
        "expéditeur|mittente",
        _SENT: "sent|date|تم الارسال|تم الارسال في|ارسل في|ارسلت في|ارسلت|ارسل|تاريخ الارسال|التاريخ|"
        "تاريخ|وقت الارسال|gesendet|"
        "datum|envoyé|enviado|"
        "fecha|data|inviato|verzonden|skickat|sendt|dato|отправлено|дата|wysłano|gönderme tarihi|"
        "tarih|enviada em",
        _TO: "to|الي|المرسل اليه|المستلم|an|à|para|a|aan|till|til|кому|do|kime|per",
        _SUBJECT: "subject|الموضوع|موضوع|betreff|objet|asunto|oggetto|onderwerp|ämne|emne|тема|temat|"
        "konu|assunto",
        _OTHER: "cc|bcc|نسخة|نسخة كربونية|نسخة الي|نسخة مخفية|kopie|copie|копия|bilgi|importance|priority|"
        "attachments|reply-to|"
        "organization|message-id|الاهمية|المرفقات|الرد الي",
    }.items()
    for label in labels.split("|")
}
_LABEL = re.compile(r"[*_]{0,2}([^\W\d_][^\W\d_ '-]*(?:[ -][^\W\d_]+){0,2})\s{0,2}[*_]{0,2}:[*_]{0,2}(.*)")


def separator(key: str) -> Separator | None:
    if key[:1] in "-_=*" and (ruled := _RULED.match(key)):
        return Separator.ORIGINAL if ruled[1] else Separator.FORWARD
    return Separator.FORWARD if _ANNOUNCED.fullmatch(key) else None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines up to `end` say who wrote what follows; `dated` is what no person types by hand."""

    end: int
    addressed: bool
    dated: bool

    @property
    def is_certain(self) -> bool:
        return self.addressed or self.dated


def attributions(lines: list[Line]) -> dict[int, Attribution]:
    """By the line each begins at. Programs wrap them over several lines; they end in a colon."""
    found: dict[int, Attribution] = {}
    lowest = 0
    for last, line in enumerate(lines):
        if line.key.endswith(":") and (attribution := _ending_at(lines, last, lowest)):
            found[attribution[0]] = attribution[1]
            lowest = last + 1
    return found


def _ending_at(lines: list[Line], last: int, lowest: int) -> tuple[int, Attribution] | None:
    """The one that begins with its date, else the shortest that names a date or address."""
    best = None
    for first in range(last, max(lowest, last - _ATTRIBUTION_LINES + 1) - 1, -1):
        if not lines[first].key or lines[first].depth != lines[last].depth:
            break
        key = " ".join(line.key for line in lines[first : last + 1])
        if len(key) > _ATTRIBUTION_LETTERS:
            break
        if _DATED.fullmatch(key):
            return first, _attribution(key, last + 1)
        if not (best and best[1].is_certain) and _NAMED.fullmatch(key):
            best = first, _attribution(key, last + 1)
    return best


def _attribution(key: str, end: int) -> Attribution:
    dated = _TIME.search(key) is not None and _YEAR.search(key) is not None
    return Attribution(end, addressed=_BRACKETED.search(key) is not None, dated=dated)


def header_block_end(lines: list[Line], start: int, *, announced: bool = False) -> int | None:
    """Where a From/Sent/To/Subject block that begins at `start` ends.

    It needs a sender, a date and a subject, which nobody types by chance; after a separator that announces
    it, two labels do.
    """
    found: set[str] = set()
    end = start
    for position in range(start, min(len(lines), start + _BLOCK_LINES)):
        key = lines[position].key
        label = _label(key) if lines[position].depth == lines[start].depth else None
        if label is not None:
            found.add(label)
        elif not key and _new_label_follows(lines, position, found):
            continue
        elif not key or position > end or not _continues(key, lines[position - 1].key):
            break
        end = position + 1
    enough = len(found - {_OTHER}) > 1 if announced else found >= {_FROM, _SENT, _SUBJECT}
    return end if enough else None


def begins_header_block(key: str) -> bool:
    return ":" in key[:24] and _label(key) in {_FROM, _SENT, _SUBJECT}


def _label(key: str) -> str | None:
    label = _LABEL.match(key)
    return _LABELS.get(label[1]) if label else None


def _continues(key: str, before: str) -> bool:
    """A long list of recipients or a long subject goes on in the next line."""
    return ("@" in key and len(key) < 400) or before.endswith((",", ";", ":"))


def _new_label_follows(lines: list[Line], position: int, found: set[str]) -> bool:
    """HTML paragraphs put an empty line between the labels of one block."""
    after = next((line.key for line in lines[position : position + 3] if line.key), "")
    return _label(after) not in {None, *found}
