"""A case stands still, goes on, or ends without a result."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from identity.models import Account
from onestop import queries
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError, ResultNotReadyError
from onestop.kinds import DocumentKind, RequestOutcome
from onestop.models import Case
from onestop.services import deciding, handling, requesting, suspending
from onestop.states import Action, State
from portal.core import files
from portal.core.models import OutboxMessage
from tests import factories
from tests.core.paper import text_of
from tests.factories import NOW, ZONE, Office


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    """A case of the morning, promised for 17:00."""
    return factories.accepted(office, by, email="an@example.vn")


def suspend(office: Office, case: Case, when: datetime, days: int = 5) -> None:
    suspending.suspend(case_id=case.pk, actor=office.officer, reason="Chờ tòa án", days=days, at=when)
    case.refresh_from_db()


def test_the_clock_of_a_suspended_case_stands_and_the_kept_minutes_run_on(office: Office, case: Case) -> None:
    suspend(office, case, at(24, 14))
    assert (case.state, case.remaining_minutes) == (State.SUSPENDED, 180)

    suspending.resume(case_id=case.pk, actor=office.officer, at=at(26, 10, 30))

    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.PROCESSING, at(26, 15, 30))
    assert case.requests.get().outcome == RequestOutcome.ENDED


def test_seconds_of_a_pause_move_no_promise(office: Office, case: Case) -> None:
    suspend(office, case, at(24, 14) + timedelta(seconds=50))

    suspending.resume(case_id=case.pk, actor=office.officer, at=at(24, 14) + timedelta(seconds=59))

    case.refresh_from_db()
    assert case.due_at == at(24, 17)


def test_a_case_that_nobody_resumes_goes_on_by_itself(office: Office, case: Case) -> None:
    suspend(office, case, at(24, 14), days=2)
    waiting = case.requests.get()
    assert waiting.due_at == at(26, 17)

    requesting.lapse(request_id=waiting.pk, at=at(26, 16))
    case.refresh_from_db()
    assert case.state == State.SUSPENDED
    for _ in range(2):  # beat may come twice
        requesting.lapse(request_id=waiting.pk, at=at(27, 7))

    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.PROCESSING, at(27, 10))
    assert case.events.filter(action=Action.RESUME).count() == 1


def test_the_applicant_is_not_asked_to_answer_a_suspension(office: Office, case: Case) -> None:
    suspend(office, case, NOW)

    assert queries.asked_of_applicant(case) == []


def test_the_applicant_reads_on_form_05_why_and_until_when_and_the_national_portal_hears_of_it(
    office: Office, case: Case
) -> None:
    suspend(office, case, at(24, 14), days=2)
    assert factories.deliver_all(at(24, 14), topic="onestop.print") == []

    notice = case.documents.get(kind=DocumentKind.FORM_05)
    assert notice in queries.documents(case, for_applicant=True)
    assert str(notice.title) == "Thông báo tạm dừng giải quyết hồ sơ (mẫu 05)"
    assert notice.file is not None
    words = " ".join(text_of(files.read(notice.file)).split())
    assert "tạm dừng giải quyết hồ sơ" in words and "Chờ tòa án" in words
    assert "26/11/2026" in words
    pushed = OutboxMessage.objects.filter(topic="national_portal.progress").order_by("pk").last()
    assert pushed is not None and pushed.payload["progress"]["TrangThai"] == "8"
    assert OutboxMessage.objects.filter(topic="onestop.notice", key__endswith=f":{case.version}").exists()


def test_a_stopped_case_is_nobodys_work_any_more(office: Office, by: Account, case: Case) -> None:
    requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu", items=["phone"], due_at=at(30, 9), at=NOW
    )
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=NOW)
    suspend(office, case, NOW)

    suspending.stop(case_id=case.pk, actor=office.officer, reason="Đương sự đã mất", at=NOW + timedelta(hours=1))

    case.refresh_from_db()
    assert case.state == State.STOPPED
    assert case.documents.get(kind=DocumentKind.FORM_05, version=2).context["reason"] == "Đương sự đã mất"
    assert not case.steps.filter(finished_at=None).exists()
    assert not case.requests.filter(answered_at=None).exists()
    assert OutboxMessage.objects.filter(topic="onestop.notice", key__endswith=f":{case.version}").exists()


def test_a_case_whose_result_is_being_signed_is_not_stopped(office: Office, case: Case) -> None:
    facts = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND"}
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=facts, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)

    with pytest.raises(ResultNotReadyError):
        suspending.stop(case_id=case.pk, actor=office.leader, reason="Sai", at=NOW)
    case.refresh_from_db()
    assert case.state == State.PROCESSING


def test_only_who_holds_the_case_suspends_it(office: Office, case: Case) -> None:
    elsewhere = factories.office("H09.25942", "25942")
    for actor in (office.clerk, office.records, office.leader, elsewhere.officer):
        with pytest.raises(ActionNotAllowedError):
            suspending.suspend(case_id=case.pk, actor=actor, reason="Chờ", days=2, at=NOW)
