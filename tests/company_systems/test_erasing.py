"""A deletion in the company's systems: shown first, all or nothing in each, resumed where it stopped."""

from datetime import datetime, timedelta

import pytest

from inbox_agent.cases import holdings
from inbox_agent.cases.act import write
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.cases.retention import forgetting
from inbox_agent.company import Company
from inbox_agent.company import erasing as rows_of
from inbox_agent.errors import PersonNeeded, TryAgainLater
from inbox_agent.process import erasing_data
from inbox_agent.process.persons_data import Matter
from inbox_agent.understanding import RequestType
from tests.cases.records import NOW, the_case
from tests.company_systems.shop import (
    OMAR,
    Shop,
    approved,
    case_of,
    choose,
    details,
    events,
    matter,
    the_right,
)

OLD_PAYMENTS = "DELETE FROM payments WHERE account_id = :account AND at < '2021'"
ALL_DEVICES = "DELETE FROM devices WHERE account_id = :account"
BREAKS = (OLD_PAYMENTS, "DELETE FROM nowhere WHERE account_id = :account")


def ready(record: Record, company: Company, **given: str) -> tuple[Case, Matter]:
    """A deletion of Rana's that only waits for the button: accounts chosen, dry run seen, all agreed."""
    case = case_of(record, RequestType.DELETION, **given)
    choose(matter(record, company, case), "A-100")
    now = approved(record, case)
    one = matter(record, company, case, now=now)
    erasing_data.preview(one)
    return case, one


def states(record: Record, case: Case) -> dict[str, str]:
    with record.reading() as session:
        return {name: one.state for name, one in holdings.erasures(session, the_right(session, case)).items()}


def rows(record: Record, case: Case) -> dict[str, tuple[str, str | None, str]]:
    with record.reading() as session:
        checklist = the_right(session, case).checklist
        return {one.item: (one.found, one.kept_for, one.told(record.keyring)) for one in checklist}


def test_a_dry_run_says_what_goes_and_what_stays_and_changes_nothing(
    local_record: Record, shop: Shop
) -> None:
    case, _ = ready(local_record, shop.company)
    with local_record.reading() as session:
        found = holdings.erasures(session, the_right(session, case))
    assert {name: one.counts("goes") for name, one in found.items()} == {
        "crm": (1,), "calls": (2,), "billing": (1,), "devices": (1,), "newsletter": (1,),
    }  # fmt: skip
    assert found["billing"].counts("stays") == (1,)
    assert (shop.count("accounts"), shop.count("payments")) == (5, 3)


def test_erasing_takes_what_was_shown_and_of_nobody_else(local_record: Record, shop: Shop) -> None:
    case, one = ready(local_record, shop.company)
    assert erasing_data.erase(one)
    assert set(states(local_record, case).values()) == {"erased"}
    assert shop.count("accounts", "account_id = 'A-100'") == 0
    assert shop.count("accounts") == 4
    assert shop.count("calls", "other IS NULL") == 2
    assert shop.count("payments", "account_id = 'A-100'") == 1
    assert shop.count("newsletter") == 1
    assert sum(told["rows"] for told in details(local_record, case, "data_erased")) == 6


def test_the_checklist_says_what_came_of_it(local_record: Record, shop: Shop) -> None:
    case, one = ready(local_record, shop.company)
    erasing_data.erase(one)
    found = rows(local_record, case)
    assert found["call"] == ("done", None, "")
    assert found["payment"] == ("kept", "law", "Invoices of the last five years (1)")
    assert found["usage"][0] == "open", "no system has it: a person looks"


def test_after_a_failure_in_the_third_of_four_it_goes_on_from_there(local_record: Record, shop: Shop) -> None:
    broken = shop.changed(BREAKS)
    case, one = ready(local_record, broken)
    assert not erasing_data.erase(one)
    assert states(local_record, case) == {
        "calls": "erased", "billing": "refused", "devices": "shown", "newsletter": "shown", "crm": "shown",
    }  # fmt: skip
    assert shop.count("devices", "account_id = 'A-100'") == 1
    mended = Matter(local_record, shop.changed(), one.acting, case.ref, one.kind)
    with pytest.raises(PersonNeeded, match="dry run"):
        erasing_data.erase(mended)
    erasing_data.preview(mended)
    assert erasing_data.erase(mended)
    assert set(states(local_record, case).values()) == {"erased"}
    assert events(local_record, case).count("data_erased") == 5, "what was done is not done twice"


