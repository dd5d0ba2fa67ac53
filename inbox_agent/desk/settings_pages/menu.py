"""The small menu that all pages of the settings share."""

from typing import Any

from starlette.responses import HTMLResponse, Response

from inbox_agent.cases.staff import Role
from inbox_agent.desk.labels import N_
from inbox_agent.desk.visit import Visit

PLACES = {
    "me": N_("Me"),
    "law": N_("Law"),
    "staff": N_("Staff"),
    "letters": N_("Letters"),
    "understanding": N_("Understanding"),
    "mail": N_("Mail"),
    "suppression": N_("No marketing"),
    "retention": N_("Retention"),
    "audit": N_("Audit"),
}


def home(visit: Visit) -> Response:
    return visit.to("/settings/me")


def page(visit: Visit, place: str, template: str = "", *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page of the settings with the menu of those that this person may see."""
    shown = PLACES if visit.me.may(Role.ADMIN) else {"me": PLACES["me"]}
    menu = [(name, visit.words.say(label)) for name, label in shown.items()]
    template = f"settings/{template or place}.html"
    return visit.page(template, status=status, menu=menu, place=place, place_name=PLACES[place], **facts)
