"""The gateways of this installation: adapters given their configuration and the one door to the outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from payments.providers import registry
from payments.providers.contract import Answer, Gateway
from portal.core import http


def paygov() -> Gateway:
    """Return PayGov as the settings describe it."""
    configuration = {
        "url": settings.PAYGOV_URL,
        "partner": settings.PAYGOV_PARTNER,
        "secret": settings.PAYGOV_SECRET,
    }
    return registry.gateway(registry.PAYGOV, configuration=configuration, post=_post)


def _post(url: str, body: Mapping[str, Any]) -> Answer:
    response = http.post_json(url, body)
    return Answer(response.status_code, response.content, response.headers.get("content-type", ""))
