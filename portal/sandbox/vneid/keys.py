"""The key that signs id_tokens: made at the first start, kept beside the sandbox's database."""

from __future__ import annotations

import json
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from portal.sandbox import settings


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """Return the RSA key; two processes starting at once agree on one."""
    path = Path(settings.SANDBOX_DB).with_suffix(".vneid.pem")
    if not path.exists():
        _create(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} does not hold an RSA key.")
    return key


def public_jwk() -> dict[str, Any]:
    key: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(signing_key().public_key()))
    return {**key, "use": "sig", "alg": "RS256", "kid": key_id()}


def key_id() -> str:
    return f"vneid-{signing_key().public_key().public_numbers().n % 10**8:08}"


def sign(claims: dict[str, Any]) -> str:
    """Return `claims` as a JWT signed with RS256."""
    return jwt.encode(claims, signing_key(), algorithm="RS256", headers={"kid": key_id()})


def _create(path: Path) -> None:
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(scratch, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(scratch, path)  # whoever is first wins; the other takes that key
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
