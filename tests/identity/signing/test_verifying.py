"""What a forger, a careless mail program or a stranger may hand in: each is refused, with its reason."""

from __future__ import annotations

import hashlib
import io
import random
from typing import Any

import pikepdf
import pytest

from identity import signing
from identity.signing import Finding, placing
from identity.signing.structure import coverages
from tests.identity.signing import papers
from tests.processes import LEADER_KEY, SEAL_KEY, Authority


def finding(pdf: bytes, expected: signing.Expectation = papers.EXPECTED) -> Finding | None:
    return signing.verify(pdf, expected).finding


def flipped(pdf: bytes, position: int, bit: int) -> bytes:
    return pdf[:position] + bytes([pdf[position] ^ 1 << bit]) + pdf[position + 1 :]


def test_no_flipped_bit_goes_unnoticed(result: bytes) -> None:
    chance = random.Random(20261124)
    places = [(chance.randrange(len(result)), chance.randrange(8)) for _ in range(60)]

    assert [place for place in places if finding(flipped(result, *place)) is None] == []


def test_no_flipped_bit_of_the_last_time_stamp_goes_unnoticed(result: bytes) -> None:
    last = coverages(result)[-1]
    chance = random.Random(7)
    places = [(chance.randrange(last.gap_start, last.gap_end), chance.randrange(8)) for _ in range(40)]

    assert [place for place in places if finding(flipped(result, *place)) is None] == []


def test_another_spelling_of_the_last_time_stamp_is_a_change(result: bytes) -> None:
    last = coverages(result)[-1]
    whispered = result[: last.gap_start] + result[last.gap_start : last.gap_end].lower() + result[last.gap_end :]

    assert whispered != result
    assert finding(whispered) == Finding.CHANGED


def test_something_hidden_in_the_padding_is_a_change(result: bytes) -> None:
    last = coverages(result)[-1]
    hidden = result[: last.gap_end - 9] + b"deadbeef" + result[last.gap_end - 1 :]

    assert len(hidden) == len(result)
    assert finding(hidden) == Finding.CHANGED


def test_something_behind_the_last_time_stamp_is_a_change(result: bytes) -> None:
    assert finding(result + b"\n% more\n%%EOF\n") == Finding.CHANGED


def test_a_result_without_its_last_time_stamp_is_refused(result: bytes) -> None:
    assert finding(papers.before_last_revision(result)) == Finding.TIMESTAMP_MISSING


def test_a_result_that_only_the_leader_signed_is_refused(leaders: bytes) -> None:
    assert finding(leaders) == Finding.MISSING_SIGNATURE


def test_one_more_signature_is_refused_even_by_a_key_of_ours(result: bytes) -> None:
    assert finding(papers.with_another_signature(result, key=LEADER_KEY)) == Finding.EXTRA_SIGNATURE


@pytest.mark.parametrize("name", [placing.NUMBER, placing.DATE])
def test_number_and_date_cannot_change_after_the_seal_whatever_time_stamp_follows(result: bytes, name: str) -> None:
    writer = papers.with_field_changed(papers.before_last_revision(result), name, "99/UBND-HT")
    forged = papers.with_time_stamp(writer, evidence=result)

    assert finding(forged) == Finding.CHANGED


def test_a_change_before_the_last_time_stamp_outside_the_fields_is_refused(result: bytes) -> None:
    with pikepdf.open(io.BytesIO(result)) as document:
        document.pages[0].Contents.write(b"")
        out = io.BytesIO()
        document.save(out)

    assert finding(out.getvalue()) == Finding.CHANGED


def test_the_leader_in_the_agencys_place_and_the_agency_in_the_leaders_are_refused(authority: Authority) -> None:
    swapped = signing.Expectation((SEAL_KEY, LEADER_KEY))
    upside_down = papers.sealed(papers.signed(papers.unsigned(), key=SEAL_KEY), key=LEADER_KEY, expected=swapped)

    assert finding(upside_down, swapped) is None
    assert finding(upside_down) == Finding.FOREIGN_SIGNER


def test_the_same_names_certified_by_another_root_are_refused(
    authority: Authority, impostor: Authority, settings: Any
) -> None:
    settings.PKI_DIR, settings.TIMESTAMP_URL = str(impostor.folder), f"{impostor.url}/tsa"
    theirs = papers.sealed(papers.signed(papers.unsigned()))
    settings.PKI_DIR, settings.TIMESTAMP_URL = str(authority.folder), f"{authority.url}/tsa"

    assert finding(theirs) == Finding.FOREIGN_SIGNER
    assert signing.inspect(theirs)[0].signer == "Phạm Văn Đức"


def test_a_root_that_we_do_not_trust_is_refused_even_with_the_right_keys(
    authority: Authority, impostor: Authority, result: bytes, settings: Any
) -> None:
    # A folder with our signers' certificates, but the other authority's root.
    root = impostor.folder / "root.cert.pem"
    mixed = impostor.folder / "mixed"
    mixed.mkdir(exist_ok=True)
    for name in (LEADER_KEY, SEAL_KEY):
        (mixed / f"{name}.cert.pem").write_bytes((authority.folder / f"{name}.cert.pem").read_bytes())
    (mixed / "root.cert.pem").write_bytes(root.read_bytes())
    settings.PKI_DIR = str(mixed)

    assert finding(result) == Finding.NOT_TRUSTED


def test_genuine_but_not_the_file_that_was_issued_is_a_change(result: bytes) -> None:
    digest = hashlib.sha256(result).hexdigest()

    assert finding(result, signing.Expectation(papers.EXPECTED.keys, sha256=digest)) is None
    assert finding(result, signing.Expectation(papers.EXPECTED.keys, sha256="0" * 64)) == Finding.CHANGED


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<html></html>", b"%PNG"])
def test_what_is_not_a_pdf_is_called_that(authority: Authority, content: bytes) -> None:
    assert finding(content) == Finding.NOT_PDF
    assert signing.inspect(content) == ()


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + b"[" * 50_000, b"%PDF-1.7\n%%EOF\n"])
def test_a_broken_pdf_is_refused_without_an_exception(authority: Authority, content: bytes) -> None:
    assert signing.verify_in_child(content, papers.EXPECTED).finding == Finding.CHANGED


def test_an_unsigned_paper_is_called_unsigned(authority: Authority) -> None:
    assert finding(papers.unsigned()) == Finding.UNSIGNED


def test_an_encrypted_paper_is_refused(result: bytes) -> None:
    with pikepdf.open(io.BytesIO(result)) as document:
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))

    assert finding(out.getvalue()) == Finding.CHANGED
    assert signing.inspect(out.getvalue()) == ()


def test_the_child_process_comes_to_the_same_verdict(result: bytes) -> None:
    assert signing.verify_in_child(result, papers.EXPECTED) == signing.verify(result, papers.EXPECTED)


def test_a_result_verifies_without_any_trust_service(result: bytes, settings: Any) -> None:
    settings.TIMESTAMP_URL = "http://127.0.0.1:9"

    assert finding(result) is None


def test_every_finding_has_words_of_its_own() -> None:
    messages = [signing.Verdict(one).message for one in Finding]

    assert all(messages)
    assert len(set(messages)) == len(Finding)
