"""How endings are worded: sign-offs, thanks, "sent from", disclaimers.

Patterns meet the `key` of a line (see `lines`), so Arabic is written here without hamza and vowels.
"""

import re

_SIGN_OFFS = (
    # English
    r"(?:with )?(?:(?:my|our|many|very|the) )*(?:best|kind|kindest|warm|warmest|sincere) (?:regards|wishes)",
    r"(?:with |my |(?:many )?thanks (?:and|&) )?(?:best |kind |warm )?regards|rgds|br|best(?=,|$)|"
    r"warmly|cheers",
    r"(?:yours |very )?(?:sincerely|faithfully|truly|cordially|respectfully)(?: yours)?|all the best|"
    r"thanking you",
    # German, French, Spanish, Italian, Russian, Turkish, Dutch, Swedish
    r"(?:mit )?(?:(?:freundlich|viel|best|lieb|herzlich|schön)(?:en?|sten) )+gr(?:ü|ue)(?:ß|ss)en?|"
    r"mfg|lg|vg|hochachtungsvoll",
    r"(?:bien )?cordialement|bien à vous|(?:sincères |cordiales )?salutations(?: distinguées| cordiales)?",
    r"(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|(?:cordiali |distinti )?saluti",
    r"(?:com os melhores |melhores )?cumprimentos|atenciosamente|atentamente|abraços?",
    r"с (?:уважением|наилучшими пожеланиями)|saygılarım(?:la|ızla)|iyi (?:çalışmalar|günler)",
    r"(?:met )?(?:vriendelijke |hartelijke )?groet(?:en|jes)?|(?:med )?(?:vänliga?|bästa) hälsning(?:ar)?|"
    r"hälsningar|mvh",
    r"(?:med )?venlig hilsen|(?:med )?vennlig hilsen|ystävällisin terveisin|z poważaniem|"
    r"pozdrawiam(?: serdecznie)?",
    r"s (?:přátelským )?pozdravem|با (?:احترام|تشكر|سپاس)(?: فراوان)?|בברכה|"
    r"اپ كا (?:مخلص|خيرانديش)|والسلام عليكم|ارادتمند|"
    r"(?:どうぞ)?よろしくお願い(?:いた|致)?します。?|"
    r"此致|敬礼|敬具",
    # Arabic: greetings and thanks, each alone or with a second one
    r"(?:و?مع |و)?(?:خالص |اطيب |اجمل |ارق |كل |وافر |فائق )?(?:ال)?تحيات(?:ي|"
    r"نا)?(?: و(?:ال)?(?:احترام|تقدير|شكر))?(?: لكم)?",
    r"و?مع (?:خالص |كل |فائق )?(?:ال)?تحية(?: و(?:ال)?(?:احترام|تقدير|شكر))?|"
    r"(?:مع )?اطيب (?:ال)?(?:امنيات|تمنيات)",
    r"(?:و?مع |و?لكم (?:منا |مني )?)(?:خالص |جزيل |فائق |وافر |كل |كامل )?(?:ال)?(?:شكر|احترام|تقدير|"
    r"ود|امتنان)"
    r"(?: و(?:ال)?(?:احترام|تقدير|شكر|امتنان|عرفان))?",
    # Arabic idioms, told from requests that begin with the same words by what must follow
    r"و?لكم (?:مني |منا )?(?:خالص |اطيب |اجمل )?(?:ال)?تحيات(?:ي|نا)?|"
    r"ب(?:كل|خالص|فائق|وافر) (?:ال)?(?:احترام|تقدير|ود|شكر|محبة)|"
    r"(?:اخوكم|اختكم|ابنكم)(?: (?:المخلص|المحب)ة?)?|مقدم[هة](?=\s*[:/])",
    r"و?(?:تفضلوا بقبول|تقبلوا) (?:مني |منا )?(?:فائق|خالص|وافر|كل|عظيم|اسمي|(?:ال)?(?:تحيات|احترام|"
    r"تقدير|شكر)).{0,50}",
    r"شاكر(?:ا|ين|ة) (?:لكم )?(?:حسن|سرعة|كريم|تعاونكم|تفهمكم|اهتمامكم|وقتكم|جهودكم|مقدما|ومقدر).{0,40}",
    r"و?دمتم(?: \w+){0,2}|خالص (?:ال)?(?:شكر|تقدير|ود)|المخلصة?|مقدمة? الطلب|"
    r"والسلام(?: عليكم(?: ورحمة الله(?: تعالي)?(?: وبركاته)?)?| ختام)?",
)
_SIGN_OFF = f"(?:{'|'.join(_SIGN_OFFS)})"
# Alone on its line, or in two languages, or with a name: up to four words after a comma, two without.
SIGNED = re.compile(
    rf"{_SIGN_OFF}(?:\s*[/|-]\s*{_SIGN_OFF})?"
    r"(?:\s*[,،.!;:/-]+\s*(?:[\w.'-]+(?:[ ,]+|$)){0,4}|\s+[^\W\d][\w.'-]*(?: [^\W\d][\w.'-]*)?)?"
)
# Above the first words that say something, the same phrases greet.
GREETING = re.compile(
    r"(?:ال)?سلام عليكم.*|(?:و?بعد )?(?:ال)?تحية.*|تحياتي.*|مرحبا.*|اهلا.*|(?:صباح|مساء) .*|"
    r"(?:السادة|الاخوة|الاستاذ|حضرة|"
    r"عزيز).*|dear .*|hello.*|hi\b.*|good (?:morning|afternoon|evening|day).*|to whom .*"
)
THANKS = re.compile(
    r"(?:many |with )?(?:thanks|thank you|thx)(?: (?:again|in advance|very much|so much|a lot))*\s*[,.!]*"
    r"|(?:(?:vielen |herzlichen )?dank|danke|merci(?: (?:beaucoup|d'avance))?|(?:muchas )?gracias|"
    r"grazie(?: mille)?|"
    r"(?:muito )?obrigad[oa]|bedankt|спасибо|teşekkürler|شكريہ|tack|dziękuję|"
    r"děkuji|谢谢|謝謝|"
    r"תודה(?: רבה)?)\s*[,.!]*"
    r"|و?(?:شكرا|شكرا جزيلا|الف شكر|جزيل الشكر|نشكركم|اشكركم)(?: (?:لكم|جزيلا|مقدما|لتعاونكم|"
    r"سلفا|علي (?:حسن |سرعة |كريم )?(?:تعاون|تفهم|اهتمام|وقت|مساعدت|تجاوب|رد)كم))*\s*[,،.!]*"
)
POSTSCRIPT = re.compile(r"p\.? ?s\b[.: ]|(?:ملاحظة|ملحوظة|تنويه)\s*:")

