"""What is going to be late: due by the end of the next working day, or likely to be late by the night's forecast."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from onestop.figures.meanings import IN_HAND
from onestop.figures.scope import Scope
from onestop.models import Case, CaseEvent, CaseStep
from onestop.states import CLOCK_RUNS, Action

LIKELY: Final = 50  # percent; a case that is more likely late than not
MOST: Final = 200


def going_to_be_late(scope: Scope, now: datetime, until: datetime) -> list[CaseStep]:
    """Return the open steps of the cases that are not late yet and will be, the most urgent case first.

    Each says when the office apologised last (`apologised_at`).
    """
    running = Case.objects.filter(scope.cases & IN_HAND, state__in=sorted(CLOCK_RUNS), due_at__gte=now)
    soon = Q(case__due_at__lte=until) | Q(risk__gte=LIKELY)
    steps = CaseStep.objects.filter(soon, case__in=running, finished_at=None)
    extended = CaseEvent.objects.filter(case=OuterRef("case"), action=Action.EXTEND).order_by("-sequence")
    found = steps.select_related("agency", "holder", "case__procedure", "case__competent_agency")
    found = found.prefetch_related("case__requests__asked_of")
    return list(
        found.annotate(apologised_at=Subquery(extended.values("at")[:1])).order_by("case__due_at", "case")[:MOST]
    )
