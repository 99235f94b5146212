from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from identity.models import Account
from identity.officers import Seat
from identity.states import Role
from onestop.errors import (
    ActionNotAllowedError,
    FactsMissingError,
    ReasonMissingError,
    ResultNotReadyError,
    StaleCaseError,
)
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case
from onestop.services import deciding, handling, receiving, returning
from onestop.states import Action, State
from tests import factories
from tests.factories import NOW, Office

FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by)


def proposed(office: Office, case: Case) -> Case:
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    return handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def test_proposing_drafts_the_result_from_answers_and_facts_for_the_leader(office: Office, case: Case) -> None:
    proposed(office, case)

    document = case.documents.get(kind=DocumentKind.RESULT)
    assert document.state == DocumentState.DRAFT
    assert document.context["values"]["registered_number"] == "12/1985"
    assert document.context["values"]["registered_on"] == "01/03/1985"
    assert [step.code for step in case.steps.filter(finished_at=None)] == ["sign"]


@pytest.mark.parametrize("number", ["1985-00-12", "Tran-An-Bi"])
def test_a_number_that_looks_like_a_day_stands_in_the_result_as_it_was_written(
    office: Office, case: Case, number: str
) -> None:
    facts = FACTS | {"registered_number": number}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    assert case.documents.get(kind=DocumentKind.RESULT).context["values"]["registered_number"] == number


@pytest.mark.parametrize("missing", list(FACTS))
def test_a_case_cannot_be_proposed_while_a_required_fact_is_missing(office: Office, case: Case, missing: str) -> None:
    facts = FACTS | {missing: ""}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)

    with pytest.raises(FactsMissingError):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def test_an_officer_of_another_commune_is_refused_everything(office: Office, case: Case) -> None:
    elsewhere = factories.office("H09.25942", "25942")

    with pytest.raises(ActionNotAllowedError):
        handling.record_facts(case_id=case.pk, actor=elsewhere.officer, facts=FACTS, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        handling.take(case_id=case.pk, actor=elsewhere.officer, at=NOW)
    proposed(office, case)
    with pytest.raises(ActionNotAllowedError):
        handling.send_back(case_id=case.pk, actor=elsewhere.leader, to="appraise", reason="Sai", at=NOW)
    with pytest.raises(ActionNotAllowedError):
        deciding.order_signature(case_id=case.pk, actor=elsewhere.leader, at=NOW)


def test_a_step_that_a_colleague_holds_is_left_to_them(office: Office, case: Case) -> None:
    colleague = factories.actor(Role.OFFICER, office.committee, "Đặng Quốc Bảo")
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)

    with pytest.raises(ActionNotAllowedError):
        handling.record_facts(case_id=case.pk, actor=colleague, facts=FACTS, at=NOW)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)


def test_who_received_a_case_does_not_appraise_it(office: Office, by: Account) -> None:
    both = office.clerk.account
    assert both is not None
    factories.appointment(both, office.committee, Role.OFFICER)
    case = receiving.accept(case_id=factories.filed(by).pk, actor=office.clerk, at=NOW)

    with pytest.raises(ActionNotAllowedError):
        handling.record_facts(
            case_id=case.pk,
            actor=Seat(role=Role.OFFICER, account=both, agency=office.committee),
            facts=FACTS,
            at=NOW,
        )


def test_who_appraised_a_case_does_not_sign_it(office: Office, case: Case) -> None:
    proposed(office, case)
    factories.appointment(office.officer.account, office.committee, Role.LEADER)

    with pytest.raises(ActionNotAllowedError):
        deciding.order_signature(
            case_id=case.pk,
            actor=Seat(role=Role.LEADER, account=office.officer.account, agency=office.committee),
            at=NOW,
        )