def test_a_crash_between_their_commit_and_our_note_is_found(
    local_record: Record, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, one = ready(local_record, shop.company)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing_data, "_note_done", dies)
        with pytest.raises(KeyboardInterrupt):
            erasing_data.erase(one)
    assert states(local_record, case)["calls"] == "begun"
    assert shop.count("calls", "other IS NULL") == 2
    assert erasing_data.erase(one)
    told = {one["system"]: one["rows"] for one in details(local_record, case, "data_erased")}
    assert told["calls"] == 2


@pytest.mark.parametrize("new", [1, 2, 3])
def test_rows_that_came_after_a_crash_are_counted_as_at_least(
    local_record: Record, shop: Shop, monkeypatch: pytest.MonkeyPatch, new: int
) -> None:
    """Also as many as there had been, and more: then a new dry run is looked at first."""
    case, one = ready(local_record, shop.company)
    with monkeypatch.context() as patched:
        patched.setattr(erasing_data, "_note_done", _dies)
        with pytest.raises(KeyboardInterrupt):
            erasing_data.erase(one)
    assert states(local_record, case)["calls"] == "begun"
    shop.execute(
        *[f"INSERT INTO calls VALUES ('A-100', '2026-11-0{day}', '112', 1)" for day in range(1, new + 1)]
    )
    if not erasing_data.erase(one):
        erasing_data.preview(one)
        assert erasing_data.erase(one)
    told = {
        one["system"]: (one["rows"], one.get("at_least"))
        for one in details(local_record, case, "data_erased")
    }
    assert told["calls"] == (new, True)
    assert [name for name, (_, at_least) in told.items() if at_least] == ["calls"]


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_crash_before_their_commit_is_done_again(
    local_record: Record, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, one = ready(local_record, shop.company)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rows_of, "erase", dies)
        with pytest.raises(KeyboardInterrupt):
            erasing_data.erase(one)
    assert shop.count("calls", "other IS NULL") == 0
    assert erasing_data.erase(one)
    assert shop.count("calls", "other IS NULL") == 2


def test_it_can_be_run_again_and_finds_nothing_more(local_record: Record, shop: Shop) -> None:
    case, one = ready(local_record, shop.company)
    erasing_data.erase(one)
    assert erasing_data.erase(one)
    erasing_data.preview(one)
    assert set(states(local_record, case).values()) == {"erased"}
    assert shop.count("accounts") == 4


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("INSERT INTO calls VALUES ('A-100', '2026-11-05', '+962785550000', 3)", "calls"),
        ("INSERT INTO payments VALUES ('A-100', '2026-11-05', 1.00)", "billing"),
    ],
)
def test_rows_that_came_after_the_dry_run_stop_it(
    local_record: Record, shop: Shop, more: str, named: str
) -> None:
    case, one = ready(local_record, shop.company)
    shop.execute(more)
    assert not erasing_data.erase(one)
    assert states(local_record, case)[named] == "refused"
    assert details(local_record, case, "erasing_failed")[0]["fault"] == "system_counts_changed"
    assert shop.count("accounts") == 5, "the account goes last"


def test_an_old_dry_run_must_be_looked_at_anew(local_record: Record, shop: Shop) -> None:
    case, _ = ready(local_record, shop.company)
    later = NOW + timedelta(days=6)
    with pytest.raises(PersonNeeded, match="dry run"):
        erasing_data.erase(matter(local_record, shop.company, case, now=later))


def test_other_statements_than_those_of_the_dry_run_are_not_carried_out(
    local_record: Record, shop: Shop
) -> None:
    case, one = ready(local_record, shop.company)
    wider = shop.changed((ALL_DEVICES, f"{ALL_DEVICES} OR 1 = 1"))
    with pytest.raises(PersonNeeded, match="dry run"):
        erasing_data.erase(Matter(local_record, wider, one.acting, case.ref, one.kind))


def test_rows_that_are_to_stay_are_not_taken_by_a_step_that_counts_them_too(
    local_record: Record, shop: Shop
) -> None:
    older = "FROM payments WHERE account_id = :account AND at < '2021'"
    case, one = ready(local_record, shop.changed((older, older.removesuffix(" AND at < '2021'"))))
    assert not erasing_data.erase(one)
    assert details(local_record, case, "erasing_failed")[0]["fault"] == "system_takes_kept"
    assert shop.count("payments") == 3


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ((OLD_PAYMENTS, OLD_PAYMENTS.replace("AND", "OR")), "takes_others"),
        ((OLD_PAYMENTS, OLD_PAYMENTS.replace("<", ">")), "leaves_rows"),
        ((ALL_DEVICES, f"{ALL_DEVICES} AND model = ''"), "takes_others"),
        (("SET other = NULL WHERE", "SET seconds = 0 WHERE"), "leaves_rows"),
    ],
)
def test_a_statement_that_does_not_do_what_was_counted_is_taken_back(
    local_record: Record, shop: Shop, change: tuple[str, str], fault: str
) -> None:
    case, one = ready(local_record, shop.changed(change))
    assert not erasing_data.erase(one)
    failed = details(local_record, case, "erasing_failed")[0]
    assert failed["fault"] == f"system_{fault}"
    table = {"billing": "payments"}.get(failed["system"], failed["system"])
    assert shop.count(table, "account_id = 'A-100'") == {"payments": 2, "devices": 1, "calls": 2}[table]
    assert shop.count("calls", "seconds = 0") == 0


