"""A case that has been through everything, with marked words wherever a person's words can stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from inbox_agent.cases import holdings, identity, joining, notes, package, search, triage, work
from inbox_agent.cases.case import Case
from inbox_agent.cases.checklist import Found, Item, Kept
from inbox_agent.cases.findings import Column, Findings
from inbox_agent.cases.identity import CheckKind
from inbox_agent.cases.joining import Role
from inbox_agent.cases.keys import Keyring
from inbox_agent.cases.record import Record
from inbox_agent.cases.staff import Role as StaffRole
from inbox_agent.cases.staff import Staff
from inbox_agent.cases.states import Outcome
from inbox_agent.evidence import package as archives
from inbox_agent.letters import acting
from tests.attachments.files import with_files
from tests.company import COPY_PLEASE, stationery
from tests.process.conftest import Post

MARK = "zqxj"
"""Stands in every personal word of such a case and nowhere else."""
WHO = f"{MARK}rana@{MARK}.example"
FILES = (
    (f"{MARK} passport.jpg", "image/jpeg", b"\xff\xd8\xff" + f"face {MARK} ".encode() * 200),
    (f"{MARK} list.txt", "text/plain", f"numbers of {MARK}".encode()),
)


@dataclass(slots=True)
class Sealing:
    """All that was sealed while it was watched: the bytes, their place, what they say."""

    said: list[tuple[bytes, str, UUID, bytes]] = field(default_factory=list)

    @property
    def marked(self) -> list[tuple[bytes, str, UUID, bytes]]:
        return [one for one in self.said if MARK.encode() in one[3].lower()]


@contextmanager
def watched() -> Iterator[Sealing]:
    """Every sealing is noted, whoever does it."""
    sealing, seal = Sealing(), Keyring.seal

    def noting(self: Keyring, key_id: UUID, plain: bytes, column: str, row: UUID) -> bytes:
        sealed = seal(self, key_id, plain, column, row)
        sealing.said.append((sealed, column, row, plain))
        return sealed

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Keyring, "seal", noting)
        yield sealing


def letter_of(words: str = COPY_PLEASE, **headers: str) -> bytes:
    named = {"subject": f"about {MARK}subject", "Message_ID": f"<{MARK}{len(headers)}@{MARK}.example>"}
    sender = f"Rana {MARK.title()} <{WHO}>"
    return with_files(f"{words}\n{MARK.title()} Street 7", *FILES, sender=sender, **{**named, **headers})


def lived(record: Record, post: Post, raw: bytes = b"") -> str:
    """Its reference: a request by mail, worked on by everybody, closed, all letters sent."""
    post.receive(raw or letter_of())
    with doing(record, post) as (session, act, case):
        staff = _colleague(session, act)
        notes.note(act, case, f"note {MARK}")
        notes.keep_draft(session, act, case, staff, "answer", text={"body": f"draft {MARK}"}, version=0)
        joining.add_party(act, case, Role.AGENT, f"party {MARK}")
        triage.correct(act, case, [case.rights[0].type], {"subject": f"{MARK}", "text": f"example {MARK}"})
        case.rights[0].raise_trust(act, "T1", f"proof {MARK}")
        identity.record_check(act, case.rights[0], CheckKind.ADDRESS_ON_FILE, f"call {MARK}", passed=False)
        work.start(act, case.rights[0])
        case.rights[0].raise_trust(act, "T3", "test")
        row = Column("name", "Name", "الاسم")
        package.fill(act, session, case, Findings(Item.ACCOUNT, "crm", (row,), ((f"row {MARK}",),)))
        octets = f"file {MARK}".encode()
        package.attach(act, session, case, Item.CALL, name=f"{MARK} calls.txt", octets=octets)
        holdings.choose(session, act, case.rights[0], [{"id": f"{MARK}-300"}], why=f"said {MARK}")
    with doing(record, post) as (session, act, case):
        archives.build(act, session, case)
    with doing(record, post) as (_, act, case):
        for item in Item:
            if any(row.item == item for row in case.rights[0].checklist):
                work.look_at(act, case.rights[0], item, Found.KEPT, kept_for=Kept.LAW, note=f"row {MARK}")
    with doing(record, post) as (_, act, case):
        case.rights[0].end(act, Outcome.WITHDRAWN)
    with record.writing() as session:
        table = type(case).metadata.tables["letters"]
        session.execute(update(table).values(state="sent", sent_at=post.now))
        return session.scalars(select(Case.ref)).one()


@contextmanager
def doing(record: Record, post: Post) -> Iterator[tuple[Any, Any, Case]]:
    """Sara does something to the only case."""
    with acting(record, stationery(), by="sara", now=post.now) as (session, act):
        [case] = search.cases(session)
        yield session, act, case


def _colleague(session: Any, act: Any) -> Staff:
    key_id = act.keyring.new_key(act.at)
    texts = dict.fromkeys(("language", "digits", "theme", "password_hash", "created_by"), "en")
    staff = Staff(
        id=act.new_id(),
        name="sara",
        display_name="Sara",
        role=StaffRole.ADMIN,
        active=True,
        key_id=key_id,
        totp_step=0,
        failures=0,
        single_keys=True,
        created_at=act.at,
        **texts,
    )
    session.add(staff)
    session.flush()
    return staff


DAY = timedelta(days=1)
