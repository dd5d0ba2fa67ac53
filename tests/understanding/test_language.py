import pytest

from inbox_agent.understanding.drafts import Preparation
from inbox_agent.understanding.reading import Language

EN, AR, MIXED, ARABIZI, OTHER = Language.EN, Language.AR, Language.MIXED, Language.ARABIZI, Language.OTHER


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("The phones on the second floor have been silent since Monday.", EN, None),
        ("Salam, could someone look at ticket 771? Shukran, Mazen", EN, None),
        ("ok", EN, None),
        ("الهواتف في الطابق الثاني صامتة منذ الاثنين", AR, None),
        ("شلون اقدر اغير رقم التحويلة؟", AR, None),
        ("تليفونات الدور التاني مش بترن من يوم الاتنين", AR, None),
        ("عندنا مشكلة في VoIP و SIP trunk من الصباح", AR, None),
        ("اريد عرض سعر لعشرة خطوط\n\nBest regards\nMazen Haddad\nSales Manager", AR, None),
        ("Please quote ten lines for our Doha office.\n\nمازن حداد\nمدير المبيعات", EN, None),
        ("Please quote ten lines.\n\nمن فضلكم أرسلوا عرض سعر لعشرة خطوط هاتفية", MIXED, None),
        ("بدي أعرف how much it costs لو سمحت وكم المدة", MIXED, None),
        ("bonjour ana 3endi mochkil fel khat men lbare7, momken ta3tiwni rendez vous?", ARABIZI, None),
        ("el telefon ma byeshteghel, please fix it lyom", ARABIZI, None),
        ("Bonjour, les téléphones ne fonctionnent plus depuis lundi, merci de nous rappeler.", OTHER, "fr"),
        ("Guten Tag, unsere Telefone gehen seit Montag nicht mehr, bitte melden Sie sich.", OTHER, "de"),
        ("Merhaba, telefonlarımız pazartesiden beri çalışmıyor, lütfen bizi arayın.", OTHER, "tr"),
        ("Bhai line kharab hai, jaldi theek karo please", OTHER, "hi"),
        ("سلام، تلفن ما از دوشنبه کار نمی کند، لطفا با من تماس بگیرید", OTHER, "fa"),
        ("ہمارے فون پیر سے بند ہیں، براہ کرم جلدی ٹھیک کریں", OTHER, "ur"),
        ("हमारे फ़ोन सोमवार से बंद हैं", OTHER, "hi"),
        ("Телефоны не работают с понедельника", OTHER, "ru"),
    ],
)
def test_the_language_is_what_the_writer_wrote_in(
    preparation: Preparation, text: str, language: Language, code: str | None
) -> None:
    draft = preparation.draft("", text)
    assert (draft.language, draft.other_language) == (language, code)


@pytest.mark.parametrize("text", ["", " \n ", "12345 / 99", "😀👍", "info@example.org https://example.org/a"])
def test_without_a_word_there_is_no_language(preparation: Preparation, text: str) -> None:
    assert preparation.draft("", text).language is None


def test_without_text_the_subject_says_the_language(preparation: Preparation) -> None:
    assert preparation.draft("استفسار عن الأسعار", "").language is AR


def test_what_only_langdetect_can_tell_is_told_the_same_each_time(preparation: Preparation) -> None:
    text = "Ons kantoor verhuist volgende maand en wij zoeken een nieuwe telefooncentrale"
    assert {preparation.draft("", text).other_language for _ in range(20)} == {"nl"}
