"""What Celery runs for the core: deliver a message, sweep for forgotten ones, look after files."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.core import files, outbox
from portal.core.outbox.waking import DELIVER, wake


@shared_task(name=DELIVER)
def deliver_message(*, message_id: int, **_: object) -> None:
    """Deliver one outbox message, if it is still due."""
    outbox.deliver(message_id, now=timezone.now())


@shared_task(name="portal.core.outbox.sweep")
def sweep(**_: object) -> None:
    """Wake a worker for each message that is due and that nobody woke."""
    wake(outbox.due_ids(now=timezone.now()))


@shared_task(name="portal.core.files.reap_orphans")
def reap_orphans(**_: object) -> None:
    """Delete stored files that no row ever came to name."""
    files.reap_orphans(now=timezone.now())


@shared_task(name="portal.core.files.scan_waiting")
def scan_waiting(**_: object) -> None:
    """Ask the virus scanner again about files in quarantine."""
    files.scan_waiting(now=timezone.now())
