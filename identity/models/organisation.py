"""The organisation: territories, agencies in a tree, who serves where, who acts for whom, and what changed when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from identity.models.accounts import Account
from identity.models.calendars import WorkCalendar
from identity.states import AgencyKind, ChangeKind, Purpose, Role, SigningCapacity
from identity.wording import CAPACITIES, CHANGES, FIELDS, KINDS, PURPOSES, ROLES
from portal.core.fields import EncryptedJSONField
from portal.core.files import Table
from portal.core.ids import uuid7


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


class AgencyQuerySet(models.QuerySet["Agency"]):
    def on(self, day: date) -> AgencyQuerySet:
        """Return the agencies in force on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Agency(models.Model):
    """An office: a department, a commune's People's Committee, a one-stop centre or one of its counters.

    It exists from a day until (not including) a day; one that came to nothing ends on the day on which it began.
    """

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

    objects = AgencyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agency_never_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, day: date) -> bool:
        """Return whether the agency exists on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def kind_text(self) -> str:
        """What kind of office it is, in words."""
        return str(KINDS[AgencyKind(self.kind)])


class AgencyAlias(models.Model):
    """A code by which an agency was known before: what was numbered under it is still found."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="aliases")
    code = models.CharField(max_length=35, unique=True)

    def __str__(self) -> str:
        return self.code


class Reorganisation(models.Model):
    """A plan that was applied: its document as it was, and what is needed to undo it."""

    code = models.CharField(max_length=60, unique=True)
    on = models.DateField()
    reason = models.CharField(max_length=1000)
    plan = models.JSONField()
    undo = models.JSONField(default=dict)
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # null: the operator
    rolled_back_at = models.DateTimeField(null=True)
    rolled_back_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.code


class AgencySuccession(models.Model):
    """`successor` goes on with the work of `predecessor`: all of it, or that of some sectors."""

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, models.PROTECT, related_name="inheritances")
    sectors = ArrayField(models.CharField(max_length=60), default=list)  # empty: what nobody else takes
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="successions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.UniqueConstraint(
                fields=["predecessor"], condition=Q(sectors=[]), name="one_successor_takes_the_rest"
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="nobody_succeeds_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


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
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="appointment_never_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.agency_id}"

    @property
    def serves_at(self) -> Agency:
        """The agency that is served: for a counter its centre."""
        return self.agency.parent if self.agency.kind == AgencyKind.COUNTER and self.agency.parent else self.agency

    @property
    def role_text(self) -> str:
        """As what they serve, in words."""
        return str(ROLES[Role(self.role)])


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def on(self, day: date) -> DelegationQuerySet:
        """Return the delegations in force on `day`, of appointments that are in force themselves."""
        seat = Q(appointment__valid_to=None) | Q(appointment__valid_to__gt=day)
        return self.filter(seat, valid_from__lte=day, valid_to__gt=day, revoked_at=None)

    def at_agencies(self, agencies: Collection[int]) -> DelegationQuerySet:
        """Return the delegations of seats at these agencies."""
        return self.filter(appointment__agency__in=agencies)


class Delegation(models.Model):
    """Somebody acts for the holder of an appointment from a day until (not including) a day."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Account, models.PROTECT, related_name="delegations")
    purpose = models.CharField(max_length=8, choices=[(purpose, purpose) for purpose in Purpose])
    capacity = models.CharField(max_length=3, blank=True, choices=[(one, one) for one in SigningCapacity])
    title = models.CharField(max_length=100, blank=True)  # whose signature it is, as it stands under it
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.CharField(max_length=1000)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="delegation_lasts"),
            models.CheckConstraint(
                condition=Q(purpose="ABSENCE", capacity="", title="")
                | (Q(purpose="SIGNING") & ~Q(capacity="") & ~Q(title="")),
                name="who_signs_for_another_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} → {self.to_id}"

    @property
    def last_day(self) -> date:
        """The last day on which they act."""
        return self.valid_to - timedelta(days=1)

    @property
    def purpose_text(self) -> str:
        """What it is for, in words, with how the signature begins."""
        mark = f" ({CAPACITIES[SigningCapacity(self.capacity)]})" if self.capacity else ""
        return f"{PURPOSES[Purpose(self.purpose)]}{mark}"


class OrganisationChange(models.Model):
    """What somebody changed in the organisation, and why; nobody: the operator's command."""

    what = models.CharField(max_length=20, choices=[(kind, kind) for kind in ChangeKind])
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="changes")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # whom it concerns
    details = models.JSONField(default=dict)  # {field: [before, after]}
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "-id"], name="change_of_agency")]
        triggers = [
            pgtrigger.Protect(name="organisation_change_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.what}"

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        changed = differences_in_words(self.details)
        return f"{CHANGES[ChangeKind(self.what)]}{f': {changed}' if changed else ''}"


def differences_in_words(details: Mapping[str, Any]) -> str:
    """Return {field: [before, after]} in words."""
    return "; ".join(
        f"{FIELDS.get(name, name)}: {_shown(name, before)} → {_shown(name, after)}"
        for name, (before, after) in details.items()
    )


_WORDS: Final[Mapping[str, Mapping[Any, object]]] = {
    "role": ROLES,
    "kind": KINDS,
    "purpose": PURPOSES,
    "capacity": CAPACITIES,
}


def _shown(name: str, value: Any) -> str:
    if not value:
        return _("none")
    words = _WORDS.get(name)
    return str(words[value]) if words else str(value)


class OrganisationUpload(models.Model):
    """Tables that an admin gave: looked at as a plan, applied once, and not kept longer."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    tables = EncryptedJSONField(default=list)  # [{"name", "rows": [[number, cells]]}], with the names of people
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.uuid} {self.file_name}"

    @property
    def as_tables(self) -> list[Table]:
        """What was given, as it was read."""
        return [Table(one["name"], [(number, cells) for number, cells in one["rows"]]) for one in self.tables]
