from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from identity.models import Account
from onestop import acts
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError, FactsMissingError, ReasonMissingError
from onestop.kinds import RequestOutcome
from onestop.models import Case
from onestop.services import handling, requesting, withdrawing
from onestop.states import Action, State
from tests import factories
from tests.factories import BIRTH, NOW, ZONE, Office

LATER = NOW + timedelta(days=10)
FACTS = {"registered_number": "15/2026", "registered_on": "2026-11-24", "book": "01/2026"}


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by)


@pytest.fixture
def birth(office: Office, by: Account) -> Case:
    return factories.accepted(office, by, BIRTH)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def test_a_supplement_during_handling_stops_the_clock_and_the_kept_minutes_run_on(
    office: Office, by: Account, case: Case
) -> None:
    requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu ngày", items=["phone"], due_at=LATER, at=at(24, 14)
    )
    case.refresh_from_db()
    assert (case.state, case.remaining_minutes) == (State.SUPPLEMENT_REQUESTED, 180)

    requesting.answer_supplement(
        case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=at(26, 10, 30)
    )

    case.refresh_from_db()
    # One hour until 11:30, two more after the break.
    assert (case.state, case.due_at, case.remaining_minutes) == (State.PROCESSING, at(26, 15, 30), None)


def test_a_supplement_never_given_stops_the_handling(office: Office, case: Case) -> None:
    request = requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu ngày", items=["phone"], due_at=LATER, at=NOW
    )

    requesting.lapse(request_id=request.pk, at=LATER)

    case.refresh_from_db()
    assert case.state == State.STOPPED


def test_a_wish_to_withdraw_stops_the_clock_until_it_is_refused(office: Office, by: Account, case: Case) -> None:
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=at(24, 16))
    with pytest.raises(ReasonMissingError):
        withdrawing.answer_withdrawal(case_id=case.pk, actor=office.officer, agrees=False, reason="", at=at(25, 7))

    withdrawing.answer_withdrawal(case_id=case.pk, actor=office.officer, agrees=False, reason="Đã ký", at=at(25, 7))

    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.PROCESSING, at(25, 8))


def test_after_a_refused_withdrawal_the_supplement_is_awaited_again_as_long_as_before(
    office: Office, by: Account, case: Case
) -> None:
    asked = requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu ngày", items=["phone"], due_at=at(30, 17), at=at(24, 9)
    )
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=at(25, 9))
    withdrawing.answer_withdrawal(
        case_id=case.pk, actor=office.officer, agrees=False, reason="Đã dự thảo", at=at(27, 9)
    )

    case.refresh_from_db()
    asked.refresh_from_db()
    assert (case.state, case.supplements, asked.due_at) == (State.SUPPLEMENT_REQUESTED, 1, at(30, 17) + timedelta(2))
    last = case.events.order_by("-sequence").first()
    assert last is not None and (last.role, last.note, last.data["items"]) == ("SYSTEM", "Thiếu ngày", ["phone"])
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=at(27, 10))
    case.refresh_from_db()
    assert case.state == State.PROCESSING


def test_of_what_a_withdrawn_case_waited_for_nobody_is_reminded(office: Office, by: Account, case: Case) -> None:
    requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu ngày", items=["phone"], due_at=LATER, at=NOW
    )
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=NOW)
    withdrawing.answer_withdrawal(case_id=case.pk, actor=office.officer, agrees=True, reason="", at=NOW)

    assert case.requests.get().outcome == RequestOutcome.ENDED
    assert not requesting.to_remind(LATER - timedelta(hours=1)).exists()


def test_an_office_that_has_nothing_to_do_with_the_case_cannot_answer_its_withdrawal(by: Account, case: Case) -> None:
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Không cần nữa", at=NOW)
    elsewhere = factories.office("H09.25942", "25942").officer

    with pytest.raises(ActionNotAllowedError):
        withdrawing.answer_withdrawal(case_id=case.pk, actor=elsewhere, agrees=True, reason="", at=NOW)


def test_an_online_birth_cannot_be_proposed_before_the_applicant_has_seen_the_draft(
    office: Office, birth: Case
) -> None:
    facts = FACTS | {"personal_number": "074226000001"}
    handling.record_facts(case_id=birth.pk, actor=office.officer, facts=facts, at=NOW)

    with pytest.raises(FactsMissingError):
        handling.propose(case_id=birth.pk, actor=office.officer, at=NOW)

    birth.refresh_from_db()
    comes_next = acts.likely(acts.possible(birth, office.officer, NOW), birth)
    assert comes_next is not None and comes_next.code == "ask-consent"


