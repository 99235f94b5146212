"""The tree of the authority: root → intermediate → leaders, agencies' seals; the time-stamping unit under the root.

Which signers there are stands in `signers.json` beside the keys: [{"key", "name", "organisation", "title"}].
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

_LONG: Final = {"valid-from": "2025-01-01T00:00:00+0000", "valid-to": "2045-01-01T00:00:00+0000"}
_SIGNER: Final = {"valid-from": "2025-01-01T00:00:00+0000", "valid-to": "2031-01-01T00:00:00+0000"}
_OVER: Final = {"valid-from": "2025-01-01T00:00:00+0000", "valid-to": "2025-06-01T00:00:00+0000"}
_AUTHORITIES: Final = ("root", "interm", "interm-ocsp", "tsa")
# Kept for those who want to see what a refused certificate does.
REVOKED: Final = "demo-revoked"
EXPIRED: Final = "demo-expired"


@dataclass(frozen=True)
class Signer:
    """Somebody who gets a certificate: a person, or an agency (without a title)."""

    key: str
    name: str
    organisation: str
    title: str = ""


def signers(folder: Path) -> list[Signer]:
    """Return the signers that `signers.json` names, and the two that must be refused."""
    file = folder / "signers.json"
    wanted = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    demo = [
        Signer(REVOKED, "Người ký đã bị thu hồi", "Chứng thư thử nghiệm"),
        Signer(EXPIRED, "Người ký đã hết hạn", "Chứng thư thử nghiệm"),
    ]
    return [*(Signer(**row) for row in wanted), *demo]


def make_keys(folder: Path, names: Iterable[str]) -> None:
    """Write a P-256 key (TT 15/2025/TT-BKHCN allows ECDSA from 256 bits) for each name that has none, mode 600."""
    for name in names:
        path = folder / f"{name}.key.pem"
        if path.exists():
            continue
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(pem)


def configuration(folder: Path, url: str) -> dict[str, Any]:
    """Return certomancer's configuration, services at `url`; makes the keys that are missing."""
    people = signers(folder)
    names = [*_AUTHORITIES, *(person.key for person in people)]
    make_keys(folder, names)
    keys = {name: {"path": f"{name}.key.pem"} for name in names}
    return {
        "external-url-prefix": url,
        "keysets": {"demo": {"keys": keys}},
        "pki-architectures": {"demo": _architecture(people)},
    }


def _architecture(people: list[Signer]) -> dict[str, Any]:
    entities: dict[str, Any] = {
        "root": {"organization-name": "Cổng dịch vụ công (thử nghiệm)", "common-name": "Root CA thử nghiệm"},
        "interm": {"organization-name": "Cổng dịch vụ công (thử nghiệm)", "common-name": "CA cấp dưới thử nghiệm"},
        "interm-ocsp": {"organization-name": "Cổng dịch vụ công (thử nghiệm)", "common-name": "OCSP thử nghiệm"},
        "tsa": {"organization-name": "Cổng dịch vụ công (thử nghiệm)", "common-name": "Dấu thời gian thử nghiệm"},
    }
    for person in people:
        entities[person.key] = {"organization-name": person.organisation, "common-name": person.name}
        if person.title:
            entities[person.key]["title"] = person.title
    return {
        "keyset": "demo",
        "entity-defaults": {"country-name": "VN"},
        "entities": entities,
        "certs": _authorities() | {person.key: _leaf(person.key) for person in people},
        "services": {
            "ocsp": {
                "interm": {"for-issuer": "interm", "responder-cert": "interm-ocsp", "signing-key": "interm-ocsp"}
            },
            "crl-repo": {
                name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "P1D"}
                for name in ("root", "interm")
            },
            "cert-repo": {"root": {"for-issuer": "root", "publish-issued-certs": True}},
            "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
        },
    }


def _authorities() -> dict[str, Any]:
    signs = _usage("digital_signature", "key_cert_sign", "crl_sign")
    authority = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
    return {
        "root": {"issuer": "root", "serial": 1, "validity": _LONG, "extensions": [authority, signs]},
        "interm": {
            "issuer": "root",
            "serial": 2,
            "validity": _LONG,
            "extensions": [authority, signs, _crl("root")],
        },
        "interm-ocsp": {
            "issuer": "interm",
            "serial": 3,
            "validity": _LONG,
            "extensions": [_usage("digital_signature"), _purpose("ocsp_signing"), {"id": "ocsp_no_check"}],
        },
        "tsa": {
            "issuer": "root",
            "serial": 4,
            "validity": _LONG,
            "extensions": [_usage("digital_signature"), _purpose("time_stamping"), _crl("root")],
        },
    }


def _leaf(key: str) -> dict[str, Any]:
    leaf: dict[str, Any] = {
        "issuer": "interm",
        # The serial follows from the key's name: the certificate means the same after every start.
        "serial": int.from_bytes(hashlib.sha256(key.encode()).digest()[:15], "big") | 1 << 122,
        "validity": _OVER if key == EXPIRED else _SIGNER,
        "extensions": [
            _usage("digital_signature", "non_repudiation"),
            _crl("interm"),
            {
                "id": "authority_information_access",
                "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": ["interm"]}},
            },
        ],
    }
    if key == REVOKED:
        leaf["revocation"] = {"revoked-since": "2025-02-01T00:00:00+0000", "reason": "key_compromise"}
    return leaf


def _usage(*names: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(names)}}


def _purpose(name: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "critical": True, "value": [name]}


def _crl(repository: str) -> dict[str, Any]:
    params = {"crl-repo-names": [repository]}
    return {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": params}}
