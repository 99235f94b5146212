"""What a stranger is told about a file: genuine, changed, revoked, or none of ours."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from identity.signing import Finding
from identity.signing.structure import coverages
from onestop import printing
from onestop.kinds import DocumentState
from onestop.models import CaseDocument, Scan
from onestop.services import deciding, handling, scanning
from portal.core import files
from portal.public import verifying
from procedures.eforms.uploads import demands_of
from tests import factories
from tests.core.files import samples
from tests.factories import NOW
from tests.identity.signing import papers
from tests.processes import LEADER_KEY, Authority

FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}


@pytest.fixture
def issued(db: None, authority: Authority) -> CaseDocument:
    """A result on its whole road: proposed, signed by the leader, sealed and issued."""
    factories.published(factories.EXTRACT)
    office, by = factories.office(), factories.citizen()
    case = factories.accepted(office, by)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    document = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    printing.sign_result(document_id=document.pk, at=NOW)
    deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)
    printing.seal_result(document_id=document.pk, at=NOW)
    return CaseDocument.objects.select_related("case", "file").get(pk=document.pk)


@pytest.fixture
def certified(db: None, neighbours: None, authority: Authority) -> Scan:
    """The scan of an identity card that a clerk has compared with the original, signed with their key."""
    factories.published(factories.EXTRACT)
    office = factories.office()
    assert office.clerk.account is not None
    office.clerk.account.signing_key = LEADER_KEY
    case = factories.accepted(office, factories.citizen(), delivery="PICK_UP")
    photo = files.receive(io.BytesIO(samples.scan()), name="x.jpg", demands=demands_of(None), at=NOW)
    scan = scanning.add_scan(
        case_id=case.pk,
        code="giay_to_tuy_than",
        file=files.joined([photo], name="x.pdf", at=NOW),
        quality=files.measured(photo),
        about={"kind": "Căn cước của bà Sáu", "number": "074156001234", "owner": "Trần Thị Sáu"},
        actor=office.clerk,
        at=NOW,
    )
    scanning.certify(scan_id=scan.pk, actor=office.clerk, at=NOW)
    printing.certify_scan(scan_id=scan.pk, at=NOW)
    return Scan.objects.select_related("paper__file", "paper__case").get(pk=scan.pk)


def content_of(document: CaseDocument) -> bytes:
    assert document.file is not None
    return files.read(document.file)


def changed(content: bytes) -> bytes:
    """Return the file with a letter of the comment behind its header changed."""
    return content[:10] + bytes([content[10] ^ 1]) + content[11:]


def test_the_file_that_was_issued_is_genuine(issued: CaseDocument) -> None:
    report = verifying.of_file(content_of(issued))

    assert issued.state == DocumentState.ISSUED
    assert report.document == issued
    assert report.verdict.is_valid
    assert [fact.signer for fact in report.verdict.signatures] == [
        "Phạm Văn Đức",
        "Ủy ban nhân dân phường Thử Nghiệm",
    ]


def test_a_changed_file_is_called_changed_and_named_as_the_result_that_it_claims_to_be(issued: CaseDocument) -> None:
    report = verifying.of_file(changed(content_of(issued)))

    assert report.verdict.finding == Finding.CHANGED
    assert report.document == issued


def test_a_file_cut_back_to_the_leaders_signature_lacks_one(issued: CaseDocument) -> None:
    content = content_of(issued)
    report = verifying.of_file(content[: coverages(content)[0].end])

    assert report.verdict.finding == Finding.MISSING_SIGNATURE


def test_a_revoked_result_is_genuine_but_said_to_be_revoked(issued: CaseDocument) -> None:
    CaseDocument.objects.filter(pk=issued.pk).update(state=DocumentState.REVOKED)

    assert verifying.of_file(content_of(issued)).verdict.finding == Finding.REVOKED_RESULT


def test_a_paper_that_our_keys_signed_outside_the_portal_was_not_issued_by_it(issued: CaseDocument) -> None:
    report = verifying.of_file(papers.sealed(papers.signed(papers.unsigned())))

    assert report.verdict.finding == Finding.NOT_OURS
    assert report.document is None


@pytest.mark.parametrize(("content", "finding"), [(b"hello", Finding.NOT_PDF), (b"", Finding.NOT_PDF)])
def test_a_file_that_is_no_pdf_is_called_that(
    db: None, authority: Authority, content: bytes, finding: Finding
) -> None:
    assert verifying.of_file(content).verdict.finding == finding


def test_a_stranger_uploads_a_result_and_reads_who_signed_it(client: Client, issued: CaseDocument) -> None:
    file = SimpleUploadedFile("ket-qua.pdf", content_of(issued), content_type="application/pdf")
    page = client.post(reverse("verify"), {"file": file}).content.decode()

    assert "Phạm Văn Đức" in page
    assert "CA cấp dưới thử nghiệm" in page


def test_the_address_in_the_qr_code_tells_the_verdict_and_nothing_of_the_content(
    client: Client, issued: CaseDocument
) -> None:
    page = client.get(reverse("verify_document", args=[issued.uuid])).content.decode()

    assert "Phạm Văn Đức" in page
    assert "12/1985" not in page
    assert "Nguyễn Văn An" not in page


# --- certified scans --------------------------------------------------------------------------


def test_a_certified_scan_is_known_by_its_file_and_said_to_be_changed_when_it_was(certified: Scan) -> None:
    content = files.read(certified.paper.file)

    report = verifying.of_file(content)
    assert report.verdict.is_valid
    assert (report.scan, report.document) == (certified, None)

    report = verifying.of_file(changed(content))
    assert report.verdict.finding == Finding.CHANGED
    assert report.scan == certified


def test_a_certified_scan_carries_the_address_at_which_anybody_verifies_it(client: Client, certified: Scan) -> None:
    page = client.get(reverse("verify_document", args=[certified.paper.uuid])).content.decode()

    assert "Văn bản hợp lệ" in page
    assert "Căn cước, hộ chiếu hoặc giấy tờ có ảnh khác còn giá trị" in page
    assert certified.agency.name in page
    assert "Phạm Văn Đức" in page  # whose key it was
    for personal in ("Sáu", "074156001234", str(certified.paper.case.code), "Trích lục"):
        assert personal not in page, personal


def test_a_scan_that_nobody_has_signed_is_at_no_address(client: Client, certified: Scan) -> None:
    Scan.objects.filter(pk=certified.pk).update(certified_at=None)

    assert client.get(reverse("verify_document", args=[certified.paper.uuid])).status_code == 404
    assert verifying.of_file(files.read(certified.paper.file)).scan is None
