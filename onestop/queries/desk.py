"""What a civil servant may open, and the seat from which they act on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from identity.models import Appointment
from identity.officers import Officer, Seat
from identity.states import Role
from onestop.actors import is_clerk_of
from onestop.kinds import RequestKind
from onestop.models import (
    Case,
    CaseDocument,
    CaseEvent,
    CaseMessage,
    CaseNote,
    CaseQuerySet,
    CaseRequest,
    CaseStep,
    CaseTransfer,
)
from onestop.queries import case as of_case
from onestop.queries.limits import PAGE, WITH


def cases_of(officer: Officer, *, to_act: bool = False) -> CaseQuerySet:
    """Return the cases that the officer may open: of the agencies that they read, or with their opinion awaited.

    To act on one they must serve at its agency. Whatever shows, finds or changes a case at the desk asks here; only
    the lists of what is open ask seat by seat, so that each walks an index (`lists.queues`).
    """
    if to_act:
        return Case.objects.open_to(officer.agency_ids)
    asked = asked_for_opinion(officer).filter(case=OuterRef("pk"))
    return Case.objects.open_to(officer.reads) | Case.objects.filter(Exists(asked))


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


@dataclass(frozen=True)
class Reader:
    """An officer who reads a case: what of it they read is said here.

    Who is only asked for an opinion reads what the applicant gave, what they are asked, and of the handling what the
    applicant hears; no draft, no messages or notes, and nothing that others said in confidence.
    """

    officer: Officer
    case: Case

    @cached_property
    def is_own(self) -> bool:
        """Whether they serve at one of its agencies: they do not only read it."""
        if not {self.case.receiving_centre_id, self.case.competent_agency_id}.isdisjoint(self.officer.agency_ids):
            return True
        return self._is_open_to(self.officer.agency_ids)

    @cached_property
    def is_only_asked(self) -> bool:
        """Whether nothing but an awaited opinion opens the case to them."""
        return not self.is_own and not self._is_open_to(self.officer.reads)

    @property
    def history(self) -> list[CaseEvent]:
        return of_case.history(self.case, for_applicant=True) if self.is_only_asked else list(self.case.events.all())

    @property
    def documents(self) -> list[CaseDocument]:
        if self.is_only_asked:
            return of_case.documents(self.case, for_applicant=True)
        return list(self.case.documents.all())

    @property
    def asked(self) -> QuerySet[CaseRequest]:
        """The opinions that are awaited of them."""
        if not self.case.awaits(RequestKind.CONSULTATION):
            return CaseRequest.objects.none()
        return asked_for_opinion(self.officer).filter(case=self.case)

    @property
    def requests(self) -> list[CaseRequest]:
        """What was asked in the case."""
        found = list(self.case.requests.all())
        if not self.is_only_asked:
            return found
        readable = {one.pk for one in (*self.asked, *of_case.opinions(self.case))}
        return [one for one in found if one.pk in readable]

    @property
    def messages(self) -> list[CaseMessage]:
        return [] if self.is_only_asked else list(self.case.messages.all())

    @property
    def notes(self) -> list[CaseNote]:
        return [] if self.is_only_asked else of_case.notes(self.case)

    def _is_open_to(self, agencies: list[int]) -> bool:
        return Case.objects.open_to(agencies).filter(pk=self.case.pk).exists()


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


def asked_for_opinion(officer: Officer) -> QuerySet[CaseRequest]:
    """Return the opinions that are awaited of the officer, or of anybody at their agencies, most urgent first."""
    desks = officer.agencies_in(Role.OFFICER, Role.LEADER)
    awaited = CaseRequest.objects.opinions_awaited().of_officer(officer.account, desks)
    shown = ("case__procedure", "case__competent_agency", "asked_by", "asked_of", "asked_person")
    return awaited.select_related(*shown).order_by("due_at", "pk")


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
