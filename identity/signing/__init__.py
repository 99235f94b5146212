"""Digital signatures of results: two people, two acts, one file that stays valid for decades.

The leader signs, the records clerk fills in number and date and has the agency's seal applied, a last time-stamp
covers everything (PAdES B-LTA). `verify` refuses whatever the process did not ask for. Recipe and policy:
docs/decisions/0004-signing.md; standards: TT 15/2025/TT-BKHCN, Phụ lục I (ETSI EN 319 142-1).
"""

from identity.signing.reporting import STANDINGS, SignatureReport, Standing, report
from identity.signing.signing import seal_as_agency, seal_attachment, sign_as_leader
from identity.signing.types import (
    Expectation,
    Finding,
    SignatureFacts,
    SigningRefusedError,
    TrustServiceError,
    Verdict,
)
from identity.signing.verifying import inspect, verify, verify_in_child

__all__ = [
    "STANDINGS",
    "Expectation",
    "Finding",
    "SignatureFacts",
    "SignatureReport",
    "SigningRefusedError",
    "Standing",
    "TrustServiceError",
    "Verdict",
    "inspect",
    "report",
    "seal_as_agency",
    "seal_attachment",
    "sign_as_leader",
    "verify",
    "verify_in_child",
]
