"""When offices work: weekly shifts, days that differ, and who changed them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from identity.models.accounts import Account


class WorkCalendar(models.Model):
    """When an agency works: weekly shifts, days off, swapped and make-up days."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """Working hours of a weekday: 0 is Monday; times of Asia/Ho_Chi_Minh. The last day is not included."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    valid_from = models.DateField(default=date(2000, 1, 1))
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_on_a_weekday"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="shift_ends_after_it_starts"),
            models.UniqueConstraint(fields=["calendar", "weekday", "starts", "valid_from"], name="shift_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="shift_lapses_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}-{self.ends:%H:%M}"


class CalendarDay(models.Model):
    """A day that does not follow its weekday: off (holiday, swapped off) or worked (make-up day)."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="days")
    day = models.DateField()
    works_like = models.PositiveSmallIntegerField(null=True)  # weekday whose shifts apply; null: off
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once"),
            models.CheckConstraint(condition=Q(works_like=None) | Q(works_like__lte=6), name="works_like_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    @property
    def how(self) -> str:
        """How the day is worked, in words."""
        return how_worked(self.works_like)


class CalendarChange(models.Model):
    """What somebody changed in a calendar, and why: a day (`before` and `after`: what it is) or a weekday's hours."""

    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="changes")
    day = models.DateField(null=True)
    weekday = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(day=None, weekday__isnull=False) | Q(day__isnull=False, weekday=None),
                name="change_of_a_day_or_a_weekday",
            ),
        ]
        triggers = [pgtrigger.Protect(name="calendar_change_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.day or self.weekday}"

    @property
    def subject(self) -> str:
        """Which day was changed, or which weekday from when on."""
        if self.day is not None:
            return f"{self.day:%d/%m/%Y}"
        weekday = {"weekday": WEEKDAYS[self.weekday or 0], "day": f"{self.valid_from:%d/%m/%Y}"}
        return _("%(weekday)s from %(day)s") % weekday

    @property
    def sentence(self) -> str:
        """What it was and what it is, in words."""
        return f"{_words_of(self.before)} → {_words_of(self.after)}"


def how_worked(works_like: int | None) -> str:
    """Return in words how a day that differs is worked."""
    if works_like is None:
        return _("day off")
    return _("worked like a %(weekday)s") % {"weekday": WEEKDAYS[works_like]}


def _words_of(state: dict[str, Any] | list[str] | None) -> str:
    if isinstance(state, dict):
        return f"{how_worked(state['works_like'])} ({state['name']})"
    if state is None:
        return _("an ordinary day")
    return ", ".join(state) or _("day off")
