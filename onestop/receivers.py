"""News from below: each receiver only records a task. A case that cannot move never un-pays a payment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from identity.events import calendar_changed, delegation_changed
from onestop.references import FEE_PAID_TOPIC
from onestop.services import recomputing, warning
from payments.events import fee_paid
from portal.core import outbox


@receiver(fee_paid)
def record_fee_paid(*, reference: str, paid_at: datetime, **_: Any) -> None:
    """A fee was paid: if it is a case's, the case is to move on."""
    outbox.record(
        topic=FEE_PAID_TOPIC,
        group=f"fee:{reference}",
        key=f"fee:{reference}",
        payload={"reference": reference},
        at=paid_at,
    )


@receiver(calendar_changed)
def record_calendar_changed(*, change_id: int, calendar_id: int, at: datetime, **_: Any) -> None:
    """A working calendar was changed: due times of open cases are to be computed anew."""
    outbox.record(
        topic=recomputing.TOPIC,
        group=f"calendar:{calendar_id}",
        key=f"calendar:{change_id}",
        payload={"change_id": change_id},
        at=at,
    )


@receiver(delegation_changed)
def record_delegation_changed(*, delegation_id: int, has_ended: bool, at: datetime, **_: Any) -> None:
    """Somebody acts for somebody, or does so no longer: both are to be told."""
    outbox.record(
        topic=warning.DELEGATION_TOPIC,
        group=f"delegation:{delegation_id}",
        key=f"delegation:{delegation_id}:{has_ended}",
        payload={"delegation_id": delegation_id, "has_ended": has_ended},
        at=at,
    )
