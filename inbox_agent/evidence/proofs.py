"""How and when the person of a request showed who they are, told without opening anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_agent.cases.challenge import Challenge
from inbox_agent.cases.identity import Check
from inbox_agent.cases.right import Right
from inbox_agent.cases.states import Outcome
from inbox_agent.understanding import RequestType

CODE = "code"
"""An answer to our letter: its code, or a plain yes."""

_NOTHING_NEEDED = frozenset({"T0"})


@dataclass(frozen=True, slots=True)
class Identity:
    """`standing`: proven, in_part, not_proven, not_needed; `how` are the proofs, the last of them at `at`."""

    standing: str
    how: Sequence[str] = ()
    at: datetime | None = None


def identity_of(
    right: Right, checks: Iterable[Check], answered: Iterable[datetime], *, since: datetime
) -> Identity:
    """What was shown since then; what came before does not count any more.

    `answered` are the moments in which a code of the case came back, as its history tells them: they outlast
    the codes, which go with the bodies of the case.
    """
    if right.trust == "T0":
        return Identity("not_needed" if right.needed in _NOTHING_NEEDED else "not_proven")
    answers = _answers(right, since) or _first(answered, since)
    proofs = sorted([*answers, *_checks(checks, since)])
    how = dict.fromkeys(kind for _, kind in proofs)
    return Identity(_standing(right), list(how) or ["unknown"], proofs[-1][0] if proofs else None)


def _standing(right: Right) -> str:
    """A correction that was carried out had what it takes, which depends on what was corrected."""
    corrected = right.type is RequestType.CORRECTION and right.outcome == Outcome.FULFILLED
    return "proven" if corrected or right.is_trusted(right.needed) else "in_part"


def _answers(right: Right, since: datetime) -> list[tuple[datetime, str]]:
    """Codes that were asked for this right, or else what was asked in the same case."""
    used = [one for one in right.case.challenges if one.ended == "used" and one.ended_at]
    own = [one for one in used if right.type in one.covers]
    return [(at, CODE) for one in own or used if (at := _at(one)) >= since]


def _first(answered: Iterable[datetime], since: datetime) -> list[tuple[datetime, str]]:
    """The first code shows that the address works; later ones may have confirmed something else."""
    return [(at, CODE) for at in sorted(answered) if at >= since][:1]


def _at(challenge: Challenge) -> datetime:
    assert challenge.ended_at is not None, "it was used"
    return challenge.ended_at


def _checks(checks: Iterable[Check], since: datetime) -> list[tuple[datetime, str]]:
    return [(check.at, check.kind) for check in checks if check.passed and check.at >= since]
