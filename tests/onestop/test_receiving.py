from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from identity.models import Account
from identity.states import Role
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError, IncompleteAnswersError, ReasonMissingError, StaleCaseError
from onestop.kinds import DocumentKind, RequestOutcome
from onestop.models import Case
from onestop.services import receiving, requesting, withdrawing
from onestop.states import Action, State
from tests import factories
from tests.factories import NOW, ZONE, Office

LATER = NOW + timedelta(days=5)


@pytest.fixture
def case(by: Account) -> Case:
    return factories.filed(by)


def test_accepting_hands_the_case_to_the_officer_with_a_due_time_and_form_01(office: Office, case: Case) -> None:
    accepted = receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)

    assert accepted.state == State.PROCESSING
    assert accepted.due_at == datetime(2026, 11, 24, 17, 0, tzinfo=ZONE)
    assert [(step.code, step.agency, step.finished_at is None) for step in accepted.steps.order_by("sequence")] == [
        ("receive", office.centre, False),
        ("appraise", office.committee, True),
    ]
    assert accepted.documents.get().kind == DocumentKind.FORM_01


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (datetime(2026, 11, 24, 15, 0, tzinfo=ZONE), datetime(2026, 11, 24, 17, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 24, 15, 0, 1, tzinfo=ZONE), datetime(2026, 11, 25, 17, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 27, 16, 0, tzinfo=ZONE), datetime(2026, 11, 30, 17, 0, tzinfo=ZONE)),
        (datetime(2026, 12, 31, 15, 30, tzinfo=ZONE), datetime(2027, 1, 4, 17, 0, tzinfo=ZONE)),
    ],
    ids=["at the cut-off", "a second late", "Friday afternoon", "the day before a holiday and a weekend"],
)
def test_a_case_is_due_the_same_day_or_the_next_working_day_after_15_00(
    office: Office, case: Case, received: datetime, due: datetime
) -> None:
    assert receiving.accept(case_id=case.pk, actor=office.clerk, at=received).due_at == due


def test_accepting_twice_is_refused_the_second_time(office: Office, case: Case) -> None:
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)

    with pytest.raises(ActionNotAllowedError):
        receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)


def test_a_clerk_of_another_commune_can_neither_accept_nor_reject_nor_ask(case: Case) -> None:
    elsewhere = factories.office("H09.25942", "25942").clerk

    with pytest.raises(ActionNotAllowedError):
        receiving.accept(case_id=case.pk, actor=elsewhere, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        receiving.reject(case_id=case.pk, actor=elsewhere, reason="Không đúng", at=NOW)
    with pytest.raises(ActionNotAllowedError):
        requesting.request_supplement(
            case_id=case.pk, actor=elsewhere, text="Bổ sung", items=["phone"], due_at=LATER, at=NOW
        )
    case.refresh_from_db()
    assert case.state == State.SUBMITTED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.RECORDS_CLERK, Role.OPERATOR])
def test_nobody_but_the_counter_accepts(office: Office, case: Case, role: Role) -> None:
    with pytest.raises(ActionNotAllowedError):
        receiving.accept(case_id=case.pk, actor=factories.actor(role, office.centre), at=NOW)


def test_the_head_of_the_centre_may_accept_too(office: Office, case: Case) -> None:
    assert receiving.accept(case_id=case.pk, actor=office.head, at=NOW).state == State.PROCESSING


def test_rejecting_needs_a_reason_which_form_03_states(office: Office, case: Case) -> None:
    with pytest.raises(ReasonMissingError):
        receiving.reject(case_id=case.pk, actor=office.clerk, reason="  \n", at=NOW)

    rejected = receiving.reject(case_id=case.pk, actor=office.clerk, reason="Sai thẩm quyền", at=NOW)

    form = rejected.documents.get()
    assert (rejected.state, form.kind, form.context["reason"]) == (
        State.REJECTED,
        DocumentKind.FORM_03,
        "Sai thẩm quyền",
    )


def test_two_clerks_at_once_one_wins_and_the_other_hears_who_it_was(office: Office, case: Case) -> None:
    colleague = factories.actor(Role.CLERK, office.centre, "Huỳnh Thị Mỹ Lệ")
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW, seen_version=case.version)

    with pytest.raises(StaleCaseError, match="Nguyễn Thị Thu Hà"):
        receiving.reject(case_id=case.pk, actor=colleague, reason="x", at=NOW, seen_version=case.version)


def test_a_supplement_before_acceptance_changes_only_what_was_asked_for(
    office: Office, by: Account, case: Case
) -> None:
    requesting.request_supplement(
        case_id=case.pk, actor=office.clerk, text="Số điện thoại sai", items=["phone"], due_at=LATER, at=NOW
    )
    answers = {"phone": "0987654321", "copies": 20}

    answered = requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers=answers, at=NOW)

    assert answered.state == State.SUBMITTED
    assert (answered.answers["phone"], answered.answers["copies"]) == ("0987654321", 2)
    assert answered.requests.get().outcome == RequestOutcome.ANSWERED
    assert answered.documents.get().kind == DocumentKind.FORM_02


@pytest.mark.parametrize("items", [[], ["giay_phep_con"], ["phone", "nothing"]])
def test_what_the_form_does_not_publish_cannot_be_asked_for(office: Office, case: Case, items: list[str]) -> None:
    with pytest.raises(ActionNotAllowedError):
        requesting.request_supplement(
            case_id=case.pk, actor=office.clerk, text="Bổ sung", items=items, due_at=LATER, at=NOW
        )


def test_a_wrong_supplement_is_refused_and_the_request_stays_open(office: Office, by: Account, case: Case) -> None:
    requesting.request_supplement(
        case_id=case.pk, actor=office.clerk, text="Bổ sung", items=["phone"], due_at=LATER, at=NOW
    )

    with pytest.raises(IncompleteAnswersError) as refused:
        requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "12"}, at=NOW)

    assert refused.value.step == "requester"
    assert case.requests.get().answered_at is None


def test_a_supplement_that_never_comes_rejects_the_case_once_and_not_too_early(office: Office, case: Case) -> None:
    request = requesting.request_supplement(
        case_id=case.pk, actor=office.clerk, text="Bổ sung", items=["phone"], due_at=LATER, at=NOW
    )

    requesting.lapse(request_id=request.pk, at=LATER - timedelta(seconds=1))
    case.refresh_from_db()
    assert case.state == State.SUPPLEMENT_BEFORE_ACCEPTANCE

    for _ in range(2):
        requesting.lapse(request_id=request.pk, at=LATER)
    case.refresh_from_db()
    assert case.state == State.REJECTED
    assert case.events.filter(action=Action.LAPSE_SUPPLEMENT).count() == 1


def test_the_applicant_withdraws_at_once_before_acceptance(by: Account, case: Case) -> None:
    assert withdrawing.withdraw(case_id=case.pk, account=by, reason="Nộp nhầm", at=NOW).state == State.WITHDRAWN


def test_nobody_withdraws_the_case_of_another(case: Case) -> None:
    stranger = factories.citizen("074193005678", "Trần Thị Lan")

    with pytest.raises(ActionNotAllowedError):
        withdrawing.withdraw(case_id=case.pk, account=stranger, reason="x", at=NOW)
