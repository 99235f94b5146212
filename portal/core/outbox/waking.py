"""Waking a worker. Redis may be away: then the sweeper finds the row, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)
DELIVER = "portal.core.outbox.deliver"


_REST: Final = 5.0  # seconds for which a broker that did not answer is left alone
_resting_until = 0.0


def wake(ids: Iterable[int]) -> None:
    """Ask the workers to look at these messages; return soon when the broker does not answer."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return
    try:
        for message_id in ids:
            current_app.send_task(DELIVER, kwargs={"message_id": message_id}, retry=False)
    except OperationalError:
        _resting_until = time.monotonic() + _REST
        log.warning("outbox_not_woken")
