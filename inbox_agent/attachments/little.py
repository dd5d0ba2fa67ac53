"""Whether a mail says so little that its attachments must speak: only a greeting, or "see attached"."""

import re

from inbox_agent.message import Message
from inbox_agent.message.lines import key_of

_MOST_WORDS = 40
_NAME_WORDS = 4

_GREETING_WORDS = """
hi hello hey dear good greetings salam regards thanks thank best sincerely cheers attn to السلام
سلام مرحبا اهلا تحيه تحية تحياتي مع السيد الساده السادة حضره حضرة شكرا الي صباح مساء عزيزي يعطيكم
"""
_EMPTY_WORDS = """
hi hello hey dear sir sirs madam mr mrs ms all team support everyone good morning afternoon evening
day greetings salam regards best kind warm thanks thank you many very much in advance cheers
sincerely yours please kindly pls plz find see read check review open refer to attached attachment
attachments attaching enclosed enclose herewith file files document documents doc pdf letter my our
the a an this these that it is are i have has we am here as for your reference with from of and on
at below above me file's details copy scan scanned photo picture information info consideration
action attention per by kindness let know if any questions look forward hearing soon urgent asap fyi
السلام عليكم سلام ورحمه ورحمة الله وبركاته مرحبا اهلا وسهلا تحيه تحية طيبه طيبة وبعد تحياتي مع فائق
الاحترام والتقدير خالص السيد الساده الافاضل السادة الكرام الكريم المحترم المحترمين المحترمون حضره
حضرة شكرا لكم جزيلا يعطيكم العافيه العافية صباح مساء الخير النور عزيزي مرفق مرفقا المرفق المرفقه
المرفقة المرفقات بالمرفقات بالمرفق مرفقات ارفق ارفقت ارفقنا طيه طيا تجدون تجد ستجدون يرجي ارجو نرجو
الرجاء رجاء الاطلاع اطلاع علي الي من في هذا هذه ذلك انظر انظروا راجعوا مراجعه مراجعة الملف ملف
الملفات ملفات المستند مستند الوثيقه الوثيقة وثيقه وثيقة رساله رسالة الرساله الرسالة رسالتي خطاب
خطابي الخطاب كما هو موضح اليكم لعنايتكم للعلم صوره صورة نسخه نسخة التفاصيل و ولكم منا جزيل الشكر
"""
_JOINED_BEFORE = re.compile("و?(?:لل|بال|ال|ب|ل)?(?=.{3})")


def _alone(word: str) -> str:
    """Without what Arabic writes together with a word: and, the, by, for."""
    return word if word.isascii() else _JOINED_BEFORE.sub("", word, count=1)


_GREETS = frozenset(map(_alone, _GREETING_WORDS.split()))
_SAYS_NOTHING = frozenset(map(_alone, _EMPTY_WORDS.split()))
# Ordinary business says for itself what the file is.
_SAYS_ENOUGH = re.compile(
    r"\b(?:invoices?|bills?|receipts?|quot(?:e|es|ation|ations)|purchase order|po|cv|resume|price list|"
    r"pricelist|statement|payment|contract|proposal|brochure|newsletter|tender|rfq|rfp|agenda|minutes|screenshots?)\b|"
    r"فاتور|فواتير|ايصال|عرض (?:ال)?سعر|عرض (?:ال)?اسعار|سيره ذاتيه|سيرة ذاتية|السيره الذاتيه|السيرة الذاتية|"
    r"كشف (?:ال)?حساب|امر شراء|حواله|حوالة|دفعه|دفعة|عقد"
)


def says_little(message: Message) -> bool:
    """Only of mail that carries a file; the words of its subject count where they name ordinary business."""
    if not message.attachments or message.error is not None:
        return False
    lines = [key_of(line) for line in message.text.split("\n") if line.strip()]
    if _SAYS_ENOUGH.search(f"{key_of(message.subject)}\n" + "\n".join(lines)):
        return False
    words = [word for line in lines for word in _words(line)]
    return len(words) <= _MOST_WORDS and all(word in _SAYS_NOTHING or word.isdecimal() for word in words)


def _words(line: str) -> list[str]:
    """Of a line that greets or thanks somebody the name is no news."""
    words = [_alone(word) for word in re.findall(r"[^\W_]+(?:'[^\W_]+)?", line)]
    return [] if words and words[0] in _GREETS and len(words) <= _NAME_WORDS else words
