"""The authorities asked while signing: who stamps the time, who says that a certificate is not revoked.

What was asked a moment ago is not asked again: a leader who signs fifty results does not fetch one list fifty times.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from django.conf import settings
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from identity.signing import keys

REVOCATION_SECONDS: Final = 60  # a revoked key may sign for so long after its authority knows


def time_stamper() -> HTTPTimeStamper:
    """Return the client of the time-stamping authority; it remembers how much room an answer takes."""
    return _time_stamper(settings.TIMESTAMP_URL, settings.HTTP_TIMEOUT_SECONDS)


def validation_context() -> ValidationContext:
    """Return what a signer's certificate is checked against: our root, and revocation data that must be had."""
    return ValidationContext(
        trust_roots=[keys.certificate("root")],
        other_certs=[keys.certificate("interm")],
        allow_fetching=True,
        revocation_mode="hard-fail",
        fetchers=_fetchers(settings.PKI_DIR, int(time.monotonic() // REVOCATION_SECONDS)),
    )


@lru_cache(maxsize=4)
def _time_stamper(url: str, seconds: int) -> HTTPTimeStamper:
    return HTTPTimeStamper(url, timeout=seconds)


@lru_cache(maxsize=1)
def _fetchers(_folder: str, _minute: int) -> Fetchers:
    """Return fetchers that remember their answers; another minute, and others are made."""
    return RequestsFetcherBackend(per_request_timeout=settings.HTTP_TIMEOUT_SECONDS).get_fetchers()
