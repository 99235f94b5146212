"""Work of the catalogue that the clock starts, or somebody who does not want to wait for it."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.core.outbox import Envelope, handler
from procedures import services
from procedures.national.client import Generation1
from procedures.services import following


@shared_task(name="procedures.bring_lists_up_to_date")
def bring_lists_up_to_date(**_: object) -> None:
    """Let lists and search follow the versions that came into force."""
    services.bring_lists_up_to_date(today=timezone.localdate())


@shared_task(name="procedures.forget_searches")
def forget_searches(**_: object) -> None:
    """Erase old searches that found nothing."""
    services.forget_searches(today=timezone.localdate())


@shared_task(name="procedures.look_at_national_catalogue")
def look_at_national_catalogue(**_: object) -> None:
    """See what changed in the national catalogue."""
    following.look(catalogue=Generation1(), at=timezone.now())


@handler(following.TOPIC)
def look_now(envelope: Envelope) -> None:
    """Somebody asked to see it at once."""
    following.look(catalogue=Generation1(), at=envelope.now)
