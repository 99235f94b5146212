"""More time, with an apology: once before the case is due; late already, the apology alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from identity.models import Account, CalendarDay
from identity.officers import Seat
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import DocumentKind
from onestop.models import Case
from onestop.services import consulting, extending, recomputing
from onestop.states import Action
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import NOW, ZONE, Office
from tests.procedures.test_processes import straight

LATE = NOW + timedelta(days=1)


def evening(day: int) -> datetime:
    return datetime(2026, 11, day, 17, tzinfo=ZONE)


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    """A case of the morning, promised for 17:00."""
    return factories.accepted(office, by, email="an@example.vn")


def extend(case: Case, actor: Seat, at: datetime = NOW, days: int | None = 2, reason: str = "Chờ xác minh") -> Case:
    return extending.extend(case_id=case.pk, actor=actor, days=days, reason=reason, at=at)


def test_before_it_is_due_a_case_gets_working_days_more_and_the_applicant_an_apology(
    office: Office, case: Case
) -> None:
    extended = extend(case, office.officer)

    assert extended.due_at == evening(26)
    assert extended.steps.filter(finished_at=None, due_at__gt=evening(24)).exists()
    letter = extended.documents.get(kind=DocumentKind.FORM_04).context
    assert (letter["is_late"], letter["reason"]) == (False, "Chờ xác minh")
    assert "26/11/2026" in letter["due_at"]
    assert OutboxMessage.objects.filter(topic="onestop.notice", key__endswith=f":{extended.version}").exists()


def test_time_is_extended_once(office: Office, case: Case) -> None:
    extend(case, office.officer)

    with pytest.raises(ActionNotAllowedError):
        extend(case, office.officer, NOW + timedelta(hours=1))
    assert not extending.may_extend(Case.objects.get(pk=case.pk), NOW)


def test_no_time_is_taken_and_nothing_apologised_for_while_the_clock_stands(office: Office, by: Account) -> None:
    steps = straight(actions=["ASK_OPINION", "GO_ON", "PROPOSE"], consultation={"stops_clock": True})
    factories.published(process={"steps": steps}, time={"kind": "WORKING_DAYS", "value": 5, "illustrative": True})
    case = factories.accepted(office, by)
    land = factories.agency("H09.5")
    of = [consulting.Addressee(land)]
    consulting.ask(case_id=case.pk, actor=office.officer, of=of, text="Ranh giới?", days=30, at=NOW)

    for at in (NOW, NOW + timedelta(days=20)):  # also when the day that was promised at first is over
        assert not extending.may_extend(Case.objects.get(pk=case.pk), at)
        with pytest.raises(ActionNotAllowedError):
            extend(case, office.officer, at)

    consulting.go_on(case_id=case.pk, actor=office.officer, reason="Đủ rõ", at=NOW)
    assert extend(case, office.officer).due_at == evening(30) + timedelta(days=3)


def test_a_late_case_keeps_the_time_that_it_missed_and_the_apology_goes_out_once(office: Office, case: Case) -> None:
    late = extend(case, office.officer, LATE, days=None)

    assert late.due_at == evening(24)
    assert late.documents.get(kind=DocumentKind.FORM_04).context["is_late"]
    with pytest.raises(ActionNotAllowedError):
        extend(case, office.officer, LATE + timedelta(hours=1), days=None)


def test_a_case_that_is_late_after_its_extension_gets_one_apology_more(office: Office, case: Case) -> None:
    extend(case, office.officer)
    extend(case, office.officer, evening(27), days=None)

    assert case.documents.filter(kind=DocumentKind.FORM_04).count() == 2


def test_neither_a_reason_nor_the_days_may_be_missing(office: Office, case: Case) -> None:
    with pytest.raises(ReasonMissingError):
        extend(case, office.officer, reason=" ")
    with pytest.raises(ActionNotAllowedError):
        extend(case, office.officer, days=None)


def test_the_counter_cannot_extend_what_it_handed_over(office: Office, case: Case) -> None:
    with pytest.raises(ActionNotAllowedError):
        extend(case, office.clerk)


def test_a_new_day_off_moves_an_extended_case_too(office: Office, case: Case) -> None:
    extended = extend(case, office.officer)
    CalendarDay.objects.create(calendar=office.committee.calendar, day=date(2026, 11, 25), name="Nghỉ bù")

    assert recomputing.recompute_due_time(case_id=case.pk, reason="Nghỉ bù", at=NOW)
    extended.refresh_from_db()
    assert extended.due_at == evening(27)
    assert extended.events.filter(action=Action.RECOMPUTE_DUE).exists()
