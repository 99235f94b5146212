"""Reorganisations as the province's admins see them: when, why, and how far their cases have come."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from identity.models import Reorganisation
from onestop.models import CaseTransfer


@dataclass(frozen=True)
class Progress:
    """A plan that was applied, and its cases: passed on, accepted, taken back."""

    plan: Reorganisation
    passed: int = 0
    accepted: int = 0
    taken_back: int = 0


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
    return [Progress(plan, *cases.get(plan.pk, ())) for plan in Reorganisation.objects.order_by("-pk")]
