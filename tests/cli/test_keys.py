"""`keys renew-token`: after it, new letters have another token."""

from inbox_agent.cases.record import Record
from inbox_agent.cases.threads import token
from inbox_agent.settings import load
from tests.cli.office import Office


def test_new_letters_get_another_token_and_old_ones_count_or_not(office: Office) -> None:
    def now() -> str:
        record = Record.open(load())
        try:
            return token(record.keyring, "MC-7K2Q-9D4X")
        finally:
            record.close()

    first = now()
    assert "tokens of before still count" in office.told("keys", "renew-token")
    second = now()
    assert "tokens of before count no more" in office.told("keys", "renew-token", "--forget-old")
    assert len({first, second, now()}) == 3
