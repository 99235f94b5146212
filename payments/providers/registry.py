"""Which gateways there are. The caller says how to send, so that adapters stay plain Python."""

from __future__ import annotations

from collections.abc import Mapping

from payments.providers.contract import Gateway, Post
from payments.providers.paygov import PayGov

PAYGOV = "paygov"


def gateway(name: str, *, configuration: Mapping[str, str], post: Post) -> Gateway:
    """Return the gateway called `name`; raises `KeyError` for one that is not there."""
    makers = {PAYGOV: PayGov}
    return makers[name](configuration["url"], configuration["partner"], configuration["secret"], post)
