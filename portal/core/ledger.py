"""Hash chains: each row's hash covers the row before it, so that an altered row is found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.core.serializers.json import DjangoJSONEncoder

GENESIS = b"\0" * 32
_CANONICAL = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def chain(previous: bytes, row: Mapping[str, object]) -> bytes:
    """Return SHA-256 over the previous hash and the canonical JSON of `row` (sorted keys, UTF-8)."""
    return hashlib.sha256(previous + _CANONICAL.encode(row).encode()).digest()
