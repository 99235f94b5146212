"""Working time as one straight line: what `identity.calendar` counts day by day, looked up in a table.

Moments are seconds since 1970. A million lives ask for tens of millions of moments; a test holds the line against
the calendar that it is drawn from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta

from identity.calendar import ZONE, Calendar


class WorkingClock:
    """The working seconds of a calendar from the first day until the last."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.calendar = calendar
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []  # working seconds before the stretch
        self._after: list[int] = []
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            for hours in calendar.hours_of(day):
                self._add(_seconds(day, hours.starts), _seconds(day, hours.ends))

    def worked(self, moment: float) -> float:
        """Return the working seconds until `moment`."""
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return 0
        return self._before[place] + min(moment, self._ends[place]) - self._starts[place]

    def moment(self, worked: float) -> float:
        """Return when `worked` seconds have passed; a stretch used up ends the count there."""
        place = bisect_left(self._after, worked)
        return self._starts[place] + worked - self._before[place]

    def add(self, moment: float, seconds: float) -> float:
        """Return the moment `seconds` of work after `moment`."""
        return self.moment(self.worked(moment) + max(seconds, 1))

    def minutes(self, start: float, end: float) -> int:
        """Return the whole working minutes between; 0 when `end` is not later."""
        return max(0, int(self.worked(end // 60 * 60) - self.worked(start // 60 * 60)) // 60)

    def add_minutes(self, moment: float, minutes: int) -> float:
        """Return the moment `minutes` of work after the full minute of `moment`."""
        return self.add(moment // 60 * 60, minutes * 60)

    def _add(self, starts: int, ends: int) -> None:
        before = self._after[-1] if self._after else 0
        self._starts.append(starts)
        self._ends.append(ends)
        self._before.append(before)
        self._after.append(before + ends - starts)


def _seconds(day: date, clock: object) -> int:
    return int(datetime.combine(day, clock, ZONE).timestamp())  # type: ignore[arg-type]
