"""The stretch of time that figures are counted over: whole days of Asia/Ho_Chi_Minh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

MONTHS_OF_TREND = 12


class Stretch(StrEnum):
    """A period by its name; FREE is from a day until a day."""

    THIS_MONTH = "thang-nay"
    LAST_MONTH = "thang-truoc"
    THIS_QUARTER = "quy-nay"
    LAST_QUARTER = "quy-truoc"
    THIS_YEAR = "nam-nay"
    LAST_YEAR = "nam-truoc"
    FREE = "tu-chon"


@dataclass(frozen=True)
class Period:
    """From the beginning of `first` to the end of `last`."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment that does not belong to the period any more."""
        return _midnight(self.last + timedelta(days=1))

    def trend(self, today: date) -> list[Period]:
        """Return the whole months up to the one in which the period ends, or that of today."""
        last = min(self.last, today)
        return [_months(_months_on(last, back), 1) for back in range(1 - MONTHS_OF_TREND, 1)]


def period_of(stretch: Stretch, today: date) -> Period:
    """Return the period of a name; what is free is this month."""
    month = today.replace(day=1)
    quarter = month.replace(month=1 + (today.month - 1) // 3 * 3)
    year = month.replace(month=1)
    first, months = {
        Stretch.LAST_MONTH: (_months_on(month, -1), 1),
        Stretch.THIS_QUARTER: (quarter, 3),
        Stretch.LAST_QUARTER: (_months_on(quarter, -3), 3),
        Stretch.THIS_YEAR: (year, 12),
        Stretch.LAST_YEAR: (_months_on(year, -12), 12),
    }.get(stretch, (month, 1))
    return _months(first, months)


def _months(first: date, count: int) -> Period:
    return Period(first, _months_on(first, count) - timedelta(days=1))


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
