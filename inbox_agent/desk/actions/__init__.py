"""What staff can do with a case, each with its form: what it does, what it sends, what must be filled in.

The verbs themselves are the record's; here stands how a page asks for them: `of_right` and `of_case` are the
tables, `verbs` what their forms mean.
"""

from inbox_agent.cases.right import Right
from inbox_agent.desk.actions.doing import Action, Doing, Field
from inbox_agent.desk.actions.of_case import OF_CASE
from inbox_agent.desk.actions.of_right import OF_RIGHT

__all__ = ["ACTIONS", "OF_CASE", "Action", "Doing", "Field", "possible"]

ACTIONS = {action.name: action for action in (*OF_RIGHT, *OF_CASE)}
"""Every verb by its name."""


def possible(right: Right) -> list[Action]:
    """What can be done for this right now, so far as its state tells."""
    return [one for one in OF_RIGHT if one.when(right)]
