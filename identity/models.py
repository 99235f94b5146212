"""People, agencies, who serves where, and the working calendar."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from identity.states import AgencyKind, Role
from portal.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        """Create an account; without a password it signs in through VNeID only."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> Account:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def with_national_id(self, national_id: str) -> models.QuerySet[Account]:
        return self.filter(national_id_index=national_id)


class Account(AbstractBaseUser, PermissionsMixin):
    """A person the portal knows: a citizen by TechID (VNeID), a civil servant by user name."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    username = models.CharField(max_length=64, unique=True)
    tech_id = models.UUIDField(null=True, unique=True)  # VNeID's TechID, the account key of a citizen
    full_name = EncryptedTextField(default="")
    full_name_index = BlindIndexField(source="full_name")
    national_id = EncryptedTextField(default="")
    national_id_index = BlindIndexField(source="national_id", digits_only=True)
    birth_date = EncryptedTextField(default="")  # ISO date, or empty
    sex = models.CharField(max_length=6, blank=True)  # MALE, FEMALE
    phone = EncryptedTextField(default="")
    phone_index = BlindIndexField(source="phone", digits_only=True)
    email_address = EncryptedTextField(default="")
    address = EncryptedJSONField(default=dict)  # {"province": code, "commune": code, "detail": text}
    signing_key = models.CharField(max_length=64, blank=True)  # the name of a leader's key in PKI_DIR
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "tài khoản"

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return str(self.full_name)


class AdministrativeUnit(models.Model):
    """A province or a commune-level unit (two tiers since 2025-07-01); older ones keep their codes."""

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="communes")
    sort_key = models.CharField(max_length=320)  # Vietnamese order without ICU
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["parent", "sort_key"], name="unit_by_parent")]

    def __str__(self) -> str:
        return self.name


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


class Agency(models.Model):
    """An office of the province: a department, a commune's People's Committee, or a one-stop centre."""

    code = models.CharField(max_length=35, unique=True)  # mã định danh, QĐ 20/2020/QĐ-TTg: "H09.14"
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in AgencyKind])
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True)  # the territory it serves
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    signing_key = models.CharField(max_length=64, blank=True)  # the name of its seal's key in PKI_DIR
    sort_key = models.CharField(max_length=620, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="agency_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> AppointmentQuerySet:
        """Return the appointments in force on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Appointment(models.Model):
    """Somebody serves at an agency in a role, from a day until (not including) a day."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=16, choices=[(role, role) for role in Role])
    title = models.CharField(max_length=100)  # chức danh, as it stands under a signature
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "agency", "role", "valid_from"], name="appointment_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.agency_id}"


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
