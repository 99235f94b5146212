"""A citizen gives a paper that is signed: it stays as it is, and the officer learns who signed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity import signing
from onestop.models import Case, CasePaper
from onestop.services import filing
from onestop.services.papers import attach_paper
from portal.core import files
from tests import factories
from tests.core.files import samples
from tests.identity.signing import papers
from tests.identity.signing.conftest import impostor
from tests.processes import Authority

__all__ = ["impostor"]
pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def sealed(authority: Authority) -> bytes:
    return papers.sealed(papers.signed(papers.unsigned()))


def _standings(pdf: bytes) -> list[str]:
    return [one.standing for one in signing.report(pdf)]


def test_a_signature_of_ours_is_valid_and_a_strangers_untraced(
    sealed: bytes, authority: Authority, impostor: Authority, settings: Any, tmp_path: Path
) -> None:
    assert _standings(sealed) == ["VALID", "VALID"]
    settings.PKI_DIR = str(impostor.folder)
    assert _standings(sealed) == ["UNTRACED", "UNTRACED"]
    settings.TRUSTED_ROOTS_DIR = str(tmp_path)
    (tmp_path / "a.pem").write_bytes((authority.folder / "root.cert.pem").read_bytes())
    assert _standings(sealed) == ["VALID", "VALID"]


def test_a_changed_document_is_broken(sealed: bytes) -> None:
    place = sealed.index(b"/MediaBox") + 12
    changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert "VALID" not in _standings(changed)
    assert _standings(b"%PDF-1.7\nnothing") == ["UNREADABLE"]


def test_a_signed_paper_is_kept_and_the_officer_reads_who_signed(client: Client, sealed: bytes) -> None:
    office = factories.office()
    factories.published(factories.BIRTH)
    person = factories.citizen()
    client.force_login(person, backend=BACKEND)
    draft = factories.draft(person, factories.BIRTH)
    client.post(
        reverse("onestop:step", args=[draft.uuid, "proof"]),
        {"proof": "CERTIFICATE", "giay_chung_sinh": SimpleUploadedFile("trich-luc.pdf", sealed)},
    )
    paper = CasePaper.objects.latest("pk")
    assert files.read(paper.file) == sealed
    assert paper.file.facts["signatures"] >= 2
    case: Case = filing.submit(draft_id=draft.pk, account=person, at=factories.NOW)
    client.force_login(office.clerk.account, backend=BACKEND)
    address = reverse("onestop:desk_case", args=[case.code])
    assert "Đang kiểm tra chữ ký số" in client.get(address).content.decode()
    factories.deliver_all(timezone.now(), topic="onestop.read_signatures")
    page = client.get(address).content.decode()
    assert "Phạm Văn Đức" in page and "Văn bản không thay đổi từ khi ký" in page


def test_an_unsigned_paper_asks_for_no_reading() -> None:
    factories.published(factories.BIRTH)
    person = factories.citizen()
    draft = factories.draft(person, factories.BIRTH)
    stored = files.receive(
        io.BytesIO(samples.pdf()),
        name="x.pdf",
        demands=files.Demands(accepts=frozenset({"pdf"}), most_bytes=10**6, most_pages=9, most_files=9),
        at=factories.NOW,
    )
    paper = attach_paper(case_id=draft.pk, code="giay_chung_sinh", file=stored, at=factories.NOW)
    assert not paper.is_signed
    assert factories.deliver_all(topic="onestop.read_signatures") == []
