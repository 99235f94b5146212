"""Sends CONFIRM to the province until it is acknowledged, as a payment platform does."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
from django.db import connections
from django.utils import timezone

from portal.sandbox.faults import knobs, plan
from portal.sandbox.faults.models import Fault
from portal.sandbox.paygov import messages
from portal.sandbox.paygov.models import Confirmation
from portal.sandbox.wire import BadMessageError

CALLBACK: Final = "/api/v1/thanh-toan/paygov/xac-nhan"
_TARGET: Final = "paygov.confirm"
_ATTEMPTS: Final = 12
_TIMEOUT_SECONDS: Final = 8.0
_LEASE: Final = timedelta(seconds=30)
_REST_SECONDS: Final = 0.3
_LONGEST_WAIT: Final = 600.0
_NOT_SENT: Final = frozenset({"drop_before", "down"})
log = logging.getLogger(__name__)


def deliver(confirmation: Confirmation, *, at: datetime) -> bool:
    """Send one CONFIRM now and return whether it was acknowledged; otherwise it is sent again later."""
    faults = plan.claim(_TARGET, json.dumps(confirmation.body))
    for kind in ("delay", "reorder"):
        if kind in faults:  # sent later, so that others overtake it
            later = at + timedelta(seconds=faults[kind].seconds or 5)
            Confirmation.objects.filter(pk=confirmation.pk).update(due_at=later)
            return False
    answer, acknowledged = _exchange(confirmation.body, faults)
    wait = min(float(knobs.value("confirm_retry_seconds")) * 2**confirmation.attempts, _LONGEST_WAIT)
    confirmation.attempts += 1
    confirmation.last_answer = answer
    confirmation.acknowledged_at = at if acknowledged else None
    done = acknowledged or confirmation.attempts >= _ATTEMPTS
    confirmation.due_at = None if done else at + timedelta(seconds=wait)
    confirmation.save()
    return acknowledged


def send(body: Mapping[str, Any]) -> str:
    """POST `body` to the province and return what it answered, or why nothing came."""
    url = f"{knobs.value('public_url')}{CALLBACK}"
    try:
        response = httpx.post(url, json=dict(body), timeout=_TIMEOUT_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}"
    return response.text if response.status_code == httpx.codes.OK else f"HTTP {response.status_code}"


def work(stop: threading.Event) -> Callable[[], None]:
    """Return the loop of the worker that sends what is due, until `stop` is set."""

    def loop() -> None:
        while not stop.wait(_REST_SECONDS):
            try:
                sweep(at=timezone.now())
            except Exception:
                log.exception("The worker of PayGov stumbled.")
                time.sleep(1)
        connections.close_all()

    return loop


def sweep(*, at: datetime) -> None:
    for row in list(Confirmation.objects.filter(due_at__lte=at).order_by("due_at")[:50]):
        mine = Confirmation.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=at + _LEASE)
        if mine:
            deliver(row, at=timezone.now())


def _exchange(body: dict[str, Any], faults: Mapping[str, Fault]) -> tuple[str, bool]:
    if _NOT_SENT & set(faults):
        return "not sent (planned)", False
    sent = plan.spoilt(body) if "bad_signature" in faults else body
    answer = send(sent)
    if "duplicate" in faults:
        send(sent)
    if "drop_after" in faults:
        return "answer lost (planned)", False
    return answer, _acknowledges(answer)


def _acknowledges(answer: str) -> bool:
    try:
        body = json.loads(answer)
        return isinstance(body, dict) and body.get("MaLoi") == "00" and messages.is_genuine("CONFIRM_ANSWER", body)
    except (ValueError, BadMessageError):
        return False
