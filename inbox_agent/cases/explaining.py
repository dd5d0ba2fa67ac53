"""Which rule gave each date of a right, in both languages."""

from dataclasses import dataclass
from datetime import datetime

from inbox_agent.cases.clocks import Law, Rule
from inbox_agent.cases.right import Right
from inbox_agent.dates import day, locale


@dataclass(frozen=True, slots=True)
class Explained:
    """A date, why it is this one (by language), where the rule stands, and whether that has been verified."""

    name: str
    at: datetime
    text: dict[str, str]
    source: str
    verified: bool


def explain(law: Law, right: Right) -> list[Explained]:
    """The legal date first, then the extension where there is one, then the internal date."""
    clock = law.clock(right.type)
    legal = [_explained(law, "legal", right, clock.rule)]
    if right.extended_at is not None and clock.extension_rule is not None:
        legal.append(_explained(law, "extension", right, clock.extension_rule))
    if right.paused_days:
        legal.append(_paused(law, right))
    return [*legal, _internal(law, right)]


def _explained(law: Law, name: str, right: Right, rule: Rule) -> Explained:
    on = {one: day(law.day(right.received_at), locale(one, law.calendar.country)) for one in ("en", "ar")}
    text = {
        "en": f"{law.title['en']}: {rule.text['en']}; received on {on['en']}.",
        "ar": f"{law.title['ar']}: {rule.text['ar']}؛ ورد الطلب يوم {on['ar']}.",
    }
    if not rule.verified:
        text["en"] += " This rule is not verified."
        text["ar"] += " لم نتحقق من هذه القاعدة."
    return Explained(name, right.legal_due, text, rule.source, rule.verified)


def _paused(law: Law, right: Right) -> Explained:
    text = {
        "en": f"The clock stood still while we waited for an answer: {_days(right.paused_days)}.",
        "ar": f"توقفت المهلة في انتظار الرد. عدد الأيام: {right.paused_days}.",
    }
    return Explained("pause", right.legal_due, text, law.source, law.verified)


def _internal(law: Law, right: Right) -> Explained:
    clock = law.clock(right.type)
    count = (clock.finish if right.begun else clock.decide).working_days
    done = {"en": "done", "ar": "الإنجاز"} if right.begun else {"en": "decided", "ar": "اتخاذ القرار"}
    text = {
        "en": f"Our own aim: {done['en']} after {_days(count, 'working ')}, never after the legal date.",
        "ar": f"هدفنا الداخلي: {done['ar']}، من دون تجاوز الموعد القانوني. عدد أيام العمل: {count}.",
    }
    return Explained("internal", right.internal_due, text, "House rule of Inbox Agent", verified=True)


def _days(count: int, kind: str = "") -> str:
    return f"{count} {kind}day{'' if count == 1 else 's'}"
