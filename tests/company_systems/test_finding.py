"""Whose accounts they are, what the systems hold of them, and who may look."""

import json

import pytest
from sqlalchemy import text

from inbox_agent.cases import holdings, package
from inbox_agent.cases.case import Case
from inbox_agent.cases.record import Record
from inbox_agent.company import Company, Looked, SqlSystem, sql
from inbox_agent.errors import PersonNeeded
from inbox_agent.process import erasing_data, persons_data
from inbox_agent.process.persons_data import Candidates
from inbox_agent.understanding import RequestType
from tests.cases.records import the_case
from tests.company_systems.shop import (
    OMAR,
    RANA,
    SHARED,
    Shop,
    case_of,
    choose,
    details,
    events,
    matter,
    the_right,
)


def found(record: Record, shop: Shop, *typed: str, requester: str = RANA) -> Candidates:
    return persons_data.candidates(matter(record, shop.company, case_of(record, requester=requester)), typed)


def ids(given: Candidates) -> list[str]:
    return [one.account.id for one in given.matches]


def test_a_person_with_one_account_is_found_however_the_address_is_written(
    local_record: Record, shop: Shop
) -> None:
    given = found(local_record, shop)
    assert given.clear is not None
    assert given.clear.account.id == "A-100"


def test_a_person_with_two_accounts_has_both_and_staff_say_which(local_record: Record, shop: Shop) -> None:
    given = found(local_record, shop, requester=OMAR)
    assert ids(given) == ["A-200", "A-201"]
    assert given.clear is None


def test_a_person_without_an_account_has_none(local_record: Record, shop: Shop) -> None:
    assert ids(found(local_record, shop, requester="nobody@example.net")) == []


@pytest.mark.parametrize(
    "written",
    [
        "+962 79 111 2233",
        "00962791112233",
        "0791112233",
        "079-111 22 33",
        "٠٧٩١١١٢٢٣٣",
        "+٩٦٢ (٧٩) ١١١٢٢٣٣",
        "tel:+962-79-111-2233",
        "\u202a+962 79 111 2233\u202c",
    ],
)
def test_a_number_is_found_in_any_writing(local_record: Record, shop: Shop, written: str) -> None:
    assert ids(found(local_record, shop, written, requester="new@example.net")) == ["A-100"]


def test_a_number_that_several_share_selects_none_of_them(local_record: Record, shop: Shop) -> None:
    given = found(local_record, shop, SHARED, requester="new@example.net")
    assert ids(given) == ["A-300", "A-301"]
    assert all(one.shared for one in given.matches)
    assert given.clear is None
    one = matter(local_record, shop.company, case_of(local_record, requester="new@example.net"))
    with pytest.raises(PersonNeeded, match="say why"):
        choose(one, "A-300", typed=(SHARED,))
    choose(one, "A-300", typed=(SHARED,), why="She signed the contract of this office.")


def test_a_shared_number_is_not_looked_up_under(local_record: Record, shop: Shop) -> None:
    """What stands under it may be the others'."""
    case = case_of(local_record, requester="one@office.example")
    choose(matter(local_record, shop.company, case), "A-300")
    with local_record.reading() as session:
        chosen = holdings.chosen(session, the_right(session, case))
        assert chosen is not None
        assert [one["numbers"] for one in chosen.accounts(local_record.keyring)] == [[]]
    assert details(local_record, case, "accounts_chosen")[0]["shared"] == 1


def test_another_persons_account_needs_a_reason(local_record: Record, shop: Shop) -> None:
    one = matter(local_record, shop.company, case_of(local_record))
    with pytest.raises(PersonNeeded, match="say why"):
        choose(one, "A-200", typed=("A-200",))


def test_an_account_that_was_not_found_cannot_be_chosen(local_record: Record, shop: Shop) -> None:
    one = matter(local_record, shop.company, case_of(local_record))
    with pytest.raises(PersonNeeded, match="of the accounts that were found"):
        choose(one, "A-200", why="I know that it is hers.")


