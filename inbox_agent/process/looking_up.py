"""Does the company know this address or number? Its list of accounts says, else the directory of its systems.

Asked outside of any transaction of the record; `cases.steps.note_match` writes down what came of it.
"""

from inbox_agent.cases import accounts, search
from inbox_agent.cases.accounts import Match
from inbox_agent.cases.record import Record
from inbox_agent.company import Company, match
from inbox_agent.errors import WrongSetting


def look_up(record: Record, company: Company | None, ref: str, value: str = "") -> Match:
    """The customer's address, or `value`. The list goes before the directory where both are set.

    Raises WrongSetting where neither is set or there is nothing to ask for, PersonNeeded where the directory
    does not answer.
    """
    asked = value.strip() or _address(record, ref)
    if record.settings.accounts is not None:
        return accounts.look_up(record.settings.accounts, asked)
    if company is None:
        raise WrongSetting(
            "INBOX_AGENT_ACCOUNTS is not set, nor is INBOX_AGENT_CONNECTORS: nothing tells the accounts"
        )
    if all(by == "account" for by, _ in company.numbering.readings(asked)):
        raise WrongSetting("there is nothing to look up: give an address or a number")
    return accounts.told(len(match(company, [asked])))


def _address(record: Record, ref: str) -> str:
    with record.reading() as session:
        requester: str | None = search.case(session, ref).request(record.keyring)["requester"]
    return requester or ""
