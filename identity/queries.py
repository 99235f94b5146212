"""Reads of identity that are shaped for others: calendars, agencies, who serves where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from identity.calendar import Calendar, Hours
from identity.errors import UnknownAgencyError
from identity.models import (
    Account,
    AdministrativeUnit,
    Agency,
    AgencyAlias,
    AgencySuccession,
    Appointment,
    CalendarDay,
    Delegation,
    Shift,
    WorkCalendar,
)
from identity.states import STANDS_IN, AgencyKind, Purpose, Role
from portal.core.text import unaccented


def calendar_of(agency_id: int) -> Calendar:
    """Return the working calendar of an agency."""
    calendar = Agency.objects.filter(pk=agency_id).values("calendar")
    shifts: dict[int, list[Hours]] = defaultdict(list)
    for shift in Shift.objects.filter(calendar__in=calendar).order_by("weekday", "starts"):
        until = shift.valid_to or date.max
        shifts[shift.weekday].append(Hours(shift.starts, shift.ends, shift.valid_from, until))
    days = CalendarDay.objects.filter(calendar__in=calendar).values_list("day", "works_like")
    return Calendar({weekday: tuple(hours) for weekday, hours in shifts.items()}, dict(days))


def hours_of_week(calendar: WorkCalendar, day: date) -> dict[int, tuple[Hours, ...]]:
    """Return the stretches in force on `day` for each weekday, 0 (Monday) first; a weekday off has none."""
    week: dict[int, tuple[Hours, ...]] = dict.fromkeys(range(7), ())
    in_force = calendar.shifts.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    for shift in in_force.order_by("weekday", "starts"):
        week[shift.weekday] += (Hours(shift.starts, shift.ends),)
    return week


def agency_by_code(code: str, day: date) -> Agency:
    """Return the agency in force on `day` that carries this code, carried it before, or goes on with its work.

    Raises `UnknownAgencyError`.
    """
    known = Agency.objects.filter(Q(code=code) | Q(aliases__code=code)).order_by("pk").first()
    if known is None:
        raise UnknownAgencyError
    return successor_of(known, day)


def successor_of(agency: Agency, day: date, sector: str = "") -> Agency:
    """Return who does the agency's work of a sector on `day`: itself while it is in force, else its successor.

    Raises `UnknownAgencyError` when nobody does.
    """
    seen: set[int] = set()
    while not agency.is_in_force(day):
        after = AgencySuccession.objects.filter(predecessor=agency).select_related("successor")
        named = after.filter(sectors__contains=[sector]).first() if sector else None
        found = named or after.filter(sectors=[]).first()
        if found is None or found.pk in seen:
            raise UnknownAgencyError
        seen.add(found.pk)
        agency = found.successor
    return agency


def with_predecessors(agency_ids: Collection[int]) -> list[int]:
    """Return these agencies and those whose files they keep: whose remaining work they took over, and theirs."""
    before: dict[int, list[int]] = defaultdict(list)
    for old, new in AgencySuccession.objects.filter(sectors=[]).values_list("predecessor", "successor"):
        before[new].append(old)
    return _reached(agency_ids, before)


def with_those_below(agency_ids: Collection[int]) -> list[int]:
    """Return these agencies and all that stand below them in the tree, ended ones included."""
    if not agency_ids:
        return []
    below: dict[int, list[int]] = defaultdict(list)
    for child, parent in Agency.objects.values_list("pk", "parent"):
        if parent is not None:
            below[parent].append(child)
    return _reached(agency_ids, below)


def _reached(start: Collection[int], ways: Mapping[int, Collection[int]]) -> list[int]:
    found, waiting = set(start), list(start)
    while waiting:
        more = set(ways.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return sorted(found)


def codes_of_agency(code: str) -> list[str]:
    """Return all codes of the agency that carries or carried `code`; none when there is no such agency."""
    known = Q(agency__code=code) | Q(agency__aliases__code=code)
    pairs = AgencyAlias.objects.filter(known).values_list("agency__code", "code").distinct()
    return sorted({one for pair in pairs for one in pair})


def centre_of(agency: Agency, day: date) -> Agency:
    """Return the one-stop centre that serves the agency's territory on `day`: its own, else the province's.

    Raises `UnknownAgencyError` when there is none.
    """
    centres = agencies(AgencyKind.CENTRE, day)
    own = centres.filter(unit=agency.unit_id).first() if agency.unit_id else None
    found = own or centres.filter(parent__kind=AgencyKind.PROVINCE).first()
    if found is None:
        raise UnknownAgencyError
    return found


def agencies(kind: AgencyKind, day: date) -> QuerySet[Agency]:
    """Return the agencies of a kind in force on `day`, in Vietnamese order."""
    return Agency.objects.on(day).filter(kind=kind).order_by("sort_key")


def public_agencies(day: date) -> QuerySet[Agency]:
    """Return the agencies of communes and province that people deal with on `day`, in Vietnamese order."""
    kinds = [AgencyKind.COMMUNE, AgencyKind.DEPARTMENT, AgencyKind.VERTICAL]
    return Agency.objects.on(day).filter(kind__in=kinds).order_by("sort_key", "name")


def agency_counts(day: date) -> dict[str, int]:
    """Return how many agencies of each kind are in force on `day`."""
    counted = Agency.objects.on(day).values_list("kind").annotate(count=Count("pk"))
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


def seats_to_come(account: Account, day: date) -> list[Appointment]:
    """Return the appointments from which the account works on `day` or later, its own and those lent to it."""
    lent = Delegation.objects.filter(to=account, valid_to__gt=day, revoked_at=None)
    theirs = Q(account=account) | Q(pk__in=lent.values("appointment"))
    return list(Appointment.objects.filter(theirs, Q(valid_to=None) | Q(valid_to__gt=day)))


@dataclass(frozen=True)
class TreeLine:
    """An agency in a drawn tree, and how deep it stands."""

    agency: Agency
    depth: int


def tree_of(agency_ids: Collection[int], day: date, words: str = "") -> list[TreeLine]:
    """Return these agencies on `day`, each below the one it stands under; with `words` only those named so."""
    found = {one.pk: one for one in Agency.objects.on(day).filter(pk__in=agency_ids).order_by("sort_key", "code")}
    below: dict[int | None, list[Agency]] = defaultdict(list)
    for one in found.values():
        below[one.parent_id if one.parent_id in found else None].append(one)
    lines: list[TreeLine] = []
    waiting = [TreeLine(one, 0) for one in reversed(below[None])]
    while waiting:
        line = waiting.pop()
        lines.append(line)
        waiting += [TreeLine(one, line.depth + 1) for one in reversed(below[line.agency.pk])]
    wanted = unaccented(words)
    return [line for line in lines if wanted in unaccented(f"{line.agency.name} {line.agency.code}")]


def people_at(agency: Agency, day: date) -> list[Appointment]:
    """Return who serves at the agency on `day` or is to serve there later."""
    current = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), agency=agency)
    return list(current.select_related("account").order_by("role", "valid_from", "pk"))


def delegations_at(agency: Agency, day: date) -> list[Delegation]:
    """Return what of the agency's seats is lent on `day` or later, and not revoked."""
    lent = Delegation.objects.at_agencies([agency.pk]).filter(valid_to__gt=day, revoked_at=None)
    return list(lent.select_related("appointment__account", "to").order_by("valid_from", "pk"))


