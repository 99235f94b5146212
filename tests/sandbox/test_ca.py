"""The demo certificate authority: keys that stay, certificates, and its answers over HTTP."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import httpx
import pytest
from asn1crypto import crl, pem, x509

from portal.sandbox.ca.__main__ import build
from portal.sandbox.ca.architecture import EXPIRED, REVOKED
from tests.processes import LEADER_KEY, SEAL_KEY, SIGNERS, Authority


def certificate(folder: Path, name: str) -> x509.Certificate:
    _kind, _headers, der = pem.unarmor((folder / f"{name}.cert.pem").read_bytes())
    return x509.Certificate.load(der)


def get(address: str) -> httpx.Response:
    return httpx.get(address, trust_env=False, timeout=10)


def test_it_says_when_it_is_ready(authority_process: Authority) -> None:
    assert get(f"{authority_process.url}/livez").text == "ok"


def test_private_keys_are_readable_by_their_owner_only(authority_process: Authority) -> None:
    keys = list(authority_process.folder.glob("*.key.pem"))

    assert {LEADER_KEY, SEAL_KEY, REVOKED, EXPIRED} <= {key.name.removesuffix(".key.pem") for key in keys}
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_a_leaders_certificate_names_person_title_and_agency(authority_process: Authority) -> None:
    subject = certificate(authority_process.folder, LEADER_KEY).subject.native

    assert subject["common_name"] == "Phạm Văn Đức"
    assert subject["title"] == "Chủ tịch"
    assert subject["organization_name"] == "Ủy ban nhân dân phường Thử Nghiệm"


def test_signers_use_p256_and_may_sign_so_that_they_cannot_deny_it(authority_process: Authority) -> None:
    leader = certificate(authority_process.folder, LEADER_KEY)

    assert leader.public_key.curve == ("named", "secp256r1")
    assert "non_repudiation" in leader.key_usage_value.native


def test_the_revoked_signer_stands_in_the_list_that_its_certificate_names(authority_process: Authority) -> None:
    revoked = certificate(authority_process.folder, REVOKED)
    address = revoked.crl_distribution_points[0]["distribution_point"].chosen[0].native
    published = crl.CertificateList.load(get(address).content)
    serials = [entry["user_certificate"].native for entry in published["tbs_cert_list"]["revoked_certificates"]]

    assert address.startswith(authority_process.url)
    assert serials == [revoked.serial_number]


def test_a_broken_request_does_not_bring_it_down(authority_process: Authority) -> None:
    headers = {"Content-Type": "application/timestamp-query"}
    answer = httpx.post(f"{authority_process.url}/tsa", content=b"?", headers=headers, trust_env=False, timeout=10)

    assert answer.is_error
    assert get(f"{authority_process.url}/livez").is_success


def test_keys_serials_and_names_stay_when_it_starts_again(tmp_path: Path) -> None:
    (tmp_path / "signers.json").write_text(json.dumps(SIGNERS), encoding="utf-8")
    build(tmp_path, "http://127.0.0.1:9")
    before, key = certificate(tmp_path, LEADER_KEY), (tmp_path / f"{LEADER_KEY}.key.pem").read_bytes()
    build(tmp_path, "http://127.0.0.1:10")
    after = certificate(tmp_path, LEADER_KEY)

    assert (tmp_path / f"{LEADER_KEY}.key.pem").read_bytes() == key
    assert after.serial_number == before.serial_number
    assert after.subject == before.subject
    assert after.public_key.sha256 == before.public_key.sha256
    assert "http://127.0.0.1:10/" in after.ocsp_urls[0]


@pytest.mark.parametrize("code", ["H09.25747", "000.01.25.012.H09"])
def test_a_leader_and_a_seal_of_the_same_agency_have_serials_of_their_own(tmp_path: Path, code: str) -> None:
    rows = [{"key": f"{kind}-{code}", "name": kind, "organisation": code} for kind in ("leader", "seal")]
    (tmp_path / "signers.json").write_text(json.dumps(rows), encoding="utf-8")
    build(tmp_path, "http://127.0.0.1:9")

    assert len({certificate(tmp_path, row["key"]).serial_number for row in rows}) == 2