HOSTILE = (
    "' OR '1'='1",
    "x'; DROP TABLE accounts; --",
    "%",
    "_@_",
    "%@%",
    "rana@example.com' OR '1'='1",
    '"; DELETE FROM calls; --@example.com',
    "A-100' UNION SELECT * FROM accounts --",
    "A-100%",
    "079%",
    ":account",
    "\\:account",
    "A-100\x00",
    "${account}",
    "{account}",
    "079111223 3 OR 1=1",
    "\u202eA-100",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_typed_or_written_reaches_a_statement_as_words(
    local_record: Record, shop: Shop, hostile: str
) -> None:
    assert ids(found(local_record, shop, hostile, requester="new@example.net")) == []
    assert ids(found(local_record, shop, requester=hostile)) == []
    assert (shop.count("accounts"), shop.count("calls")) == (5, 3)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_account_named_like_a_statement_is_only_itself(
    local_record: Record, shop: Shop, hostile: str
) -> None:
    """Whatever stands in the company's own tables is a value, never words of the next statement."""
    name = hostile.replace("\x00", "!")[:20].strip()
    shop.execute("UPDATE accounts SET account_id = :name WHERE account_id = 'A-100'", name=name)
    case = case_of(local_record, RequestType.DELETION)
    one = matter(local_record, shop.company, case)
    choose(one, name)
    looked = {each.system.name: each for each in persons_data.look_up(one)}
    assert rows(looked["calls"]) == []
    assert len(rows(looked["crm"])) == 1
    erasing_data.preview(one)
    with local_record.reading() as session:
        gone = holdings.erasures(session, the_right(session, case))
    assert (gone["crm"].counts("goes"), gone["calls"].counts("goes")) == ((1,), (0,))


def rows(one: Looked) -> list[list[object]]:
    assert one.findings is not None, one
    return [list(row) for row in one.findings.rows]


def looked_up(record: Record, company: Company, case: Case) -> dict[str, Looked]:
    one = matter(record, company, case)
    choose(one, "A-100")
    return {each.system.name: each for each in persons_data.look_up(one)}


def test_for_access_what_is_found_goes_into_the_package(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    looked_up(local_record, shop.company, case)
    with local_record.reading() as session:
        there = package.current(session, the_case(session, case))
        assert there is not None
        parts = package.parts_of(session, there)
        put_in = {one.source: package.findings_in(session, local_record.keyring, one) for one in parts}
    assert [[day, float(str(amount))] for day, amount in put_in["billing"].rows] == [
        ["2015-01-01", 12.5],
        ["2026-01-01", 14.0],
    ]
    assert put_in["crm"].rows == [["Rana Khalil", "Rana@Example.com", "+962 79 111 2233"]]
    assert put_in["newsletter"].rows == [["2024-01-01"]]
    assert (put_in["calls"].en, put_in["calls"].ar) == ("Call records", "سجلات المكالمات")
    with local_record.reading() as session:
        settled = {one.item: one.found for one in the_right(session, case).checklist}
    assert (settled["call"], settled["usage"]) == ("done", "open")


def test_other_accounts_leave_nothing_of_the_first_in_the_package(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record, requester=OMAR)
    one = matter(local_record, shop.company, case)
    choose(one, "A-200")
    persons_data.look_up(one)
    broken = shop.changed(("SELECT at, other, seconds FROM calls", "SELECT at, other, seconds FROM nowhere"))
    again = matter(local_record, broken, case)
    choose(again, "A-201")
    persons_data.look_up(again)
    with local_record.reading() as session:
        there = package.current(session, the_case(session, case))
        assert there is not None
        assert "calls" not in {part.source for part in package.parts_of(session, there)}


def test_for_a_deletion_no_package_is_begun(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record, RequestType.DELETION)
    looked_up(local_record, shop.company, case)
    with local_record.reading() as session:
        assert package.current(session, the_case(session, case)) is None


def test_the_other_party_of_a_call_is_masked_until_a_person_says_why(
    local_record: Record, shop: Shop
) -> None:
    case = case_of(local_record)
    calls = looked_up(local_record, shop.company, case)["calls"]
    assert [row[1] for row in rows(calls)] == ["•••234", "•••"], "a short number is masked whole"
    one = matter(local_record, shop.company, case)
    with pytest.raises(PersonNeeded, match="say why"):
        persons_data.raise_mask(one, "calls", ["other"], " ")
    with pytest.raises(PersonNeeded):
        persons_data.raise_mask(one, "calls", ["seconds"], "because")
    persons_data.raise_mask(one, "calls", ["other"], "Both numbers are her own lines.")
    assert [row[1] for row in rows(persons_data.rows_in(one, "calls"))] == ["+962785551234", "112"]
    assert details(local_record, case, "mask_raised")[0]["why"] == "Both numbers are her own lines."


@pytest.mark.parametrize("trust", ["T0", "T1", "T2"])
@pytest.mark.parametrize("kind", [RequestType.ACCESS, RequestType.DELETION, RequestType.CHILD_DATA])
def test_who_has_not_shown_who_they_are_is_not_looked_up(
    local_record: Record, shop: Shop, kind: RequestType, trust: str
) -> None:
    one = matter(local_record, shop.company, case_of(local_record, kind, trust=trust))
    verbs = (persons_data.candidates, persons_data.look_up, erasing_data.preview, erasing_data.erase)
    for verb in verbs[:2] if kind is RequestType.ACCESS else verbs:
        with pytest.raises(PersonNeeded) as refused:
            verb(one)
        assert refused.value.reason == "not_verified"
    with pytest.raises(PersonNeeded):
        persons_data.rows_in(one, "crm")


def test_a_frozen_case_is_not_looked_up(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    with local_record.writing() as session:
        the_case(session, case).frozen = True
    with pytest.raises(PersonNeeded, match="frozen"):
        persons_data.candidates(matter(local_record, shop.company, case))


def test_each_look_is_an_event(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    looked_up(local_record, shop.company, case)
    persons_data.rows_in(matter(local_record, shop.company, case), "crm")
    wanted = ["accounts_looked_up", "accounts_chosen", "data_looked_up", "data_rows_viewed"]
    assert [kind for kind in events(local_record, case) if kind in wanted] == wanted


def test_asked_for_anew_the_accounts_are_chosen_anew(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    looked_up(local_record, shop.company, case)
    with local_record.writing() as session:
        the_right(session, case).times_begun += 1
    with pytest.raises(PersonNeeded, match="first say which accounts"):
        persons_data.look_up(matter(local_record, shop.company, case))


def test_one_system_that_fails_keeps_no_other_from_answering(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    broken = shop.changed(("SELECT model FROM devices", "SELECT model FROM nowhere"))
    answers = looked_up(local_record, broken, case)
    assert answers["devices"].fault == "system_refused"
    assert len(rows(answers["calls"])) == 2
    with local_record.reading() as session:
        settled = {one.item: one.found for one in the_right(session, case).checklist}
    assert settled["device"] == "open"


def test_a_fault_tells_system_and_kind_and_nothing_of_the_person(local_record: Record, shop: Shop) -> None:
    broken = shop.changed(("SELECT model FROM devices", "SELECT 1 / 0 AS model FROM nowhere"))
    fault = looked_up(local_record, broken, case_of(local_record))["devices"]
    assert "devices" in fault.told
    for planted in ("A-100", "Rana", "SELECT", "desk phone", "nowhere"):
        assert planted not in fault.told


def test_huge_answers_are_bounded(local_record: Record, shop: Shop) -> None:
    limited = shop.changed(('name = "devices"', 'name = "devices"\nmost_rows = 3'))
    shop.execute(*["INSERT INTO devices VALUES ('A-100', 'softphone')"] * 3)
    assert looked_up(local_record, limited, case_of(local_record))["devices"].fault == "system_too_many"


def test_slow_systems_are_given_up(local_record: Record, shop: Shop) -> None:
    endless = (
        "SELECT model FROM devices WHERE account_id = :account AND (WITH RECURSIVE n(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000) SELECT count(*) FROM n) > 0"
    )
    was = "SELECT model FROM devices WHERE account_id = :account"
    slow = shop.changed((f'query = "{was}"', f'query = "{endless}"\nseconds = 0.5'))
    assert looked_up(local_record, slow, case_of(local_record))["devices"].fault == "system_timed_out"


def test_by_the_reading_url_nothing_can_be_written(shop: Shop) -> None:
    """Even where its user may: on SQLite the file is opened so, on PostgreSQL the session."""
    allowed = shop.changed((f'url = "{shop.url}"', f'url = "{shop.write_url}"'))
    with pytest.raises(PersonNeeded) as refused, sql.connected(system(allowed, "devices")) as connection:
        connection.execute(text("DELETE FROM devices"), execution_options={"stream_results": False})
    assert refused.value.reason == "system_not_permitted"
    assert shop.count("devices") == 1


def test_a_reading_user_who_may_write_is_told_of(shop: Shop) -> None:
    assert not sql.can_write(system(shop.company, "devices"))
    if "postgresql" in shop.url:
        allowed = shop.changed((f'url = "{shop.url}"', f'url = "{shop.write_url}"'))
        assert sql.can_write(system(allowed, "devices"))


def system(company: Company, name: str) -> SqlSystem:
    found = next(one for one in company.systems if one.name == name)
    assert isinstance(found, SqlSystem)
    return found


def test_only_counts_stand_in_the_open(local_record: Record, shop: Shop) -> None:
    case = case_of(local_record)
    looked_up(local_record, shop.company, case)
    with local_record.reading() as session:
        right = the_right(session, case)
        held = [vars(one) for one in holdings.holdings(session, right).values()]
        plain = json.dumps(held, default=str)
    for planted in ("A-100", "Rana", "rana@", "96279", "desk phone"):
        assert planted not in plain


def test_what_was_found_of_accounts_that_a_colleague_replaced_meanwhile_goes_nowhere(
    local_record: Record, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(local_record)
    mine, theirs = (matter(local_record, shop.company, case, by=name) for name in ("mona", "huda"))
    choose(mine, "A-200", typed=("A-200",), why="a slip")
    asked = persons_data.look

    def slow(*given: object) -> object:
        found = asked(*given)  # type: ignore[arg-type]
        choose(theirs, "A-100")
        return found

    monkeypatch.setattr(persons_data, "look", slow)
    with pytest.raises(PersonNeeded) as refused:
        persons_data.look_up(mine)
    assert refused.value.reason == "attention_changed"
    with local_record.reading() as session:
        assert holdings.holdings(session, the_right(session, case)) == {}
        there = package.current(session, the_case(session, case))
        assert there is None or not package.parts_of(session, there)


def test_a_dry_run_of_accounts_that_a_colleague_replaced_meanwhile_counts_for_nothing(
    local_record: Record, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(local_record, RequestType.DELETION)
    mine, theirs = (matter(local_record, shop.company, case, by=name) for name in ("mona", "huda"))
    choose(mine, "A-200", typed=("A-200",), why="a slip")
    counted = erasing_data.rows_of.dry_run
    waiting = ["once"]

    def slow(*given: object) -> object:
        found = counted(*given)  # type: ignore[arg-type]
        if waiting:
            waiting.clear()
            choose(theirs, "A-100")
        return found

    monkeypatch.setattr(erasing_data.rows_of, "dry_run", slow)
    with pytest.raises(PersonNeeded) as refused:
        erasing_data.preview(mine)
    assert refused.value.reason == "attention_changed"
    with local_record.reading() as session:
        assert holdings.erasures(session, the_right(session, case)) == {}
