"""Reorganisations: agencies end and others go on with their work, stand elsewhere in the tree, rights move along.

Everything that a plan does to the organisation is one transaction; what it does to cases is told above
(`onestop.services.succession`). A plan that was applied is kept whole, with what is needed to undo it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.errors import OrganisationRefusedError, PlanRefusedError
from identity.models import Account, AdministrativeUnit, Agency, AgencySuccession, Appointment, Reorganisation
from identity.queries import serves_in
from identity.services.organising import (
    appoint,
    begin_agency,
    change_agency,
    end_appointment,
    record_change,
)
from identity.services.plans import Ending, Plan, depth, parents_after, parents_now, problems_of
from identity.states import AgencyKind, ChangeKind, Role


@dataclass(frozen=True)
class Rights:
    """An appointment that a plan gives or takes: whose, where, as what."""

    account: str
    agency: str
    role: Role
    title: str = ""


def rights_lost(plan: Plan, today: date) -> list[Appointment]:
    """Return the appointments that the plan ends: all at agencies that end, and those that it names."""
    in_force = Appointment.objects.on(today).select_related("account", "agency")
    lost = {one.pk: one for one in in_force.filter(agency__code__in=[end.code for end in plan.endings])}
    for one in plan.revoked:
        named = in_force.filter(account__username=one["account"], agency__code=one["agency"], role=one["role"])
        lost |= {found.pk: found for found in named}
    return sorted(lost.values(), key=lambda one: (one.agency.code, one.account.username, one.role))


def rights_gained(plan: Plan, today: date) -> list[Rights]:
    """Return the appointments that the plan makes: of staff that follows their agency's work, and those it names."""
    following = {end.code: end for end in plan.endings if end.staff}
    staff = Appointment.objects.on(today).filter(agency__code__in=following).select_related("account", "agency")
    gained = [
        Rights(one.account.username, following[one.agency.code].main, Role(one.role), one.title)
        for one in staff.order_by("agency__code", "account__username", "role")
        if one.role in following[one.agency.code].staff
    ]
    named = [Rights(one["account"], one["agency"], Role(one["role"]), one["title"]) for one in plan.granted]
    return list({(one.account, one.agency, one.role): one for one in [*gained, *named]}.values())


@transaction.atomic
def reorganise(*, plan: Plan, at: datetime, by: Account | None = None) -> Reorganisation:
    """Do to the organisation what the plan says. A plan that is in force already is left as it is.

    Raises `PlanRefusedError` with what is wrong, before its day, and when another plan has its code.
    """
    list(Agency.objects.select_for_update(no_key=True).filter(kind=AgencyKind.PROVINCE))  # one plan at a time
    known = Reorganisation.objects.select_for_update().filter(code=plan.code).first()
    if known is not None and known.rolled_back_at is None:
        if known.plan != plan.document:
            raise PlanRefusedError(
                [_("Another plan of this code was applied: roll it back, or choose another code.")]
            )
        return known
    today = timezone.localtime(at).date()
    if plan.on > today:
        raise PlanRefusedError([_("The plan takes effect on %(day)s; apply it then.") % {"day": plan.on.isoformat()}])
    problems = problems_of(plan)
    if problems:
        raise PlanRefusedError(problems)
    lost, gained = rights_lost(plan, today), rights_gained(plan, today)
    facts = {
        "on": plan.on,
        "reason": plan.reason,
        "plan": plan.document,
        "applied_at": at,
        "applied_by": by,
        "rolled_back_at": None,
        "rolled_back_by": None,
    }
    done, _created = Reorganisation.objects.update_or_create(code=plan.code, defaults=facts)
    who: dict[str, Any] = {"reason": plan.reason, "by": by, "at": at}
    after = parents_after(plan)
    for one in sorted(plan.begins, key=lambda one: depth(one["code"], after)):
        with _named(one["code"]):
            _begin(plan, one, who)
    parents = _move_all(plan.parents, after, who)
    for end in plan.endings:
        _end(done, end, who)
    before = {str(one.pk): one.valid_to.isoformat() if one.valid_to else None for one in lost}
    for appointment in lost:
        end_appointment(appointment_id=appointment.pk, on=today, **who)
    made = []
    for right in gained:
        with _named(f"{right.account}, {right.agency}"):
            made.append(_grant(right, today, who))
    done.undo = {"parents": parents, "ended": before, "made": [one.pk for one in made if one is not None]}
    done.save(update_fields=["undo"])
    return done


def rehearse(*, plan: Plan, at: datetime, by: Account | None = None) -> list[str]:
    """Return why the plan cannot be applied, nothing when it can: on its day, or at `at` when that has come, it is
    tried, and nothing of it stays.
    """
    day = timezone.make_aware(datetime.combine(plan.on, time()))
    try:
        with transaction.atomic():
            reorganise(plan=plan, at=max(at, day), by=by)
            transaction.set_rollback(True)
    except PlanRefusedError as refused:
        return refused.problems
    return []


