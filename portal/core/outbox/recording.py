"""Writing a message: once per key, in its place within the group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from portal.core.models import OutboxMessage
from portal.core.outbox.waking import wake

# Two statements sent at once: the second looks only when the lock is held, with a snapshot of its own.
_LOCK_AND_LOOK: Final = """
SELECT pg_advisory_xact_lock(hashtextextended(%s, 0));
SELECT coalesce(max(sequence), 0), max(id) FILTER (WHERE key = %s) FROM core_outboxmessage WHERE "group" = %s
"""


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
    last, same = _locked(group, key)
    if same is not None:
        return OutboxMessage.objects.get(pk=same)
    message = OutboxMessage.objects.create(
        topic=topic,
        group=group,
        sequence=last + 1,
        key=key,
        payload=dict(payload),
        created_at=at,
        next_attempt_at=not_before or at,
    )
    transaction.on_commit(lambda: wake([message.pk]))
    return message


def _locked(group: str, key: str) -> tuple[int, int | None]:
    """Return the last place in the group, and the message of this key; the group stays locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_AND_LOOK, [f"outbox:{group}", key, group])
        last, same = cursor.fetchone()
    return last, same