_DEVICE = (
    r"i ?phon|i ?pad|ipod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|nokia|blackberry|"
    r"mobile|phone|"
    r"tablet|device|handy|outlook|gmail|yahoo|aol|mail|proton|windows|mac|sparrow|app\b|هاتف|جوال|جهاز|"
    r"ايفون|ايباد|"
    r"بريد|محمول|موبايل|سامسونج|هواوي|اندرويد|thunderbird|spark|k-9|почт|"
    r"telefon|smartphone|手机|手機"
)
_BY = (
    r"(?:sent|posted) (?:from|via|with|using|by)|"
    r"(?:ارسلت?|ارسل|تم الارسال|مرسلة?|تم ارسالها?) (?:هذه الرسالة )?(?:من|بواسطة|عبر|باستخدام)|"
    r"envoyé (?:de|depuis|à partir)|enviado (?:desde|do|da|de|através)|inviato (?:da|con)|отправлено|"
    r"gesendet (?:von|mit)|skickat (?:från|med)|sendt (?:fra|med)|verzonden|verstuurd|wysłan[oe] z|"
    r"odesláno z|"
    r"ارسال شده از|发自|发送自|נשלח מ|lähetetty"
)
SENT_FROM = re.compile(
    rf"(?:{_BY}).{{0,40}}(?:{_DEVICE}).{{0,40}}(?:(?:please )?(?:excuse|forgive) my brevity\.?"
    r"|(?:يرجي|رجاء|ارجو).{0,30}(?:ايجاز|الايجاز|ايجازي)\.?)?"
    r"|(?:diese nachricht wurde )?(?:von|mit) meinem .{0,40} gesendet\.?|"
    r"从我的 ?.{1,20} ?(?:发送|傳送)"
    r"|ميرے .{1,40} سے ب[هھ]يجا گيا"
    r"|.{0,40}(?:iphone|telefon|cihaz).{0,10}(?:dan|den) gönderildi\.?|"
    r"(?:iphone|ipad|android)から送信"
    r"|(?:get|احصل علي|الحصول علي|télécharger|obtenez|obtener|obter o?|scarica|hämta|hent|получить|"
    r"pobierz(?: aplikację)?|holen sie sich|获取|קבל את) ?\[?outlook (?!working).{1,80}"
    r"|outlook (?:für|voor|til) .{1,60} (?:beziehen|herunterladen|downloaden)|.{1,20} (?:için|"
    r"版) outlook.{1,20}"
    r"|yahoo mail: search, organize, conquer"
)
SENT_FROM_WORDS = 9
LONGER = re.compile(r"brevity|ايجاز|^diese nachricht")  # such notes may be longer

