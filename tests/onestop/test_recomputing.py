"""A calendar changes under open cases: they are due by the new one, and say why; closed ones stay as they were."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity import services
from identity.calendar import Hours
from identity.models import Account, WorkCalendar
from identity.queries import calendar_of
from identity.states import AgencyKind, Role
from onestop import deadlines
from onestop.actors import applicant
from onestop.models import Case
from onestop.services import receiving, recomputing, requesting, stepping, withdrawing
from onestop.states import Action, State
from procedures.promises import due_at
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, ZONE, Office
from tests.procedures.test_processes import straight

FIVE_DAYS = {"kind": "WORKING_DAYS", "value": 5, "illustrative": False}
TODAY = NOW.date()


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def calendar(office: Office) -> WorkCalendar:
    return office.committee.calendar


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    factories.published(EXTRACT, time=FIVE_DAYS, at=NOW + timedelta(minutes=1))
    return factories.accepted(office, by)


def close(calendar: WorkCalendar, day: date, by: Account, reason: str = "Nghỉ bão theo công điện") -> None:
    services.set_day(
        calendar_id=calendar.pk,
        day=day,
        works_like=None,
        name="Nghỉ bão",
        source="",
        reason=reason,
        by=by,
        at=NOW,
        today=TODAY,
    )
    assert factories.deliver_all(topic="onestop.calendar_changed") == []


def test_a_day_off_moves_the_due_time_of_open_cases_and_says_why(
    case: Case, calendar: WorkCalendar, office: Office
) -> None:
    assert case.due_at == at(1, 17, month=12)

    close(calendar, date(2026, 11, 27), office.leader.account)

    case.refresh_from_db()
    assert case.due_at == at(2, 17, month=12)
    last = case.events.order_by("-sequence").first()
    assert last is not None and (last.action, last.note) == (Action.RECOMPUTE_DUE, "Nghỉ bão theo công điện")
    assert last.data["due_before"] == "2026-12-01T10:00:00+00:00"
    step = case.steps.get(finished_at=None)
    assert step.due_at is not None and step.due_at <= case.due_at


def test_a_limit_that_the_answers_chose_is_counted_again_not_the_usual_one(
    office: Office, by: Account, calendar: WorkCalendar
) -> None:
    rule = {"when": {"op": "eq", "field": "copies", "value": 2}, "condition": "Hai bản", **FIVE_DAYS, "value": 3}
    factories.published(EXTRACT, time=FIVE_DAYS, time_rules=[rule], at=NOW + timedelta(minutes=1))
    case = factories.accepted(office, by)
    assert case.due_at == at(27, 17)
    close(calendar, date(2026, 11, 26), office.leader.account)
    case.refresh_from_db()
    assert case.due_at == at(30, 17)


def test_a_case_has_the_time_of_its_way_of_filing(office: Office, by: Account) -> None:
    online = [{"channel": "DIRECT"}, {"channel": "ONLINE", "times": [{**FIVE_DAYS, "value": 2}]}]
    factories.published(EXTRACT, time=FIVE_DAYS, channels=online, at=NOW + timedelta(minutes=1))
    assert factories.accepted(office, by).due_at == at(26, 17)


def test_a_step_at_another_agency_moves_by_that_agencys_calendar(office: Office, by: Account) -> None:
    their = factories.work_calendar("so")
    factories.agency("H09.5", kind=AgencyKind.DEPARTMENT, calendar=their)
    own_time = {"kind": "WORKING_DAYS", "value": 2}
    steps = straight(agency="NAMED", agency_code="H09.5", time=own_time, actions=["PROPOSE"])
    del steps[1]["share"]
    factories.published(EXTRACT, time=FIVE_DAYS, process={"steps": steps}, at=NOW + timedelta(minutes=1))
    case = factories.accepted(office, by)
    step = case.steps.get(finished_at=None)
    assert (case.due_at, step.due_at) == (at(1, 17, month=12), at(26, 17))
    assert office.leader.account is not None

    close(their, date(2026, 11, 25), office.leader.account)

    case.refresh_from_db()
    step.refresh_from_db()
    assert (case.due_at, step.due_at) == (at(1, 17, month=12), at(27, 17))
    assert not case.events.filter(action=Action.RECOMPUTE_DUE).exists()


def test_told_twice_it_moves_once(case: Case, calendar: WorkCalendar, office: Office) -> None:
    close(calendar, date(2026, 11, 27), office.leader.account)
    case.refresh_from_db()
    version = case.version
    assert recomputing.recompute_due_time(case_id=case.pk, reason="nữa", at=NOW) is False
    case.refresh_from_db()
    assert case.version == version


def test_closed_cases_and_drafts_keep_what_they_have(
    case: Case, calendar: WorkCalendar, office: Office, by: Account
) -> None:
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Thôi", at=NOW)
    withdrawing.answer_withdrawal(case_id=case.pk, actor=office.officer, agrees=True, reason="", at=NOW)
    due = Case.objects.get(pk=case.pk).due_at

    close(calendar, date(2026, 11, 27), office.leader.account)

    assert Case.objects.get(pk=case.pk).due_at == due


def test_a_case_whose_clock_stands_goes_on_by_the_new_calendar(
    case: Case, calendar: WorkCalendar, office: Office, by: Account
) -> None:
    requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Thiếu", items=["phone"], due_at=at(30, 9), at=at(24, 9)
    )
    close(calendar, date(2026, 11, 27), office.leader.account)
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=at(26, 16))

    moved = Case.objects.get(pk=case.pk)
    # What was left on Tuesday at nine, 46 hours, runs from Thursday at four, and Friday is off.
    assert moved.state == State.PROCESSING and moved.due_at == at(7, 14, month=12)


def test_other_hours_from_a_day_on_leave_the_days_before_as_they_were(calendar: WorkCalendar, office: Office) -> None:
    wednesday = date(2026, 11, 25)
    services.set_hours(
        calendar_id=calendar.pk,
        weekday=2,
        hours=[Hours(time(8), time(12))],
        valid_from=date(2026, 12, 1),
        reason="Thí điểm",
        by=office.leader.account,
        at=NOW,
        today=TODAY,
    )

    found = calendar_of(office.committee.pk)
    assert [str(stretch) for stretch in found.hours_of(wednesday)] == ["07:00–11:30", "13:30–17:00"]
    assert [str(stretch) for stretch in found.hours_of(wednesday + timedelta(days=7))] == ["08:00–12:00"]


_pauses = st.lists(st.integers(min_value=0, max_value=60 * 24 * 4), min_size=0, max_size=6)


@pytest.mark.django_db
@given(minutes=_pauses, verify=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counting_the_history_again_by_the_same_calendar_changes_nothing(
    office: Office, by: Account, minutes: list[int], verify: bool
) -> None:
    factories.published(BIRTH, time=FIVE_DAYS, at=NOW + timedelta(minutes=2))
    filed = factories.filed(by, BIRTH)
    case = receiving.accept(case_id=filed.pk, actor=office.clerk, at=NOW)
    moment: Any = NOW
    for place, length in enumerate(minutes):
        moment += timedelta(minutes=length)
        if place % 2 == 0:
            withdrawing.withdraw(case_id=case.pk, account=by, reason="Thôi", at=moment)
        else:
            withdrawing.answer_withdrawal(
                case_id=case.pk, actor=office.officer, agrees=False, reason="Đang ký", at=moment
            )
    if verify and len(minutes) % 2 == 0:
        requesting.ask_verification(
            case_id=case.pk, actor=office.officer, of=office.committee, text="Xác minh", at=moment
        )
    case.refresh_from_db()
    calendar = calendar_of(office.committee.pk)
    promised = due_at(stepping.definition_of(case).time, calendar, NOW)
    assert promised is not None
    if case.remaining_minutes is None:
        assert deadlines.replayed(promised, case.events.order_by("sequence"), calendar) == case.due_at


def test_the_office_reads_how_many_cases_a_change_of_the_calendar_concerns(
    case: Case, calendar: WorkCalendar, client: Client
) -> None:
    admin = factories.actor(Role.CATALOGUE_ADMIN, factories.agency("H09"), "Trần Quản Trị").account
    assert admin is not None
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(days=9))
    address = f"/quan-tri/lich/{calendar.code}/ngay/moi/"
    page = client.get(address).content.decode()
    assert "ngày hẹn trả của 1 hồ sơ" in page and "Lưu và tính lại ngày hẹn trả" in page

    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(days=9))
    page = client.get(address).content.decode()
    assert "không ngày hẹn nào thay đổi" in page and "tính lại" not in page
