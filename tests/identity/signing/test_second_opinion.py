"""Programs that share no code with ours come to the same verdict: OpenSSL on each signature, Poppler on the file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from identity.signing.structure import Coverage, coverages
from tests.processes import Authority

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")
needs_pdfsig = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")


def parts(pdf: bytes, coverage: Coverage, folder: Path) -> tuple[Path, Path]:
    """Return files with a signature's value and with the bytes that it covers."""
    value, covered = folder / "value.der", folder / "covered"
    der = bytes.fromhex(pdf[coverage.gap_start + 1 : coverage.gap_end - 1].decode())
    value.write_bytes(der[: 4 + int.from_bytes(der[2:4], "big")])
    covered.write_bytes(pdf[: coverage.gap_start] + pdf[coverage.gap_end : coverage.end])
    return value, covered


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=20)  # noqa: S607


def pdfsig(pdf: bytes, folder: Path) -> str:
    file = folder / "result.pdf"
    file.write_bytes(pdf)
    command = ["pdfsig", "-nocert", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout


def cms_verify(value: Path, covered: Path, root: Path) -> int:
    options: list[str | Path] = ["cms", "-verify", "-binary", "-inform", "DER", "-in", value, "-content", covered]
    return openssl(*options, "-CAfile", root, "-purpose", "any", "-out", "/dev/null").returncode


@needs_openssl
@pytest.mark.parametrize("place", [0, 1], ids=["leader", "seal"])
def test_openssl_verifies_each_signature_and_its_chain(
    result: bytes, authority: Authority, tmp_path: Path, place: int
) -> None:
    value, covered = parts(result, coverages(result)[place], tmp_path)
    root = authority.folder / "root.cert.pem"

    assert cms_verify(value, covered, root) == 0
    covered.write_bytes(covered.read_bytes()[:-1] + b"!")
    assert cms_verify(value, covered, root) != 0


@needs_openssl
def test_openssl_trusts_no_signature_under_another_root(result: bytes, impostor: Authority, tmp_path: Path) -> None:
    value, covered = parts(result, coverages(result)[0], tmp_path)

    assert cms_verify(value, covered, impostor.folder / "root.cert.pem") != 0


@needs_openssl
def test_openssl_verifies_the_last_time_stamp_over_the_whole_file(
    result: bytes, authority: Authority, tmp_path: Path
) -> None:
    last = coverages(result)[-1]
    value, covered = parts(result, last, tmp_path)
    options: list[str | Path] = ["ts", "-verify", "-token_in", "-in", value, "-data", covered]
    verified = openssl(*options, "-CAfile", authority.folder / "root.cert.pem")

    assert last.end == len(result)
    assert verified.returncode == 0, verified.stderr.decode()


@needs_pdfsig
def test_poppler_finds_both_signatures_valid_and_the_whole_document_covered(result: bytes, tmp_path: Path) -> None:
    report = pdfsig(result, tmp_path)

    assert report.count("Signature is Valid.") == 2
    assert re.findall(r"Signature Field Name: (\w+)", report)[:2] == ["LeaderSignature", "AgencySeal"]
    assert report.count("\n  - Total document signed") == 1
    assert report.count("ETSI.CAdES.detached") == 2


@needs_pdfsig
def test_poppler_sees_a_changed_byte_too(result: bytes, tmp_path: Path) -> None:
    # A letter of the comment behind the header, which every signature covers.
    changed = result[:10] + bytes([result[10] ^ 1]) + result[11:]

    assert "Signature is Valid." not in pdfsig(changed, tmp_path)
