"""Where the originals of a case are, which way they took, and where they may go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Subquery

from identity.models import Account, Agency, Appointment
from identity.officers import Officer
from identity.queries import people_in_seats
from identity.states import DESK
from onestop.models import Case, CaseStep, Custody, Handover, HandoverItem, Original


@dataclass(frozen=True)
class OriginalsOfCase:
    """The originals of a case, as an officer sees them."""

    all: list[Original]
    mine: list[Original]  # that the officer can give away now
    to_take_in: list[tuple[str, str]]  # code and name of what the officer can take in now
    onward: Agency | None  # where the case is handled, while the officer still holds its originals elsewhere

    @property
    def due_back(self) -> list[Original]:
        """What the officer is to give back to the applicant."""
        return [one for one in self.mine if one.is_due_back]


def originals_of(case: Case) -> list[Original]:
    """Return the originals of a case with where they are, in the order in which they came; of what was sent by post
    also the `waybill`.
    """
    last = Custody.objects.filter(original=OuterRef("pk")).order_by("-sequence").values("waybill")[:1]
    with_holder = case.originals.select_related("agency", "keeper", "handover__from_agency", "handover__to_agency")
    return list(with_holder.annotate(waybill=Subquery(last)).order_by("pk"))


def originals_for(case: Case, officer: Officer, step: CaseStep | None) -> OriginalsOfCase:
    """Return the originals of a case as the officer sees them; `step` is the one in which the case stands."""
    found = originals_of(case)
    mine = [one for one in found if one.keeper_id in officer.people and one.handover_id is None]
    away = step is not None and any(one.agency_id != step.agency_id for one in mine)
    receives = case.receiving_centre_id in officer.counters and not case.has_ended
    held = {one.code for one in found if one.is_held}
    return OriginalsOfCase(
        all=found,
        mine=mine,
        to_take_in=[(code, name) for code, name in papers_to_take_in(case).items() if code not in held]
        if receives
        else [],
        onward=step.agency if step is not None and away else None,
    )


def papers_to_take_in(case: Case) -> dict[str, str]:
    """Return the name of each published paper that an applicant submits, by its code: first those of which the form
    asks for a file, for the others are mostly the form itself.
    """
    definition = case.procedure_version.definition
    uploads = definition.form.fields if definition.form else {}
    papers = sorted(definition.papers, key=lambda paper: paper.code not in uploads)
    return {paper.code: paper.name for paper in papers if paper.mode == "SUBMIT"}


def ways_of(case: Case) -> list[Custody]:
    """Return the lines of the way of each original of a case, oldest first. Only for pages of the desk."""
    lines = Custody.objects.filter(original__case=case).select_related(
        "original", "agency", "keeper", "by", "handover__from_agency"
    )
    return list(lines.order_by("original", "sequence"))


def destinations(originals: Collection[Original], day: date) -> list[tuple[Agency, list[Appointment]]]:
    """Return the agencies to which all of these may go, each with who serves there; first where the cases are
    handled now.
    """
    cases = {one.case_id for one in originals}
    agencies = Case.objects.filter(pk__in=cases).values_list("pk", "receiving_centre", "competent_agency")
    ways = {case: {centre, competent} for case, centre, competent in agencies}
    steps = list(CaseStep.objects.filter(case__in=cases).values_list("case", "agency", "finished_at"))
    for case, agency, _ in steps:
        ways[case].add(agency)
    common = set.intersection(*ways.values()) - {None} if ways else set()
    handled = {agency for _, agency, finished_at in steps if finished_at is None}
    at = {one.agency_id for one in originals}
    places = Agency.objects.on(day).filter(pk__in=common)
    first = sorted(places, key=lambda one: (one.pk not in handled, one.pk in at, one.pk))
    staff = Appointment.objects.on(day).filter(agency__in=common, role__in=DESK).select_related("account")
    keepers = {one.keeper_id for one in originals}
    people = [one for one in staff.order_by("role", "pk") if one.account_id not in keepers]
    return [(place, [one for one in people if one.agency_id == place.pk]) for place in first]


def handover_at(officer: Officer, uuid: UUID) -> Handover | None:
    """Return a record of one of the agencies that the officer reads, or None."""
    found = Handover.objects.open_to(officer.reads)
    return found.select_related("from_agency__unit", "to_agency", "to_person", "giver").filter(uuid=uuid).first()


def items_of(handover: Handover) -> list[HandoverItem]:
    """Return what is in a record, case by case."""
    items = handover.items.select_related("original__case").defer("original__case__answers", "original__case__facts")
    return list(items.order_by("original__case__code", "original"))


def receivers_of(handover: Handover, day: date) -> list[Account]:
    """Return who works on `day` where the record is to be signed for, in the seats of the person whom it is meant for
    if it is.
    """
    seats = (people_in_seats(handover.to_agency, role, day, of=handover.to_person) for role in DESK)
    return list(dict.fromkeys(person for people in seats for person in people))
