"""What each number counts, one table: the same condition counts it and finds the cases behind it.

On time is what was decided at or before its due time, or had none. QĐ 766/QĐ-TTg besides counts as late whatever was
sent back for a supplement more than once; that is told apart and changes no due time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import F, Q

from onestop.figures.periods import Period
from onestop.models import Case
from onestop.states import CLOCK_RUNS, CLOCK_STOPS


class Figure(StrEnum):
    """A number of the table, by its name in an address."""

    RECEIVED = "tiep-nhan"
    ON_TIME = "dung-han"
    LATE = "tre-han"
    LATE_BY_KPI = "tre-han-766"
    IN_HAND = "dang-giai-quyet"
    OVERDUE = "qua-han"


@dataclass(frozen=True)
class Meaning:
    """What a number counts, on cases and on the steps of an officer, and which moment its list is ordered by."""

    cases: Callable[[Period, datetime], Q]
    steps: Callable[[Period, datetime], Q]
    moment: str | None  # None: by the due time


# Accepted and neither decided nor ended; what is decided and being corrected is not in hand again.
IN_HAND: Final = Q(state__in=sorted(CLOCK_RUNS | CLOCK_STOPS), decided_at=None)
_OPEN_STEP: Final = Q(finished_at=None, case__state__in=sorted(CLOCK_RUNS | CLOCK_STOPS), case__decided_at=None)
# Few: they are looked up once, not each step's case (`case_sent_back_again`).
_SENT_BACK_AGAIN: Final = Q(case__in=Case.objects.filter(supplements__gt=1))


def within(moment: str, period: Period) -> Q:
    """Return the condition that a moment lies in the period."""
    return Q(**{f"{moment}__gte": period.begins, f"{moment}__lt": period.ends})


def _late(moment: str) -> Q:
    return Q(**{f"{moment}__gt": F("due_at")})


def _on_time(moment: str) -> Q:
    return Q(due_at=None) | Q(**{f"{moment}__lte": F("due_at")})


MEANINGS: Final = {
    Figure.RECEIVED: Meaning(
        lambda period, now: within("accepted_at", period),
        lambda period, now: within("started_at", period),
        "accepted_at",
    ),
    Figure.ON_TIME: Meaning(
        lambda period, now: within("decided_at", period) & _on_time("decided_at"),
        lambda period, now: within("finished_at", period) & _on_time("finished_at"),
        "decided_at",
    ),
    Figure.LATE: Meaning(
        lambda period, now: within("decided_at", period) & _late("decided_at"),
        lambda period, now: within("finished_at", period) & _late("finished_at"),
        "decided_at",
    ),
    Figure.LATE_BY_KPI: Meaning(
        lambda period, now: within("decided_at", period) & (_late("decided_at") | Q(supplements__gt=1)),
        lambda period, now: within("finished_at", period) & (_late("finished_at") | _SENT_BACK_AGAIN),
        "decided_at",
    ),
    Figure.IN_HAND: Meaning(lambda period, now: IN_HAND, lambda period, now: _OPEN_STEP, None),
    Figure.OVERDUE: Meaning(
        lambda period, now: IN_HAND & Q(state__in=sorted(CLOCK_RUNS), due_at__lt=now),
        lambda period, now: _OPEN_STEP & Q(case__state__in=sorted(CLOCK_RUNS), due_at__lt=now),
        None,
    ),
}
