"""What a plan of a reorganisation would do, before anybody applies it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from identity import services
from identity.models import Account, Agency, Appointment
from identity.queries import seats_to_come
from identity.services import Plan
from identity.services.reorganising import Rights
from onestop import queries
from onestop.services import reorganising
from onestop.states import State
from onestop.wording import WORDS


@dataclass(frozen=True)
class Ended:
    """An agency that ends, and who goes on with its work: all of it, or that of some sectors."""

    code: str
    name: str
    heirs: str


@dataclass(frozen=True)
class Outlook:
    """What a plan does to agencies, open cases and rights, and what is wrong with it."""

    plan: Plan
    ended: Sequence[Ended]
    cases: Counter[State]
    lost: Sequence[Appointment]
    gained: Sequence[Rights]
    seatless: Sequence[Account]  # who serves nowhere afterwards
    problems: Sequence[str]

    @property
    def case_count(self) -> int:
        """How many open cases would pass on."""
        return self.cases.total()

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many cases in which state, in words."""
        return [(str(WORDS[state].text), count) for state, count in sorted(self.cases.items())]


def outlook(plan: Plan, at: datetime, by: Account | None = None) -> Outlook:
    """Return what would happen if the plan were applied now; changes nothing."""
    today = timezone.localtime(at).date()
    lost, gained = services.rights_lost(plan, today), services.rights_gained(plan, today)
    names = dict(Agency.objects.filter(code__in=[end.code for end in plan.endings]).values_list("code", "name"))
    return Outlook(
        plan=plan,
        ended=[
            Ended(
                end.code,
                names.get(end.code, ""),
                ", ".join(" ".join([heir.code, *heir.sectors]) for heir in end.heirs),
            )
            for end in plan.endings
        ],
        cases=queries.resting_by_state([end.code for end in plan.endings]),
        lost=lost,
        gained=gained,
        seatless=_seatless(lost, {one.account for one in gained}, today),
        problems=reorganising.problems_of(plan, at, by),
    )


def _seatless(lost: Sequence[Appointment], serving: set[str], today: date) -> list[Account]:
    ending = {seat.pk for seat in lost}
    people = {seat.account for seat in lost if seat.account.username not in serving}
    left = [one for one in people if all(seat.pk in ending for seat in seats_to_come(one, today))]
    return sorted(left, key=lambda one: one.username)
