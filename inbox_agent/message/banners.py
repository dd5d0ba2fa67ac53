"""Warnings a company's mail server puts above mail from outside; they come first and are nobody's words."""

import re

from inbox_agent.message.lines import Line

_FIRST_LINES = 15
_THIS = r"(?:تم (?:استلام|ارسال|استقبال) |وردت |وصلت )?(?:هذه (?:ال)?رسالة|هذا (?:ال)?(?:بريد|ايميل))"
_ENDS = r"\s*(?:[:.!|-]|$)"
_HOUSE = r"(?:ال)?(?:مؤسس|منظم|شرك|جه[ةت]|بنك|مصرف|وزار|جامع|هيئ|شبك|نطاق|دائر|مجموع)"
_BANNER = re.compile(
    r"\W*(?:caution|warning|attention|alert|notice|important)?\W*(?:"
    r"\[?external(?: (?:e-?mail|sender|message|mail))?\]?\W*$"
    r"|external (?:e-?mail|sender|message)\s*[:.!|*-]|\[external\]\W"
    r"|(?:this|the) (?:e-?mail|message|sender)(?: \w+){0,3} (?:originate[sd]|came|comes|is|sent|"
    r"received) from "
    r"(?:\w+ ){0,3}(?:outside|external)"
    r"|this is an external (?:e-?mail|message|sender)"
    r"|this message (?:is|came) from an? (?:untrusted|unknown|unrecogni[sz]ed) sender|\w{6,12}fptbannerstart"
    r"|originated from outside|(?:e-?mail|message) from (?:an )?(?:external|outside)"
    r"|you don'?t often get e-?mail from|some people who received this message don'?t often get"
    r"|\[?external(?: e-?mail)?[\]:]+ ?(?:please |do not|don'?t|be |use |exercise )"
    r")"
    r"|\W*(?:achtung|vorsicht|attention|précaution|precaución|aviso|attenzione|atenção|let op|dikkat|"
    r"внимание)?\W*(?:"
    r"diese (?:e-?mail|nachricht) (?:stammt|kommt|wurde)(?: \w+){0,3} extern|"
    r"diese (?:e-?mail|nachricht) (?:stammt|kommt|wurde)(?: \w+){0,2} (?:außerhalb|ausserhalb)|"
    r"ce(?:t|tte)? (?:e-?mail|message|courriel) (?:provient|vient) (?:de l'|d'un(?:e)? )?ext|"
    r"est[ea] (?:correo|mensaje|e-?mail|mensagem)(?: electrónico)?(?: \w+){0,3} (?:fuera|fora|extern)|"
    r"quest[ao] (?:e-?mail|mail|messaggio) (?:proviene|arriva) (?:dall'|da )(?:un |una )?estern|"
    r"deze e-?mail (?:is|komt|kwam) (?:\w+ ){0,3}(?:buiten|extern)|bu e-posta (?:\w+ ){0,3}dış|"
    r"это письмо (?:\w+ ){0,3}(?:внешн|извне)|"
    rf"(?:externer? (?:e-?mail|nachricht|absender)|(?:harici|dış) (?:e-posta|gönderen)|"
    r"(?:courriel|e-?mail|message|expéditeur|correo|mensaje|remitente|messaggio|mittente|mensagem|"
    rf"remetente) (?:externe|extern[oa]|estern[oa])|внешн(?:ее письмо|ий отправитель)){_ENDS})"
    r"|\W*(?:זהירות|אזהרה|שימו? לב|توجه|هشدار|انتباہ|خبردار)?\W*(?:"
    r"(?:הודעה|דוא\"?ל) (?:זו|זה) (?:נשלחה?|התקבלה?|הגיעה?) (?:מחוץ|מגורם חיצוני|מכתובת חיצונית)|"
    rf"(?:הודעה חיצונית|שולח חיצוני){_ENDS}|"
    r"اين (?:ايميل|پيام|نامه|پست الكترونيكي) از (?:خارج|بيرون|فرستنده خارجي)|"
    r"يہ (?:اي ?ميل|پيغام)(?: \w+){0,4} باہر سے)"
    # Exchange's note on a first contact
    r"|sie erhalten nicht (?:oft|häufig) e|vous n.obtenez pas souvent d|no suele recibir correos? |"
    r"non si ricevono spesso messaggi |u ontvangt niet vaak e-?mail van|você não costuma receber e-?mails de|"
    r"\S+@\S+ adresinden sıklıkla e-posta almıyorsunuz|du får inte ofta e-post från|"
    r"nieczęsto otrzymujesz wiadomości"
    r"|\W*(?:(?:تحذير|تنبيه)(?: امني| هام)?|انتباه|ملاحظة هامة)?\W*(?:"
    r"(?:هذه الرسالة|هذا البريد|هذا الايميل|الرسالة|البريد)(?: \w+){0,2} "
    r"(?:واردة?|مرسلة?|ارسلت?|صادرة?|جاءت?|وردت?|مصدرها|مصدره|اتية?)(?: \w+)? من(?: \w+)? خارج"
    rf"|{_THIS}(?: (?:ال)?الكترونية?)? من خارج {_HOUSE}"
    rf"|(?:{_THIS}|الرسالة|البريد)(?: \w+){{0,3}} مصدر(?:ها|ه)? (?:من )?خارج"
    rf"|(?:بريد|رسالة|مرسل|مصدر)(?: الكترونية?)? (?:خارجية?|واردة? من خارج){_ENDS}"
    r"|\[?(?:بريد )?خارجي\]?\W*$"
    r"|لا تتلقي (?:غالبا )?(?:رسائل|بريدا)"
    r"|(?:انت )?(?:(?:عادة|غالبا) (?:ما )?)?لا (?:تتلقي|تحصل|تستلم)(?: \w+){0,2} (?:رسائل|بريدا)"
    r"(?: \w+){0,2} من \S+@"
    r")"
)
_GOES_ON = re.compile(
    r"\W*(?:please )?(?:do not|don'?t|never|be (?:careful|cautious|wary)|exercise caution|"
    r"use caution|verify the sender|"
    r"think before|only (?:click|open)|unless you|learn why|report (?:it|any|suspicious|phishing)|"
    r"if you (?:are unsure|suspect|do not recogni[sz]e)|you have not previously (?:correspond|communicat)|"
    r"\w{6,12}fptbannerend|"
    r"klicken sie (?:nicht|keine)|öffnen sie (?:keine|nur)|ne cliquez pas|n'ouvrez pas|no haga clic|"
    r"non (?:cliccare|fare clic)|não clique|bağlantılara tıkla|אין ללחוץ|אל תלחצו?|"
    r"لا تنقر|لا تضغط|لا تفتح|عدم (?:النقر|الضغط|فتح)|(?:يرجي|الرجاء|نرجو) (?:عدم|توخي|الحذر)|توخ|الا اذا|"
    r"ما لم|احذروا? من|كن حذرا|"
    r"تعرف علي سبب|معرفة السبب|"
    r"يرجي التاكد|تاكد من)"
)
_SENTENCE_END = (".", "!", "?", "؟", ":", "]", "]]", "*", "-", "=", "_")


def banner_end(lines: list[Line]) -> int:
    """How many lines at the top are a banner; 0 where there is none."""
    end = 0
    inside = open_sentence = False
    for position, line in enumerate(lines[:_FIRST_LINES]):
        key = line.key
        if not any(letter.isalnum() for letter in key):
            open_sentence = open_sentence and bool(key)
            continue
        if not (_BANNER.match(key) or (inside and (open_sentence or _GOES_ON.match(key)))):
            break
        inside = True
        open_sentence = not key.endswith(_SENTENCE_END) and len(key) > 50
        end = position + 1
    return _with_rule_below(lines, end)


def _with_rule_below(lines: list[Line], end: int) -> int:
    if end and end < len(lines) and lines[end].key and not any(letter.isalnum() for letter in lines[end].key):
        return end + 1
    return end
