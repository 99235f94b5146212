"""The building permit for a house, the whole road: opinions by silence, sealed drawings, guidance, and a refusal."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from identity import signing
from identity.models import Account
from identity.states import AgencyKind, Role
from onestop import queries
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError, FactsMissingError
from onestop.kinds import DocumentKind, DocumentState, RequestOutcome
from onestop.models import Case, CaseDocument, CaseRequest
from onestop.printing import expectation
from onestop.services import (
    consulting,
    correcting,
    deciding,
    filing,
    handling,
    receiving,
    requesting,
    stepping,
    turns,
)
from onestop.services.consulting import Addressee
from onestop.services.papers import attach_paper
from onestop.states import Action, State
from portal.core import files
from portal.public import verifying
from tests import factories
from tests.factories import NOW, Office
from tests.onestop.test_certified_copies import two_pages

PERMIT = "1.013225"
LATER = NOW + timedelta(days=2)
FOUND = {
    "inspected_on": "2026-11-25",
    "planning": "FITS",
    "building_name": "Nhà ở gia đình",
    "ground_area_exact": "79,5",
    "total_area_exact": "159,0",
    "height_exact": "8,7",
}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("neighbours", "authority")]


@pytest.fixture
def office() -> Office:
    factories.published(PERMIT)
    return factories.office()


def appraised(office: Office, by: Account) -> Case:
    """Return a case at the officer's, with a land paper, a drawing as PDF and one that was photographed."""
    draft = filing.start_draft(account=by, code=PERMIT, prefill={}, at=NOW)
    given = {"giay_to_dat": [factories.stored_file()], "ban_ve": [two_pages(), factories.stored_file()]}
    answers = dict(factories.DOCUMENTS[PERMIT]["samples"][0]["answers"])
    for code, papers in given.items():
        kept = [attach_paper(case_id=draft.pk, code=code, file=file, at=NOW) for file in papers]
        answers[code] = [str(paper.uuid) for paper in kept]
    filing.save_answers(draft_id=draft.pk, answers=answers, at=NOW)
    factories.paid(filing.submit(draft_id=draft.pk, account=by, at=NOW), at=NOW)
    return receiving.accept(case_id=draft.pk, actor=office.clerk, at=NOW)


def decided(office: Office, case: Case, at: datetime) -> Case:
    """Return the case signed, numbered, sealed and issued."""
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=at)
    assert factories.deliver_all(at) == []
    deciding.order_issue(case_id=case.pk, actor=office.records, at=at)
    assert factories.deliver_all(at) == []
    case.refresh_from_db()
    return case


def place(case: Case) -> str:
    step = case.open_step
    return step.code if step else ""


def test_a_house_takes_fifteen_days_and_its_appraisal_seven_working_days(office: Office, by: Account) -> None:
    case = appraised(office, by)
    step = case.open_step
    assert step and step.due_at and case.due_at
    assert case.due_at == NOW.replace(month=12, day=9, hour=17)
    assert step.due_at == NOW.replace(month=12, day=3, hour=17)


def test_silence_of_the_planning_authority_is_consent_and_the_drawings_are_sealed_beside_the_permit(
    office: Office, by: Account
) -> None:
    case = appraised(office, by)
    planning = factories.agency("H09.6", kind=AgencyKind.DEPARTMENT)
    of = [Addressee(planning)]
    (asked,) = consulting.ask(case_id=case.pk, actor=office.officer, of=of, text="Quy hoạch lộ giới?", at=NOW)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FOUND, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    silent = asked.due_at
    for request in CaseRequest.objects.lapsing(silent):
        requesting.lapse(request_id=request.pk, at=silent)
    asked.refresh_from_db()
    assert silent.date() == (NOW + timedelta(days=13)).date()  # twelve days end on a Sunday
    assert asked.outcome == RequestOutcome.SILENT

    handling.propose(case_id=case.pk, actor=office.officer, at=silent)
    case = decided(office, case, silent)
    assert case.state == State.RETURNED
    permit = case.documents.get(kind=DocumentKind.RESULT)
    assert permit.number == "1/GPXD" and "không cấp" not in permit.context["result_name"]

    drawings = list(case.documents.filter(kind=DocumentKind.SEALED).order_by("version"))
    assert [one.title for one in drawings] == [
        "Đóng dấu kèm theo kết quả: bang.pdf",
        "Đóng dấu kèm theo kết quả: giay.pdf",
    ]
    assert [one.number for one in drawings] == ["1/GPXD", "1/GPXD"]
    assert drawings == queries.documents(case, for_applicant=True)[-2:]
    for drawing in drawings:
        assert drawing.file is not None
        content = files.read(drawing.file)
        report = verifying.of_file(content)
        assert report.verdict.is_valid and report.document == drawing
        assert [facts.signer for facts in report.verdict.signatures] == [_sealer(permit)]
        changed = content[:200] + bytes([content[200] ^ 1]) + content[201:]
        assert not signing.verify_in_child(changed, expectation(drawing)).is_valid
    assert drawings[0].file is not None
    with pikepdf.open(io.BytesIO(files.read(drawings[0].file))) as sealed:
        assert len(sealed.pages) == 2
    for paper in case.papers.filter(code="ban_ve").select_related("file"):
        assert hashlib.sha256(files.read(paper.file)).hexdigest() == paper.file.sha256
        assert "/ByteRange" not in files.read(paper.file).decode("latin-1")


def permitted(office: Office, by: Account) -> Case:
    """Return a case with its permit and two sealed drawings."""
    case = appraised(office, by)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FOUND, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    return decided(office, case, NOW)


