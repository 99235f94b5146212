"""An electronic certified copy: the pages that were uploaded, the certification behind them, signed as one file."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pikepdf
import pytest

from identity import signing
from identity.models import Account
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case
from onestop.printing import expectation
from onestop.services import deciding, filing, handling, receiving
from onestop.services.papers import attach_paper
from portal.core import files
from portal.core.errors import QuarantinedFileError
from portal.core.models import StoredFile
from tests import factories
from tests.core import paper
from tests.factories import NOW, Office

COPY = "2.000815"
FACTS = {"original_state": "MATCHES", "compared_on": "2026-11-24", "book_number": "123, quyển 01/2026"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    factories.published(COPY)
    return factories.office()


def two_pages() -> StoredFile:
    """Return a PDF that somebody scanned, in storage."""
    document, out = pikepdf.new(), io.BytesIO()
    for _page in range(2):
        document.add_blank_page(page_size=(595, 842))
    document.save(out)
    return files.store(out.getvalue(), display_name="bang.pdf", content_type="application/pdf", at=NOW)


def appraised(office: Office, by: Account, *, at: datetime = NOW, **changes: Any) -> Case:
    """Return a case with a photo and a PDF of two pages, compared with the original."""
    draft = filing.start_draft(account=by, code=COPY, prefill={}, at=at)
    given = [factories.stored_file(at=at), two_pages()]
    papers = [attach_paper(case_id=draft.pk, code="ban_chinh", file=file, at=at) for file in given]
    answers = dict(factories.DOCUMENTS[COPY]["samples"][0]["answers"]) | changes
    answers.setdefault("ban_chinh", [])
    if answers["ban_chinh"]:
        answers["ban_chinh"] = [str(paper.uuid) for paper in papers]
    filing.save_answers(draft_id=draft.pk, answers=answers, at=at)
    factories.paid(filing.submit(draft_id=draft.pk, account=by, at=at), at=at)
    case = receiving.accept(case_id=draft.pk, actor=office.clerk, at=at)
    return handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=at)


@pytest.mark.usefixtures("neighbours", "authority")
def test_the_signed_copy_consists_of_the_pages_given_and_the_certification(office: Office) -> None:
    case = appraised(office, factories.citizen())
    StoredFile.objects.filter(content_type="application/pdf").update(facts={"pages": 2})
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    assert factories.deliver_all() == []
    deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)
    assert factories.deliver_all() == []

    document = case.documents.get(kind=DocumentKind.RESULT)
    assert document.state == DocumentState.ISSUED and document.file is not None
    content = files.read(document.file)
    assert signing.verify(content, expected=expectation(document)).is_valid
    assert document.context["page_count"] == 3 and paper.pages_of(content) == 4
    with pikepdf.open(io.BytesIO(content)) as pdf:
        fields = [len(page.obj.get("/Annots", [])) for page in pdf.pages]
    # On the first page the last time-stamp, which nobody sees; number, date, signature and seal on the last.
    assert fields[:3] == [1, 0, 0] and fields[3] >= 4


def test_a_paper_that_the_virus_scanner_has_not_passed_is_not_certified(office: Office) -> None:
    case = appraised(office, factories.citizen())
    StoredFile.objects.filter(content_type="application/pdf").update(scan="WAITING")
    with pytest.raises(QuarantinedFileError):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


@pytest.mark.parametrize("fact", [{"layered": True}, {"warnings": ["UNDRAWN"]}])
def test_pages_that_show_now_one_thing_now_another_are_not_certified(office: Office, fact: dict[str, Any]) -> None:
    case = appraised(office, factories.citizen())
    StoredFile.objects.filter(content_type="application/pdf").update(facts={"pages": 2} | fact)
    with pytest.raises(files.FileRefusedError):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def test_a_copy_on_paper_has_the_certification_alone(office: Office) -> None:
    case = appraised(office, factories.citizen(), copy_kind="PAPER", copies=2, ban_chinh=[], delivery="PICK_UP")
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    context = case.documents.get(kind=DocumentKind.RESULT).context
    assert (context["pages"], context["page_count"], context["values"]["copies"]) == ([], 0, 2)
