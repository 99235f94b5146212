"""Is this document what we issued? The strict policy: exactly the signatures that the process asked for.

Each check has its own finding. Any doubt, and any exception, is a refusal.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from identity.signing import keys, placing
from identity.signing.apart import in_child
from identity.signing.structure import StructureError, coverages
from identity.signing.types import Expectation, Finding, SignatureFacts, Verdict

log = structlog.get_logger(__name__)
_SUBFILTER: Final = "/ETSI.CAdES.detached"
_TIMESTAMP: Final = "/ETSI.RFC3161"
_FIELDS: Final = (placing.LEADER, placing.SEAL)
_FIELDS_OF_ATTACHMENT: Final = (placing.ATTACHED,)
# What may be filled in after a signature: the records clerk's fields after the leader's, nothing after the seal.
_OPEN_AFTER: Final = {placing.LEADER: frozenset({placing.NUMBER, placing.DATE, placing.SEAL})}


def verify(pdf: bytes, expected: Expectation) -> Verdict:
    """Return the verdict of the strict policy over a finished result."""
    try:
        return _verify(pdf, expected)
    except Exception as error:  # noqa: BLE001 - three parsers read a stranger's bytes: whatever they raise, refuse
        log.info("verification_refused", kind=type(error).__name__)
        return Verdict(Finding.NOT_PDF if not pdf.startswith(b"%PDF-") else Finding.CHANGED)


def inspect(pdf: bytes) -> tuple[SignatureFacts, ...]:
    """Return who signed, when, and whether what they signed is intact; nothing for what is not a signed PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        return tuple(_facts(signature) for signature in reader.embedded_regular_signatures)
    except Exception:  # noqa: BLE001 - as above
        return ()


def verify_in_child(pdf: bytes, expected: Expectation) -> Verdict:
    """As `verify`, in a process of its own with limits on time and memory: strangers' files are parsed there."""
    return in_child(verify, pdf, expected) or Verdict(Finding.NOT_PDF)


def _verify(pdf: bytes, expected: Expectation) -> Verdict:
    if not pdf.startswith(b"%PDF-"):
        return Verdict(Finding.NOT_PDF)
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    signatures = list(reader.embedded_regular_signatures)
    facts = tuple(_facts(signature) for signature in signatures)
    finding = _first_finding(pdf, reader, signatures, expected)
    return Verdict(finding, facts)


def _first_finding(
    pdf: bytes, reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], expected: Expectation
) -> Finding | None:
    if not signatures:
        return Finding.UNSIGNED
    checks: list[Callable[[], Finding | None]] = [
        lambda: _count(signatures, expected),
        lambda: _signers(signatures, expected),
        lambda: _integrity(reader, signatures),
        lambda: _last_timestamp(pdf, reader),
        lambda: _trust(signatures),
        lambda: _same_file(pdf, expected),
    ]
    return next((finding for check in checks if (finding := check()) is not None), None)


def _count(signatures: list[EmbeddedPdfSignature], expected: Expectation) -> Finding | None:
    if len(signatures) > len(expected.keys):
        return Finding.EXTRA_SIGNATURE
    if len(signatures) < len(expected.keys):
        return Finding.MISSING_SIGNATURE
    names = tuple(signature.field_name for signature in signatures)
    wanted = _FIELDS_OF_ATTACHMENT if expected.is_attachment else _FIELDS
    return None if names == wanted[: len(names)] else Finding.EXTRA_SIGNATURE


def _signers(signatures: list[EmbeddedPdfSignature], expected: Expectation) -> Finding | None:
    for signature, key in zip(signatures, expected.keys, strict=True):
        if signature.sig_object.get("/SubFilter") != _SUBFILTER:
            return Finding.NOT_TRUSTED
        # The same key under the same name: a renewed certificate is still this signer.
        ours, theirs = keys.certificate(key), signature.signer_cert
        if theirs.public_key.sha256 != ours.public_key.sha256 or theirs.subject != ours.subject:
            return Finding.FOREIGN_SIGNER
    return None


