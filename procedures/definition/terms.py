"""Times and routes: what both a procedure and a step of its process may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from procedures.rules import Rule, evaluate, look_up

ANSWERED: Final = "answers."  # before the path of an answer that names an agency
_DAY: Final = 8 * 60
_MINUTES: Final = {
    "SAME_DAY": _DAY,
    "WORKING_HOURS": 60,
    "WORKING_DAYS": _DAY,
    "CALENDAR_DAYS": _DAY * 5 // 7,
    "MONTHS": _DAY * 21,
}


@dataclass(frozen=True)
class TimeLimit:
    """How long handling may take. `kind` is a unit of the law; see `onestop.deadlines.due_at`."""

    kind: str
    value: int | None
    cut_off: time | None
    illustrative: bool
    note: str
    condition: str = ""  # under which it applies, where there are several
    when: Rule | None = field(default=None, hash=False)  # the same as a rule on the answers

    @property
    def minutes(self) -> int:
        """About how many working minutes it is; 0 where there is no telling."""
        return _MINUTES.get(self.kind, 0) * (1 if self.kind == "SAME_DAY" else self.value or 0)


@dataclass(frozen=True)
class Route:
    """Which agency is competent when a rule holds: its code, or `answers.<question>` that names it."""

    agency: str
    when: Rule | None
    note: str


def routed(routes: Iterable[Route], known: Mapping[str, Any], today: date, *, otherwise: str = "") -> str:
    """Return the code of the agency that the first route names whose rule holds; empty when none is named."""
    holding = (one.agency for one in routes if one.when is None or evaluate(one.when, known, today))
    chosen = next(holding, otherwise)
    if chosen.startswith(ANSWERED):
        return str(look_up(known, chosen.removeprefix(ANSWERED)) or "")
    return chosen
