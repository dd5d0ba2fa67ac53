"""`inbox-agent invite`: the first administrator's way to the desk."""

from typing import Annotated

import typer

from inbox_agent.agent import now_utc
from inbox_agent.cases import staff
from inbox_agent.cases.staff import LINK_DAYS, Role
from inbox_agent.cli.output import say
from inbox_agent.cli.wiring import opened_record
from inbox_agent.settings import Settings


def invite(
    role: Annotated[Role, typer.Option("--role", help="What the person may do.")] = Role.AGENT,
    admin: Annotated[bool, typer.Option("--admin", help="The same as --role admin.")] = False,
) -> None:
    """Print a link that works once: whoever opens it chooses a name and password for the desk."""
    with opened_record() as record:
        with record.writing() as session:
            token = staff.invite(session, Role.ADMIN if admin else role, by="shell", now=now_utc())
        say(f"Open this once, within {LINK_DAYS} days:")
        say(f"{desk_address(record.settings)}/first/{token}")


def desk_address(settings: Settings) -> str:
    """How staff reach the desk, without a slash at the end."""
    desk = settings.desk
    host = f"[{desk.host}]" if ":" in desk.host else desk.host
    return desk.url or f"http://{host}:{desk.port}"