def stand_ins_for(seat: Appointment, day: date) -> QuerySet[Appointment]:
    """Return who may work from somebody's seat: colleagues at the same agency in a role that fits, by title."""
    served = seat.serves_at
    there = Q(agency=served) | Q(agency__parent=served, agency__kind=AgencyKind.COUNTER)
    fitting = Appointment.objects.on(day).filter(there, role__in=STANDS_IN.get(Role(seat.role), ()))
    return fitting.exclude(account=seat.account_id).select_related("account").order_by("role", "title", "pk")


def lendable_seats(account: Account, day: date) -> QuerySet[Appointment]:
    """Return the account's own appointments on `day` in which somebody may stand in."""
    own = Appointment.objects.on(day).filter(account=account, role__in=STANDS_IN)
    return own.select_related("agency__parent", "account").order_by("pk")


def delegations_of(account: Account, day: date) -> list[Delegation]:
    """Return who acts for the account on `day` or later, and for whom it acts."""
    concerned = Q(appointment__account=account) | Q(to=account)
    lent = Delegation.objects.filter(concerned, valid_to__gt=day, revoked_at=None)
    return list(lent.select_related("appointment__account", "appointment__agency", "to").order_by("valid_from", "pk"))


def own_units(day: date) -> QuerySet[AdministrativeUnit]:
    """Return the territories of the provinces that the agencies in force on `day` serve, in Vietnamese order."""
    served = Agency.objects.on(day).exclude(unit=None).values_list("unit__parent", flat=True)
    return AdministrativeUnit.objects.filter(parent__in=set(served)).order_by("sort_key")


def serves_in(account: Account, agency: Agency, role: Role, day: date) -> bool:
    """Return whether the account serves there in this role on `day`."""
    return Appointment.objects.on(day).filter(account=account, agency=agency, role=role).exists()


def people_in_seats(agency: Agency, role: Role, day: date, *, of: Account | None = None) -> list[Account]:
    """Return who works on `day` from the seats of a role at an agency, or at the counters of a centre: whoever has
    them (`of`: the seats of one of them only), and who stands in for the absent.
    """
    here = Q(agency=agency) | Q(agency__parent=agency, agency__kind=AgencyKind.COUNTER)
    seats = Appointment.objects.on(day).filter(here, role=role).select_related("account")
    if of is not None:
        seats = seats.filter(account=of)
    lent = Delegation.objects.on(day).filter(appointment__in=seats, purpose=Purpose.ABSENCE).select_related("to")
    return list(dict.fromkeys([*(seat.account for seat in seats), *(one.to for one in lent)]))


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
    return tuple(agencies(kind, day).values_list("code", "name"))
