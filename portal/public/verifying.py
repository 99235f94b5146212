"""Is this file what the province issued? By an uploaded PDF, or by the address in its QR code."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from identity import signing
from onestop import queries
from onestop.kinds import DocumentState
from onestop.models import CaseDocument
from onestop.printing import expectation
from portal.core import files

_CONTACT = re.compile(rb"/ContactInfo ?\(([^)]{1,600})\)")
_OCTAL = re.compile(rb"\\([0-3][0-7]{2})")
_ADDRESS = re.compile(rb"/xac-thuc/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")


@dataclass(frozen=True)
class Report:
    """What a stranger is told: the verdict, and of which document of ours."""

    verdict: signing.Verdict
    document: CaseDocument | None

    @property
    def newer(self) -> CaseDocument | None:
        """The result that was issued in place of this one, when it was corrected."""
        return queries.issued_in_place_of(self.document) if self.document else None

    @property
    def corrected_since(self) -> datetime | None:
        """Since when a corrected version of this one is being made; until that is issued, this one is in force."""
        return queries.being_corrected_since(self.document) if self.document else None


def of_file(content: bytes) -> Report:
    """Return the report on an uploaded file; it is parsed in a process of its own, with limits."""
    document = queries.issued_by_hash(hashlib.sha256(content).hexdigest()) or _claimed(content)
    if document is None:
        return Report(_of_stranger(content), None)
    return Report(_checked(content, document), document)


def of_document(document: CaseDocument) -> Report:
    """Return the report on the file that the portal itself keeps."""
    content = files.read(document.file) if document.file else b""
    return Report(_checked(content, document), document)


def _checked(content: bytes, document: CaseDocument) -> signing.Verdict:
    expected = expectation(document)
    verdict = signing.verify_in_child(content, expected)
    if not verdict.is_valid:
        return verdict
    if document.file is None or hashlib.sha256(content).hexdigest() != document.file.sha256:
        return signing.Verdict(signing.Finding.CHANGED, verdict.signatures)
    if document.state == DocumentState.REVOKED:
        return signing.Verdict(signing.Finding.REVOKED_RESULT, verdict.signatures)
    return verdict


def _claimed(content: bytes) -> CaseDocument | None:
    """Return the document of ours that a changed file claims to be, by the address in its leader's signature."""
    written = _CONTACT.search(content)
    plain = _OCTAL.sub(lambda letter: bytes([int(letter[1], 8)]), written[1]) if written else b""
    found = _ADDRESS.search(plain)
    return queries.issued_document(found[1].decode()) if found else None


def _of_stranger(content: bytes) -> signing.Verdict:
    verdict = signing.verify_in_child(content, signing.Expectation(()))
    if verdict.finding in {signing.Finding.NOT_PDF, signing.Finding.UNSIGNED}:
        return verdict
    return signing.Verdict(signing.Finding.NOT_OURS, verdict.signatures)
