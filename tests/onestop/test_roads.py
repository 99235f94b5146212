"""The whole road of both complete procedures, with the sandbox and the certificate authority as processes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from identity import signing
from identity.models import Account
from onestop.actors import applicant
from onestop.errors import FactsMissingError
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case, CaseDocument
from onestop.printing import expectation
from onestop.references import filing_fee
from onestop.services import deciding, filing, handling, receiving, requesting
from onestop.states import Action, State
from payments import services as payment_services
from payments.models import FeeRequest, PaymentAttempt, Receipt
from portal.core import files
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import BIRTH, NOW, Office
from tests.processes import Authority
from tests.sandbox.world import World

pytestmark = pytest.mark.usefixtures("authority")
FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}


def pay_without_a_call_back(world: World, case: Case) -> FeeRequest:
    """Pay at the bank, which says nothing to us: the money is found by asking."""
    fee = FeeRequest.objects.get(reference=filing_fee(case))
    attempt = payment_services.start_attempt(
        fee_id=fee.pk, return_url="http://127.0.0.1:9/ket-qua/", ip="127.0.0.1", at=NOW
    )
    assert world.http.post(attempt.pay_url, data={"choice": "khong-bao"}).status_code == 302
    PaymentAttempt.objects.filter(pk=attempt.pk).update(next_query_at=NOW)
    payment_services.query_pending(now=NOW)
    fee.refresh_from_db()
    return fee


def sign_and_issue(office: Office, case: Case) -> CaseDocument:
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    assert factories.deliver_all() == []
    deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)
    assert factories.deliver_all() == []
    case.refresh_from_db()
    return case.documents.get(kind=DocumentKind.RESULT)


def assert_signed_by_leader_then_agency(document: CaseDocument) -> None:
    assert document.state == DocumentState.ISSUED
    assert document.file is not None
    content = files.read(document.file)
    verdict = signing.verify(content, expected=expectation(document))
    assert verdict.is_valid, verdict
    assert len(verdict.signatures) == 2
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1
    assert not signing.verify(bytes(changed), expected=expectation(document)).is_valid


def test_a_copy_of_an_extract_from_the_first_answer_to_the_signed_result(
    neighbours: World, authority: Authority, office: Office, by: Account
) -> None:
    case = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)
    assert case.state == State.AWAITING_PAYMENT
    fee = pay_without_a_call_back(neighbours, case)
    assert factories.deliver_all() == []
    case.refresh_from_db()
    assert case.state == State.SUBMITTED
    receipt = Receipt.objects.get(fee=fee)
    assert receipt.file is not None
    assert PaymentAttempt.objects.get(fee=fee).bill

    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    document = sign_and_issue(office, case)

    assert case.state == State.RETURNED
    assert not case.steps.filter(finished_at=None).exists()
    assert document.number.startswith("1/")
    assert_signed_by_leader_then_agency(document)
    assert set(case.documents.values_list("kind", "state")) == {("FORM_01", "ISSUED"), ("RESULT", "ISSUED")}
    actions = list(case.events.order_by("sequence").values_list("action", flat=True))
    assert actions == [
        Action.SUBMIT_UNPAID,
        Action.SETTLE_FEE,
        Action.ACCEPT,
        Action.HAND_OVER,
        Action.RECORD_FACTS,
        Action.PROPOSE,
        Action.SIGN,
        Action.ISSUE,
        Action.RETURN_RESULT,
    ]
    rows = neighbours.ledger(case.code or "")["TienDo"]
    assert [row["TrangThai"] for row in rows] == ["1", "2", "4", "4", "4", "4", "9", "10"]


def test_a_birth_from_the_first_answer_to_the_signed_certificate(
    neighbours: World, authority: Authority, office: Office, by: Account, mailoutbox: list[object]
) -> None:
    case = filing.submit(draft_id=factories.draft(by, BIRTH).pk, account=by, at=NOW)
    assert case.state == State.SUBMITTED
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    request = requesting.ask_verification(
        case_id=case.pk, actor=office.officer, of=office.committee, text="Xác minh kết hôn", at=NOW
    )
    requesting.answer_verification(case_id=case.pk, actor=office.officer, confirmed=True, text="Có trong sổ", at=NOW)
    requesting.ask_consent(case_id=case.pk, actor=office.officer, at=NOW)
    requesting.answer_consent(case_id=case.pk, actor=applicant(by), agrees=True, text="", at=NOW)
    facts = {"registered_number": "15/2026", "registered_on": "2026-11-24", "book": "01/2026"}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)
    with pytest.raises(FactsMissingError):  # the personal number is on its way
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)

    assert factories.deliver_all() == []
    case.refresh_from_db()
    assert re.fullmatch(r"074326\d{6}", case.facts["personal_number"])  # a girl born in this century, in 2026
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    document = sign_and_issue(office, case)

    assert (case.state, request.case_id) == (State.RETURNED, case.pk)
    assert document.context["values"]["personal_number"] == case.facts["personal_number"]
    assert_signed_by_leader_then_agency(document)
    assert len(mailoutbox) >= 3


def test_the_same_child_gets_the_same_number_however_often_it_is_asked_for(
    neighbours: World, office: Office, by: Account
) -> None:
    case = factories.accepted(office, by, BIRTH)
    facts = {"registered_number": "15/2026", "registered_on": "2026-11-24", "book": "01/2026"}
    neighbours.plan("dancu.cap-so-dinh-danh", "drop_after")
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)

    waiting = factories.deliver_all(topic="onestop.personal_number")
    assert [message.state for message in waiting] == ["UNKNOWN"]
    assert factories.deliver_all(NOW + timedelta(hours=1), topic="onestop.personal_number") == []

    case.refresh_from_db()
    assert case.facts["personal_number"].endswith("100001")
    assert case.events.filter(action=Action.RECORD_FACTS).count() == 2


def test_a_case_that_cannot_move_does_not_undo_its_payment(neighbours: World, by: Account) -> None:
    case = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)
    fee = FeeRequest.objects.get(reference=filing_fee(case))
    # Somebody's mistake leaves the case without a centre to number it.
    Case.objects.filter(pk=case.pk).update(receiving_centre=None)

    fee = pay_without_a_call_back(neighbours, case)
    factories.deliver_all()

    fee.refresh_from_db()
    assert fee.state == "PAID"
    assert OutboxMessage.objects.get(topic="onestop.fee_paid").state in {"WAITING", "UNKNOWN", "DEAD"}
