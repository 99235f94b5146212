"""A result that was wrong: corrected by a new version, or revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import acts, queries
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case
from onestop.services import correcting, extending, handling, requesting, suspending, withdrawing
from onestop.states import Action, State
from tests import factories
from tests.factories import NOW, Office

LATER = NOW + timedelta(days=30)


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    """A case whose result was sent to the applicant's account."""
    case = factories.at_counter(office, by, email="an@example.vn")
    assert case.state == State.RETURNED
    return case


def correct(office: Office, case: Case) -> None:
    correcting.correct(case_id=case.pk, actor=office.leader, reason="Sai năm sinh", at=LATER)
    case.refresh_from_db()


def states(case: Case) -> list[tuple[int, str]]:
    results = case.documents.filter(kind=DocumentKind.RESULT).order_by("version")
    return list(results.values_list("version", "state"))


def test_the_result_in_force_is_revoked_when_the_corrected_one_is_issued(office: Office, case: Case) -> None:
    old = case.documents.get(kind=DocumentKind.RESULT)
    correct(office, case)
    assert (case.state, case.steps.get(finished_at=None).code) == (State.PROCESSING, "appraise")
    assert states(case) == [(1, DocumentState.ISSUED)]

    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"registered_number": "13/1985"}, at=LATER)
    factories.issued(office, case, at=LATER)

    assert states(case) == [(1, DocumentState.REVOKED), (2, DocumentState.ISSUED)]
    old.refresh_from_db()
    assert old.revoked_at == LATER
    new = queries.issued_in_place_of(old)
    assert new is not None and new.context["values"]["registered_number"] == "13/1985"
    assert (case.state, case.returned_at) == (State.RETURNED, NOW)


def test_who_corrects_reads_why_above_the_work(client: Client, office: Office, case: Case) -> None:
    correct(office, case)
    assert office.officer.account is not None
    client.force_login(office.officer.account)

    page = client.get(reverse("onestop:desk_case", args=[case.code]))
    assert page.context["handed_on"].note == "Sai năm sinh"
    assert page.content.decode().index("Sai năm sinh") < page.content.decode().index('class="likely"')


def test_a_result_that_lies_at_the_counter_is_corrected_and_lies_there_again(office: Office, by: Account) -> None:
    case = factories.at_counter(office, by, delivery="PICK_UP")
    correct(office, case)
    factories.issued(office, case, at=LATER)

    assert case.state == State.AT_COUNTER
    assert [step.code for step in case.steps.filter(finished_at=None)] == ["return"]


def test_a_result_that_was_not_corrected_after_all_is_said_to_be_in_force(
    client: Client, office: Office, by: Account, case: Case
) -> None:
    correct(office, case)
    suspending.stop(case_id=case.pk, actor=office.officer, reason="Bản đã cấp là đúng", at=LATER)

    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    assert "vẫn có hiệu lực; không được đính chính" in page


def test_correcting_promises_no_new_time(office: Office, case: Case) -> None:
    due = case.due_at
    correct(office, case)

    assert case.due_at == due
    handling.propose(case_id=case.pk, actor=office.officer, at=LATER)
    assert set(case.steps.filter(started_at=LATER).values_list("due_at", flat=True)) == {None}
    assert queries.late_cases(LATER) == []
    assert not extending.may_extend(case, LATER)


def test_a_revoked_result_is_shown_so_to_whoever_verifies_it_and_to_the_applicant(
    client: Client, office: Office, by: Account, case: Case
) -> None:
    correcting.revoke(case_id=case.pk, actor=office.leader, reason="Cấp sai người", at=LATER)

    case.refresh_from_db()
    assert (case.state, states(case)) == (State.RESULT_REVOKED, [(1, DocumentState.REVOKED)])
    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("onestop:case", args=[case.uuid])).content.decode()
    assert "đã thu hồi, không còn giá trị" in page and "Cấp sai người" in page


@pytest.mark.parametrize("state", [State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.SUSPENDED])
def test_what_does_harm_while_it_is_corrected_is_revoked_at_once(office: Office, case: Case, state: State) -> None:
    correct(office, case)
    who: dict[str, Any] = {"case_id": case.pk, "actor": office.officer, "at": LATER}
    if state == State.SUPPLEMENT_REQUESTED:
        due = LATER + timedelta(days=9)
        requesting.request_supplement(text="Thiếu", items=["phone"], due_at=due, **who)
    elif state == State.SUSPENDED:
        suspending.suspend(reason="Chờ tòa", days=5, **who)
    else:
        handling.draft(edited={}, **who)

    correcting.revoke(case_id=case.pk, actor=office.leader, reason="Bị dùng để lừa đảo", at=LATER)

    case.refresh_from_db()
    assert case.state == State.RESULT_REVOKED
    assert states(case)[0] == (1, DocumentState.REVOKED)
    assert not case.requests.awaited().exists()


def test_a_case_that_is_handled_for_the_first_time_has_nothing_to_revoke(office: Office, by: Account) -> None:
    case = factories.accepted(office, factories.citizen("074085007777"))
    assert Action.REVOKE_RESULT not in {act.action for act in acts.possible(case, office.leader, NOW)}
    with pytest.raises(ActionNotAllowedError):
        correcting.revoke(case_id=case.pk, actor=office.leader, reason="Sai", at=NOW)


def test_an_applicant_does_not_withdraw_what_was_decided_and_is_being_corrected(
    office: Office, by: Account, case: Case
) -> None:
    correct(office, case)
    assert not case.can_be_withdrawn
    with pytest.raises(ActionNotAllowedError):
        withdrawing.withdraw(case_id=case.pk, account=by, reason="Thôi", at=LATER)


def test_only_the_leader_of_the_agency_that_decided_may(office: Office, case: Case) -> None:
    elsewhere = factories.office("H09.25942", "25942")
    for actor in (office.officer, office.records, office.clerk, elsewhere.leader):
        with pytest.raises(ActionNotAllowedError):
            correcting.revoke(case_id=case.pk, actor=actor, reason="Sai", at=LATER)
        with pytest.raises(ActionNotAllowedError):
            correcting.correct(case_id=case.pk, actor=actor, reason="Sai", at=LATER)
    with pytest.raises(ReasonMissingError):
        correcting.revoke(case_id=case.pk, actor=office.leader, reason="", at=LATER)


def test_a_case_without_a_result_has_none_to_revoke(office: Office, by: Account) -> None:
    case = factories.filed(by)
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Nộp nhầm", at=NOW)

    with pytest.raises(ActionNotAllowedError):
        correcting.revoke(case_id=case.pk, actor=office.leader, reason="Sai", at=NOW)
