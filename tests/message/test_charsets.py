import pytest

from inbox_agent.message.charset_names import codec_for
from inbox_agent.message.charsets import decode

ARABIC = "أرغب في معرفة البيانات المحفوظة عني لديكم."


@pytest.mark.parametrize(
    "mail",
    [
        "arabic_windows_1256_8bit",
        "arabic_windows_1256_called_latin_1",
        "arabic_windows_1256_called_utf_8",
        "arabic_windows_1256_undeclared",
        "arabic_iso_8859_6_8bit",
        "arabic_iso_8859_6_base64",
        "arabic_iso_8859_6_undeclared",
        "arabic_utf_8_base64",
        "arabic_utf_8_called_latin_1",
        "arabic_utf_8_called_windows_1256",
        "arabic_utf_8_undeclared",
        "arabic_in_a_charset_nobody_knows",
        "plain_twin_lost_its_arabic",
        "html_names_its_charset_inside",
    ],
)
def test_arabic_is_read_whatever_the_mail_calls_its_charset(read, mail):
    assert read(mail).text == ARABIC


def test_arabic_in_quoted_printable_keeps_its_lines(read):
    mail = read("arabic_windows_1256_quoted_printable")
    assert mail.text == f"{ARABIC}\nوشكراً لتعاونكم"
    assert mail.subject == "بياناتي"


def test_one_cut_letter_costs_one_letter(read):
    assert read("arabic_utf_8_with_one_letter_cut").text == ARABIC * 2 + ARABIC[:-1]


def test_a_letter_cut_at_the_end_of_a_short_text_costs_itself_alone():
    assert decode("طلب".encode()[:-1], "utf-8") == "طل\ufffd"


def test_undeclared_french_does_not_become_arabic(read):
    assert read("french_latin_1_undeclared").text == "Très bien, à bientôt, j'ai reçu le crédit."


def test_windows_1256_may_hold_plain_english(read):
    assert read("english_called_windows_1256").text == "Please call me back."


def test_nul_goes_and_bare_returns_become_line_ends(read):
    assert read("text_with_nul_and_bare_returns").text == "one two\nthree\nfour"


def test_base64_is_read_without_its_padding(read):
    assert read("base64_without_padding").text == "Please close ticket 41."


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "rot13", "base64", "mbcs", "no-such-thing", "", "\0"]
)
def test_codecs_that_are_no_charsets_are_never_used(name):
    assert codec_for(name) == ""


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ('"UTF8"', "utf-8"),
        ("windows-1256", "cp1256"),
        ("ks_c_5601-1987", "cp949"),
        ("gb2312", "gb18030"),
        *(
            (name, "cp1256")
            for name in ("CP-1256", "x-cp1256", "windows_1256", "win-1256", "Windows1256", "'windows-1256'")
        ),
        *(
            (name, "iso8859-6")
            for name in (
                "ISO_8859-6:1987",
                "csISOLatinArabic",
                "ECMA-114",
                "iso-ir-127",
                "asmo-708",
                "cp28596",
            )
        ),
        *((name, "utf-8") for name in ("cp65001", "utf8mb4", "UTF_8", "utf-8;format=flowed", "(utf-8)")),
        *((name, "cp932") for name in ("sjis", "MS_Kanji", "windows-31j", "csShiftJIS", "x-sjis")),
        *((name, "cp949") for name in ("ksc5601", "KS_C_5601-1989", "windows-949", "uhc")),
        *((name, "gb18030") for name in ("cn-gb", "windows-936", "ms936", "euc-cn", "gbk")),
        ("iso8859-1", "cp1252"),
        ("iso-8859-11", "cp874"),
        ("csISO2022JP", "iso2022_jp_ext"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("dos-720", "cp720"),
        ("koi8", "koi8-r"),
        ("hebrew", "iso8859-8"),
    ],
)
def test_charset_names_are_read_as_mail_means_them(declared, codec):
    assert codec_for(declared) == codec


def test_japanese_is_read_by_its_escapes():
    assert decode("テスト".encode("iso2022_jp"), "ISO-2022-JP") == "テスト"


def test_chinese_that_happens_to_be_valid_utf_8_stays_chinese():
    octets = b"\xc4\xa3\xc4\xa3"
    assert decode(octets, "gb2312") == octets.decode("gb18030") != octets.decode("utf-8")


RUSSIAN = "Прошу удалить мои данные. " * 2
CHINESE = "请删除我的数据。" * 3
HEBREW = "שלום רב, אבקש למחוק את כל המידע האישי שלי ששמור אצלכם ולסגור את החשבון. תודה רבה ויום טוב"
GREEK = "Παρακαλώ διαγράψτε όλα τα προσωπικά δεδομένα που διατηρείτε για μένα και κλείστε τον λογαριασμό μου."


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb18030"),
        (ARABIC, "cp1256"),
        (HEBREW, "cp1255"),
        (HEBREW, "iso8859-8"),
        (GREEK, "cp1253"),
        (f"Dear Sir,\n{GREEK}\nRegards", "cp1253"),
    ],
)
@pytest.mark.parametrize("declared", ["", "x-user-defined", "unknown-8bit", "default"])
def test_without_a_name_the_letters_tell_the_charset(text, charset, declared):
    assert decode(text.encode(charset), declared) == text


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_either_order(charset):
    assert decode(ARABIC.encode(charset), "utf-16") == ARABIC


@pytest.mark.parametrize("declared", ["utf-16", "utf-16le", "ucs-2", "unicode", "utf-7", "iso-2022-jp"])
def test_words_in_ascii_are_no_wide_letters_whatever_they_are_called(declared):
    assert decode(b"Please close + accounts", declared) == "Please close + accounts"


def test_utf_16_says_so_itself_where_the_mail_does_not():
    assert decode(ARABIC.encode("utf-16")) == ARABIC


def test_japanese_escapes_are_read_without_a_name():
    assert decode("テスト".encode("iso2022_jp")) == "テスト"


def test_a_name_whose_charset_has_no_high_octets_is_wrong_where_there_are_some():
    assert decode(ARABIC.encode("cp1256"), "iso-2022-jp") == ARABIC
