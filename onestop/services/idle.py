"""Drafts that nobody touches: a reminder, a warning, and then they are erased: nobody's data is kept for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from onestop.errors import ActionNotAllowedError
from onestop.models import Case, Draft
from onestop.occasions import DRAFT_REMINDER, DRAFT_WARNING
from onestop.services import notices
from onestop.services.advancing import open_draft
from onestop.services.filing import erase
from onestop.states import State

_AT_ONCE: Final = 500


def look_after(*, now: datetime) -> None:
    """Remind, warn and erase, each draft once for as long as nobody touches it. Safe to run again."""
    warn_after = settings.DRAFT_LIFETIME_DAYS - settings.DRAFT_WARNING_DAYS
    for case_id in _ids(_untold(_idle_for(settings.DRAFT_REMINDER_DAYS, now), "reminded_at")):
        remind(case_id=case_id, now=now)
    for case_id in _ids(_untold(_idle_for(warn_after, now), "warned_at")):
        warn(case_id=case_id, now=now)
    told = Q(draft__warned_at__gte=F("changed_at"), draft__warned_at__lte=now - _days(settings.DRAFT_WARNING_DAYS))
    for case_id in _ids(_idle_for(settings.DRAFT_LIFETIME_DAYS, now).filter(told)):
        erase_idle(case_id=case_id, now=now)


@transaction.atomic
def remind(*, case_id: int, now: datetime) -> None:
    """Record a reminder, once since the draft was touched last."""
    case = _still_idle(case_id, settings.DRAFT_REMINDER_DAYS, now)
    if case is not None:
        Draft.objects.update_or_create(case=case, defaults={"reminded_at": now})
        notices.tell_of_draft(case, DRAFT_REMINDER, now)


@transaction.atomic
def warn(*, case_id: int, now: datetime) -> None:
    """Tell that the draft will be erased; it is not erased sooner than the warning says."""
    case = _still_idle(case_id, settings.DRAFT_LIFETIME_DAYS - settings.DRAFT_WARNING_DAYS, now)
    if case is not None:
        Draft.objects.update_or_create(case=case, defaults={"warned_at": now})
        notices.tell_of_draft(case, DRAFT_WARNING, now)


@transaction.atomic
def erase_idle(*, case_id: int, now: datetime) -> None:
    """Erase a draft, unless its writer has come back in the meantime."""
    case = _still_idle(case_id, settings.DRAFT_LIFETIME_DAYS, now)
    if case is not None:
        erase(case)


def _idle_for(days: int, now: datetime) -> QuerySet[Case]:
    return Case.objects.filter(state=State.DRAFT, changed_at__lte=now - _days(days))


def _untold(cases: QuerySet[Case], column: str) -> QuerySet[Case]:
    never, before = Q(**{f"draft__{column}": None}), Q(**{f"draft__{column}__lt": F("changed_at")})
    return cases.filter(never | before)


def _ids(cases: QuerySet[Case]) -> list[int]:
    return list(cases.order_by("changed_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])


def _still_idle(case_id: int, days: int, now: datetime) -> Case | None:
    try:
        case = open_draft(case_id)
    except ActionNotAllowedError:
        return None
    return case if case.changed_at <= now - _days(days) else None


def _days(days: int) -> timedelta:
    return timedelta(days=days)
