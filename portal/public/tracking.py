"""Tracking by case code and the phone number that only the applicant knows.

A wrong code and a wrong phone are answered with the same bytes after the same work; knocking too often is refused.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from onestop import queries
from onestop.models import Case
from portal.core.errors import TooManyRequestsError

_WINDOW = 15 * 60


def find(request: HttpRequest, code: str, phone: str) -> Case | None:
    """Return the case, or None whatever was wrong; raises `TooManyRequestsError`."""
    _count(request.META.get("REMOTE_ADDR", ""))
    return queries.tracked(code.strip().upper()[:60], phone.strip()[:30] or "-")


def _count(address: str) -> None:
    key = "track:" + hashlib.sha256(f"{settings.BLIND_INDEX_KEY}{address}".encode()).hexdigest()[:32]
    try:
        cache.add(key, 0, _WINDOW)
        tries = cache.incr(key)
    except (RedisError, OSError, ValueError):
        return
    if tries > settings.TRACKING_TRIES:
        raise TooManyRequestsError
