"""docs/retention.md says of every table what it holds of a person; nothing of the schema is left out."""

import re
from pathlib import Path

import inbox_agent.agent
import inbox_agent.cli
import inbox_agent.desk  # noqa: F401 - all tables there are, whichever room brings them
from inbox_agent.cases.tables import Table

PAGE = Path(__file__).parents[2] / "docs" / "retention.md"
_CHAIN = {"event_hash", "hash", "last_hash"}
_NOT_CHAIN = {("search_tokens", "hash"), ("seen_ids", "hash")}


def rows() -> dict[str, str]:
    """What the page says of each table."""
    lines = PAGE.read_text("utf-8").split("## Every table")[1].splitlines()
    return {found[1]: line for line in lines if (found := re.match(r"\| `(\w+)` \|", line))}


def test_every_table_is_on_the_page_and_no_other() -> None:
    assert set(rows()) == set(Table.metadata.tables)


def test_the_page_names_every_column_that_is_sealed_or_a_hash_of_something_personal() -> None:
    told = rows()
    missing = [
        f"{table.name}.{column.name}"
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if column.name.startswith("sealed_")
        or (
            column.name.endswith("hash")
            and (column.name not in _CHAIN or (table.name, column.name) in _NOT_CHAIN)
        )
        if f"`{column.name}`" not in told[table.name]
    ]
    assert missing == []
