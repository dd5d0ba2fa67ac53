"""How mail programs introduce earlier mail: attributions, header blocks, separators.

All patterns meet the `key` of a line (see `lines`), so Arabic is written here without hamza and vowels.
Sources: the programs' own output in English and Arabic, and for other languages what their mails show.
"""

import re
from dataclasses import dataclass
from enum import Enum

from inbox_agent.message.lines import Line, key_of

_ATTRIBUTION_LINES = 4
_ATTRIBUTION_LETTERS = 500
_WRAPPED = 50  # no program breaks its lines so early
_BLOCK_LINES = 30


class Separator(Enum):
    ORIGINAL = "original"
    FORWARD = "forward"


_ORIGINAL = (
    r"original (?:message|appointment)|reply message|message d'origine|ursprüngliche nachricht|"
    r"mensaje original|"
    r"messaggio originale|mensagem original|oorspronkelijk bericht|исходное сообщение|orijinal ileti|"
    r"oryginalna wiadomość|wiadomość oryginalna|původní (?:e-mail|zpráva)|ursprungligt meddelande|"
    r"oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|eredeti üzenet|mesaj original|"
    r"原始邮件|原始郵件|元のメッセージ|원본 메시지|הודעה מקורית|پيام اصلي|اصل پيغام|"
    r"(?:ال)?رسالة (?:ال)?اصلية|البريد الاصلي"
)
_FORWARD = (
    r"forwarded (?:message|by|mail)|message transféré|weitergeleitete nachricht|mensaje reenviado|"
    r"messaggio inoltrato|mensagem (?:re)?encaminhada|doorgestuurd bericht|"
    r"(?:пересылаемое|пересланное|перенаправленное) сообщение|iletilen (?:ileti|mesaj)|"
    r"(?:przekazana|przesłana dalej) wiadomość|(?:přeposlaná|předaná) zpráva|vidarebefordrat meddelande|"
    r"videresendt (?:besked|melding)|转发的邮件|转发邮件|轉寄郵件|転送メッセージ|전달된 메시지|"
    r"הודעה שהועברה|پيام بازارسال شده|"
    r"(?:ال)?رسالة (?:ال)?(?:معاد توجيهها|معاد ارسالها|محولة|موجهة|ممررة)|"
    r"رسالة تمت? (?:اعادة توجيهها|اعادة ارسالها|تحويلها)"
)
_NOTES = r"[^\s:<>@]+@[^\s:<>@]+ [^\W\d]+(?: [^\W\d]+)?: ?-{2,}"  # -----person@company wrote: -----
_RULED = re.compile(rf"[-_=*]{{2,}}+ ?(?:({_ORIGINAL}|{_NOTES})|({_FORWARD}))(?!\w)")
# Help desks ask for it in words of their own.
_ABOVE_THIS_LINE = re.compile(
    r"\W*(?:(?:please )?(?:type|write|enter|add) (?:your )?)?reply above this line\W*"
    r"|\W*(?:(?:يرجي|الرجاء) )?(?:كتابة|اكتبوا?) (?:ال)?رد(?:ك|كم)? (?:اعلي|فوق) هذا (?:ال)?سطر\W*"
)
_ANNOUNCED = re.compile(
    r"(?:begin forwarded message|(?:بدء|بداية) الرسالة (?:المعاد توجيهها|المحولة)|"
    r"début du message (?:réexpédié|transféré)|anfang der weitergeleiteten nachricht|"
    r"inicio del mensaje reenviado|inizio (?:del )?messaggio inoltrato|início da mensagem (?:re)?encaminhada|"
    r"begin doorgestuurd bericht|начало переадресованного сообщения|vidarebefordrat brev|"
    r"iletilen e-postanın başlangıcı|początek przekazywanej wiadomości|začátek přeposlané zprávy|"
    r"下面是被转发的邮件|開始轉寄郵件|転送されたメッセージ|תחילת ההודעה שהועברה)\s*:?"
)

