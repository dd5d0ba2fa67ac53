"""What stands under the writer's words: signature, "sent from", disclaimer.

Patterns meet the `key` of a line (see `lines`), so Arabic is written here without hamza and vowels.
"""

import re

from inbox_agent.message.lines import Line, Mark

_SIGN_OFFS = (
    # English
    r"(?:with )?(?:(?:my|our|many|very|the) )*(?:best|kind|kindest|warm|warmest|sincere) (?:regards|wishes)",
    r"(?:with |my |(?:many )?thanks (?:and|&) )?(?:best |kind |warm )?regards|rgds|br|best(?=,|$)|"
    r"warmly|cheers",
    r"(?:yours |very )?(?:sincerely|faithfully|truly|cordially|respectfully)(?: yours)?|all the best",
    # German, French, Spanish, Italian, Russian, Turkish, Dutch, Swedish
    r"(?:mit )?(?:freundlichen|viele|freundliche|beste) grüßen?|(?:bien )?cordialement|bien à vous",
    r"(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|cordiali saluti|с уважением|saygılarımla",
    r"met vriendelijke groet(?:en)?|med vänlig hälsning",
    # Arabic: greetings and thanks, each alone or with a second one
    r"(?:و?مع |و)?(?:خالص |اطيب |اجمل |ارق |كل |وافر |فائق )?(?:ال)?تحيات(?:ي|"
    r"نا)?(?: و(?:ال)?(?:احترام|تقدير|شكر))?(?: لكم)?",
    r"و?مع (?:خالص |كل |فائق )?(?:ال)?تحية(?: و(?:ال)?(?:احترام|تقدير|شكر))?|"
    r"(?:مع )?اطيب (?:ال)?(?:امنيات|تمنيات)",
    r"(?:و?مع |و?لكم (?:منا |مني )?)(?:خالص |جزيل |فائق |وافر |كل |كامل )?(?:ال)?(?:شكر|احترام|تقدير|"
    r"ود|امتنان)"
    r"(?: و(?:ال)?(?:احترام|تقدير|شكر|امتنان|عرفان))?",
    # Arabic idioms, told from requests that begin with the same words by what must follow
    r"و?(?:تفضلوا بقبول|تقبلوا) (?:مني |منا )?(?:فائق|خالص|وافر|كل|عظيم|اسمي|(?:ال)?(?:تحيات|احترام|"
    r"تقدير|شكر)).{0,50}",
    r"شاكر(?:ا|ين|ة) (?:لكم )?(?:حسن|سرعة|كريم|تعاونكم|تفهمكم|اهتمامكم|وقتكم|جهودكم|مقدما|ومقدر).{0,40}",
    r"دمتم(?: \w+){0,2}|المخلصة?|مقدمة? الطلب|"
    r"والسلام(?: عليكم(?: ورحمة الله(?: تعالي)?(?: وبركاته)?)?| ختام)?",
)
# Alone on its line, or with a name: up to four words after a comma, two without.
_SIGNED = re.compile(
    rf"(?:{'|'.join(_SIGN_OFFS)})"
    r"(?:\s*[,،.!;:-]+\s*(?:[\w.'-]+(?:[ ,]+|$)){0,4}|\s+[^\W\d][\w.'-]*(?: [^\W\d][\w.'-]*)?)?"
)
# Above the first words that say something, the same phrases greet.
_GREETING = re.compile(
    r"(?:ال)?سلام عليكم.*|(?:و?بعد )?(?:ال)?تحية.*|تحياتي.*|مرحبا.*|اهلا.*|(?:صباح|مساء) .*|"
    r"(?:السادة|الاخوة|الاستاذ|حضرة|"
    r"عزيز).*|dear .*|hello.*|hi\b.*|good (?:morning|afternoon|evening|day).*|to whom .*"
)
_THANKS = re.compile(
    r"(?:many |with )?(?:thanks|thank you|thx)(?: (?:again|in advance|very much|so much|a lot))*\s*[,.!]*"
    r"|و?(?:شكرا|شكرا جزيلا|الف شكر|جزيل الشكر|نشكركم|اشكركم)(?: (?:لكم|جزيلا|مقدما|لتعاونكم|"
    r"سلفا))*\s*[,،.!]*"
)
_POSTSCRIPT = re.compile(r"p\.? ?s\b[.: ]|(?:ملاحظة|ملحوظة|تنويه)\s*:")

_DEVICE = (
    r"i ?phone|i ?pad|ipod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|nokia|blackberry|"
    r"mobile|phone|"
    r"tablet|device|handy|outlook|gmail|yahoo|aol|mail|proton|windows|mac|sparrow|app\b|هاتف|جوال|جهاز|ايفون|ايباد|"
    r"بريد|محمول|موبايل|سامسونج|هواوي"
)
_SENT_FROM = re.compile(
    rf"(?:sent|posted) (?:from|via|with|using|by) .{{0,40}}(?:{_DEVICE}).{{0,40}}"
    rf"|(?:ارسلت?|ارسل|تم الارسال|مرسلة?|تم ارسالها?) (?:هذه الرسالة )?(?:من|بواسطة|عبر|"
    rf"باستخدام) .{{0,30}}(?:{_DEVICE}).{{0,30}}"
    rf"|(?:envoyé|enviado|inviato|отправлено|gesendet|skickat|verzonden|"
    rf"verstuurd) .{{0,30}}(?:{_DEVICE}).{{0,30}}"
    rf"|von meinem .{{0,30}} gesendet|iphone'umdan gönderildi"
    r"|get \[?outlook for .{1,80}|(?:احصل|الحصول) علي \[?outlook .{1,80}|"
    r"yahoo mail: search, organize, conquer"
)
_SENT_FROM_WORDS = 9