DISCLAIMER = re.compile(
    r"\W*(?:disclaimer|confidential|legal notice|privileged|the (?:information|"
    r"contents?) (?:contained )?(?:in|of) this|"
    r"this (?:e-?mail|message|communication|transmission)|if you (?:are not|have received)|notice:|"
    r"اخلاء (?:ال)?مسؤولية|تنبيه|تنويه|اشعار|سرية|هذه الرسالة|هذا البريد|تحتوي هذه|يحتوي هذا|"
    r"المعلومات الواردة|"
    r"ان (?:هذه الرسالة|المعلومات|محتوي)|diese (?:e-?mail|nachricht)|ce(?:t|tte)? (?:message|e-?mail|"
    r"courriel)|"
    r"est[ea] (?:mensaje|correo|mensagem|e-?mail)|quest[oa] (?:messaggio|e-?mail|mail)|dit bericht|"
    r"deze e-?mail|"
    r"bu (?:e-?posta|ileti|mesaj)|данное (?:сообщение|письмо)|настоящее (?:сообщение|письмо)|اين (?:پيام|"
    r"ايميل))"
)
DISCLAIMER_CUES = [
    re.compile(cue)
    for cue in (
        r"confiden|privileged|proprietary|سري|خصوصية|محمية|vertraulich|riservat|vertrouwelijk|gizli|"
        r"конфиденциальн|محرمان",
        r"intended (?:only|solely|recipient|for)|addressee|named (?:recipient|above)|(?:المرسل|"
        r"الموجهة|موجهة|المعني|مخصصة) ?(?:اليه|ل)?|adressat|empfänger|destin|geadresseerde|bestemd|alıcı|"
        r"адресат|گيرنده|"
        r"intended .{0,20}recipient|use by the recipient",
        r"(?:in|by) (?:error|mistake)|unintended|irrtümlich|nicht der richtige|erreur|por error|"
        r"per errore|por engano|"
        r"ten onrechte|yanlışlıkla|по ошибке|اشتباه|(?:ب|عن )?(?:طريق )?(?:ال)?خط[اأ]",
        r"notify|informieren sie|informer|notifí|informate|avise|waarschuw|bilgilendirin|сообщите|"
        r"inform the sender|contact the sender|ابلاغ|اشعار المرسل|اخطار|اعلام المرسل",
        r"disclos|vernichten|détruire|elimín|cancellat|elimine|verwijder|silin|удалите|authori[sz]ed|"
        r"disseminat|distribut|copying|unauthori[sz]ed|نشر|توزيع|نسخ|افصاح|استخدام",
        r"virus|liability|liable|فيروس|مسؤولية",
    )
]
PRINTING = re.compile(
    r".{0,6}(?:please )?(?:consider|think of|save) (?:the|our|trees).{0,20}(?:environment|print).*|"
    r".*قبل طباعة هذ.*"
    r"|vir(?:us|en)-? ?(?:free|frei|vrij)\W{0,3}(?:www\.)?[\w.]{0,30}"
    r"|(?:this e-?mail has been |scanned by |diese e-?mail wurde ).{0,60}(?:virus|viren).{0,40}"
)
