"""Applying a plan of a reorganisation: the organisation at once, its open cases batch by batch by workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from identity import services
from identity.errors import PlanRefusedError
from identity.models import Account, Agency, Reorganisation
from identity.services import Plan
from onestop.models import CaseTransfer
from onestop.references import reorganisation_group
from onestop.services import succession
from portal.core import outbox
from procedures.models import Sector

TOPIC: Final = "onestop.reorganise"


def problems_of(plan: Plan, at: datetime, by: Account | None = None) -> list[str]:
    """Return why the plan could not be applied on its day, or now when that has come; nothing when it could."""
    return [*services.rehearse(plan=plan, at=at, by=by), *_problems(plan)]


@transaction.atomic
def reorganise(*, plan: Plan, at: datetime, by: Account | None = None) -> Reorganisation:
    """Do to the organisation what the plan says; its cases are to be passed on. What is in force already stays.

    Raises `PlanRefusedError`.
    """
    in_force = Reorganisation.objects.filter(code=plan.code, rolled_back_at=None)
    if not in_force.exists() and (problems := list(_problems(plan))):
        raise PlanRefusedError(problems)
    return services.reorganise(plan=plan, at=at, by=by)


@transaction.atomic
def apply(*, plan: Plan, at: datetime, by: Account) -> Reorganisation:
    """Do to the organisation what the plan says, and order that its cases pass on. Raises `PlanRefusedError`."""
    done = reorganise(plan=plan, at=at, by=by)
    _order(done, at)
    return done


@transaction.atomic
def pass_on(*, reorganisation_id: int, at: datetime) -> int:
    """Pass a batch of cases on and order the next; returns how many are left when a signature under way holds them
    back. Safe to call twice.
    """
    reorganisation = Reorganisation.objects.get(pk=reorganisation_id)
    if succession.pass_on(reorganisation=reorganisation, at=at):
        _order(reorganisation, at)
        return 0
    return succession.held_back(reorganisation)


def _order(reorganisation: Reorganisation, at: datetime) -> None:
    passed = CaseTransfer.objects.filter(reorganisation=reorganisation).count()
    group = reorganisation_group(reorganisation)
    outbox.record(
        topic=TOPIC,
        group=group,
        key=f"{group}:{reorganisation.applied_at.isoformat()}:{passed}",
        payload={"reorganisation_id": reorganisation.pk},
        at=at,
    )


def _problems(plan: Plan) -> Iterator[str]:
    named = {sector for end in plan.endings for heir in end.heirs for sector in heir.sectors}
    known = set(Sector.objects.filter(code__in=named).values_list("code", flat=True))
    yield from (_("%(code)s: there is no such sector") % {"code": code} for code in sorted(named - known))
    ending = Agency.objects.filter(code__in=[end.code for end in plan.endings])
    waiting = CaseTransfer.objects.waiting_at(list(ending.values_list("pk", flat=True))).count()
    if waiting:
        yield _("%(count)d case(s) still wait to be taken over where the plan ends agencies.") % {"count": waiting}
