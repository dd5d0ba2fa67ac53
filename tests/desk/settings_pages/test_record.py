"""What administrators see of the record: who wants no marketing, what is past its date, whether it holds."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from inbox_agent.cases import retention
from inbox_agent.cases.case import Case
from inbox_agent.cases.letter import Letter
from inbox_agent.cases.suppression import suppress
from inbox_agent.desk.settings_pages import audit
from inbox_agent.desk.settings_pages.suppression import masked_address
from tests.company import COPY_PLEASE, STOP_PLEASE
from tests.desk.office import Office
from tests.desk.settings_pages.page import look


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("lina@example.com", "l…a@example.com"),
        ("al@example.com", "…@example.com"),
        ("a@b@example.com", "a…b@example.com"),
        ("+962791234567", "+96…67"),
        ("1234", "…"),
    ],
)
def test_an_address_is_shown_with_its_local_part_masked(address: str, shown: str) -> None:
    assert masked_address(address) == shown


def test_who_wants_no_marketing_is_listed_masked_and_downloaded_in_full(office: Office) -> None:
    ref = office.receive(STOP_PLEASE, sender="lina@example.com")
    sara = office.signed_in("sara")
    page = look(sara, "/settings/suppression")
    assert ("l…a@example.com" in page, "lina@" in page, f'href="/cases/{ref}"' in page) == (True, False, True)
    sheet = sara.get("/settings/suppression.csv")
    assert sheet.headers["content-disposition"] == 'attachment; filename="no-marketing.csv"'
    assert sheet.text.splitlines() == ["address,since", f"lina@example.com,{office.now:%Y-%m-%d}"]


def test_the_list_has_pages_each_address_once_and_harms_no_spreadsheet(office: Office) -> None:
    ref = office.receive(STOP_PLEASE, sender="lina@example.com")
    with office.doing(ref) as (act, case):
        for number in range(60):
            suppress(act, case.id, f"person{number:02}@example.com")
        suppress(act, case.id, "=cmd|x@example.com")
        suppress(act, case.id, "LINA@example.com")
    sara = office.signed_in("sara")
    first, second = (look(sara, f"/settings/suppression?page={page}") for page in (1, 2))
    assert [len(re.findall(r"…\w*@", page)) for page in (first, second)] == [50, 12]
    assert "62 addresses" in first
    assert "'=cmd|x@example.com," in sara.get("/settings/suppression.csv").text
    for page in ("0", "-1", "x", "99", "٣", "9" * 30):
        assert sara.get(f"/settings/suppression?page={page}").status_code == 200


def closed(office: Office, sender: str, **changes: object) -> str:
    """A case that was closed when it came."""
    ref = office.receive(COPY_PLEASE, sender=sender)
    with office.record.writing() as session:
        of = update(Case).where(Case.ref == ref)
        session.execute(of.values(state="closed", closed_at=Case.received_at, attention=None, **changes))
        session.execute(update(Letter).values(state="sent"))
    return ref


def test_the_page_counts_what_is_past_its_date_what_is_held_and_what_the_last_run_did(office: Office) -> None:
    closed(office, "lina@example.com")
    closed(office, "omar@example.com", keeps_all=True)
    office.now += timedelta(days=100)
    page = look(office.signed_in("sara"), "/settings/retention")
    assert page.count("<dd>1 case</dd>") == 3  # goes with the next run; is held; by a complaint
    retention.run(office.record, office.now)
    page = look(office.signed_in("sara"), "/settings/retention")
    assert "last on" in page
    assert page.count("<dd>1 case</dd>") == 3  # went; is held; by a complaint
    office.now += timedelta(days=3)
    assert "has not come to its end for two days" in look(office.signed_in("sara"), "/settings/retention")


def test_the_page_says_when_an_erasure_is_complete(office: Office) -> None:
    key = office.record.keyring.new_key(office.now)
    office.record.keyring.save()
    office.record.keyring.destroy([key], why="erased", now=office.now)
    day = (office.now + timedelta(days=7)).astimezone(office.record.law.zone).day
    assert re.search(rf"<td[^>]*>on <bdi>\w+\W{day}\W", look(office.signed_in("sara"), "/settings/retention"))
    office.now += timedelta(days=8)
    assert "since <bdi>" in look(office.signed_in("sara"), "/settings/retention")


def test_the_ledger_of_erasures_is_counted_by_month_and_reason(office: Office) -> None:
    keyring = office.record.keyring
    keys = [keyring.new_key(office.now) for _ in range(3)]
    keyring.save()
    keyring.destroy(keys[:2], why="not_a_request", now=office.now.replace(year=2026, month=3, day=31))
    keyring.destroy(keys[2:], why="a_new_reason", now=office.now.replace(year=2026, month=4, day=1))
    counted = [line[:4] for line in keyring.erasures()]
    assert counted == [(2026, 4, "a_new_reason", 1), (2026, 3, "not_a_request", 2)]
    page = look(office.signed_in("sara"), "/settings/retention")
    assert "March\u00a02026" in page
    assert "It was not a request" in page


def test_whole_histories_are_verified_and_a_changed_one_is_named(office: Office) -> None:
    refs = [office.receive(COPY_PLEASE, sender=f"p{number}@example.com") for number in range(3)]
    sara = office.signed_in("sara")
    assert "Every history holds." in sara.submit("/settings/audit").text
    with office.record.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_never_change"))  # as whoever owns the file could do
        of = "case_id = (SELECT id FROM cases WHERE ref = :ref)"
        connection.execute(
            text(f"UPDATE events SET kind = 'thawed' WHERE seq = 2 AND {of}"), {"ref": refs[1]}
        )
    page = sara.submit("/settings/audit").text
    assert "The history of 1 case does not hold." in page
    assert f"/cases/{refs[1]}/history" in page
    assert f"/cases/{refs[0]}/history" not in page


def test_a_long_audit_goes_on_where_it_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    monkeypatch.setattr(audit, "SECONDS", -1)
    for number in range(3):
        office.receive(COPY_PLEASE, sender=f"p{number}@example.com")
    sara = office.signed_in("sara")
    page = sara.submit("/settings/audit").text
    assert ("2 of 3 cases verified" in page, "All that was verified so far holds." in page) == (True, True)
    fields = dict(re.findall(r'name="(after|checked)" value="([^"]+)"', page))
    page = sara.submit("/settings/audit", **fields, broken="MC-2222-2222 4").text
    assert ("3 of 3 cases verified" in page, "Go on" in page) == (True, False)
    assert "/cases/MC-2222-2222/history" in page, "what was found before is not forgotten"


@pytest.mark.parametrize("after", ["", "x", "9" * 50])
def test_an_audit_begins_anew_where_it_is_told_nonsense(office: Office, after: str) -> None:
    answer = office.signed_in("sara").submit("/settings/audit", after=after, checked="-1", broken="x")
    assert (answer.status_code, "0 of 0 cases verified" in answer.text) == (200, True)
