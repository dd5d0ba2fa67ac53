"""Which of the company's systems hold what of a person, and how they are asked: the connectors file.

Every check refuses with a half-sentence behind the key that it is about.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from inbox_agent.cases.checklist import Item, Kept
from inbox_agent.cases.findings import Column
from inbox_agent.company import places, statements
from inbox_agent.company.identifiers import By, Numbering
from inbox_agent.company.signing import key_of

CATEGORIES = frozenset(
    {Item.ACCOUNT, Item.USAGE, Item.CALL, Item.PAYMENT, Item.DEVICE, Item.COOKIES, Item.MARKETING_LIST}
)
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Shown(Part):
    """A column for the access package; of the other party of a call, or `masked`, only the end is shown."""

    en: Text
    ar: Text
    other_party: bool = False
    masked: bool = False

    @property
    def is_masked(self) -> bool:
        return self.other_party or self.masked


class Keeping(Part):
    """Rows that stay at a deletion, and for which of the policy's three reasons; `count` says which rows."""

    reason: Kept = Field(alias="for")
    en: Text
    ar: Text
    count: str


class Erasing(Part):
    """Rows that go at a deletion, or lose what is personal; `count` says which, `statement` does it."""

    en: Text
    ar: Text
    count: str
    statement: str


class _System(Part):
    """What all kinds have. `by` is what its rows are kept under; the `directory` knows people."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$")]
    item: Item
    en: Text
    ar: Text
    by: By = "account"
    directory: bool = False
    columns: dict[str, Shown] = {}
    most_rows: Annotated[int, Field(ge=1, le=100_000)] = 5000
    seconds: Annotated[float, Field(gt=0, le=600)] = 20

    @property
    def shown(self) -> list[Column]:
        return [Column(name, column.en, column.ar) for name, column in self.columns.items()]

    @property
    def erases(self) -> bool:
        return False

    @model_validator(mode="after")
    def _is_of_the_policy(self) -> "_System":
        if self.item not in CATEGORIES:
            raise ValueError(f"item: must be one of {', '.join(sorted(CATEGORIES))}")
        return self


class SqlSystem(_System):
    """A database. Its statements have bound parameters only; reading and erasing have a URL each."""

    kind: Literal["sql"]
    url: SecretStr
    write_url: SecretStr = SecretStr("")
    account_type: Literal["text", "integer"] = "text"
    query: str
    find_account: str = ""
    find_address: str = ""
    find_number: str = ""
    keep: tuple[Keeping, ...] = ()
    erase: tuple[Erasing, ...] = ()

    @property
    def erases(self) -> bool:
        return bool(self.erase)

    @model_validator(mode="after")
    def _can_be_run(self) -> "SqlSystem":
        _told("url", places.database, self.url.get_secret_value())
        _told("query", statements.reading, self.query, {self.by})
        for one in ("account", "address", "number"):
            _told(f"find_{one}", self._finds, getattr(self, f"find_{one}"), one)
        for number, kept in enumerate(self.keep, 1):
            _told(f"keep {number}: count", statements.reading, kept.count, {self.by})
        for number, step in enumerate(self.erase, 1):
            _told(f"erase {number}: count", statements.reading, step.count, {self.by})
            _told(f"erase {number}: statement", statements.changing, step.statement, self.by)
        self._can_erase()
        return self

    def _finds(self, statement: str, one: str) -> None:
        if self.directory:
            statements.reading(statement, {one, "tail"} if one == "number" else {one})
        elif statement:
            raise ValueError("is only for the directory")

    def _can_erase(self) -> None:
        if self.erase and self.by == "number":
            raise ValueError("erase: not by number, which may be another person's by then")
        if bool(self.erase) != bool(self.write_url.get_secret_value()):
            raise ValueError("erase: needs write_url (or write_url_file), and that is for nothing else")
        if self.write_url.get_secret_value():
            _told("write_url", places.database, self.write_url.get_secret_value())


class FileSystem(_System):
    """A folder where another program drops a CSV or XLSX file: the newest counts."""

    kind: Literal["file"]
    folder: Path
    pattern: str = "*"
    key: Text
    sheet: str = ""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    stale_days: Annotated[float, Field(gt=0)] = 7
    account: str = ""
    name_columns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _can_be_read(self) -> "FileSystem":
        if self.by == "number":
            raise ValueError(
                "by: a dropped file is looked up by account or address; numbers are written in many ways"
            )
        if "/" in self.pattern or "\\" in self.pattern:
            raise ValueError("pattern: names files of the folder itself, without a slash")
        if self.directory and not (self.account and (self.addresses or self.numbers)):
            raise ValueError("account: a directory says which column has it, and addresses or numbers")
        return self


class HttpSystem(_System):
    """A web service of the company's own, asked by signed requests."""

    kind: Literal["http"]
    url: SecretStr
    secret: SecretStr
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _can_be_asked(self) -> "HttpSystem":
        _told("url", places.service, self.url.get_secret_value())
        _told("secret", key_of, self.secret.get_secret_value())
        return self


class ByHand(_System):
    """A place that only a person can look at; what they find they fill in themselves."""

    kind: Literal["by_hand"]


System = Annotated[SqlSystem | FileSystem | HttpSystem | ByHand, Field(discriminator="kind")]


class Company(Part):
    """The whole file. A dry run counts for so many hours; numbers with one zero in front are of `country`."""

    systems: tuple[System, ...] = ()
    country: Annotated[str, Field(pattern=r"^[1-9]?\d{0,2}$")] = ""
    dry_run_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 24

    @property
    def numbering(self) -> Numbering:
        return Numbering(self.country)

    @property
    def directory(self) -> SqlSystem | FileSystem | HttpSystem:
        return next(
            one for one in self.systems if one.directory and not isinstance(one, ByHand)
        )  # there is one, see below

    def of(self, item: str) -> list[System]:
        return [one for one in self.systems if one.item == item]

    @model_validator(mode="after")
    def _fits_together(self) -> "Company":
        names = [one.name for one in self.systems]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two systems are named {twice}")
        directories = [one for one in self.systems if one.directory]
        if len(directories) != 1 or isinstance(directories[0], ByHand):
            raise ValueError("one system, and not one by hand, must be the directory (directory = true)")
        for one in self.systems:
            if not isinstance(one, ByHand) and not one.columns:
                raise ValueError(f"system {one.name}: columns: none is named, so nothing would be shown")
        return self


def _told(key: str, check: Any, *values: Any) -> None:
    try:
        check(*values)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
