"""Two people, two acts; and what happens when a key may not sign or the trust services are away."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from identity import signing
from identity.signing import keys, placing
from portal.sandbox.ca.__main__ import build
from portal.sandbox.ca.architecture import EXPIRED, REVOKED
from tests.identity.signing import papers
from tests.identity.signing.conftest import name_signers
from tests.processes import LEADER_KEY, SEAL_KEY, Authority

NOBODY = "http://127.0.0.1:9"


def field_values(pdf: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        form = document.Root.AcroForm.Fields
        return {str(field.T): str(field.V) for field in form if field.FT == "/Tx" and "/V" in field}


def test_a_sealed_result_passes_the_strict_policy(result: bytes) -> None:
    verdict = signing.verify(result, papers.EXPECTED)

    assert verdict.finding is None
    assert verdict.is_valid


def test_the_verdict_says_who_signed_when_and_for_whom(result: bytes) -> None:
    leader, seal = signing.verify(result, papers.EXPECTED).signatures

    assert (leader.signer, leader.title) == ("Phạm Văn Đức", "Chủ tịch")
    assert leader.organisation == "Ủy ban nhân dân phường Thử Nghiệm"
    assert seal.signer == "Ủy ban nhân dân phường Thử Nghiệm"
    assert leader.issuer == seal.issuer == "CA cấp dưới thử nghiệm"
    assert leader.intact and seal.intact
    assert leader.signed_at is not None and seal.signed_at is not None
    assert leader.certificate_from < leader.signed_at <= seal.signed_at < seal.certificate_until


def test_all_fields_stand_before_the_first_signature(leaders: bytes) -> None:
    with pikepdf.open(io.BytesIO(leaders)) as document:
        names = {str(field.T) for field in document.Root.AcroForm.Fields}

    assert names == {placing.LEADER, placing.SEAL, placing.NUMBER, placing.DATE}
    assert field_values(leaders) == {}


def test_the_records_clerk_fills_in_number_and_date(result: bytes) -> None:
    assert field_values(result) == {placing.NUMBER: papers.NUMBER, placing.DATE: papers.DATE}


def test_sealing_leaves_every_byte_of_the_leaders_file_as_it_was(leaders: bytes, result: bytes) -> None:
    assert result.startswith(leaders)


@pytest.mark.parametrize("key", [REVOKED, EXPIRED, "nobody", "../root", ".hidden"])
def test_a_key_that_may_not_sign_is_refused(authority: Authority, key: str) -> None:
    with pytest.raises(signing.SigningRefusedError):
        papers.signed(papers.unsigned(), key=key)


@pytest.mark.parametrize("key", [REVOKED, EXPIRED])
def test_a_seal_that_may_not_sign_is_refused(leaders: bytes, key: str) -> None:
    with pytest.raises(signing.SigningRefusedError):
        papers.sealed(leaders, key=key)


def test_a_seal_other_than_the_expected_one_never_leaves_the_service(leaders: bytes) -> None:
    with pytest.raises(signing.SigningRefusedError):
        papers.sealed(leaders, key=LEADER_KEY)


@pytest.mark.parametrize("address", [NOBODY, "{authority}/not-here", "{authority}/livez"])
def test_without_the_time_stamping_authority_nothing_is_signed(
    leaders: bytes, authority: Authority, settings: Any, address: str
) -> None:
    settings.TIMESTAMP_URL = address.format(authority=authority.url)

    with pytest.raises(signing.TrustServiceError):
        papers.signed(papers.unsigned())
    with pytest.raises(signing.TrustServiceError):
        papers.sealed(leaders)


def test_without_revocation_data_nothing_is_signed(authority: Authority, settings: Any, tmp_path: Path) -> None:
    name_signers(tmp_path)
    build(tmp_path, NOBODY)
    settings.PKI_DIR = str(tmp_path)

    with pytest.raises(signing.TrustServiceError):
        papers.signed(papers.unsigned())


def test_a_result_outlives_a_new_certificate_for_its_issuer(
    result: bytes, authority: Authority, settings: Any, tmp_path: Path
) -> None:
    for file in authority.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    build(tmp_path, authority.url)  # the same keys, every certificate issued anew
    settings.PKI_DIR = str(tmp_path)

    assert keys.certificate("interm").dump() != (authority.folder / "interm.cert.pem").read_bytes()
    assert signing.verify(result, papers.EXPECTED).finding is None


def test_signing_keys_are_loaded_once_a_process(authority: Authority) -> None:
    assert keys.signer(SEAL_KEY) is keys.signer(SEAL_KEY)


def test_fields_follow_the_signature_to_the_page_where_it_stands(authority: Authority) -> None:
    long = papers.signed(papers.unsigned(note="Ghi chú rất dài. " * 400))
    with pikepdf.open(io.BytesIO(long)) as document:
        fields: dict[str, Any] = {str(field.T): field for field in document.Root.AcroForm.Fields}
        pages: list[Any] = [page.obj for page in document.pages]

        assert len(pages) > 1
        assert pages.index(fields[placing.NUMBER].P) == 0
        assert pages.index(fields[placing.LEADER].P) == pages.index(fields[placing.SEAL].P) == len(pages) - 1
    assert signing.verify(papers.sealed(long), papers.EXPECTED).is_valid


def test_the_seal_covers_about_a_third_of_the_signature_on_its_left(leaders: bytes) -> None:
    with pikepdf.open(io.BytesIO(leaders)) as document:
        boxes = {str(field.T): [int(side) for side in field.Rect] for field in document.Root.AcroForm.Fields}
    signature, seal = boxes[placing.LEADER], boxes[placing.SEAL]
    covered = (seal[2] - signature[0]) / (signature[2] - signature[0])

    assert seal[0] < signature[0]
    assert 0.25 < covered < 0.4
