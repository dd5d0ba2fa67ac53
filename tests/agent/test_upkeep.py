"""What was kept of mails that staff judged goes when the setting does; how they were judged stays."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inbox_agent.agent import Agent
from inbox_agent.cases import triage
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.triage import Correction
from inbox_agent.errors import Erased
from inbox_agent.understanding import RequestType
from tests.cases.records import NOW, begun, databases, kept  # noqa: F401 - a fixture
from tests.company import agent, settings

EXAMPLE = {"subject": "hello", "text": "remove my stuff"}
HOLDER = "correction.sealed_example"


def opened(folder: Path, databases: dict[str, str], *, keeps: bool) -> Record:  # noqa: F811
    return Record.open(settings(folder, keep_corrections=keeps, **databases))


def correct(record: Record) -> Correction:
    """One unsure mail, judged by Sara, its text kept."""
    act = record.act(NOW, "sara")
    case = begun(act, types=(RequestType.DELETION,), state="triage")
    triage.correct(act, case, [RequestType.ACCESS], EXAMPLE)
    kept(record, act)
    return the_correction(record)


def the_correction(record: Record) -> Correction:
    with record.reading() as session:
        return session.scalars(select(Correction)).one()


def looked_after(record: Record) -> Agent:
    """An agent that has gone through all its steps once."""
    one = agent(record, [], clock=lambda: NOW)
    assert one.once() == []
    one.close()
    return one


def test_with_the_setting_on_the_example_stays(tmp_path: Path, databases: dict[str, str]) -> None:  # noqa: F811
    record = opened(tmp_path, databases, keeps=True)
    correct(record)
    looked_after(record)
    assert the_correction(record).example(record.keyring) == EXAMPLE
    record.close()


def test_with_the_setting_off_text_and_key_are_destroyed_and_the_judgement_stays(
    tmp_path: Path,
    databases: dict[str, str],  # noqa: F811
) -> None:
    record = opened(tmp_path, databases, keeps=True)
    before = correct(record)
    record.close()
    record = opened(tmp_path, databases, keeps=False)
    looked_after(record)
    after = the_correction(record)
    assert (after.read, after.right, after.by) == ("deletion", "access", "sara")
    assert (after.key_id, after.sealed_example) == (None, None)
    assert [why for _, _, why, *_ in record.keyring.erasures()] == ["corrections are not kept"]
    with pytest.raises(Erased):
        record.keyring.open(before.sealed_example or b"", HOLDER, before.id)
    with record.reading() as session:
        assert len(triage.corrections(session, NOW - timedelta(days=1))) == 1
    record.close()


def test_what_a_crash_left_between_noting_and_destroying_is_destroyed_by_the_next_start(
    tmp_path: Path,
    databases: dict[str, str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = opened(tmp_path, databases, keeps=True)
    before = correct(record)
    record.close()
    record = opened(tmp_path, databases, keeps=False)
    with monkeypatch.context() as crashing:
        crashing.setattr(record.keyring, "destroy", _crashes)
        one = agent(record, [], clock=lambda: NOW)
        with pytest.raises(KeyboardInterrupt):
            one.once()
        one.close()
    assert the_correction(record).key_id is None
    looked_after(record)
    with pytest.raises(Erased):
        record.keyring.open(before.sealed_example or b"", HOLDER, before.id)
    record.close()


def test_the_example_goes_with_its_case(tmp_path: Path, databases: dict[str, str]) -> None:  # noqa: F811
    record = opened(tmp_path, databases, keeps=True)
    correction = correct(record)
    with record.reading() as session:
        key_id = session.get_one(Case, correction.case_id).key_id
    record.keyring.destroy([key_id], why="erased", now=NOW)
    with pytest.raises(Erased):
        correction.example(record.keyring)
    with record.reading() as session:
        assert list(triage.examples(session, record.keyring)) == []
    record.close()


def _crashes(key_ids: list[uuid.UUID], **_: object) -> None:
    raise KeyboardInterrupt
