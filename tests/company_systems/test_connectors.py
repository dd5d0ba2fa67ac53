"""The connectors file is checked as a whole: what is wrong is one line with system and key."""

from pathlib import Path

import pytest

from inbox_agent.company import SqlSystem, load, tried
from inbox_agent.errors import WrongSetting
from tests.cases.records import NOW
from tests.company_systems.shop import Shop

DEVICES = 'query = "SELECT model FROM devices WHERE account_id = :account"'
OLD = "DELETE FROM payments WHERE account_id = :account AND at < '2021'"
QUERY = "system devices: query: must hold :account"
ERASE = "system billing: erase 1: statement: must"
HTTP = """
[[systems]]
name = "portal"
item = "usage"
kind = "http"
en = "Portal"
ar = "البوابة"
url = "https://portal.example.com/person"
secret_file = "portal.secret"
[systems.columns]
page = { en = "Page", ar = "الصفحة" }
"""
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    (tmp_path / "portal.secret").write_text(SECRET)
    return Shop(tmp_path, url, url)


def test_nothing_is_set_where_nothing_is_named() -> None:
    assert load(None) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((DEVICES, DEVICES.replace("account_id = :account", "1 = 1")), QUERY),
        ((DEVICES, DEVICES.replace(":account", "':account'")), QUERY),
        ((DEVICES, DEVICES.replace("= :account", "= 1 -- :account")), QUERY),
        ((DEVICES, DEVICES.replace("= :account", "= 1 /* :account */")), QUERY),
        ((DEVICES, DEVICES.replace(":account", ":account AND x = :name")), "nobody fills: :name"),
        ((DEVICES, DEVICES.replace(":account", ":account; SELECT 1")), "without a semicolon"),
        ((DEVICES, DEVICES.replace("SELECT", "EXPLAIN SELECT")), "query: must begin with"),
        ((DEVICES, DEVICES.replace("SELECT", "WITH x AS (DELETE FROM y) SELECT")), "must change nothing"),
        ((OLD, "DELETE FROM payments"), ERASE),
        ((OLD, "DELETE FROM payments WHERE at < '2021'"), ERASE),
        ((OLD, "UPDATE payments SET at = :account WHERE at < '2021'"), f"{ERASE} say WHERE"),
        ((OLD, "SELECT 1 WHERE :account = ''"), f"{ERASE} begin with"),
        ((OLD, "TRUNCATE payments"), ERASE),
        (("account_id = :account AND at >=", "at >="), "system billing: keep 1: count"),
        (('for = "law"', 'for = "habit"'), "system billing: keep: 1: for"),
        (('item = "device"', 'item = "backups"'), "system devices: item: must be one of account"),
        (('item = "device"', 'item = "everything"'), "system devices: item"),
        (('name = "devices"', 'name = "calls"'), "two systems are named calls"),
        (('name = "devices"', 'name = "De vices"'), "name"),
        (("directory = true", ""), "system crm: find_account: is only for the directory"),
        (('by = "address"', 'by = "number"'), "system newsletter: query: "),
        (("dry_run_hours = 24", "dry_run_hours = 0"), "dry_run_hours"),
        (("dry_run_hours = 24", "dry_run_ours = 24"), "dry_run_ours"),
        (('en = "Devices"', 'en = "Devices"\nquerry = "x"'), "system devices: querry"),
        (
            ('model = { en = "Model", ar = "الطراز" }', 'model = { en = "M" }'),
            "system devices: columns: model: ar",
        ),
        (('en = "Devices"', 'en = "Devices"\nurl_file = "nowhere.url"'), "system devices: url_file"),
    ],
)
def test_each_fault_is_told_with_system_and_key(shop: Shop, change: tuple[str, str], said: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        shop.changed(change)
    assert said in str(refused.value)
    assert str(refused.value).startswith("INBOX_AGENT_CONNECTORS")
    assert "\n" not in str(refused.value)


def test_secrets_stand_in_files_of_their_own(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://reader:topsecret@db.example/shop\n")
    was = f'ar = "الأجهزة"\nurl = "{shop.url}"'
    company = shop.changed((was, 'ar = "الأجهزة"\nurl_file = "url"'))
    devices = company.of("device")[0]
    assert isinstance(devices, SqlSystem)
    assert devices.url.get_secret_value().endswith("topsecret@db.example/shop")
    assert "topsecret" not in repr(company)
    with pytest.raises(WrongSetting, match="system devices: url: is a secret") as refused:
        shop.changed((was, 'ar = "الأجهزة"\nurl = "postgresql://reader:topsecret@db.example/shop"'))
    assert "topsecret" not in str(refused.value)


@pytest.mark.parametrize(
    ("was", "to", "said"),
    [
        ("https://portal.example.com/person", "http://portal.example.com/person", "must begin with https://"),
        ("https://portal.example.com/person", "https://user@portal.example.com/", "is not a web address"),
        ("https://portal.example.com/person", "file:///etc/passwd", "is not a web address"),
        ('secret_file = "portal.secret"', f'secret = "{SECRET.strip()}"', "secret: is a secret"),
        ('secret_file = "portal.secret"', 'secret_file = "../nowhere"', "secret_file"),
    ],
)
def test_a_service_is_asked_by_https_and_with_a_secret(shop: Shop, was: str, to: str, said: str) -> None:
    given = shop.file.read_text("utf-8")
    shop.file.write_text(given + HTTP, "utf-8")
    assert load(shop.file) is not None
    shop.file.write_text(given + HTTP.replace(was, to), "utf-8")
    with pytest.raises(WrongSetting, match="system portal") as refused:
        load(shop.file)
    assert said in str(refused.value)


def test_a_secret_that_is_no_key_is_refused(shop: Shop) -> None:
    shop.file.write_text(shop.file.read_text("utf-8") + HTTP, "utf-8")
    (shop.folder / "portal.secret").write_text("whsec_c2hvcnQ=")
    with pytest.raises(WrongSetting, match="system portal: secret: must hold a key"):
        load(shop.file)


def test_doctor_tries_each_system_whatever_is_wrong_with_others(shop: Shop) -> None:
    broken = shop.changed(("SELECT model FROM devices", "SELECT model FROM nowhere"))
    found = {name: (told, fault) for name, told, fault in tried(broken, NOW)}
    assert found["devices"][1]
    assert found["calls"] == ("answers; rows can be erased", False)


def test_doctor_finds_a_query_that_gives_everybodys_rows(shop: Shop) -> None:
    wide = shop.changed((DEVICES, DEVICES.replace(":account", ":account OR 1 = 1")))
    assert [name for name, _, fault in tried(wide, NOW) if fault] == ["devices"]