_ADDRESS = r"[^\s<>]+@[^\s<>]+"
_BRACKETED = re.compile(rf"[<\[(] ?(?:mailto:)?{_ADDRESS} ?[>\])]")
_TIME = re.compile(r"\d[:.]\d\d")
_BARE = re.compile(rf":\s*{_ADDRESS}$")
# Gmail of old, in languages it had no words for: a day, a name and an address, above a quote.
_WITHOUT_WORDS = re.compile(rf"\d{{4}}[/-]\d{{1,2}}[/-]\d{{1,2}}\b[^<>]{{0,100}}<{_ADDRESS}>")
_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
# Begins with the word for "on", so that the whole of a wrapped attribution is known.
_DATED = re.compile(
    r"-*\s*on .+ wrote\s*(?::|-{3,4})"
    r"|(?:و?في|بتاريخ|يوم|تاريخ|علي) .*(?:كتب|تمت? كتابة ما يلي بواسطة|ارسل).*(?::|-{3,4})"
    r"|am .+ schrieb.*:|le .+ a écrit\s*:|el .+ escribió\s*:|il .+ ha scritto\s*:"
    r"|op .+ (?:schreef|geschreven).*:|em .+ escreveu\s*:|den .+ skrev.*:|(?:w dniu|"
    r"dnia) .+(?:pisze|napisał).*:"
    r"|در .+نوشت.*:|dne .+ napsala?.*:|ב(?:תאריך|יום)?[ -].+(?:כתב|מאת).*:|"
    r"在 ?.+写道\s*:|pada .+ menulis\s*:"
)
_NAMED = re.compile(
    r".+ (?:wrote|writes|schrieb|écrit|escribió|scritto|schreef|geschreven|escreveu|kirjoitti|"
    r"пишет|كتبت?|"
    r"написала?(?:\(а\))?|pisze|napisała?(?:\(a\))?|napsala?(?:\(a\))?|כתבה?(?:/ה)?|نوشت|لکھا)\s*:"
    r"|كتبت? .+:|.+ от .+:|.*\bskrev\b.*:|.+ tarihinde .+:|.*yazdı\s*:|.+(?:写道|"
    r"寫道|のメール)\s*:"
)

_FROM, _SENT, _TO, _SUBJECT, _OTHER = "from", "sent", "to", "subject", "other"
_LABELS = {
    key_of(label): kind
    for kind, labels in {
        _FROM: "from|من|المرسل|مرسل من|von|de|da|van|från|fra|от|от кого|od|kimden|remitente|expéditeur|"
        "mittente|lähettäjä|feladó|差出人|发件人|寄件者|보낸 사람|מאת|از|منجانب",
        _SENT: "sent|date|تم الارسال|تم الارسال في|ارسل في|ارسلت في|ارسلت|ارسل|تاريخ الارسال|التاريخ|"
        "تاريخ|وقت الارسال|gesendet|gesendet am|datum|envoyé|envoyé le|enviado|enviado el|"
        "enviado em|enviada em|"
        "fecha|data|inviato|verzonden|skickat|sendt|dato|отправлено|дата|wysłano|gönderme tarihi|gönderildi|"
        "tarih|odesláno|lähetetty|elküldve|送信日時|日付|发送时间|"
        "发送日期|日期|寄件日期|傳送日期|보낸 날짜|날짜|"
        "נשלח|תאריך|ارسال شده|بھیجا گیا|تاریخ",
        _TO: "to|الي|المرسل اليه|المستلم|an|à|para|a|aan|till|til|кому|do|kime|per|komu|"
        "vastaanottaja|címzett|"
        "宛先|收件人|收件者|받는 사람|אל|به|بنام",
        _SUBJECT: "subject|الموضوع|موضوع|betreff|objet|asunto|oggetto|onderwerp|ämne|emne|тема|temat|"
        "konu|assunto|předmět|aihe|tárgy|件名|主题|主旨|제목|נושא",
        _OTHER: "cc|bcc|نسخة|نسخة كربونية|نسخة الي|نسخة مخفية|kopie|copie|копия|bilgi|importance|priority|"
        "attachments|reply-to|organization|message-id|الاهمية|المرفقات|الرد الي|"
        "抄送|副本|참조|עותק|رونوشت|kopia|"
        "wichtigkeit|priorität|anlagen|pièces jointes|importancia|prioridad|priorité|allegati|"
        "важность|вложения",
    }.items()
    for label in labels.split("|")
}
_LABEL = re.compile(r"[*_]{0,2}([^\W\d_][^\W\d_ '-]*(?:[ -][^\W\d_]+){0,2})\s{0,2}[*_]{0,2}:[*_]{0,2}(.*)")


