"""Who signed a paper that somebody gave us, and is it unchanged since? A report to whoever judges the paper.

Nothing is fetched: an address in a stranger's certificate is not called. Whether a certificate was revoked is thus
not known, and the report says so.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from identity.signing import keys
from identity.signing.apart import in_child
from identity.signing.types import SigningRefusedError

_MOST: Final = 20


class Standing(StrEnum):
    """What is known about one signature."""

    VALID = "VALID"
    UNTRACED = "UNTRACED"
    BROKEN = "BROKEN"
    UNREADABLE = "UNREADABLE"


STANDINGS: Final[dict[str, Promise]] = {
    Standing.VALID: _(
        "Unchanged since it was signed; the certificate comes from an authority known here. Whether it was revoked "
        "was not asked."
    ),
    Standing.UNTRACED: _(
        "Unchanged since it was signed; the certificate cannot be traced to an authority known here, or is no longer "
        "in force."
    ),
    Standing.BROKEN: _("Not valid: the document was changed after it was signed, or the signature is broken."),
    Standing.UNREADABLE: _("The signatures could not be read."),
}


@dataclass(frozen=True)
class SignatureReport:
    """One signature, in texts."""

    standing: Standing
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    signed_at: str = ""  # ISO; what the signer's clock said


def report(pdf: bytes) -> tuple[SignatureReport, ...]:
    """Return a report on each signature, in order; read in a process of its own."""
    return in_child(_report, pdf) or (SignatureReport(Standing.UNREADABLE),)


def _report(pdf: bytes) -> tuple[SignatureReport, ...]:
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[:_MOST]
        return tuple(_of(signature) for signature in signatures)
    except Exception:  # noqa: BLE001 - a stranger's bytes: whatever the parsers raise, they could not be read
        return ()


def _of(signature: EmbeddedPdfSignature) -> SignatureReport:
    certificate: Any = signature.signer_cert
    subject, issuer = certificate.subject.native, certificate.issuer.native
    claimed = signature.self_reported_timestamp
    return SignatureReport(
        standing=_standing(signature),
        signer=str(subject.get("common_name", "")),
        organisation=str(subject.get("organization_name", "")),
        issuer=str(issuer.get("common_name", "")),
        signed_at=claimed.isoformat() if claimed else "",
    )


def _standing(signature: EmbeddedPdfSignature) -> Standing:
    try:
        status = validate_pdf_signature(signature, _trust())
    except Exception:  # noqa: BLE001 - as above
        return Standing.BROKEN
    unchanged = status.modification_level in {
        None,
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
        ModificationLevel.FORM_FILLING,
    }
    if not (status.intact and status.valid and unchanged) or status.docmdp_ok is False:
        return Standing.BROKEN
    return Standing.VALID if status.trusted else Standing.UNTRACED


def _trust() -> ValidationContext:
    return ValidationContext(trust_roots=list(_roots()), allow_fetching=False, revocation_mode="soft-fail")


def _roots() -> Iterator[Any]:
    """Yield our own root, and those of the authorities whose signatures the province accepts."""
    with suppress(SigningRefusedError):  # without a root of ours, others' signatures are still judged
        yield keys.certificate("root")
    if settings.TRUSTED_ROOTS_DIR:
        found = sorted(str(path) for path in Path(settings.TRUSTED_ROOTS_DIR).glob("*.pem"))
        yield from load_certs_from_pemder(found)
