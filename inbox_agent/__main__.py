"""`python -m inbox_agent`: the same as the command `inbox-agent`."""

from inbox_agent.cli import main

main()
