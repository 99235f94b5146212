"""Changing a working calendar: who and why is kept, what is over stays, nonsense is refused."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.db import InternalError, transaction

from identity import services
from identity.calendar import Hours
from identity.errors import CalendarRefusedError, HoursOverlapError, NobodyWorksError, PastDayError
from identity.models import Account, CalendarChange, WorkCalendar
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY, FRIDAY = NOW.date(), date(2026, 11, 27)


@pytest.fixture
def calendar() -> WorkCalendar:
    return factories.work_calendar()


@pytest.fixture
def by() -> Account:
    return factories.account("Trần Thị Quản Trị")


def mark(calendar: WorkCalendar, by: Account, **changes: Any) -> CalendarChange:
    values: dict[str, Any] = {"day": FRIDAY, "works_like": None, "name": "Nghỉ bão", "source": "CĐ 1"}
    return services.set_day(calendar_id=calendar.pk, **(values | changes), reason="Bão", by=by, at=NOW, today=TODAY)


def week(calendar: WorkCalendar, by: Account, weekday: int, *hours: Hours) -> CalendarChange:
    return services.set_hours(
        calendar_id=calendar.pk,
        weekday=weekday,
        hours=hours,
        valid_from=TODAY,
        reason="x",
        by=by,
        at=NOW,
        today=TODAY,
    )


def test_a_change_keeps_what_was_and_what_is(calendar: WorkCalendar, by: Account) -> None:
    mark(calendar, by)
    change = mark(calendar, by, works_like=0, name="Làm bù")

    assert change.before == {"works_like": None, "name": "Nghỉ bão", "source": "CĐ 1"}
    assert change.after == {"works_like": 0, "name": "Làm bù", "source": "CĐ 1"}
    assert (change.by, change.reason, calendar.days.get(day=FRIDAY).works_like) == (by, "Bão", 0)


def test_taking_a_day_back_makes_it_ordinary(calendar: WorkCalendar, by: Account) -> None:
    mark(calendar, by)
    change = services.unset_day(calendar_id=calendar.pk, day=FRIDAY, reason="Hết bão", by=by, at=NOW, today=TODAY)

    assert change.after is None and not calendar.days.filter(day=FRIDAY).exists()
    with pytest.raises(CalendarRefusedError):
        services.unset_day(calendar_id=calendar.pk, day=FRIDAY, reason="x", by=by, at=NOW, today=TODAY)


def test_saying_the_same_again_is_refused(calendar: WorkCalendar, by: Account) -> None:
    mark(calendar, by)
    with pytest.raises(CalendarRefusedError):
        mark(calendar, by)


def test_a_day_that_is_over_stays(calendar: WorkCalendar, by: Account) -> None:
    with pytest.raises(PastDayError):
        mark(calendar, by, day=date(2026, 11, 23))


def test_hours_that_overlap_or_end_before_they_begin_are_refused(calendar: WorkCalendar, by: Account) -> None:
    for hours in ([Hours(time(7), time(12)), Hours(time(11), time(17))], [Hours(time(12), time(7))]):
        with pytest.raises(HoursOverlapError):
            week(calendar, by, 1, *hours)


def test_a_week_in_which_nobody_works_is_refused(calendar: WorkCalendar, by: Account) -> None:
    for weekday in range(4):
        week(calendar, by, weekday)
    with pytest.raises(NobodyWorksError):
        week(calendar, by, 4)


def test_who_changed_what_cannot_be_changed(calendar: WorkCalendar, by: Account) -> None:
    mark(calendar, by)
    with pytest.raises(InternalError), transaction.atomic():
        CalendarChange.objects.update(reason="khác")
    with pytest.raises(InternalError), transaction.atomic():
        CalendarChange.objects.all().delete()
