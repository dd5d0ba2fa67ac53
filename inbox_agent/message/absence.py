"""Absence notes by what they say, in many languages: most programs send them with no header that tells."""

import re

from inbox_agent.message.lines import key_of

# How programs begin the subject of an absence note, in its language (Outlook, Exchange, Gmail, Notes).
_SUBJECT = re.compile(
    r"(?:automatic reply|auto-?reply|auto response|out of (?:the )?office auto-?reply|automatische antwort|"
    r"abwesenheitsnotiz|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|"
    r"resposta automática|automatyczna odpowiedź|autosvar|автоматический ответ|автоответ|"
    r"otomatik yanıt|پاسخ خودکار|"
    r"自动答复|自動回覆|自動応答|(?:תשובה|מענה)(?: אוטומטית?)?(?: '[^']{1,30}')?|"
    r"(?:ال)?رد (?:ال)?(?:تلقائي|الي)|رسالة تلقائية|اجابة تلقائية)\s*:.*|auto: .*out of (?:the )?office.*"
)
# In telephony these are also things a customer writes about, so they count only on an answer.
_PERHAPS = re.compile(
    r"(?:out of (?:the )?office|ooo|on (?:annual )?leave|vacation|away|absence|خارج المكتب|"
    r"خارج الدوام|في اجازة|اجازة|"
    r"(?:ال)?رد (?:ال)?تلقائي)(?: (?:re|رد))?\s*(?:[:-].*)?"
)
# What an absence note without any header says, in an answer and in few words, with the day of return.
_AWAY = re.compile(
    r"(?:i am|i'm|i will be|i'll be|we are) (?:currently |now |presently )?(?:out of (?:the |my )?office|"
    r"away from (?:the office|my desk|work)|on (?:\w+ )?(?:leave|vacation|holiday))"
    r"|this is an auto(?:matic|mated) (?:reply|response|answer)"
    r"|(?:انا|نحن|ساكون|اكون) (?:حاليا |الان )?(?:خارج (?:المكتب|العمل|البلاد|الدوام)|في (?:اجازة|عطلة))"
    r"|هذا (?:ال)?رد (?:ال)?(?:تلقائي|الي)|هذه (?:ال)?رسالة (?:ال)?(?:تلقائية|الية)"
)
_UNTIL = re.compile(
    r"\b(?:until|till|return|returning|back)\b|تلقائي|حتي|لغاية|اعود|ساعود|عودتي|العودة|automat"
)
_NOTE_LETTERS = 500


def is_away_subject(subject: str, *, answers: bool) -> bool:
    """Whether the subject is an absence note's; some say so only of a mail that `answers` another."""
    subject = key_of(subject)
    return _SUBJECT.fullmatch(subject) is not None or (answers and _PERHAPS.fullmatch(subject) is not None)


def is_away_text(text: str) -> bool:
    """Whether an answer says in few words that somebody is away until a day, and asks nothing."""
    if len(text) > _NOTE_LETTERS or "?" in text or "؟" in text:
        return False
    key = key_of(text)
    return _AWAY.search(key[:200]) is not None and _UNTIL.search(key) is not None
