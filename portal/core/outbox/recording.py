"""Writing a message: once per key, in its place within the group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q

from portal.core.models import OutboxMessage
from portal.core.outbox.waking import wake


def record(
    *,
    topic: str,
    group: str,
    key: str,
    payload: Mapping[str, Any],
    at: datetime,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Write work for later in the caller's transaction and return it.

    The payload is a snapshot: what the message says stays what was true at `at`. Recording the same `key`
    twice returns the first row. `not_before` holds the message behind a time, for instance an undo.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An outbox message is recorded in the transaction of its cause.")
    _lock(group)
    so_far = OutboxMessage.objects.filter(group=group).aggregate(
        last=Max("sequence", default=0), same=Max("pk", filter=Q(key=key))
    )
    if so_far["same"] is not None:
        return OutboxMessage.objects.get(pk=so_far["same"])
    message = OutboxMessage.objects.create(
        topic=topic,
        group=group,
        sequence=so_far["last"] + 1,
        key=key,
        payload=dict(payload),
        created_at=at,
        next_attempt_at=not_before or at,
    )
    transaction.on_commit(lambda: wake([message.pk]))
    return message


def _lock(group: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"outbox:{group}"])
