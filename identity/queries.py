"""Reads of identity that are shaped for others: calendars, agencies, who serves where."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from identity.calendar import Calendar, Hours
from identity.errors import UnknownAgencyError
from identity.models import Account, AdministrativeUnit, Agency, Appointment, CalendarDay, Shift, WorkCalendar
from identity.states import AgencyKind, Role


def calendar_of(agency_id: int) -> Calendar:
    """Return the working calendar of an agency."""
    calendar_id = Agency.objects.values_list("calendar_id", flat=True).get(pk=agency_id)
    shifts: dict[int, list[Hours]] = defaultdict(list)
    for shift in Shift.objects.filter(calendar=calendar_id).order_by("weekday", "starts"):
        until = shift.valid_to or date.max
        shifts[shift.weekday].append(Hours(shift.starts, shift.ends, shift.valid_from, until))
    days = CalendarDay.objects.filter(calendar=calendar_id).values_list("day", "works_like")
    return Calendar({weekday: tuple(hours) for weekday, hours in shifts.items()}, dict(days))


def hours_of_week(calendar: WorkCalendar, day: date) -> dict[int, tuple[Hours, ...]]:
    """Return the stretches in force on `day` for each weekday, 0 (Monday) first; a weekday off has none."""
    week: dict[int, tuple[Hours, ...]] = dict.fromkeys(range(7), ())
    in_force = calendar.shifts.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    for shift in in_force.order_by("weekday", "starts"):
        week[shift.weekday] += (Hours(shift.starts, shift.ends),)
    return week


def agency_by_code(code: str) -> Agency:
    """Return the agency; raises `UnknownAgencyError`."""
    agency = Agency.objects.filter(code=code, valid_to=None).first()
    if agency is None:
        raise UnknownAgencyError
    return agency


def centre_of(agency: Agency) -> Agency:
    """Return the one-stop centre that serves the agency's territory: its own, else the province's.

    Raises `UnknownAgencyError` when there is none.
    """
    centres = Agency.objects.filter(kind=AgencyKind.CENTRE, valid_to=None)
    found = centres.filter(unit=agency.unit_id).first() or centres.filter(parent__kind=AgencyKind.PROVINCE).first()
    if found is None:
        raise UnknownAgencyError
    return found


def agencies(kind: AgencyKind) -> QuerySet[Agency]:
    """Return the agencies of a kind in force, in Vietnamese order."""
    return Agency.objects.filter(kind=kind, valid_to=None).order_by("sort_key")


def public_agencies() -> QuerySet[Agency]:
    """Return the communes' and departments' agencies that people deal with, in Vietnamese order."""
    kinds = [AgencyKind.COMMUNE, AgencyKind.DEPARTMENT]
    return Agency.objects.filter(kind__in=kinds, valid_to=None).order_by("sort_key", "name")


def agency_counts() -> dict[str, int]:
    """Return how many agencies in force there are of each kind."""
    counted = Agency.objects.filter(valid_to=None).values_list("kind").annotate(count=Count("pk"))
    return dict(counted.order_by())


def provinces() -> QuerySet[AdministrativeUnit]:
    """Return the provinces in force, in Vietnamese order."""
    return AdministrativeUnit.objects.filter(parent=None, valid_to=None).order_by("sort_key")


def communes(province_code: str) -> QuerySet[AdministrativeUnit]:
    """Return a province's commune-level units in force, in Vietnamese order."""
    return AdministrativeUnit.objects.filter(parent__code=province_code, valid_to=None).order_by("sort_key")


def unit_names(codes: list[str]) -> dict[str, str]:
    """Return the names of the units with these codes, old ones included."""
    return dict(AdministrativeUnit.objects.filter(code__in=codes).values_list("code", "name"))


def appointments_of(account: Account, day: date) -> list[Appointment]:
    """Return where and as what the account serves on `day`."""
    return list(Appointment.objects.on(day).filter(account=account).select_related("agency").order_by("pk"))


def appointment_title(account: Account, agency: Agency, role: Role) -> str:
    """Return the title (chức danh) under which the account acts there; empty when it does not serve there."""
    titles = Appointment.objects.filter(account=account, agency=agency, role=role).order_by("-valid_from")
    return titles.values_list("title", flat=True).first() or ""


def citizen(tech_id: str) -> Account | None:
    """Return the account of a VNeID TechID, or None."""
    return Account.objects.filter(Q(tech_id=tech_id)).first() if tech_id else None


def people_with(number: str) -> list[Account]:
    """Return the people whose identity number or phone is exactly this; a family may share a phone."""
    if not number:
        return []
    exact = Q(national_id_index=number) | Q(phone_index=number)
    return list(Account.objects.filter(exact, is_active=True).order_by("pk")[:20])


@lru_cache(maxsize=256)
def unit_choices(parent: str, day: date) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the provinces (no parent), or of a province's communes; read once a day and process."""
    units = communes(parent) if parent else provinces()
    return tuple(units.values_list("code", "name"))


@lru_cache(maxsize=16)
def agency_choices(kind: AgencyKind, day: date) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the agencies of a kind; read once a day and process."""
    return tuple(agencies(kind).values_list("code", "name"))
