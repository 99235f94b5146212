"""Personal data at rest: AES-256-GCM with key ids, and a keyed blind index for equality search.

A ciphertext is `version (1) ‖ key id (1) ‖ nonce (12) ‖ AES-GCM`, bound to its column by the
associated data, so that a value copied into another column does not decrypt.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_VERSION: Final = 1
_HEADER: Final = 2
_NONCE: Final = 12
_KEY_BYTES: Final = 32


def encrypt(plain: bytes, *, context: str) -> bytes:
    """Return `plain` encrypted under the newest key and bound to `context` (a column's name)."""
    key_id, cipher = _newest()
    nonce = os.urandom(_NONCE)
    return bytes([_VERSION, key_id]) + nonce + cipher.encrypt(nonce, plain, context.encode())


def decrypt(sealed: bytes, *, context: str) -> bytes:
    """Return the plain bytes of `sealed`.

    Raises `cryptography.exceptions.InvalidTag` when it was altered or moved, `KeyError` when its key is gone.
    """
    cipher = _keyring()[sealed[1]]
    nonce = sealed[_HEADER : _HEADER + _NONCE]
    return cipher.decrypt(nonce, sealed[_HEADER + _NONCE :], context.encode())


def blind_index(text: str) -> bytes:
    """Return 16 bytes by which equal texts are found without being readable."""
    key = settings.BLIND_INDEX_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).digest()[:16]


def _newest() -> tuple[int, AESGCM]:
    ring = _keyring()
    key_id = next(reversed(ring))
    return key_id, ring[key_id]


def _keyring() -> dict[int, AESGCM]:
    return _parse_keys(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=4)
def _parse_keys(words: tuple[str, ...]) -> dict[int, AESGCM]:
    ring = dict(_parse_key(word) for word in words)
    if not ring:
        raise ImproperlyConfigured("FIELD_KEYS holds no key.")
    return ring


def _parse_key(word: str) -> tuple[int, AESGCM]:
    number, _, encoded = word.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured("FIELD_KEYS: a key is not base64.") from error
    if len(key) != _KEY_BYTES or not number.isdigit():
        raise ImproperlyConfigured("FIELD_KEYS: write each as <number>:<base64 of 32 bytes>.")
    return int(number), AESGCM(key)
