"""Who does something to the record, when, and with what; every verb takes one."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, object_session

from inbox_agent.cases.clocks import Law
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.tables import Errand, Table, as_row
from inbox_agent.database import new_id

AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator has set for the work on cases.

    Our address, whether letters wait, lengths in days, how many letters a day and a week an address may get
    by mail that proved nothing, after how many days identity documents are destroyed; under which address
    access packages are downloaded ("" where that is not done here), how large one may be, and for how many
    days, downloads and wrong passwords a link leads to it; for how many months a case's short record stays;
    whether mail on a case is filed in its mailbox, and letters that left are copied there.
    """

    address: str
    sending: str = "review"
    code_days: int = 14
    cooloff_days: int = 3
    second_person_hours: int = 24
    letters_per_day: int = 3
    letters_per_week: int = 10
    identity_document_days: int = 7
    downloads: str = ""
    package_bytes: int = 50 << 20
    link_days: int = 7
    link_downloads: int = 3
    link_passwords: int = 5
    record_months: int = 24
    files_mail: bool = False
    copies_letters: bool = False


@dataclass(slots=True)
class Act:
    """One doing by one person or the agent. `rows` is what its verbs made, in order, to be written.

    `is_known_person` says that `by` signed in; from the shell a name is only claimed. `let_in_by` is
    who gave them their way in, where that was within a day: an administrator could be two persons so.
    `hold` keeps every letter that is written for a person, and says why.
    """

    by: str
    at: datetime
    keyring: Keyring
    law: Law
    terms: Terms
    is_known_person: bool = False
    hold: str | None = None
    let_in_by: str | None = None
    rows: list[Table] = field(default_factory=list)

    def new_id(self) -> uuid.UUID:
        return new_id(self.at)

    def send_on_errand(self, kind: str, subject: uuid.UUID) -> None:
        """Note what is to be done in the mailbox once all this is written."""
        wanted = self.terms.copies_letters if kind == "copy" else self.terms.files_mail
        if wanted:
            self.rows.append(
                Errand(
                    id=self.new_id(), kind=kind, subject_id=subject, queued_at=self.at, next_try_at=self.at
                )
            )

    def seal(self, key_id: uuid.UUID, value: Any, column: str, row: uuid.UUID) -> bytes:
        """A JSON value, sealed for this column of this row."""
        return self.keyring.seal(key_id, json.dumps(value, ensure_ascii=False).encode(), column, row)


def opened(keyring: Keyring, sealed: bytes | None, column: str, row: uuid.UUID) -> Any:
    """The JSON value that `Act.seal` sealed, None where there is none; raises Erased."""
    return None if sealed is None else json.loads(keyring.open(sealed, column, row))


def write(session: Session, rows: list[Table]) -> None:
    """Insert rows in as few statements as there are tables, in the order the tables depend on each other.

    A row that hangs on a record loaded in this session (a right added to a case) goes with its flush.
    """
    for table in Table.metadata.sorted_tables:
        if new := [as_row(row) for row in rows if row.__table__ is table and object_session(row) is None]:
            session.connection().execute(insert(table), new)
    session.flush()  # last: a mail that is here already may now stand on a case that is new
