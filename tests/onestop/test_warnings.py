"""Before it is too late: who is told, when, how often, and what the morning says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from identity import services
from identity.models import Account, Appointment
from identity.officers import Seat
from identity.queries import calendar_of
from identity.states import AgencyKind, Purpose, Role
from onestop import deadlines
from onestop.actors import applicant
from onestop.kinds import NoticeKind
from onestop.models import Case, CaseStep, DeskNotice
from onestop.services import handling, notices, requesting, warning
from tests import factories
from tests.factories import EXTRACT, NOW, ZONE, Office

pytestmark = pytest.mark.django_db

TEN_DAYS = {"kind": "WORKING_DAYS", "value": 10, "illustrative": False}


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    factories.published(EXTRACT, time=TEN_DAYS, at=NOW + timedelta(minutes=1))
    return factories.accepted(office, by)


def step_of(case: Case) -> CaseStep:
    return case.steps.get(finished_at=None)


def warn_until(moment: datetime) -> None:
    """Do what the worker does each minute, once at `moment`."""
    for step_id in list(warning.steps_to_warn_of(moment)):
        warning.warn(step_id=step_id, at=moment)


def told(*kinds: NoticeKind) -> set[tuple[int, int]]:
    notices = DeskNotice.objects.filter(kind__in=kinds or (NoticeKind.TIME_USED, NoticeKind.TIME_OVER))
    return {(notice.recipient_id, notice.data["percent"]) for notice in notices}


def test_each_part_is_told_to_holder_and_leader_at_its_minute(case: Case, office: Office) -> None:
    assert office.officer.account and office.leader.account
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)
    factories.actor(Role.OFFICER, office.committee, "Người Cùng Phòng")
    both = {office.officer.account.pk, office.leader.account.pk}
    step = step_of(case)
    calendar = calendar_of(office.committee.pk)
    assert step.minutes and step.due_at
    for percent in deadlines.WARNINGS:
        moment = calendar.add_working_minutes(step.started_at, step.minutes - step.minutes * (100 - percent) // 100)
        before = told()
        warn_until(moment - timedelta(minutes=1))
        assert told() == before
        warn_until(moment)
        assert told() - before == {(one, percent) for one in both}


def stand_in(seat: Seat, days: int = 30) -> Account:
    """Return somebody who stands in for the holder of a seat from today on."""
    to = factories.account("Người Làm Thay", email_address="thay@example.vn")
    services.delegate(
        appointment_id=Appointment.objects.get(account=seat.account, role=seat.role).pk,
        to=to,
        purpose=Purpose.ABSENCE,
        valid_from=NOW.date(),
        valid_to=NOW.date() + timedelta(days=days),
        reason="Nghỉ phép",
        by=None,
        at=NOW,
    )
    return to


def test_who_stands_in_for_the_absent_holder_or_leader_is_warned_with_them(case: Case, office: Office) -> None:
    assert office.officer.account and office.leader.account
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)
    of_officer, of_leader = stand_in(office.officer), stand_in(office.leader)
    due = step_of(case).due_at
    assert due
    warn_until(due)
    people = (office.officer.account, of_officer, office.leader.account, of_leader)
    assert {account for account, _percent in told()} == {person.pk for person in people}


def test_an_absence_that_is_over_warns_nobody_any_more(case: Case, office: Office) -> None:
    back = stand_in(office.officer, days=1)
    due = step_of(case).due_at
    assert due
    warn_until(due)
    assert back.pk not in {account for account, _percent in told()}


def test_the_morning_tells_a_stand_in_of_what_the_absent_holds_and_counts_nothing_twice(
    case: Case, office: Office, by: Account
) -> None:
    free = factories.accepted(office, by)
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)
    to = stand_in(office.officer)
    factories.appointment(to, office.committee, Role.OFFICER)
    morning = NOW.replace(hour=6, minute=45) + timedelta(days=1)
    warning.tell_the_day(now=morning)
    assert DeskNotice.objects.get(recipient=to).data["open"] == 2  # the held one, and the one that nobody holds
    assert free.steps.filter(finished_at=None, holder=None).exists()


def test_twice_is_once_and_what_was_missed_is_told_once(case: Case, office: Office) -> None:
    due = step_of(case).due_at
    assert due
    warn_until(due + timedelta(minutes=1))
    warn_until(due + timedelta(minutes=1))
    assert {percent for _account, percent in told()} == {100}
    assert DeskNotice.objects.count() == 2


def test_while_the_clock_stands_nobody_is_warned_and_the_pause_uses_up_nothing(
    case: Case, office: Office, by: Account
) -> None:
    before = step_of(case)
    at = NOW + timedelta(hours=1)
    requesting.request_supplement(
        case_id=case.pk,
        actor=office.officer,
        text="Thiếu",
        items=["phone"],
        due_at=at + timedelta(days=20),
        at=at,
    )
    assert step_of(case).warn_at is None
    warn_until(at + timedelta(days=15))
    assert not DeskNotice.objects.exists()
    back = at + timedelta(days=14)
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=back)
    calendar, after = calendar_of(office.committee.pk), step_of(case)
    assert before.warn_at and after.warn_at
    used = calendar.working_minutes_between(before.started_at, at)
    left = calendar.working_minutes_between(before.started_at, before.warn_at) - used
    assert calendar.working_minutes_between(back, after.warn_at) == left


def test_when_nobody_acts_the_leader_above_is_told(case: Case, office: Office) -> None:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    above = factories.actor(Role.LEADER, province)
    assert above.account
    due = step_of(case).due_at
    assert due
    warn_until(due + timedelta(days=10))
    assert told(NoticeKind.ESCALATED) == {(above.account.pk, deadlines.ESCALATION)}


def test_a_step_that_is_done_is_not_warned_of(case: Case, office: Office) -> None:
    step = step_of(case)
    assert step.due_at
    step.finished_at = NOW
    step.save()
    warning.warn(step_id=step.pk, at=step.due_at)
    assert not DeskNotice.objects.exists()


@pytest.mark.django_db(transaction=True)  # nothing around it, as in the worker
def test_the_morning_says_what_the_day_holds_once_and_by_letter_where_there_is_an_address(
    case: Case, office: Office
) -> None:
    assert office.officer.account
    Account.objects.filter(pk=office.officer.account.pk).update(email_address="tam@example.vn")
    due = step_of(case).due_at
    assert due
    morning = due.astimezone(ZONE).replace(hour=6, minute=45)
    assert warning.tell_the_day(now=morning) == 1
    assert warning.tell_the_day(now=morning + timedelta(minutes=5)) == 1
    digest = DeskNotice.objects.get(kind=NoticeKind.DIGEST)
    assert digest.recipient == office.officer.account
    assert digest.data == {"overdue": 0, "today": 1, "open": 1}
    assert factories.deliver_all(morning, topic=notices.DESK_TOPIC) == []
    assert [letter.to for letter in mail.outbox] == [["tam@example.vn"]]
    assert warning.tell_the_day(now=morning + timedelta(days=1)) == 1
    assert warning.tell_the_day(now=datetime(2026, 11, 29, 6, 45, tzinfo=ZONE)) == 0  # a Sunday


def test_the_page_shows_ones_own_notices_and_marks_them_as_read(case: Case, office: Office, client: Client) -> None:
    assert office.officer.account and office.clerk.account
    due = step_of(case).due_at
    assert due
    warn_until(due)
    client.force_login(office.officer.account)
    page = client.get("/mot-cua/thong-bao/").content.decode()
    assert str(case.code) in page and "đã hết" in page and 'class="count">1' in page
    client.post("/mot-cua/thong-bao/")
    assert 'class="count"' not in client.get("/mot-cua/thong-bao/").content.decode()
    client.force_login(office.clerk.account)
    assert str(case.code) not in client.get("/mot-cua/thong-bao/").content.decode()
