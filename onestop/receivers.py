"""News from below: each receiver only records a task. A case that cannot move never un-pays a payment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from identity.events import calendar_changed
from onestop.references import FEE_PAID_TOPIC
from onestop.services import recomputing
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
