import re
from pathlib import Path

from inbox_agent import attachments
from inbox_agent.desk.labels import QUARANTINE
from inbox_agent.message.automatic import RULES
from inbox_agent.message.budget import REASONS

HERE = Path(__file__).parent
PAGE = (HERE.parent.parent / "docs" / "mail.md").read_text(encoding="utf-8")


def test_each_test_that_the_page_names_exists():
    written = "".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named
    assert {name for name in named if f"def {name}(" not in written} == set()


def test_each_rule_stands_on_the_page_with_its_kind():
    assert [rule.name for rule in RULES if f"| `{rule.name}` | {rule.kind} |" not in PAGE] == []


def test_each_reason_code_stands_on_the_page():
    known = [*REASONS, *attachments.REASONS]
    assert [code for code in known if f"| `{code}` |" not in PAGE] == []


def test_each_reason_of_the_quarantine_stands_on_the_page():
    assert [code for code in QUARANTINE if f"| `{code}` |" not in PAGE] == []