def test_silence_on_the_draft_for_a_day_means_consent(office: Office, birth: Case) -> None:
    request = requesting.ask_consent(case_id=birth.pk, actor=office.officer, at=NOW)
    assert request.due_at == NOW + timedelta(hours=24)

    requesting.lapse(request_id=request.pk, at=request.due_at - timedelta(seconds=1))
    assert requesting.consent_is_missing(birth)
    for _ in range(2):
        requesting.lapse(request_id=request.pk, at=request.due_at)

    assert not requesting.consent_is_missing(birth)
    assert birth.requests.get().outcome == RequestOutcome.SILENT
    assert birth.events.filter(action=Action.ANSWER_CONSENT).count() == 1


def test_an_objection_needs_words_and_asks_the_officer_for_a_new_draft(
    office: Office, by: Account, birth: Case
) -> None:
    requesting.ask_consent(case_id=birth.pk, actor=office.officer, at=NOW)
    with pytest.raises(ReasonMissingError):
        requesting.answer_consent(case_id=birth.pk, actor=applicant(by), agrees=False, text=" ", at=NOW)

    requesting.answer_consent(case_id=birth.pk, actor=applicant(by), agrees=False, text="Sai tên đệm", at=NOW)
    assert requesting.consent_is_missing(birth)

    requesting.ask_consent(case_id=birth.pk, actor=office.officer, at=NOW + timedelta(hours=1))
    requesting.answer_consent(
        case_id=birth.pk, actor=applicant(by), agrees=True, text="", at=NOW + timedelta(hours=2)
    )
    assert not requesting.consent_is_missing(birth)


@pytest.mark.parametrize("kind", ["consent", "verification"])
def test_what_is_asked_already_is_not_asked_a_second_time(office: Office, birth: Case, kind: str) -> None:
    def ask() -> None:
        if kind == "consent":
            requesting.ask_consent(case_id=birth.pk, actor=office.officer, at=NOW)
        else:
            requesting.ask_verification(
                case_id=birth.pk, actor=office.officer, of=office.committee, text="Xác minh", at=NOW
            )

    ask()
    with pytest.raises(ActionNotAllowedError):
        ask()
    assert birth.requests.count() == 1


def test_a_verification_moves_the_due_time_by_its_three_working_days(office: Office, birth: Case) -> None:
    other = factories.office("H09.25942", "25942")

    request = requesting.ask_verification(
        case_id=birth.pk, actor=office.officer, of=other.committee, text="Xác minh kết hôn", at=NOW
    )

    birth.refresh_from_db()
    assert birth.due_at == at(27, 17)
    step = birth.open_step
    assert step and step.due_at and at(25, 7) < step.due_at < at(27, 17), "the step has its share of the new time"
    assert request.due_at.date() == at(27, 17).date()
    requesting.answer_verification(
        case_id=birth.pk, actor=office.officer, confirmed=False, text="Không tìm thấy", at=at(25, 9)
    )
    assert birth.requests.get().outcome == RequestOutcome.NOT_FOUND


def test_an_overdue_verification_stays_open_for_an_office_that_is_silent_proves_nothing(
    office: Office, birth: Case
) -> None:
    request = requesting.ask_verification(
        case_id=birth.pk, actor=office.officer, of=office.committee, text="Xác minh", at=NOW
    )

    requesting.lapse(request_id=request.pk, at=request.due_at + timedelta(days=9))

    assert birth.requests.get().answered_at is None


def test_a_procedure_without_consent_does_not_ask_for_it(office: Office, case: Case) -> None:
    assert not requesting.consent_is_missing(case)
    with pytest.raises(ActionNotAllowedError):
        requesting.ask_consent(case_id=case.pk, actor=office.officer, at=NOW)


def test_time_that_runs_out_while_a_case_stands_still_holds_up_no_other_case(
    office: Office, by: Account, birth: Case
) -> None:
    other = factories.accepted(office, factories.citizen("074193005678", "Trần Thị Lan"), BIRTH)
    requesting.ask_consent(case_id=birth.pk, actor=office.officer, at=NOW)
    requesting.ask_consent(case_id=other.pk, actor=office.officer, at=NOW + timedelta(seconds=1))
    withdrawing.withdraw(case_id=birth.pk, account=by, reason="Không cần nữa", at=NOW)

    for case in (birth, other):
        requesting.lapse(request_id=case.requests.get().pk, at=LATER)
    assert birth.requests.get().answered_at is None
    assert other.requests.get().outcome == RequestOutcome.SILENT

    withdrawing.answer_withdrawal(case_id=birth.pk, actor=office.officer, agrees=True, reason="", at=LATER)
    assert birth.requests.get().answered_at == LATER
    birth.refresh_from_db()
    assert birth.state == State.WITHDRAWN


@pytest.mark.django_db
def test_nobody_withdraws_another_applicants_case() -> None:
    office = factories.office()
    factories.published(factories.EXTRACT)
    case = factories.accepted(office, factories.citizen())
    stranger = factories.citizen("074085009999", "Người Lạ")
    with pytest.raises(ActionNotAllowedError):
        withdrawing.withdraw(case_id=case.pk, account=stranger, reason="x", at=factories.NOW)
