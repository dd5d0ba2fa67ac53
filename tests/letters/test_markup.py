import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.letters.markup import SCRIPTS, as_html, as_text, sheet

BODY = """\
First line, **bold & {{ ref }}**
second line

- one <b>
{% if ref %}
- two
{% endif %}

Last
"""


def test_a_head_is_taken_from_its_body_whatever_the_editor_saved() -> None:
    taken = sheet("x.txt", "\ufeffSubject: Good: news\r\nBelow:  English \r\n\r\nHello\r\n\r\nYou\r\n")
    assert taken.head == {"Subject": "Good: news", "Below": "English"}
    assert taken.body == "Hello\n\nYou\n"


def test_a_head_line_that_names_nothing_is_refused_by_file_and_line() -> None:
    with pytest.raises(WrongSetting, match=r"template x\.txt: 'Hello' stands at the head"):
        sheet("x.txt", "Subject: x\nHello\n\nYou")


def test_plain_text_keeps_lines_and_placeholders_and_loses_the_markup() -> None:
    assert as_text(BODY) == (
        "\nFirst line, bold & {{ ref }}\nsecond line\n- one <b>\n{% if ref %}\n- two\n{% endif %}\n\nLast\n"
    )


def test_html_escapes_what_is_written_and_not_what_is_filled_in() -> None:
    html = as_html(BODY, SCRIPTS["en"])
    assert "First line, <strong>bold &amp; {{ ref }}</strong><br>second line</td></tr>" in html
    assert ">one &lt;b&gt;</td></tr>" in html
    assert "\n{% if ref %}\n" in html


def test_html_has_a_row_for_each_paragraph_and_bullet() -> None:
    html = as_html(BODY, SCRIPTS["ar"])
    assert html.count("<tr>") == html.count("</tr>") == 4
    assert html.count(">•</td>") == 2


def test_a_condition_within_a_line_stays_within_its_line() -> None:
    body = "{% if ref %}Yes{% else %}No < maybe{% endif %}"
    assert as_text(body) == f"\n{body}\n"
    assert ">{% if ref %}Yes{% else %}No &lt; maybe{% endif %}</td>" in as_html(body, SCRIPTS["en"])