def test_the_leader_sends_a_case_back_with_a_reason_and_the_officer_proposes_anew(office: Office, case: Case) -> None:
    proposed(office, case)
    with pytest.raises(ReasonMissingError):
        handling.send_back(case_id=case.pk, actor=office.leader, to="appraise", reason="", at=NOW)
    with pytest.raises(ActionNotAllowedError):
        handling.send_back(case_id=case.pk, actor=office.leader, to="issue", reason="Sai năm", at=NOW)

    handling.send_back(case_id=case.pk, actor=office.leader, to="appraise", reason="Sai năm", at=NOW)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"registered_number": "13/1985"}, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW + timedelta(minutes=5))

    document = case.documents.get(kind=DocumentKind.RESULT)
    assert (document.version, document.context["values"]["registered_number"]) == (1, "13/1985")


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_wins_and_the_other_is_told_who_was_first() -> None:
    factories.published()
    office = factories.office()
    case = factories.accepted(office, factories.citizen())
    colleague = factories.actor(Role.OFFICER, office.committee, "Đặng Quốc Bảo")
    names = {"Trần Minh Tâm", "Đặng Quốc Bảo"}

    def record(actor: Seat) -> str:
        try:
            handling.record_facts(case_id=case.pk, actor=actor, facts=FACTS, at=NOW, seen_version=case.version)
        except StaleCaseError as refused:
            return str(refused.message)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(record, [office.officer, colleague]))

    assert said[0] == ""
    assert any(name in said[1] for name in names)
    assert case.events.filter(action=Action.RECORD_FACTS).count() == 1


def test_ordering_a_signature_twice_is_ordering_it_once(office: Office, case: Case) -> None:
    proposed(office, case)

    first = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    second = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW + timedelta(seconds=1))

    assert first.pk == second.pk
    assert len(second.orders) == 1


def test_a_case_being_signed_is_not_sent_back(office: Office, case: Case) -> None:
    proposed(office, case)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)

    with pytest.raises(ResultNotReadyError):
        handling.send_back(case_id=case.pk, actor=office.leader, to="appraise", reason="Sai", at=NOW)


def test_a_case_being_sealed_is_not_sent_back(office: Office, case: Case) -> None:
    proposed(office, case)
    signing = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    deciding.record_signature(document_id=signing.pk, file=factories.stored_file(), at=NOW)
    deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)

    with pytest.raises(ResultNotReadyError):
        handling.send_back(case_id=case.pk, actor=office.records, to="appraise", reason="Sai", at=NOW)


def test_a_refused_key_takes_the_order_back_and_says_why(office: Office, case: Case) -> None:
    proposed(office, case)
    document = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)

    deciding.signature_failed(document_id=document.pk, reason="Chứng thư đã bị thu hồi")

    document.refresh_from_db()
    assert (document.state, document.orders, document.failure) == (DocumentState.DRAFT, [], "Chứng thư đã bị thu hồi")
    assert [step.code for step in case.steps.filter(finished_at=None)] == ["sign"]


def test_the_records_clerk_cannot_issue_before_the_leader_has_signed(office: Office, case: Case) -> None:
    proposed(office, case)

    with pytest.raises(ActionNotAllowedError):
        deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)


@pytest.mark.parametrize("delivery", ["PICK_UP", "POST"])
def test_the_counter_returns_a_result_only_with_its_proof(office: Office, by: Account, delivery: str) -> None:
    address = {"province": "79", "commune": "25747", "detail": "Số 5"}
    case = factories.accepted(office, by, delivery=delivery, delivery_address=address)
    proposed(office, case)
    signed = deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    deciding.record_signature(document_id=signed.pk, file=factories.stored_file(), at=NOW)
    issued = deciding.order_issue(case_id=case.pk, actor=office.records, at=NOW)
    for _ in range(2):  # the worker may come twice
        deciding.record_issue(document_id=issued.pk, file=factories.stored_file(), at=NOW)
    case.refresh_from_db()
    assert case.state == State.AT_COUNTER

    with pytest.raises(ActionNotAllowedError):
        returning.return_result(
            case_id=case.pk, actor=office.clerk, at=NOW, checked_id_number="074085009999", waybill=" "
        )
    waybill, number = ("VN123", "") if delivery == "POST" else ("", "074 085 001 234")
    returned = returning.return_result(
        case_id=case.pk, actor=office.clerk, at=NOW, checked_id_number=number, waybill=waybill
    )

    assert (returned.state, returned.returned_at) == (State.RETURNED, NOW)
    assert not returned.steps.filter(finished_at=None).exists()
