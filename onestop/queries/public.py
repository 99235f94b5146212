"""What anybody may ask: of a case by code and phone number, of a result or a certified scan by its code or its file;
and who is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Prefetch, QuerySet, Subquery

from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case, CaseDocument, CaseEvent, Scan
from onestop.states import Action, State


def tracked(code: str, phone: str) -> Case | None:
    """Return the case of this code whose applicant gave this phone number; the same queries whatever is wrong."""
    events = Prefetch("events", CaseEvent.objects.public())
    found = Case.objects.coded(code).filter(applicant_phone_index=phone or None).select_related("procedure")
    return found.prefetch_related(events).first()


def issued_document(uuid: UUID | str) -> CaseDocument | None:
    """Return a result by the identifier in its QR code, or a paper sealed with one, if it was ever issued."""
    return _issued().filter(uuid=uuid).first()


def issued_by_hash(sha256: str) -> CaseDocument | None:
    """Return the result, or the paper sealed with one, whose exact file has this hash, if it was issued here."""
    return _issued().filter(file__sha256=sha256).first()


def certified_scan(uuid: UUID | str) -> Scan | None:
    """Return a certified scan by the identifier of its paper in its QR code, or None."""
    return _certified().filter(paper__uuid=uuid).first()


def certified_by_hash(sha256: str) -> Scan | None:
    """Return the certified scan whose exact file has this hash, as it was signed first."""
    return _certified().filter(paper__file__sha256=sha256).order_by("pk").first()


def issued_in_place_of(document: CaseDocument) -> CaseDocument | None:
    """Return the result in force that took the place of a revoked one, and of what was sealed with it."""
    if not document.is_revoked:
        return None
    return _issued().filter(case=document.case_id, kind=DocumentKind.RESULT, state=DocumentState.ISSUED).first()


def being_corrected_since(document: CaseDocument) -> datetime | None:
    """Return since when a result in force, or what was sealed with it, is being made anew; None when it is not."""
    if document.is_revoked or not document.case.is_being_corrected:
        return None
    asked = document.case.events.filter(action=Action.CORRECT_RESULT).order_by("-sequence")
    return asked.values_list("at", flat=True).first()


def _issued() -> QuerySet[CaseDocument]:
    kinds = [DocumentKind.RESULT, DocumentKind.SEALED]
    issued = CaseDocument.objects.filter(kind__in=kinds, state__in=[DocumentState.ISSUED, DocumentState.REVOKED])
    return issued.select_related("case__procedure", "case__competent_agency", "file")


def _certified() -> QuerySet[Scan]:
    certified = Scan.objects.exclude(certified_at=None)
    return certified.select_related("paper__file", "paper__case__procedure_version", "agency", "certifier")


@dataclass(frozen=True)
class LateCases:
    """An agency's cases that are late now: how many, and since when the oldest is."""

    agency: str
    count: int
    oldest: datetime


def late_by_agency(at: datetime) -> list[LateCases]:
    """Return which agencies are late with how many cases, the longest list first."""
    counted = _late(at).values(agency=F("competent_agency__name")).annotate(count=Count("pk"), oldest=Min("due_at"))
    return [LateCases(**row) for row in counted.order_by("-count", "agency")]


def late_cases(at: datetime) -> list[Case]:
    """Return the cases that are late now, the oldest first, each with when the office apologised last."""
    apologised = CaseEvent.objects.filter(case=OuterRef("pk"), action=Action.EXTEND).order_by("-sequence")
    late = _late(at).select_related("procedure", "competent_agency")
    return list(late.annotate(apologised_at=Subquery(apologised.values("at")[:1])).order_by("due_at", "pk")[:200])


def _late(at: datetime) -> QuerySet[Case]:
    running = [State.PROCESSING, State.PAYMENT_REQUIRED]
    return Case.objects.filter(state__in=running, due_at__lt=at, decided_at=None)
