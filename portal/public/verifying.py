"""Is this file what the province issued, or certified? By an uploaded PDF, or by the address in its QR code."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from identity import signing
from onestop import queries
from onestop.kinds import DocumentState
from onestop.models import CaseDocument, Scan
from onestop.printing import expectation
from portal.core import files
from portal.core.models import StoredFile

_CONTACT = re.compile(rb"/ContactInfo ?\(([^)]{1,600})\)")
_OCTAL = re.compile(rb"\\([0-3][0-7]{2})")
_ADDRESS = re.compile(rb"/xac-thuc/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")


@dataclass(frozen=True)
class Report:
    """What a stranger is told: the verdict, and of which document, or certified scan, of ours."""

    verdict: signing.Verdict
    document: CaseDocument | None = None
    scan: Scan | None = None

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
    sha256 = hashlib.sha256(content).hexdigest()
    ours = queries.issued_by_hash(sha256) or queries.certified_by_hash(sha256) or _claimed(content)
    return _report(content, ours) if ours else Report(_of_stranger(content))


def of_address(uuid: UUID) -> Report | None:
    """Return the report on the file that the portal keeps at the address in a QR code; None when there is none."""
    ours = _at(uuid)
    file = _file_of(ours) if ours else None
    return _report(files.read(file), ours) if ours and file else None


def _at(uuid: UUID | str) -> CaseDocument | Scan | None:
    return queries.issued_document(uuid) or queries.certified_scan(uuid)


def _claimed(content: bytes) -> CaseDocument | Scan | None:
    """Return what of ours a changed file claims to be, by the address in its first signature."""
    written = _CONTACT.search(content)
    plain = _OCTAL.sub(lambda letter: bytes([int(letter[1], 8)]), written[1]) if written else b""
    found = _ADDRESS.search(plain)
    return _at(found[1].decode()) if found else None


def _file_of(ours: CaseDocument | Scan) -> StoredFile | None:
    return ours.paper.file if isinstance(ours, Scan) else ours.file


def _report(content: bytes, ours: CaseDocument | Scan) -> Report:
    if isinstance(ours, Scan):
        expected = signing.Expectation((ours.key,), is_attachment=True)
        return Report(_checked(content, ours.paper.file, expected), scan=ours)
    verdict = _checked(content, ours.file, expectation(ours))
    if verdict.is_valid and ours.state == DocumentState.REVOKED:
        verdict = signing.Verdict(signing.Finding.REVOKED_RESULT, verdict.signatures)
    return Report(verdict, document=ours)


def _checked(content: bytes, file: StoredFile | None, expected: signing.Expectation) -> signing.Verdict:
    verdict = signing.verify_in_child(content, expected)
    if verdict.is_valid and (file is None or hashlib.sha256(content).hexdigest() != file.sha256):
        return signing.Verdict(signing.Finding.CHANGED, verdict.signatures)
    return verdict


def _of_stranger(content: bytes) -> signing.Verdict:
    verdict = signing.verify_in_child(content, signing.Expectation(()))
    if verdict.finding in {signing.Finding.NOT_PDF, signing.Finding.UNSIGNED}:
        return verdict
    return signing.Verdict(signing.Finding.NOT_OURS, verdict.signatures)
