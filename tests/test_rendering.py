from pathlib import Path

import pytest

from inbox_agent.errors import WrongSetting
from inbox_agent.rendering import LeftToRight, Reference, Templates


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    (tmp_path / "page.html").write_text("<p>{{ name }}</p>", "utf-8")
    (tmp_path / "page.txt").write_text("{{ name }}, {{ case.ref }}", "utf-8")
    (tmp_path / "broken.txt").write_text("fine\n{% if name %}", "utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "outside.html").write_text("<main>{{ inner }}</main>", "utf-8")
    return Templates(tmp_path)


def test_a_page_escapes_what_is_filled_in(templates: Templates) -> None:
    assert templates.render("page.html", name="<b>&") == "<p>&lt;b&gt;&amp;</p>"


def test_plain_text_does_not(templates: Templates) -> None:
    assert templates.render("page.txt", name="<b>&", case={"ref": "R"}) == "<b>&, R"


def test_a_rendered_page_can_stand_inside_another(templates: Templates) -> None:
    inner = templates.render("page.html", name="<b>")
    assert templates.render("outside.html", inner=inner) == "<main><p>&lt;b&gt;</p></main>"


def test_what_is_filled_in_is_not_read_as_a_template(templates: Templates) -> None:
    assert templates.render("page.html", name="{{ 7 * 7 }}") == "<p>{{ 7 * 7 }}</p>"


def test_addresses_and_references_are_isolated_on_a_page_and_plain_in_text(templates: Templates) -> None:
    isolated = '<bdi dir="ltr"><span dir="ltr">a&lt;b</span></bdi>'
    assert templates.render("page.html", name=LeftToRight("a<b")) == f"<p>{isolated}</p>"
    assert isolated in templates.render("page.html", name=Reference("a<b"))
    assert templates.render("page.txt", name=LeftToRight("a<b"), case={"ref": "R"}) == "a<b, R"


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ({"case": {"ref": "R"}}, r"template page\.txt: 'name' is undefined"),
        ({"name": "x", "case": {}}, r"template page\.txt: .* has no attribute 'ref'"),
    ],
)
def test_a_placeholder_without_a_fact_names_itself_and_its_template(
    templates: Templates, facts: dict[str, object], complaint: str
) -> None:
    with pytest.raises(WrongSetting, match=complaint):
        templates.render("page.txt", **facts)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("gone.txt", r"template gone\.txt: there is no such file"),
        ("../errors.py", "there is no such file"),
        ("broken.txt", r"template broken\.txt, line 2: "),
        ("latin.txt", r"template latin\.txt: 'utf-8' codec can't decode"),
    ],
)
def test_a_template_that_cannot_be_read_is_named(templates: Templates, name: str, complaint: str) -> None:
    with pytest.raises(WrongSetting, match=complaint):
        templates.template(name)
    with pytest.raises(WrongSetting, match=complaint):
        templates.source(name)


@pytest.mark.parametrize(
    "source", ["{{ ''.__class__.__mro__ }}", "{{ say.__class__ }}", "{{ say['__class__'] }}"]
)
def test_a_template_cannot_reach_out_of_its_sandbox(templates: Templates, source: str) -> None:
    template = templates.compile("own.txt", source, knows={"say"})
    with pytest.raises(WrongSetting, match=r"template own\.txt: "):
        template.render(say={})


def test_a_compiled_template_asks_only_for_what_it_can_know(templates: Templates) -> None:
    with pytest.raises(WrongSetting, match=r"template own\.txt: there is no {{ nmae }} here; there is: name"):
        templates.compile("own.txt", "{{ name }} {{ nmae }}", knows={"name"})


def test_our_own_templates_stand_behind_the_operators(tmp_path: Path) -> None:
    assert "Kind regards" in Templates(tmp_path).source("letters/frame/en.txt")


def test_a_folder_that_is_not_there_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="is not a folder"):
        Templates(tmp_path / "gone")
