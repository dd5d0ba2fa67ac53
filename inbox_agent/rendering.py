"""The only door to Jinja: templates in a sandbox, with strict placeholders."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from inbox_agent import resources
from inbox_agent.errors import WrongSetting


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
    """One template, ready to be filled in. Where its name ends in `.html`, what is filled in is escaped."""

    def __init__(self, compiled: jinja2.Template) -> None:
        self._compiled = compiled
        self._is_html = _is_html(compiled.name)

    def render(self, /, **facts: Any) -> str:
        """The filled-in text; HTML comes marked as safe, so that it can stand inside another page.

        Raises WrongSetting where the template asks for something that is not among the facts.
        """
        try:
            text = self._compiled.render(facts)
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise WrongSetting(_told(str(self._compiled.name), error)) from None
        return Markup(text) if self._is_html else text  # noqa: S704 - filled in with autoescape on


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
            self._jinja.parse(source)
        except (jinja2.TemplateError, UnicodeDecodeError) as error:
            raise WrongSetting(_told(name, error)) from None
        return source

    def compile(self, name: str, source: str, *, knows: Collection[str]) -> Template:
        """A template made of this source; raises WrongSetting when it asks for anything it cannot know."""
        try:
            asked = meta.find_undeclared_variables(self._jinja.parse(source))
            code = self._jinja.compile(source, name)
        except jinja2.TemplateError as error:
            raise WrongSetting(_told(name, error)) from None
        if unknown := sorted(asked.difference(knows)):
            known = ", ".join(sorted(knows))
            raise WrongSetting(f"template {name}: there is no {{{{ {unknown[0]} }}}} here; there is: {known}")
        return Template(jinja2.Template.from_code(self._jinja, code, {}))


def _is_html(name: str | None) -> bool:
    return (name or "").endswith(".html")


def _told(name: str, error: Exception) -> str:
    match error:
        case jinja2.TemplateNotFound():
            return f"template {name}: there is no such file"
        case jinja2.TemplateSyntaxError():
            return f"template {name}, line {error.lineno}: {error.message}"
    return f"template {name}: {error}"
