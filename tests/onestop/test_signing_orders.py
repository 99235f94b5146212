from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction

from identity.models import Account
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case, CaseDocument
from onestop.services import deciding, handling, receiving, withdrawing
from onestop.services.numbering import next_document_number
from portal.core import files
from tests import factories
from tests.factories import NOW, ZONE, Office
from tests.processes import Authority

FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    """A case whose result lies before the leader."""
    case = factories.accepted(office, by)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    return handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def result(case: Case) -> CaseDocument:
    return case.documents.select_related("file").get(kind=DocumentKind.RESULT)


def open_step(case: Case) -> str:
    return case.steps.get(finished_at=None).code


@pytest.mark.parametrize("key", ["demo-revoked", "demo-expired", "no-such-key"])
def test_a_key_that_may_not_sign_leaves_the_case_with_the_leader_and_says_why(
    authority: Authority, office: Office, case: Case, key: str
) -> None:
    Account.objects.filter(pk=office.leader.account.pk if office.leader.account else 0).update(signing_key=key)
    if office.leader.account:
        office.leader.account.refresh_from_db()
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)

    assert factories.deliver_all(topic="onestop.") == []

    document = result(case)
    assert (document.state, document.orders, open_step(case)) == (DocumentState.DRAFT, [], "sign")
    assert document.failure


def test_a_signature_waits_while_the_time_stamping_service_is_away(
    authority: Authority, office: Office, case: Case, settings: Any
) -> None:
    right = settings.TIMESTAMP_URL
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/tsa"
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)

    (waiting,) = factories.deliver_all(topic="onestop.")
    assert (waiting.state, result(case).state, open_step(case)) == ("WAITING", DocumentState.SIGNING, "sign")

    settings.TIMESTAMP_URL = right
    assert factories.deliver_all(NOW + timedelta(hours=1), topic="onestop.") == []
    assert (result(case).state, open_step(case)) == (DocumentState.SIGNED, "issue")


def test_sending_back_takes_a_signature_without_a_seal_away(authority: Authority, office: Office, case: Case) -> None:
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    factories.deliver_all(topic="onestop.")

    handling.send_back(case_id=case.pk, actor=office.records, to="sign", reason="Sai chức danh", at=NOW)

    document = result(case)
    assert (document.state, document.file, open_step(case)) == (DocumentState.DRAFT, None, "sign")


def test_a_case_sent_back_after_the_signature_is_signed_and_issued_anew(
    authority: Authority, office: Office, case: Case
) -> None:
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    factories.deliver_all(topic="onestop.")
    handling.send_back(case_id=case.pk, actor=office.records, to="appraise", reason="Sai năm", at=NOW)
    later = NOW + timedelta(minutes=10)
    handling.propose(case_id=case.pk, actor=office.officer, at=later)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=later)
    assert factories.deliver_all(later, topic="onestop.") == []
    deciding.order_issue(case_id=case.pk, actor=office.records, at=later)

    assert factories.deliver_all(later, topic="onestop.") == []

    assert (result(case).failure, result(case).state) == ("", DocumentState.ISSUED)
    assert len(result(case).orders) == 2


@pytest.mark.parametrize(("act", "kind"), [("accept", DocumentKind.FORM_01), ("reject", DocumentKind.FORM_03)])
def test_a_form_is_printed_once_however_often_the_worker_comes(
    office: Office, by: Account, act: str, kind: DocumentKind
) -> None:
    case = factories.filed(by)
    if act == "accept":
        receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    else:
        receiving.reject(case_id=case.pk, actor=office.clerk, reason="Sai thẩm quyền", at=NOW)

    assert factories.deliver_all(topic="onestop.print") == []

    form = case.documents.get(kind=kind)
    assert form.file is not None
    assert files.read(form.file).startswith(b"%PDF")
    assert (form.state, form.issued_at) == (DocumentState.ISSUED, NOW)


def test_the_applicant_hears_of_each_step_without_personal_data_in_the_subject(
    office: Office, by: Account, mailoutbox: list[EmailMessage]
) -> None:
    case = factories.accepted(office, by, email="an@example.vn")

    assert factories.deliver_all(topic="onestop.notice") == []

    assert len(mailoutbox) == 2
    for message in mailoutbox:
        assert message.to == ["an@example.vn"]
        assert str(case.code) in message.subject
        assert "Nguyễn Văn An" not in message.subject + str(message.body)
        assert "074085001234" not in message.subject + str(message.body)


def test_somebody_without_an_address_is_not_written_to(office: Office, by: Account) -> None:
    factories.accepted(office, by)

    assert factories.deliver_all(topic="onestop.notice", rounds=0) == []


def signed(office: Office, case: Case) -> CaseDocument:
    """Return the result with the leader's signature, a stand-in."""
    order = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    deciding.record_signature(document_id=order.pk, file=factories.stored_file(), at=NOW)
    return order


def numbered(office: Office, case: Case, at: datetime = NOW) -> str:
    """Return the number under which the seal is ordered; the seal fails."""
    document = deciding.order_issue(case_id=case.pk, actor=office.records, at=at)
    deciding.signature_failed(document_id=document.pk, reason="Hết hạn")
    return document.number


@pytest.mark.django_db
def test_a_number_waits_for_its_seal_but_not_into_another_year(office: Office, case: Case) -> None:
    signed(office, case)
    assert numbered(office, case) == numbered(office, case) == "1/UBND-HT"
    new_year = NOW.replace(year=2027, month=1, day=4)
    assert next_document_number(office.committee, new_year) == 1
    assert numbered(office, case, new_year) == "2/UBND-HT", "of 2027, not once more the first of 2026"


@pytest.mark.django_db
def test_a_refusal_in_place_of_a_result_has_a_number_of_its_own(office: Office, case: Case) -> None:
    signed(office, case)
    assert numbered(office, case) == "1/UBND-HT"
    who: dict[str, Any] = {"case_id": case.pk, "at": NOW}
    handling.send_back(actor=office.records, to="appraise", reason="Chưa đủ điều kiện", **who)
    handling.draft(actor=office.officer, edited={"refusal": "Không đủ điều kiện"}, **who)
    handling.propose(actor=office.officer, **who)
    signed(office, case)
    assert numbered(office, case) == "2/TB-HT"


@pytest.mark.django_db(transaction=True)
def test_document_numbers_taken_at_once_are_unique_dense_and_begin_again_with_the_year() -> None:
    committee = factories.office().committee
    new_year = datetime(2027, 1, 1, 0, 0, tzinfo=ZONE)

    def take(_: int) -> int:
        try:
            with transaction.atomic():
                return next_document_number(committee, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        numbers = sorted(pool.map(take, range(30)))

    assert numbers == list(range(1, 31))
    with transaction.atomic():
        assert next_document_number(committee, new_year - timedelta(seconds=1)) == 31
        assert next_document_number(committee, new_year) == 1


def test_a_signature_that_comes_after_the_applicant_asked_to_withdraw_is_not_put_in(
    office: Office, by: Account, case: Case
) -> None:
    ordered = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=NOW)

    deciding.record_signature(document_id=ordered.pk, file=factories.stored_file(), at=NOW)
    document = result(case)
    assert (document.state, document.orders) == (DocumentState.DRAFT, [])
    assert document.failure
    withdrawing.answer_withdrawal(case_id=case.pk, actor=office.clerk, agrees=False, reason="Sắp xong", at=NOW)
    assert deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW).state == DocumentState.SIGNING