def separator(key: str) -> Separator | None:
    if key[:1] in "-_=*" and (ruled := _RULED.match(key)):
        return Separator.ORIGINAL if ruled[1] else Separator.FORWARD
    if _ABOVE_THIS_LINE.fullmatch(key):
        return Separator.ORIGINAL
    return Separator.FORWARD if _ANNOUNCED.fullmatch(key) else None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines up to `end` say who wrote what follows; `dated` is what no person types by hand."""

    end: int
    addressed: bool
    dated: bool

    def says_more_than(self, other: "Attribution") -> bool:
        return self.addressed + self.dated > other.addressed + other.dated


def _names_all(key: str) -> bool:
    """An address, a day and a time before a colon: nobody types that, in any language."""
    return bool(_BRACKETED.search(key) and _TIME.search(key) and _YEAR.search(key))


def attributions(lines: list[Line]) -> dict[int, Attribution]:
    """By the line each begins at. Often wrapped over several lines; they end in a colon, Zoho's in dashes."""
    found: dict[int, Attribution] = {}
    lowest = 0
    for last, line in enumerate(lines):
        if line.key.endswith((":", " ---", " ----")) and (attribution := _ending_at(lines, last, lowest)):
            found[attribution[0]] = attribution[1]
            lowest = last + 1
        elif _WITHOUT_WORDS.fullmatch(line.key):
            found[last] = Attribution(last + 1, addressed=False, dated=False)
            lowest = last + 1
    return found


def _ending_at(lines: list[Line], last: int, lowest: int) -> tuple[int, Attribution] | None:
    """The one that begins with its date, else the shortest; what stands above it is the writer's own, unless
    it adds the address or the date."""
    best = None
    begun = False
    for first in range(last, max(lowest, last - _ATTRIBUTION_LINES + 1) - 1, -1):
        if not lines[first].key or lines[first].depth != lines[last].depth or _ends_above(lines, first, last):
            break
        key = " ".join(line.key for line in lines[first : last + 1])
        if len(key) > _ATTRIBUTION_LETTERS:
            break
        attribution = _attribution(key, last + 1)
        begins = _DATED.fullmatch(key) is not None
        if begins and attribution.dated:
            return first, attribution
        known = begins or (not begun and (_NAMED.fullmatch(key) or _names_all(key)))
        if known and (best is None or attribution.says_more_than(best[1])):
            best, begun = (first, attribution), begins
    return best


def _ends_above(lines: list[Line], first: int, last: int) -> bool:
    """A short line that ends a sentence was not wrapped: the writer's words stand right above."""
    key = lines[first].key
    return first < last and len(key) < _WRAPPED and key.endswith((".", "!", "?", "؟"))


def _attribution(key: str, end: int) -> Attribution:
    dated = _TIME.search(key) is not None and _YEAR.search(key) is not None
    return Attribution(end, addressed=_BRACKETED.search(key) is not None, dated=dated)


def header_block_end(lines: list[Line], start: int, *, announced: bool = False) -> int | None:
    """Where a From/Sent/To/Subject block that begins at `start` ends.

    It needs a sender, a date and a subject, and a time of day or an address: formal letters begin with all
    three labels, but only programs know the minute. After a separator that announces it, two labels do.
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
    if announced:
        return end if len(found - {_OTHER}) > 1 else None
    enough = found >= {_FROM, _SENT, _SUBJECT} and any(_by_program(line.key) for line in lines[start:end])
    return end if enough else None


def _by_program(key: str) -> bool:
    return any(written.search(key) for written in (_TIME, _BRACKETED, _BARE))


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
