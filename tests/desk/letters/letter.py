"""One letter at the desk, in one browser, and the fields of its pages."""

import re
from html import unescape
from typing import Any

from inbox_agent.cases.letter import Letter
from tests.desk.office import Browser, Office

QUESTION = "What does your privacy policy say about how long you keep the personal data of your customers?"


class Desk:
    """One letter of one case in one browser."""

    def __init__(self, office: Office, browser: Browser, ref: str) -> None:
        self.office, self.browser, self.ref = office, browser, ref
        self.id = self.letters()[-1].id.hex
        self.path = f"/cases/{ref}/letters/{self.id}"

    def letters(self) -> list[Letter]:
        return self.office.case(self.ref).letters

    @property
    def letter(self) -> Letter:
        return next(one for one in self.letters() if one.id.hex == self.id)

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(one.kind, one.by) for one in self.office.case(self.ref).events]

    def page(self, after: str = "") -> str:
        return str(self.browser.get(self.path + after).text)

    def hidden(self, after: str = "") -> dict[str, str]:
        """What the forms of the page bring along."""
        return fields_of(self.page(after))

    def press(self, what: str, hidden: dict[str, str] | None = None, **fields: str) -> Any:
        return self.browser.post(
            f"{self.path}/{what}", data={**(hidden or self.hidden()), **fields}, follow_redirects=False
        )

    def change(self, body: str, subject: str = "Our answer", **fields: str) -> Any:
        typed = {
            "subject": subject,
            "text-en": body,
            "text-ar": "تحية طيبة،\n\nنجيبكم هنا عن سؤالكم.",
            **fields,
        }
        return self.press("edit", self.hidden("/edit"), **typed)


def fields_of(page: str) -> dict[str, str]:
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    }


def area(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, f"no {name}"
    return unescape(found[1])


def write(browser: Browser, ref: str, words: str, **fields: str) -> Any:
    page = browser.get(f"/cases/{ref}/write").text
    data = {**fields_of(page), "text-en": words, **fields}
    return browser.post(f"/cases/{ref}/write", data=data, follow_redirects=False)