def content_of(document: CaseDocument) -> bytes:
    assert document.file is not None
    return files.read(document.file)


def page_of(client: Client, document: CaseDocument) -> str:
    return client.get(reverse("verify_document", args=[document.uuid])).content.decode()


def test_the_sealed_drawings_are_revoked_with_the_permit(client: Client, office: Office, by: Account) -> None:
    case = permitted(office, by)
    drawings = list(case.documents.filter(kind=DocumentKind.SEALED).order_by("pk"))
    correcting.revoke(case_id=case.pk, actor=office.leader, reason="Cấp trùng", at=LATER)

    for drawing in drawings:
        drawing.refresh_from_db()
        assert (drawing.state, drawing.revoked_at) == (DocumentState.REVOKED, LATER)
        assert verifying.of_file(content_of(drawing)).verdict.finding == signing.Finding.REVOKED_RESULT
        assert "đã bị thu hồi" in page_of(client, drawing)
    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    assert page.count("đã thu hồi, không còn giá trị") == 3


def test_while_a_permit_is_corrected_it_stays_in_force_and_says_so_then_its_drawings_are_sealed_anew(
    client: Client, office: Office, by: Account
) -> None:
    case = permitted(office, by)
    old = list(case.documents.filter(kind__in=[DocumentKind.RESULT, DocumentKind.SEALED]).order_by("pk"))
    correcting.correct(case_id=case.pk, actor=office.leader, reason="Sai diện tích", at=LATER)

    for document in old:
        report = verifying.of_file(content_of(document))
        assert report.verdict.is_valid and report.corrected_since == LATER
        assert "đang được đính chính" in page_of(client, document)

    facts = FOUND | {"total_area_exact": "161,0"}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=LATER)
    handling.propose(case_id=case.pk, actor=office.officer, at=LATER)
    case = decided(office, case, LATER)

    permit = case.documents.get(kind=DocumentKind.RESULT, state=DocumentState.ISSUED)
    for document in old:
        report = verifying.of_file(content_of(document))
        assert report.verdict.finding == signing.Finding.REVOKED_RESULT
        assert (report.newer, report.corrected_since) == (permit, None)
    drawings = case.documents.filter(kind=DocumentKind.SEALED, state=DocumentState.ISSUED)
    assert [one.number for one in drawings] == [permit.number] * 2
    assert all(verifying.of_file(content_of(one)).verdict.is_valid for one in drawings)


def _sealer(permit: Any) -> str:
    assert permit.file is not None
    return signing.inspect(files.read(permit.file))[-1].signer


def supplemented(office: Office, by: Account, case: Case, at: datetime) -> None:
    """Ask for better answers, and get some."""
    asked: dict[str, Any] = {"text": "Chưa đúng chỉ giới", "items": ["height"], "due_at": at + timedelta(days=20)}
    requesting.request_supplement(case_id=case.pk, actor=office.officer, at=at, **asked)
    answers = {"height": 8}
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers=answers, at=at + timedelta(days=1))


def test_still_wanting_after_guidance_the_permit_is_refused_in_writing(office: Office, by: Account) -> None:
    case = appraised(office, by)
    supplemented(office, by, case, NOW)
    step = case.open_step
    assert step and step.code == "recheck"
    assert step.due_at == NOW.replace(month=12, day=2, hour=17)  # 5 working days after 25 November

    supplemented(office, by, case, NOW + timedelta(days=2))
    step = case.open_step
    assert step and step.code == "conclude"
    at = NOW + timedelta(days=3)
    assert step.due_at == NOW.replace(month=12, day=2, hour=17)  # 3 working days after 27 November
    with pytest.raises(ActionNotAllowedError):
        requesting.request_supplement(
            case_id=case.pk, actor=office.officer, text="Nữa", items=["height"], due_at=at + timedelta(9), at=at
        )

    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"decision": "REFUSE"}, at=at)
    with pytest.raises(FactsMissingError):
        handling.propose(case_id=case.pk, actor=office.officer, at=at)
    reason = {"decision": "REFUSE", "refusal_reason": "Vượt chỉ giới đường đỏ 2 m."}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=reason, at=at)
    handling.propose(case_id=case.pk, actor=office.officer, at=at)
    case = decided(office, case, at)

    refusal = case.documents.get(kind=DocumentKind.RESULT)
    assert refusal.state == DocumentState.ISSUED and refusal.number == "1/TB-UBND"
    wording = refusal.context["wording"]
    assert {"label": "Lý do không cấp", "value": "Vượt chỉ giới đường đỏ 2 m."} in wording["lines"]
    assert not case.documents.filter(kind=DocumentKind.SEALED).exists()
    assert case.state == State.RETURNED


def test_what_was_added_may_be_enough_at_any_time(office: Office, by: Account) -> None:
    case = appraised(office, by)
    supplemented(office, by, case, NOW)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FOUND, at=NOW + timedelta(days=1))
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW + timedelta(days=1))
    assert place(case) == "sign"
    assert [one.code for one in stepping.earlier_steps(case)] == ["appraise", "recheck"]


def test_a_permit_is_not_signed_by_who_appraised(office: Office, by: Account) -> None:
    case = appraised(office, by)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FOUND, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    factories.appointment(office.officer.account, office.committee, Role.LEADER)
    both = type(office.leader)(role=Role.LEADER, account=office.officer.account, agency=office.committee)
    with pytest.raises(ActionNotAllowedError):
        turns.require(case, Action.SIGN, both)
