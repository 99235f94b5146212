"""Keys and certificates from PKI_DIR: `<name>.key.pem`, `<name>.cert.pem`, `interm.cert.pem`, `root.cert.pem`.

Keys lie in files here; a remote signing service (TS 119 432) or a token would be another pyHanko `Signer`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from asn1crypto import x509
from django.conf import settings
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from identity.signing.types import SigningRefusedError


def signer(name: str) -> signers.SimpleSigner:
    """Return the signer of key `name`, loaded once a process; raises `SigningRefusedError` when there is none."""
    return _signer(settings.PKI_DIR, name)


def certificate(name: str) -> x509.Certificate:
    """Return the certificate of key `name`, or of an authority; raises `SigningRefusedError` when there is none."""
    return _certificate(settings.PKI_DIR, name)


@lru_cache(maxsize=256)
def _signer(folder: str, name: str) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple([_certificate(folder, authority) for authority in ("interm", "root")])
    try:
        key = load_private_key_from_pemder(str(_path(folder, f"{name}.key.pem")), passphrase=None)
    except OSError as error:
        raise SigningRefusedError from error
    return signers.SimpleSigner(signing_cert=_certificate(folder, name), signing_key=key, cert_registry=store)


@lru_cache(maxsize=512)
def _certificate(folder: str, name: str) -> x509.Certificate:
    try:
        return cast("Any", load_cert_from_pemder(str(_path(folder, f"{name}.cert.pem"))))
    except OSError as error:
        raise SigningRefusedError from error


def _path(folder: str, name: str) -> Path:
    if "/" in name or name.startswith("."):
        raise SigningRefusedError
    return Path(folder) / name
