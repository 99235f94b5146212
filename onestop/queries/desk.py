"""What a civil servant may open, and the seat from which they act on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from identity.models import Appointment
from identity.officers import Officer
from identity.states import Role
from onestop.actors import Seat, is_clerk_of
from onestop.models import (
    Case,
    CaseDocument,
    CaseEvent,
    CaseMessage,
    CaseQuerySet,
    CaseRequest,
    CaseStep,
    CaseTransfer,
)
from onestop.queries.limits import PAGE, WITH


def cases_of(officer: Officer, *, to_act: bool = False) -> CaseQuerySet:
    """Return the cases that the officer may open: of the agencies that they read, or with their opinion awaited.

    To act on one they must serve at its agency. Whatever shows, finds or changes a case at the desk asks here; only
    the lists of what is open ask seat by seat, so that each walks an index (`lists.queues`).
    """
    agencies = officer.agency_ids if to_act else officer.reads
    asked = CaseRequest.objects.opinions_awaited().of_officer(officer.account, agencies)
    return Case.objects.open_to(agencies) | Case.objects.filter(Exists(asked.filter(case=OuterRef("pk"))))


def case_at(officer: Officer, code: str, *, to_act: bool = False) -> Case | None:
    """Return a case that the officer may open, or None. An address may hold a NUL, a code never does."""
    if "\0" in code:
        return None
    own = with_parties(cases_of(officer, to_act=True))
    found = own.filter(code=code).first() or own.coded(code).first()
    return found if found or to_act else with_parties(cases_of(officer)).coded(code).first()


def with_parties(cases: CaseQuerySet) -> CaseQuerySet:
    """Read along who has to do with the case."""
    return cases.with_procedure().select_related(*WITH, "applicant", "helping_agency", "confirmation__typed_by")


def is_own(officer: Officer, case: Case) -> bool:
    """Return whether a case is one of agencies at which the officer serves, not one that they only read, or of which
    only their opinion is asked.
    """
    if not {case.receiving_centre_id, case.competent_agency_id}.isdisjoint(officer.agency_ids):
        return True
    return Case.objects.open_to(officer.agency_ids).filter(pk=case.pk).exists()


def only_reads(officer: Officer, case: Case) -> bool:
    """Return whether there is nothing that the officer may do in a case that they may read."""
    return not is_own(officer, case) and not cases_of(officer, to_act=True).filter(pk=case.pk).exists()


def actor_for(officer: Officer, case: Case, *wishes: Callable[[Seat], object]) -> Seat:
    """Return the seat from which the officer would act on the case now: that of its step, else at the agency that is
    to take it over, else at its centre. One that meets the `wishes` comes before.
    """
    step, transfer = case.open_step, case.open_transfer
    return officer.seat(
        *wishes,
        lambda seat: step is not None and seat.role == step.role and seat.is_at(step.agency_id),
        lambda seat: transfer is not None and seat.is_at(transfer.to_agency_id),
        lambda seat: seat.is_at(case.receiving_centre_id),
    )


def clerk_for(officer: Officer, case: Case) -> Seat:
    """Return the officer as a clerk of the centre that received the case, where they are one."""
    return actor_for(officer, case, partial(is_clerk_of, case))


def whole(case: Case) -> Case:
    """Return the case with what its page asks for more than once: in the order shown, a query for each kind."""
    documents = CaseDocument.objects.select_related("file").order_by("created_at", "pk")
    requests = CaseRequest.objects.select_related("asked_of", "asked_person", "attachment").order_by("asked_at", "pk")
    transfers = CaseTransfer.objects.select_related("reorganisation", "received_by").order_by("pk")
    prefetch_related_objects(
        [case],
        Prefetch("steps", CaseStep.objects.select_related("agency", "holder").order_by("sequence")),
        Prefetch("events", CaseEvent.objects.select_related("actor", "agency", "on_behalf_of").order_by("sequence")),
        Prefetch("documents", documents),
        Prefetch("requests", requests),
        Prefetch("transfers", transfers),
        Prefetch("messages", CaseMessage.objects.select_related("author", "agency", "read_by").order_by("pk")),
    )
    return case


def requests_of(case: Case, officer: Officer) -> list[CaseRequest]:
    """Return what was asked in the case; who is only consulted does not see what others said in confidence."""
    found = list(case.requests.all())
    confidential = any(request.is_confidential for request in found)
    if not confidential or Case.objects.open_to(officer.reads).filter(pk=case.pk).exists():
        return found
    asked = CaseRequest.objects.of_officer(officer.account, officer.agency_ids).filter(case=case)
    own = set(asked.values_list("pk", flat=True))
    return [request for request in found if not request.is_confidential or request.pk in own]


def asked_for_opinion(officer: Officer) -> QuerySet[CaseRequest]:
    """Return the opinions that are awaited of the officer, or of anybody at their agencies, most urgent first."""
    desks = officer.agencies_in(Role.OFFICER, Role.LEADER)
    awaited = CaseRequest.objects.opinions_awaited().of_officer(officer.account, desks)
    return awaited.select_related("case__procedure", "asked_of", "asked_person").order_by("due_at", "pk")


def colleagues(step: CaseStep | None) -> QuerySet[Appointment]:
    """Return who else handles or leads at the agency of a step today."""
    if step is None:
        return Appointment.objects.none()
    seats = Appointment.objects.on(timezone.localdate()).filter(
        agency=step.agency, role__in=[Role.OFFICER, Role.LEADER]
    )
    return seats.exclude(account=step.holder).select_related("account", "agency").order_by("account__full_name")


def to_take_over(officer: Officer, after: int = 0) -> list[CaseTransfer]:
    """Return what came to the officer's agencies by succession, oldest first, one more than a page."""
    found = CaseTransfer.objects.waiting_at(officer.agency_ids).filter(pk__gt=after)
    return list(found.select_related("case__procedure", "from_agency", "to_agency").order_by("pk")[: PAGE + 1])
