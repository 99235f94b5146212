"""Working time: shifts, days off, make-up days; everything about deadlines that is arithmetic.

Moments go in and come out aware; days and clock times are those of Asia/Ho_Chi_Minh, which has no summer time.
Durations are whole working minutes, from one full minute to another: seconds are left out, so that a pause gives back
exactly what is said of it. A moment outside working hours counts from the next opening.
"""

from __future__ import annotations

import calendar as _months
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_HORIZON_DAYS: Final = 3660  # ten years: a calendar that never opens must not loop for ever
_MINUTE: Final = timedelta(minutes=1)


class NeverOpensError(ValueError):
    """The calendar has no working time to be found within ten years."""


@dataclass(frozen=True)
class Hours:
    """A stretch of work within a day, from (included) until (excluded); it is worked from `since` until `until`."""

    starts: time
    ends: time
    since: date = date.min
    until: date = date.max

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


@dataclass(frozen=True)
class Calendar:
    """The weekly shifts of an office and the days that differ.

    `exceptions` maps a day to the weekday whose shifts it works (a make-up day), or to None (a day off).
    """

    shifts: Mapping[int, tuple[Hours, ...]]
    exceptions: Mapping[date, int | None] = field(default_factory=dict)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Return the stretches worked on `day`, in order; none on a day off."""
        like = self.exceptions.get(day, day.weekday())
        stretches = () if like is None else self.shifts.get(like, ())
        return tuple(hours for hours in stretches if hours.since <= day < hours.until)

    def is_working_day(self, day: date) -> bool:
        """Return whether anything is worked on `day`."""
        return bool(self.hours_of(day))

    def next_working_day(self, day: date) -> date:
        """Return the first working day after `day`; raises `NeverOpensError`."""
        return next(self._working_days_from(day + timedelta(days=1)))

    def close_of_day(self, day: date) -> datetime:
        """Return when work ends on `day`, a working day."""
        return _at(day, self.hours_of(day)[-1].ends)

    def opening(self, moment: datetime) -> datetime:
        """Return `moment` itself within working hours, otherwise the next opening."""
        local = moment.astimezone(ZONE)
        for starts, ends in self._stretches_from(local.date()):
            if local < ends:
                return max(local, starts)
        raise NeverOpensError

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return the moment at which `minutes` of work have passed since `start`.

        A stretch that is used up to its last minute ends the count there, not at the next opening.
        """
        now, left = _full_minute(start).astimezone(ZONE), timedelta(minutes=minutes)
        for starts, ends in self._stretches_from(now.date()):
            begin = max(now, starts)
            if begin > ends:
                continue
            if left <= ends - begin:
                return begin + left
            left -= ends - begin
        raise NeverOpensError

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes from `start` until `end`; 0 when `end` is not later."""
        first, last = (_full_minute(moment).astimezone(ZONE) for moment in (start, end))
        total = timedelta()
        day = first.date()
        while day <= last.date():
            for hours in self.hours_of(day):
                worked = min(last, _at(day, hours.ends)) - max(first, _at(day, hours.starts))
                total += max(worked, timedelta())
            day += timedelta(days=1)
        return total // _MINUTE

    def counted_from(self, received: datetime, cut_off: time | None) -> datetime:
        """Return from when time is counted: the moment itself, or the next opening.

        What comes in on a day off or after closing was received at the next opening; what comes in after `cut_off`
        of the same day, at the opening of the next working day.
        """
        effective, came = self.opening(received), received.astimezone(ZONE)
        if cut_off is None or came.time() <= cut_off or came.date() != effective.date():
            return effective
        day = self.next_working_day(effective.date())
        return _at(day, self.hours_of(day)[0].starts)

    def same_day_due(self, received: datetime, cut_off: time) -> datetime:
        """Return the close of the working day of receipt, or of the next one after `cut_off`."""
        return self.close_of_day(self.counted_from(received, cut_off).date())

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the close of the `days`-th working day after the day of receipt.

        The day of receipt is not counted (Bộ luật Dân sự 2015, Điều 147: a time limit in days begins on the
        next day); what comes in after closing was received on the next working day.
        """
        day = self.opening(start).date()
        for _ in range(days):
            day = self.next_working_day(day)
        return self.close_of_day(day)

    def postpone(self, due: datetime, days: int) -> datetime:
        """Return the close of the `days`-th working day after the day of `due`, which may be at its closing."""
        day = due.astimezone(ZONE).date()
        for _ in range(days):
            day = self.next_working_day(day)
        return self.close_of_day(day)

    def add_calendar_days(self, start: datetime, days: int) -> datetime:
        """Return the close of the day `days` after receipt; a day off rolls on to the next working day (Điều 148)."""
        return self._close_on_or_after(self.opening(start).date() + timedelta(days=days))

    def add_months(self, start: datetime, months: int) -> datetime:
        """Return the close of the same day `months` later, or of the month's last day; rolls off days off."""
        day = self.opening(start).date()
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        last = _months.monthrange(year, month + 1)[1]
        return self._close_on_or_after(date(year, month + 1, min(day.day, last)))

    def _close_on_or_after(self, day: date) -> datetime:
        return self.close_of_day(next(self._working_days_from(day)))

    def _working_days_from(self, day: date) -> Iterator[date]:
        for offset in range(_HORIZON_DAYS):
            candidate = day + timedelta(days=offset)
            if self.is_working_day(candidate):
                yield candidate
        raise NeverOpensError

    def _stretches_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for working_day in self._working_days_from(day):
            for hours in self.hours_of(working_day):
                yield _at(working_day, hours.starts), _at(working_day, hours.ends)


def _full_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE)