def test_a_count_that_also_counts_others_is_refused_by_the_dry_run(local_record: Record, shop: Shop) -> None:
    was = "SELECT count(*) FROM devices WHERE account_id = :account"
    case, one = ready(local_record, shop.changed((was, was + " OR 1 = 1")))
    assert states(local_record, case)["devices"] == "refused"
    with pytest.raises(PersonNeeded, match="dry run"):
        erasing_data.erase(one)


def undo(field: str) -> object:
    def change(record: Record, case: Case) -> datetime:
        with record.writing() as session:
            right = the_case(session, case).rights[0]
            value = {"trust": "T2", "erase_after": NOW + timedelta(days=9)}.get(field)
            setattr(right, field, value)
        return NOW

    return change


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("trust", "not_verified"),
        ("confirmed_at", "not_confirmed"),
        ("erase_after", "cool_off"),
        ("approved_by", "second_person"),
    ],
)
def test_nothing_is_erased_before_everything_is_there(
    local_record: Record, shop: Shop, field: str, reason: str
) -> None:
    case, one = ready(local_record, shop.company)
    undo(field)(local_record, case)  # type: ignore[operator]
    with pytest.raises(PersonNeeded) as refused:
        erasing_data.erase(one)
    assert refused.value.reason == reason
    assert shop.count("accounts") == 5


def test_by_an_access_right_nothing_is_erased(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    one = matter(local_record, shop.company, case)
    choose(one, "A-100")
    for verb in (erasing_data.preview, erasing_data.erase):
        with pytest.raises(PersonNeeded, match="nothing is erased"):
            verb(one)


def test_who_chose_the_accounts_after_the_second_person_agreed_does_not_erase_alone(
    local_record: Record, shop: Shop
) -> None:
    case = case_of(local_record, RequestType.DELETION, requester=OMAR)
    now = approved(local_record, case)
    one = matter(local_record, shop.company, case, now=now)
    choose(one, "A-200", "A-201")
    erasing_data.preview(one)
    with pytest.raises(PersonNeeded, match="another must erase"):
        erasing_data.erase(one)
    assert erasing_data.erase(matter(local_record, shop.company, case, by="huda", now=now))
    assert shop.count("accounts", "email = 'omar@example.org'") == 0


def test_two_people_do_not_erase_at_once(local_record: Record, shop: Shop) -> None:
    case, one = ready(local_record, shop.company)
    with local_record.reading() as session:
        lock = local_record.lock(f"erase {the_right(session, case).id}")
    assert lock.acquire()
    try:
        with pytest.raises(TryAgainLater, match="somebody is erasing"):
            erasing_data.erase(one)
    finally:
        lock.release()
    assert shop.count("accounts") == 5


def test_what_is_protested_against_meanwhile_stops_between_two_systems(
    local_record: Record, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, one = ready(local_record, shop.company)
    really = rows_of.erase

    def protested(*given: object) -> object:
        with local_record.writing() as session:
            the_case(session, case).frozen = True
        return really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rows_of, "erase", protested)
    with pytest.raises(PersonNeeded) as refused:
        erasing_data.erase(one)
    assert refused.value.reason in {"frozen", "held"}
    assert states(local_record, case)["calls"] == "erased", "what was done meanwhile is on record"
    assert shop.count("payments") == 3


def test_with_its_bodies_a_case_forgets_whose_accounts_they_were(local_record: Record, shop: Shop) -> None:
    case, one = ready(local_record, shop.company)
    erasing_data.erase(one)
    act = local_record.act(NOW)
    with local_record.writing() as session:
        forgetting.keep_little(session, act, the_case(session, case))
        local_record.keyring.save()
        write(session, act.rows)
    with local_record.reading() as session:
        right = the_right(session, case)
        assert holdings.chosen(session, right) is None
        assert len(holdings.erasures(session, right)) == 5, "counts stay as long as the record"
