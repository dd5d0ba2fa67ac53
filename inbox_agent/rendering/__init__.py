"""The only door to Jinja: templates in a sandbox, with strict placeholders.

Wordings of letters, which an operator may write, have a language that is smaller still (`small_language`).
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from inbox_agent import resources
from inbox_agent.errors import WrongSetting
from inbox_agent.rendering import small_language

_MOST_CHARACTERS = 2_000_000
_MOST_ROUNDS = 20_000
"""What a wording may make, and how often it may go round its loops: far above any letter that can be sent."""


class LeftToRight(str):
    """Text that reads left to right on a page of either direction: addresses, references, codes.

    Gmail, Outlook and Yahoo drop `bdi`; the span inside it stays.
    """

    __slots__ = ()

    def __html__(self) -> str:
        return f'<bdi dir="ltr"><span dir="ltr">{escape(str(self))}</span></bdi>'


class Reference(LeftToRight):
    """A reference or code, which a narrow page would otherwise break at its hyphens."""

    __slots__ = ()

    def __html__(self) -> str:
        return unbroken(super().__html__())


def unbroken(html: str) -> str:
    """These words stay on one line of the page."""
    return f'<span style="white-space:nowrap">{html}</span>'


class Template:
    """One template, ready to be filled in. Where its name ends in `.html`, what is filled in is escaped.

    A `bounded` one was compiled to count the rounds of its loops.
    """

    def __init__(self, compiled: jinja2.Template, *, bounded: bool = False) -> None:
        self._compiled = compiled
        self._fill_in = self._bounded if bounded else compiled.render
        self._is_html = _is_html(compiled.name)

    def render(self, /, **facts: Any) -> str:
        """The filled-in text; HTML comes marked as safe, so that it can stand inside another page.

        Raises WrongSetting where the template asks for something that is not among the facts.
        """
        try:
            text = self._fill_in(facts)
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise WrongSetting(_told(str(self._compiled.name), error)) from None
        return Markup(text) if self._is_html else text  # noqa: S704 - filled in with autoescape on

    def _bounded(self, facts: dict[str, Any]) -> str:
        pieces, characters, rounds = [], 0, 0
        for piece in self._compiled.generate(facts):
            characters, rounds = characters + len(piece), rounds + (not piece)
            if characters > _MOST_CHARACTERS or rounds > _MOST_ROUNDS:
                raise ValueError("it makes a letter that is far too long")
            pieces.append(piece)
        return "".join(pieces)


class Templates:
    """The product's templates; a folder of the operator's own is looked into first, under the same names."""

    def __init__(self, overrides: Path | None = None) -> None:
        if overrides is not None and not overrides.is_dir():
            raise WrongSetting(f"{overrides} is not a folder to take templates from")
        self._loader = jinja2.FileSystemLoader([*([overrides] if overrides else []), resources.TEMPLATES])
        self._jinja = ImmutableSandboxedEnvironment(
            loader=self._loader,
            undefined=jinja2.StrictUndefined,
            autoescape=_is_html,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, /, **facts: Any) -> str:
        """The named template, filled in; raises WrongSetting like `Template.render`."""
        return self.template(name).render(**facts)

    def template(self, name: str) -> Template:
        """The named template; raises WrongSetting when it is missing or cannot be understood."""
        try:
            return Template(self._jinja.get_template(name))
        except (jinja2.TemplateError, UnicodeDecodeError) as error:
            raise WrongSetting(_told(name, error)) from None

    def source(self, name: str) -> str:
        """What the named template's file says; raises WrongSetting when it is missing or no template."""
        try:
            source = self._loader.get_source(self._jinja, name)[0]
        except (jinja2.TemplateError, UnicodeDecodeError) as error:
            raise WrongSetting(_told(name, error)) from None
        self._parsed(name, source)
        return source

    def check(self, name: str, source: str) -> None:
        """Raises WrongSetting, with the line, where this file of words wants more than a wording can do."""
        if len(source) > small_language.LONGEST:
            raise WrongSetting(f"template {name}: it has more than {small_language.LONGEST} characters")
        self._worded(name, source)

    def compile(self, name: str, source: str, *, knows: Collection[str]) -> Template:
        """A wording made of this source, in the small language; raises WrongSetting when it wants more than
        that, or asks for anything it cannot know."""
        tree = self._worded(name, source)
        if unknown := sorted(meta.find_undeclared_variables(tree).difference(knows)):
            known = ", ".join(sorted(knows))
            raise WrongSetting(f"template {name}: there is no {{{{ {unknown[0]} }}}} here; there is: {known}")
        try:
            code = self._jinja.compile(small_language.count_rounds(tree), name)
        except jinja2.TemplateError as error:
            raise WrongSetting(_told(name, error)) from None
        return Template(jinja2.Template.from_code(self._jinja, code, {}), bounded=True)

    def _worded(self, name: str, source: str) -> jinja2.nodes.Template:
        tree = self._parsed(name, source)
        try:
            small_language.check(tree)
        except jinja2.TemplateSyntaxError as error:
            raise WrongSetting(_told(name, error)) from None
        return tree

    def _parsed(self, name: str, source: str) -> jinja2.nodes.Template:
        try:
            return self._jinja.parse(source)
        except RecursionError:
            raise WrongSetting(f"template {name}: it is nested too deeply") from None
        except (jinja2.TemplateError, ValueError) as error:  # ValueError: a number of thousands of digits
            raise WrongSetting(_told(name, error)) from None


def _is_html(name: str | None) -> bool:
    return (name or "").endswith(".html")


def _told(name: str, error: Exception) -> str:
    match error:
        case jinja2.TemplateNotFound():
            return f"template {name}: there is no such file"
        case jinja2.TemplateSyntaxError():
            return f"template {name}, line {error.lineno}: {error.message}"
    return f"template {name}: {error}"