_DISCLAIMER = re.compile(
    r"\W*(?:disclaimer|confidential|legal notice|privileged|the (?:information|"
    r"contents?) (?:contained )?(?:in|of) this|"
    r"this (?:e-?mail|message|communication|transmission)|if you (?:are not|have received)|notice:|"
    r"اخلاء (?:ال)?مسؤولية|تنبيه|اشعار|سرية|هذه الرسالة|هذا البريد|تحتوي هذه|يحتوي هذا|المعلومات الواردة|"
    r"ان (?:هذه الرسالة|المعلومات|محتوي))"
)
_DISCLAIMER_CUES = [
    re.compile(cue)
    for cue in (
        r"confidential|privileged|proprietary|سري|خصوصية|محمية",
        r"intended (?:only|solely|recipient|for)|addressee|named (?:recipient|above)|(?:المرسل|"
        r"الموجهة|موجهة|المعني|مخصصة) ?(?:اليه|ل)?",
        r"(?:in|by) (?:error|mistake)|unintended|(?:ب|عن )?(?:طريق )?(?:ال)?خط[اأ]",
        r"notify|inform the sender|contact the sender|ابلاغ|اشعار المرسل|اخطار|اعلام المرسل",
        r"disclos|disseminat|distribut|copying|unauthori[sz]ed|نشر|توزيع|نسخ|افصاح|استخدام",
        r"virus|liability|liable|فيروس|مسؤولية",
    )
]
_PRINTING = re.compile(
    r".{0,6}(?:please )?(?:consider|think of|save) (?:the|our|trees).{0,20}(?:environment|print).*|"
    r".*قبل طباعة هذ.*"
)


def without_ending(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """(the writer's words, what stands under them), both in order."""
    kept, removed = _split_marked(lines)
    end = _signature_start(kept)
    kept, below = kept[:end], kept[end:]
    postscript = next((at for at, line in enumerate(below) if _POSTSCRIPT.match(line.key)), len(below))
    if below[postscript:]:
        said, after = without_ending(below[postscript:])
        kept, below = [*kept, Line("", ""), *said], below[:postscript] + after
    kept, sent_from = _split_sent_from(kept)
    kept, disclaimers = _split_disclaimers(kept)
    return kept, [*disclaimers, *sent_from, *below, *removed]


def _split_marked(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    kept = [line for line in lines if line.mark is not Mark.SIGNATURE]
    return kept, [] if len(kept) == len(lines) else [line for line in lines if line.mark is Mark.SIGNATURE]


def _signature_start(lines: list[Line]) -> int:
    said = False
    for position, line in enumerate(lines):
        key = line.key
        if not key:
            continue
        if key == "--":
            return position
        if len(key) < 90 and _SIGNED.fullmatch(key) and (said or _is_all(lines, position)):
            return position
        if said and len(key) < 50 and _THANKS.fullmatch(key) and _is_name_block(lines, position + 1):
            return position
        said = said or len(key) > 70 or _GREETING.fullmatch(key) is None
    return len(lines)


def _is_all(lines: list[Line], position: int) -> bool:
    """In English the words greet nobody: a mail of only a sign-off and a name says nothing."""
    return lines[position].key.isascii() and _is_name_block(lines, position + 1)


def _is_name_block(lines: list[Line], start: int) -> bool:
    """Thanks may be the message itself; it signs off only above a name and few short lines."""
    if len(lines) - start > 40:
        return False
    keys = [line.key for line in lines[start:] if line.key]
    if not 1 <= len(keys) <= 8 or any(len(key) > 70 for key in keys):
        return False
    return len(keys[0].split()) <= 4 and not keys[0].endswith((".", "?", "!", "؟", ":"))


def _split_sent_from(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    last = [at for at, line in enumerate(lines) if line.key][-3:]
    found = {at for at in last if len(lines[at].key) < 100 and _is_sent_from(lines[at].key)}
    if not found:
        return lines, []
    return [line for at, line in enumerate(lines) if at not in found], [lines[at] for at in sorted(found)]


def _is_sent_from(key: str) -> bool:
    key = key.strip("<>[]().*_ ")
    return len(key.split()) <= _SENT_FROM_WORDS and _SENT_FROM.fullmatch(key) is not None


def _split_disclaimers(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    kept: list[Line] = []
    removed: list[Line] = []
    position = 0
    while position < len(lines):
        end = position + 1
        if _PRINTING.fullmatch(lines[position].key):
            removed.append(lines[position])
        elif _DISCLAIMER.match(lines[position].key):
            end = next((at for at in range(end, len(lines)) if not lines[at].key), len(lines))
            is_one = _is_disclaimer(" ".join(line.key for line in lines[position:end]))
            (removed if is_one else kept).extend(lines[position:end])
        else:
            kept.append(lines[position])
        position = end
    return kept, removed


def _is_disclaimer(paragraph: str) -> bool:
    return len(paragraph) > 60 and sum(1 for cue in _DISCLAIMER_CUES if cue.search(paragraph)) >= 3
