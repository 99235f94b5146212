"""What signing and verifying speak of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError, OutsideWorldError


class TrustServiceError(OutsideWorldError):
    """CRL, OCSP or the time-stamping authority do not answer: sign later."""


class SigningRefusedError(DomainError):
    """The key may not sign: its certificate is revoked, expired or unknown."""

    message = _("The signing certificate cannot be used: it is revoked, expired or unknown.")


class Finding(StrEnum):
    """What is wrong with a document; each has its own message."""

    NOT_PDF = "NOT_PDF"
    UNSIGNED = "UNSIGNED"
    NOT_OURS = "NOT_OURS"
    CHANGED = "CHANGED"
    MISSING_SIGNATURE = "MISSING_SIGNATURE"
    EXTRA_SIGNATURE = "EXTRA_SIGNATURE"
    FOREIGN_SIGNER = "FOREIGN_SIGNER"
    TIMESTAMP_MISSING = "TIMESTAMP_MISSING"
    NOT_TRUSTED = "NOT_TRUSTED"
    REVOKED_RESULT = "REVOKED_RESULT"


MESSAGES: dict[Finding, Promise] = {
    Finding.NOT_PDF: _("This file is not a readable PDF."),
    Finding.UNSIGNED: _("This document carries no digital signature."),
    Finding.NOT_OURS: _("This document was not issued by this portal."),
    Finding.CHANGED: _("The document was changed after it was signed. It is not valid."),
    Finding.MISSING_SIGNATURE: _("A signature that the document must carry is missing."),
    Finding.EXTRA_SIGNATURE: _("The document carries a signature that does not belong there."),
    Finding.FOREIGN_SIGNER: _("The document was signed by somebody who may not sign it."),
    Finding.TIMESTAMP_MISSING: _("The time-stamp that secures the document for the long term is missing."),
    Finding.NOT_TRUSTED: _(
        "The signature cannot be traced to a trusted authority, or was not valid when it was made."
    ),
    Finding.REVOKED_RESULT: _("The document is genuine, but it was revoked or replaced by a newer version."),
}


@dataclass(frozen=True)
class Expectation:
    """Which signatures the process asked for: the names of the keys, in order; and the exact file, when known.

    What is issued beside a result (`is_attachment`) carries the agency's seal only.
    """

    keys: tuple[str, ...]
    sha256: str = ""
    is_attachment: bool = False


@dataclass(frozen=True)
class SignatureFacts:
    """One signature as a stranger may know it."""

    signer: str
    organisation: str
    title: str
    signed_at: datetime | None
    issuer: str
    intact: bool
    certificate_from: datetime
    certificate_until: datetime


@dataclass(frozen=True)
class Verdict:
    """What verification found; valid when nothing is wrong."""

    finding: Finding | None
    signatures: tuple[SignatureFacts, ...] = field(default=())

    @property
    def is_valid(self) -> bool:
        return self.finding is None

    @property
    def message(self) -> str:
        return str(MESSAGES[self.finding]) if self.finding else str(_("The document is genuine and unchanged."))
