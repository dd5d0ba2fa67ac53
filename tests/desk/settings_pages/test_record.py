"""What administrators see of the record: who wants no marketing, what is past its date, whether it holds."""

import re

import pytest
from sqlalchemy import text

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


def test_what_is_past_its_date_is_counted_and_nothing_is_promised(office: Office) -> None:
    ref = office.receive(COPY_PLEASE)
    with office.record.engine.begin() as connection:
        connection.execute(
            text("UPDATE cases SET state = 'closed', closed_at = received_at WHERE ref = :ref"), {"ref": ref}
        )
    sara = office.signed_in("sara")
    page = look(sara, "/settings/retention")
    assert "Nothing is erased by itself yet." in page
    assert (page.count("<dd>0 cases</dd>"), page.count("<dd>1 case</dd>")) == (3, 0)
    office.now = office.now.replace(year=office.now.year + 1)
    assert look(office.signed_in("sara"), "/settings/retention").count("<dd>1 case</dd>") == 1
    office.now = office.now.replace(year=office.now.year + 2)
    assert look(office.signed_in("sara"), "/settings/retention").count("<dd>1 case</dd>") == 2


def test_the_ledger_of_erasures_is_counted_by_month_and_reason(office: Office) -> None:
    keyring = office.record.keyring
    keys = [keyring.new_key(office.now) for _ in range(3)]
    keyring.save()
    keyring.destroy(keys[:2], why="not_a_request", now=office.now.replace(year=2026, month=3, day=31))
    keyring.destroy(keys[2:], why="a_new_reason", now=office.now.replace(year=2026, month=4, day=1))
    assert keyring.erasures() == [(2026, 4, "a_new_reason", 1), (2026, 3, "not_a_request", 2)]
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
