"""Work of the catalogue that the clock starts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from procedures import services


@shared_task(name="procedures.bring_lists_up_to_date")
def bring_lists_up_to_date(**_: object) -> None:
    """Let lists and search follow the versions that came into force."""
    services.bring_lists_up_to_date(today=timezone.localdate())