@transaction.atomic
def undo_reorganisation(*, reorganisation_id: int, reason: str, at: datetime, by: Account | None = None) -> None:
    """Put the organisation back as it was before the plan; whoever calls has brought the cases back. Safe twice."""
    done = Reorganisation.objects.select_for_update().get(pk=reorganisation_id)
    if done.rolled_back_at is not None:
        return
    today = timezone.localtime(at).date()
    who: dict[str, Any] = {"reason": reason, "by": by, "at": at}
    for pk in done.undo["made"]:
        if Appointment.objects.on(today).filter(pk=pk).exists():
            end_appointment(appointment_id=pk, on=today, **who)
    succeeded = Agency.objects.filter(pk__in=done.successions.values("predecessor")).order_by("code")
    for agency in succeeded:
        agency.valid_to = None
        agency.save(update_fields=["valid_to"])
        record_change(ChangeKind.AGENCY_REOPENED, agency, **who)
    done.successions.all().delete()
    before = done.undo["parents"]
    _move_all(before, parents_now() | before, who)
    begun = begun_by(done)
    for appointment in Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), agency__in=begun):
        end_appointment(appointment_id=appointment.pk, on=today, **who)
    for agency in begun:
        agency.valid_to = agency.valid_from  # it came to nothing
        agency.save(update_fields=["valid_to"])
        record_change(ChangeKind.AGENCY_ENDED, agency, **who)
    for pk, valid_to in done.undo["ended"].items():
        _reopen(int(pk), valid_to, who)
    done.rolled_back_at, done.rolled_back_by = at, by
    done.save(update_fields=["rolled_back_at", "rolled_back_by"])


def _begin(plan: Plan, one: Any, who: dict[str, Any]) -> None:
    parent = Agency.objects.get(code=one["parent"])
    facts = {
        "name": one["name"],
        "kind": AgencyKind(one["kind"]),
        "parent": parent,
        "unit": AdministrativeUnit.objects.filter(code=one.get("unit", "")).first(),
        "calendar": parent.calendar,
        "address": one.get("address", ""),
        "phone": one.get("phone", ""),
        "signing_key": one.get("signing_key", ""),
    }
    again = Agency.objects.filter(code=one["code"]).first()
    if again is None:
        begin_agency(code=one["code"], facts=facts, on=plan.on, **who)
        return
    # A plan that was rolled back had begun it.
    Agency.objects.filter(pk=again.pk).update(**facts, valid_from=plan.on, valid_to=None)
    record_change(ChangeKind.AGENCY_REOPENED, again, **who)


def begun_by(reorganisation: Reorganisation) -> QuerySet[Agency]:
    """Return the agencies that the plan began."""
    codes = [one["code"] for one in reorganisation.plan.get("agencies", [])]
    return Agency.objects.filter(code__in=codes).order_by("code")


def built_upon(reorganisation: Reorganisation) -> list[str]:
    """Return what rests on what the plan did, by name: later plans, and agencies put under those that it began."""
    begun = begun_by(reorganisation)
    heirs = reorganisation.successions.values("successor")
    later = AgencySuccession.objects.exclude(reorganisation=reorganisation).filter(
        Q(predecessor__in=begun) | Q(successor__in=begun) | Q(predecessor__in=heirs)
    )
    below = Agency.objects.filter(parent__in=begun, valid_to=None).exclude(pk__in=begun)
    put = below.exclude(code__in=reorganisation.undo.get("parents", {}))
    return sorted({*later.values_list("reorganisation__code", flat=True), *put.values_list("name", flat=True)})


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Say of what it was that something was refused: a plan is long."""
    try:
        yield
    except OrganisationRefusedError as error:
        raise PlanRefusedError([f"{what}: {error.message}"]) from error


def _move_all(to: Mapping[str, str], parents: Mapping[str, str], who: dict[str, Any]) -> dict[str, str]:
    """Put agencies under others, those above first; returns under which they stood."""
    before = {}
    for code in sorted(to, key=lambda code: depth(code, parents)):
        with _named(code):
            before[code] = _move(code, to[code], who)
    return before


def _move(code: str, parent: str, who: dict[str, Any]) -> str:
    """Put an agency under another; returns the code of the one under which it stood."""
    agency = Agency.objects.select_related("parent").get(code=code)
    before = agency.parent.code if agency.parent else ""
    if before != parent:
        change_agency(agency_id=agency.pk, facts={"parent": Agency.objects.get(code=parent)}, **who)
    return before


def _end(done: Reorganisation, end: Ending, who: dict[str, Any]) -> None:
    agency = Agency.objects.get(code=end.code)
    heirs = {heir.code: heir for heir in Agency.objects.filter(code__in=[heir.code for heir in end.heirs])}
    AgencySuccession.objects.bulk_create(
        AgencySuccession(
            predecessor=agency, successor=heirs[heir.code], sectors=list(heir.sectors), reorganisation=done
        )
        for heir in end.heirs
    )
    agency.valid_to = max(done.on, agency.valid_from)
    agency.save(update_fields=["valid_to"])
    names = ", ".join(heirs[heir.code].name for heir in end.heirs)
    record_change(ChangeKind.AGENCY_ENDED, agency, details={"successor": [None, names]}, **who)


def _grant(right: Rights, today: date, who: dict[str, Any]) -> Appointment | None:
    """Make the appointment, unless somebody serves there so already."""
    account = Account.objects.get(username=right.account)
    agency = Agency.objects.get(code=right.agency)
    if serves_in(account, agency, right.role, today):
        return None
    return appoint(account=account, agency=agency, role=right.role, title=right.title, valid_from=today, **who)


def _reopen(pk: int, valid_to: str | None, who: dict[str, Any]) -> None:
    appointment = Appointment.objects.select_related("agency", "account").get(pk=pk)
    appointment.valid_to = date.fromisoformat(valid_to) if valid_to else None
    appointment.save(update_fields=["valid_to"])
    details = {"role": [None, appointment.role]}
    record_change(ChangeKind.APPOINTED, appointment.agency, account=appointment.account, details=details, **who)
