"""Sessions of the national portal: opened with a name and a password, good for half an hour."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from portal.sandbox import settings
from portal.sandbox.dvcqg.models import Session
from portal.sandbox.faults import knobs


def open_session(username: str, password: str, *, at: datetime) -> str | None:
    """Return a new session, or None when name or password is wrong."""
    given = f"{username}\n{password}".encode()
    expected = f"{settings.NATIONAL_PORTAL_USERNAME}\n{settings.NATIONAL_PORTAL_PASSWORD}".encode()
    if not hmac.compare_digest(given, expected):
        return None
    return Session.objects.create(token=secrets.token_urlsafe(32), opened_at=at).token


def is_open(token: object, *, at: datetime) -> bool:
    oldest = at - timedelta(seconds=float(knobs.value("session_seconds")))
    return Session.objects.filter(token=str(token), opened_at__gt=oldest).exists()


def end_all() -> None:
    """Forget every session, so that each client must sign in again."""
    Session.objects.all().delete()
