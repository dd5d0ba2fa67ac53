"""Absence notes by what they say, in many languages: most programs send them with no header that tells."""

import re

from inbox_agent.message.lines import key_of

# How programs begin the subject of an absence note, in its language (Outlook, Exchange, Gmail, Notes).
_SUBJECT = re.compile(
    r"\[?(?:automatic (?:reply|response)|auto[- ]?(?:reply|response)|"
    r"out of (?:the )?office auto-?reply|automatische antwort|"
    r"automatisches antworten|"
    r"abwesenheits(?:notiz|benachrichtigung|agent)|réponse automatique(?: d'absence)?|"
    r"message d'absence|absence du bureau|respuesta automática|risposta automatica|automatisch antwoord|"
    r"resposta automática|automatyczna odpowiedź|"
    r"odpowiedź automatyczna|automatická odpověď|automatikus válasz|răspuns automat|avtomatski odgovor|"
    r"αυτόματη απάντηση|automaattinen vastaus|automatisk svar|autosvar|автоматический ответ|автоответ|"
    r"otomatik yanıt|(?:پاسخ خودكار|خودكار جواب)|"
    r"自动(?:答复|回复)|自動(?:回覆|応答|返信)|(?:תשובה|תגובה|מענה)(?: אוטומטית?)?(?: '[^']{1,30}')?|"
    r"(?:ال)?رد (?:ال)?(?:تلقائي|الي)|رسالة (?:تلقائية|خارج المكتب)|اجابة تلقائية)\]?\s*[:\]].*|"
    r"auto: .*out of (?:the )?office.*"
)
# In telephony these are also things a customer writes about, so they count only on an answer.
_PERHAPS = re.compile(
    r"(?:out of (?:the )?office|ooo|on (?:annual )?leave|vacation|away|absence|abwesend|abwesenheit|"
    r"خارج المكتب|خارج الدوام|(?:انا )?في اجازة|اجازة|"
    r"(?:ال)?رد (?:ال)?تلقائي)(?: (?:re|رد))?\s*(?:[:-].*)?"
)
# What an absence note without any header says, in an answer and in few words, with the day of return.
_AWAY = re.compile(
    r"(?:i am|i'm|i will be|i'll be|we are) (?:currently |now |presently )?(?:out of (?:the |my )?office|"
    r"away (?:from (?:the office|my desk|work)|until|till)|on (?:\w+ )?(?:leave|vacation|holiday))"
    r"|this is an auto(?:matic|mated) (?:reply|response|answer)"
    r"|(?:انا|نحن|ساكون|اكون|اتواجد) (?:حاليا |الان )?"
    r"(?:خارج (?:المكتب|العمل|البلاد|الدوام)|في (?:اجازة|عطلة))"
    r"|(?:ich bin|wir sind) .{0,40}(?:nicht im (?:büro|haus)|abwesend|im urlaub|außer haus)"
    r"|(?:je suis|je serai) .{0,20}(?:absente? (?:du|jusqu)|en congés?\b|en vacances)"
    r"|(?:estoy|estaré) .{0,20}(?:fuera de la oficina|de vacaciones)"
    r"|sono .{0,20}(?:fuori (?:ufficio|sede)|in ferie)"
    r"|ofis dışında|izindeyim|אני .{0,20}(?:מחוץ למשרד|בחופשה)|در مرخصي هستم|چهٹي پر|چھٹي پر"
    r"|هذا (?:ال)?رد (?:ال)?(?:تلقائي|الي)|هذه (?:ال)?رسالة (?:ال)?(?:تلقائية|الية)"
)
_UNTIL = re.compile(
    r"\b(?:until|till|return|returning|back)\b|تلقائي|حتي|لغاية|اعود|ساعود|عودتي|العودة|"
    r"automat|zurück|خلال|الي يوم|\bbis\b|jusqu|retour|hasta|regres|\bfino\b|rientr|kadar|\bעד\b|"
    r"ב?חזרה|\bتا\b|\bتك\b"
)
# A person who is away may ask for something all the same; such a note asks for nothing that is the reader's.
_WANTS = re.compile(
    r"\b(?:delete|erase|remove|unsubscribe|stop|object|withdraw|cancel)\b|"
    r"\bmy (?:personal )?(?:data|information|records?|account|details|contract|address)\b|personal data|"
    r"بيانات|معلوماتي|حساب(?:ي|نا)|عنواني|عقدي|خدمتي|حذف|مسح|الغاء|الغوا|ايقاف|اوقف|توقفوا|تصحيح|"
    r"\bdaten\b|lösch|données|supprim|datos|elimin|\bdati\b|verilerim|silin|מחק|המידע|داده|اطلاعات|ڈيٹا"
)
_NOTE_LETTERS = 500


def is_away_subject(subject: str, *, answers: bool) -> bool:
    """Whether the subject is an absence note's; some say so only of a mail that `answers` another."""
    subject = key_of(subject)
    return _SUBJECT.fullmatch(subject) is not None or (answers and _PERHAPS.fullmatch(subject) is not None)


def is_away_text(text: str) -> bool:
    """Whether an answer says in few words that somebody is away until a day, and wants nothing."""
    if len(text) > _NOTE_LETTERS or "?" in text or "؟" in text:
        return False
    key = key_of(text)
    says_so = _AWAY.search(key[:200]) is not None and _UNTIL.search(key) is not None
    return says_so and _WANTS.search(key) is None