def _integrity(reader: PdfFileReader, signatures: list[EmbeddedPdfSignature]) -> Finding | None:
    for signature in [*signatures, *reader.embedded_timestamp_signatures]:
        signature.compute_integrity_info()
        if not _is_intact(signature):
            return Finding.CHANGED
        summary = signature.diff_result
        if signature.coverage != SignatureCoverageLevel.ENTIRE_FILE and not hasattr(summary, "changed_form_fields"):
            return Finding.CHANGED
        if set(getattr(summary, "changed_form_fields", ())) - _OPEN_AFTER.get(signature.field_name, frozenset()):
            return Finding.CHANGED
    return None


def _last_timestamp(pdf: bytes, reader: PdfFileReader) -> Finding | None:
    everything = reader.embedded_signatures
    if not everything or everything[-1].sig_object.get("/SubFilter") != _TIMESTAMP:
        return Finding.TIMESTAMP_MISSING
    if len(reader.embedded_timestamp_signatures) != 1:
        return Finding.CHANGED
    try:
        found = coverages(pdf)
    except StructureError:
        return Finding.CHANGED
    return None if len(found) == len(everything) else Finding.CHANGED


def _trust(signatures: list[EmbeddedPdfSignature]) -> Finding | None:
    specification = _specification()
    for signature in signatures:
        result = asyncio.run(ades_lta_validation(signature, specification))
        if result.ades_subindic != AdESPassed.OK:
            return Finding.NOT_TRUSTED
    return None


def _same_file(pdf: bytes, expected: Expectation) -> Finding | None:
    if expected.sha256 and hashlib.sha256(pdf).hexdigest() != expected.sha256:
        return Finding.CHANGED
    return None


def _specification() -> PdfSignatureValidationSpec:
    """Return the policy: our root, revocation data required and all of it inside the file, nothing fetched.

    The intermediate too comes from the file: ours of today may be newer than the last time-stamp, which then proves
    nothing about it, and every result issued before a renewal would be refused.
    """
    root = keys.certificate("root")
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[root]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy,
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )


def _is_intact(signature: EmbeddedPdfSignature) -> bool:
    """Return whether the bytes that the signature covers are those that were signed (or time-stamped)."""
    digest = signature.compute_digest()
    kind = "data"
    if signature.sig_object.get("/SubFilter") == _TIMESTAMP:
        content: Any = signature.signed_data["encap_content_info"]["content"]
        imprint = content.parsed["message_imprint"]["hashed_message"].native
        algorithm = signature.signer_info["digest_algorithm"]["algorithm"].native
        if imprint != signature.compute_digest(
            content.parsed["message_imprint"]["hash_algorithm"]["algorithm"].native
        ):
            return False
        kind, digest = "tst_info", hashlib.new(algorithm, bytes(content)).digest()
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, expected_content_type=kind, actual_digest=digest
    )
    return bool(intact and valid)


def _facts(signature: EmbeddedPdfSignature) -> SignatureFacts:
    certificate: Any = signature.signer_cert
    subject, issuer = certificate.subject.native, certificate.issuer.native
    try:
        intact = _is_intact(signature)
    except (ValueError, PdfError):
        intact = False
    return SignatureFacts(
        signer=str(subject.get("common_name", "")),
        organisation=str(subject.get("organization_name", "")),
        title=str(subject.get("title", "")),
        signed_at=_time(signature),
        issuer=str(issuer.get("common_name", "")),
        intact=intact,
        certificate_from=certificate.not_valid_before,
        certificate_until=certificate.not_valid_after,
    )


def _time(signature: EmbeddedPdfSignature) -> datetime | None:
    """Return the time in the signature's own time-stamp; what the signer's clock claimed only when there is none."""
    stamp = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    if stamp is None:
        return signature.self_reported_timestamp
    moment: datetime = stamp["encap_content_info"]["content"].parsed["gen_time"].native
    return moment.astimezone(UTC)
