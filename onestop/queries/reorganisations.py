"""Reorganisations as the province's admins see them: when, why, and how far their cases have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from identity.models import Agency, Reorganisation
from onestop.models import Case, CaseStep, CaseTransfer
from onestop.references import reorganisation_group
from onestop.states import AT_OFFICE, State
from portal.core.models import OutboxMessage

_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Progress:
    """A plan that was applied, and its cases: passed on, accepted, taken back; still to pass on (None: all are)."""

    plan: Reorganisation
    passed: int = 0
    accepted: int = 0
    taken_back: int = 0
    left: int | None = None

    @property
    def waiting(self) -> int:
        """How many wait at the successors."""
        return self.passed - self.accepted - self.taken_back

    @property
    def is_quick(self) -> bool:
        """Whether they are few enough to be taken back while somebody waits: all of them, or none."""
        return self.waiting <= _AT_ONCE

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it is in force, and no successor has accepted a case."""
        return self.plan.rolled_back_at is None and not self.accepted


def reorganisations() -> list[Progress]:
    """Return the plans that were applied, the newest first."""
    counted = (
        CaseTransfer.objects.order_by()
        .values("reorganisation")
        .annotate(
            passed=Count("pk"),
            accepted=Count("pk", filter=~Q(accepted_at=None)),
            taken_back=Count("pk", filter=~Q(taken_back_at=None)),
        )
    )
    cases = {row["reorganisation"]: (row["passed"], row["accepted"], row["taken_back"]) for row in counted}
    plans = list(Reorganisation.objects.select_related("applied_by", "rolled_back_by").order_by("-pk"))
    ordered = OutboxMessage.objects.filter(group__in=map(reorganisation_group, plans)).exclude(state="DELIVERED")
    going_on = set(ordered.values_list("group", flat=True))
    return [
        Progress(
            plan,
            *cases.get(plan.pk, (0, 0, 0)),
            left=not_passed_on(plan).count() if reorganisation_group(plan) in going_on else None,
        )
        for plan in plans
    ]


def resting_at(codes: Collection[str]) -> QuerySet[Case]:
    """Return the filed cases that go on and that one of these agencies received, decides or has at hand."""
    agencies = Agency.objects.filter(code__in=codes).values("pk")
    at_hand = CaseStep.objects.filter(case=OuterRef("pk"), finished_at=None, agency__in=agencies)
    theirs = Q(receiving_centre__in=agencies) | Q(competent_agency__in=agencies) | Exists(at_hand)
    return Case.objects.filter(theirs, state__in=AT_OFFICE)


def resting_by_state(codes: Collection[str]) -> Counter[State]:
    """Return how many cases would pass on from these agencies, by state."""
    return Counter(State(state) for state in resting_at(codes).values_list("state", flat=True).iterator())


def not_passed_on(reorganisation: Reorganisation) -> QuerySet[Case]:
    """Return the cases that a plan is still to pass on; what waits by an earlier plan is taken over from there."""
    ended = reorganisation.successions.values_list("predecessor__code", flat=True)
    transfers = CaseTransfer.objects.filter(case=OuterRef("pk"), taken_back_at=None)
    passed = transfers.filter(Q(reorganisation=reorganisation) | Q(accepted_at=None))
    return resting_at(list(ended)).filter(~Exists(passed))
