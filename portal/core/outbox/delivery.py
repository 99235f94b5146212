"""Claim, do, finish.

The claim is a short transaction; the work itself runs outside of any; the row is marked only while the
lease is still ours. A lease that ran out means a worker died on the way: the outcome is unknown then.
"""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.errors import OutcomeUnknownError, RefusedError, UnreachableError
from portal.core.models import OutboxMessage
from portal.core.outbox.registry import Envelope, RetryLater, Undeliverable, handler_of
from portal.core.outbox.waking import wake

log = structlog.get_logger(__name__)
State = OutboxMessage.State
GIVE_UP_AFTER: Final = 8  # attempts that ended in a bug; an unreachable neighbour is waited for
LONGEST_WAIT: Final = timedelta(minutes=10)


def due_ids(*, now: datetime, limit: int = 500) -> list[int]:
    """Return the ids of messages that could be delivered now, oldest first."""
    return list(_claimable(now).order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def deliver(message_id: int, *, now: datetime, lease: timedelta | None = None) -> bool:
    """Deliver one message if it is due and its turn; return whether it was delivered. Safe to call twice."""
    claimed = _claim(message_id, now, lease or timedelta(seconds=settings.OUTBOX_LEASE_SECONDS))
    if claimed is None:
        return False
    message, outcome_unknown = claimed
    outcome = _attempt(message, outcome_unknown=outcome_unknown, now=now)
    if not _finish(message, outcome) or outcome["state"] != State.DELIVERED:
        return False
    wake(_claimable(now).filter(group=message.group).values_list("pk", flat=True)[:1])
    return True


def _claimable(now: datetime) -> QuerySet[OutboxMessage]:
    earlier = OutboxMessage.objects.filter(group=OuterRef("group"), sequence__lt=OuterRef("sequence"))
    return OutboxMessage.objects.filter(
        ~Exists(earlier.exclude(state=State.DELIVERED)),
        Q(leased_until=None) | Q(leased_until__lte=now),
        state__in=[State.WAITING, State.UNKNOWN],
        next_attempt_at__lte=now,
    )


def _claim(message_id: int, now: datetime, lease: timedelta) -> tuple[OutboxMessage, bool] | None:
    with transaction.atomic():
        due = _claimable(now).filter(pk=message_id)
        message = due.select_for_update(skip_locked=True).first()
        if message is None:
            return None
        died_on_the_way = message.lease_token is not None
        message.leased_until, message.lease_token = now + lease, uuid.uuid4()
        message.attempts += 1
        message.save(update_fields=["leased_until", "lease_token", "attempts"])
    return message, died_on_the_way or message.state == State.UNKNOWN


def _attempt(message: OutboxMessage, *, outcome_unknown: bool, now: datetime) -> dict[str, Any]:
    """Do the work and return the columns that say how it ended."""
    envelope = Envelope(
        key=message.key,
        group=message.group,
        sequence=message.sequence,
        payload=message.payload,
        attempt=message.attempts,
        outcome_unknown=outcome_unknown,
        now=now,
    )
    try:
        handler_of(message.topic)(envelope)
    except OutcomeUnknownError as error:
        return _waiting(message, now, str(error), state=State.UNKNOWN)
    except (RetryLater, UnreachableError) as error:
        state = State.UNKNOWN if outcome_unknown else State.WAITING
        return _waiting(message, now, str(error), state=state, after=getattr(error, "after", None))
    except (Undeliverable, RefusedError) as error:
        return {"state": State.DEAD, "last_error": str(error)[:500]}
    except Exception as error:
        log.exception("outbox_handler_failed", topic=message.topic, message_id=message.pk)
        # The text of an unforeseen error may quote personal data: only its kind is kept.
        state = State.DEAD if message.attempts >= GIVE_UP_AFTER else State.UNKNOWN
        return _waiting(message, now, type(error).__name__, state=state)
    return {"state": State.DELIVERED, "delivered_at": now, "last_error": ""}


def _waiting(
    message: OutboxMessage, now: datetime, reason: str, *, state: str, after: timedelta | None = None
) -> dict[str, Any]:
    return {
        "state": state,
        "last_error": reason[:500],
        "next_attempt_at": now + (after or _back_off(message.attempts)),
    }


def _back_off(attempts: int) -> timedelta:
    seconds = min(2 ** min(attempts, 12), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - spreads a herd, guards nothing


def _finish(message: OutboxMessage, outcome: dict[str, Any]) -> bool:
    still_ours = OutboxMessage.objects.filter(pk=message.pk, lease_token=message.lease_token)
    return still_ours.update(leased_until=None, lease_token=None, **outcome) == 1
