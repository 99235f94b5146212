"""Changing the calendars that offices work by: each change says who and why, and is told to those who count time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q

from identity import events
from identity.calendar import Hours
from identity.errors import CalendarRefusedError, HoursOverlapError, NobodyWorksError, PastDayError
from identity.models import Account, CalendarChange, CalendarDay, Shift, WorkCalendar


@transaction.atomic
def set_day(
    *,
    calendar_id: int,
    day: date,
    works_like: int | None,
    name: str,
    source: str,
    reason: str,
    by: Account,
    at: datetime,
    today: date,
) -> CalendarChange:
    """Let `day` differ from its weekday: off (`works_like` None) or worked like a weekday (0 is Monday).

    Raises `PastDayError` for a day that is over, `CalendarRefusedError` when nothing would change.
    """
    calendar = _lock(calendar_id)
    before = _refuse_past(calendar, day, today)
    after = {"works_like": works_like, "name": name, "source": source}
    if before == after:
        raise CalendarRefusedError
    CalendarDay.objects.update_or_create(calendar=calendar, day=day, defaults=after)
    return _record(calendar, before, after, reason, by, at, valid_from=day)


@transaction.atomic
def unset_day(*, calendar_id: int, day: date, reason: str, by: Account, at: datetime, today: date) -> CalendarChange:
    """Let `day` follow its weekday again. Raises `PastDayError`, `CalendarRefusedError` when it does already."""
    calendar = _lock(calendar_id)
    before = _refuse_past(calendar, day, today)
    if before is None:
        raise CalendarRefusedError
    calendar.days.filter(day=day).delete()
    return _record(calendar, before, None, reason, by, at, valid_from=day)


@transaction.atomic
def set_hours(
    *,
    calendar_id: int,
    weekday: int,
    hours: Sequence[Hours],
    valid_from: date,
    reason: str,
    by: Account,
    at: datetime,
    today: date,
) -> CalendarChange:
    """Let a weekday (0 is Monday) be worked in these stretches from a day on; none makes it a day off.

    Raises `PastDayError`, `HoursOverlapError`, `NobodyWorksError` when no weekday would be worked any more,
    `CalendarRefusedError` when nothing would change.
    """
    calendar = _lock(calendar_id)
    if valid_from < today:
        raise PastDayError
    wanted = _in_order(hours)
    lasting = calendar.shifts.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    of_weekday = lasting.filter(weekday=weekday)
    before = [str(Hours(shift.starts, shift.ends)) for shift in of_weekday.order_by("valid_from", "starts")]
    after = [str(stretch) for stretch in wanted]
    if before == after:
        raise CalendarRefusedError
    if not wanted and not lasting.exclude(weekday=weekday).exists():
        raise NobodyWorksError
    of_weekday.filter(valid_from__gte=valid_from).delete()
    of_weekday.update(valid_to=valid_from)
    Shift.objects.bulk_create(
        Shift(calendar=calendar, weekday=weekday, starts=one.starts, ends=one.ends, valid_from=valid_from)
        for one in wanted
    )
    return _record(calendar, before, after, reason, by, at, weekday=weekday, valid_from=valid_from)


def _in_order(hours: Sequence[Hours]) -> list[Hours]:
    wanted = sorted(hours, key=lambda stretch: stretch.starts)
    overlap = any(one.ends > other.starts for one, other in pairwise(wanted))
    if overlap or any(one.starts >= one.ends for one in wanted):
        raise HoursOverlapError
    return wanted


def _lock(calendar_id: int) -> WorkCalendar:
    return WorkCalendar.objects.select_for_update().get(pk=calendar_id)


def _refuse_past(calendar: WorkCalendar, day: date, today: date) -> dict[str, Any] | None:
    """Return what stands about the day; raise `PastDayError` when it is over: what was promised on it stays."""
    if day < today:
        raise PastDayError
    known = calendar.days.filter(day=day).first()
    return {"works_like": known.works_like, "name": known.name, "source": known.source} if known else None


def _record(
    calendar: WorkCalendar,
    before: object,
    after: object,
    reason: str,
    by: Account,
    at: datetime,
    *,
    valid_from: date,
    weekday: int | None = None,
) -> CalendarChange:
    change = CalendarChange.objects.create(
        calendar=calendar,
        day=valid_from if weekday is None else None,
        weekday=weekday,
        valid_from=valid_from,
        before=before,
        after=after,
        reason=reason,
        by=by,
        at=at,
    )
    events.calendar_changed.send(CalendarChange, change_id=change.pk, calendar_id=calendar.pk, at=at)
    return change
