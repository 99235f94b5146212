"""Waking a worker. Redis may be away: then the sweeper finds the row, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)
DELIVER = "portal.core.outbox.deliver"


def wake(ids: Iterable[int]) -> None:
    """Ask the workers to look at these messages; return at once when the broker does not answer."""
    try:
        for message_id in ids:
            current_app.send_task(DELIVER, kwargs={"message_id": message_id}, retry=False)
    except OperationalError:
        log.warning("outbox_not_woken")
