"""For the operator: what waits, why, and another try."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, QuerySet

from portal.core.models import OutboxMessage
from portal.core.outbox.waking import wake

State = OutboxMessage.State


def counts() -> dict[str, int]:
    """Return how many messages stand in each state."""
    rows = OutboxMessage.objects.values_list("state").annotate(n=Count("pk")).order_by("state")
    return dict(rows)


def stuck(*, limit: int) -> QuerySet[OutboxMessage]:
    """Return undelivered messages that were tried at least once, dead ones first, oldest first."""
    undelivered = OutboxMessage.objects.exclude(state=State.DELIVERED).filter(attempts__gt=0)
    return undelivered.order_by(F("state"), "created_at")[:limit]


def waiting(*, limit: int) -> QuerySet[OutboxMessage]:
    """Return undelivered messages, oldest first."""
    return OutboxMessage.objects.exclude(state=State.DELIVERED).order_by("created_at", "pk")[:limit]


def retry(*, keys: Collection[str], now: datetime) -> int:
    """Make these undelivered messages due now (no keys: all dead ones); return how many.

    A dead message becomes *unknown*: its earlier attempts may have arrived, so the handler asks first.
    """
    chosen = OutboxMessage.objects.exclude(state=State.DELIVERED)
    chosen = chosen.filter(key__in=keys) if keys else chosen.filter(state=State.DEAD)
    with transaction.atomic():
        ids = list(chosen.select_for_update(skip_locked=True).values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk__in=ids, state=State.DEAD).update(state=State.UNKNOWN, attempts=0)
        OutboxMessage.objects.filter(pk__in=ids).update(next_attempt_at=now)
    wake(ids)
    return len(ids)
