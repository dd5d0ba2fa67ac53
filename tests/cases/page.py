"""The parts of docs/cases.md that are drawn from the code; `python -m tests.cases.page` writes them there."""

from pathlib import Path
from zoneinfo import ZoneInfo

from inbox_agent.cases.clocks import Clock, Law, Span, law_names, load_law
from inbox_agent.cases.states import diagram

PAGE = Path(__file__).parents[2] / "docs" / "cases.md"
BEGIN = "## States\n"
_HEAD = """
Beside these, a right of a triage case that a person finds to be no request closes as `not_a_request`.

## Laws

`LAW_PROFILE` names one. A clock starts on the day our server received the mail, in the profile's time zone;
that day is not counted. Holidays come from the `holidays` library; its estimates make no date later.
**What is marked unverified we know second hand or not at all: have it checked before you rely on it.**

| profile | answer | extension | marketing | weekend | source |
|---|---|---|---|---|---|
"""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def drawn() -> str:
    laws = [load_law(name, ZoneInfo("UTC")) for name in law_names()]
    return f"{BEGIN}\n```mermaid\n{diagram()}```\n{_HEAD}" + "".join(map(_row, laws))


def _row(law: Law) -> str:
    ordinary, marketing = law.clocks["ordinary"], law.clocks["opt_out"]
    others = [
        f"{name} {_span(clock.legal)}"
        for name, clock in law.clocks.items()
        if name not in ("ordinary", "opt_out")
    ]
    answer = "; ".join([_told(ordinary), *others])
    extension = _span(ordinary.extension) if ordinary.extension else "none"
    rest = ", ".join(name for day, name in enumerate(_DAYS) if law.calendar.rests(day))
    return f"| `{law.name}` | {answer} | {extension} | {_told(marketing)} | {rest} | {law.source} |\n"


def _told(clock: Clock) -> str:
    return _span(clock.legal) + ("" if clock.rule.verified else " **(unverified)**")


def _span(span: Span) -> str:
    told = {"days": span.calendar_days, "months": span.calendar_months, "working days": span.working_days}
    return next(
        f"{count} {unit if count > 1 else unit.removesuffix('s')}" for unit, count in told.items() if count
    )


if __name__ == "__main__":
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.split(BEGIN)[0] + drawn(), encoding="utf-8")
