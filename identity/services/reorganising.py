"""Reorganisations: agencies end and others go on with their work, stand elsewhere in the tree, rights move along.

Everything that a plan does to the organisation is one transaction; what it does to cases is told above
(`onestop.services.succession`). A plan that was applied is kept whole, with what is needed to undo it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.errors import PlanRefusedError
from identity.models import Account, AdministrativeUnit, Agency, AgencySuccession, Appointment, Reorganisation
from identity.queries import serves_in
from identity.services.organising import (
    appoint,
    begin_agency,
    change_agency,
    end_appointment,
    record_change,
)
from identity.services.plans import Ending, Plan, problems_of
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
    facts = {"on": plan.on, "reason": plan.reason, "plan": plan.document, "applied_at": at, "rolled_back_at": None}
    done, _created = Reorganisation.objects.update_or_create(code=plan.code, defaults=facts)
    who: dict[str, Any] = {"reason": plan.reason, "by": by, "at": at}
    for one in plan.begins:
        _begin(plan, one, who)
    parents = {code: _move(code, parent, who) for code, parent in plan.parents.items()}
    for end in plan.endings:
        _end(done, end, who)
    before = {str(one.pk): one.valid_to.isoformat() if one.valid_to else None for one in lost}
    for appointment in lost:
        end_appointment(appointment_id=appointment.pk, on=today, **who)
    made = [_grant(right, today, who) for right in gained]
    done.undo = {"parents": parents, "ended": before, "made": [one.pk for one in made if one is not None]}
    done.save(update_fields=["undo"])
    return done


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
    for code, parent in done.undo["parents"].items():
        _move(code, parent, who)
    for agency in Agency.objects.filter(code__in=[one["code"] for one in done.plan.get("agencies", [])]):
        agency.valid_to = agency.valid_from  # it came to nothing
        agency.save(update_fields=["valid_to"])
        record_change(ChangeKind.AGENCY_ENDED, agency, **who)
    for pk, valid_to in done.undo["ended"].items():
        _reopen(int(pk), valid_to, who)
    done.rolled_back_at = at
    done.save(update_fields=["rolled_back_at"])


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


def _move(code: str, parent: str, who: dict[str, Any]) -> str:
    """Put an agency under another; returns the code of the one under which it stood."""
    agency = Agency.objects.select_related("parent").get(code=code)
    before = agency.parent.code if agency.parent else ""
    if before != parent:
        change_agency(agency_id=agency.pk, facts={"parent": Agency.objects.get(code=parent)}, **who)
    return before


def _end(done: Reorganisation, end: Ending, who: dict[str, Any]) -> None:
    agency = Agency.objects.get(code=end.code)
    heirs = {heir.code: heir for heir in Agency.objects.filter(code__in=end.heirs)}
    AgencySuccession.objects.bulk_create(
        AgencySuccession(predecessor=agency, successor=heirs[code], sectors=list(sectors), reorganisation=done)
        for code, sectors in end.heirs.items()
    )
    agency.valid_to = max(done.on, agency.valid_from)
    agency.save(update_fields=["valid_to"])
    names = ", ".join(heirs[code].name for code in end.heirs)
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
