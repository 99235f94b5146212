"""The outbox: work for later, written in the transaction of the fact that asks for it.

`record` writes a row, `handler` registers who does the work, `deliver` claims, does and marks.
Celery only wakes; what it forgets, the sweeper finds. docs/architecture.md draws the road.
"""

from portal.core.outbox.delivery import deliver, due_ids
from portal.core.outbox.recording import record
from portal.core.outbox.registry import Envelope, RetryLater, Undeliverable, handler

__all__ = ["Envelope", "RetryLater", "Undeliverable", "deliver", "due_ids", "handler", "record"]
