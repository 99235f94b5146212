"""What belongs to one case, which the caller has fetched through one of the narrowed reads."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Sum

from identity.models import Agency
from onestop.kinds import DocumentKind, DocumentState, DueWith, RequestKind
from onestop.models import Case, CaseDocument, CaseEvent, CaseMessage, CaseNote, CasePaper, CaseRequest
from onestop.references import due_with, filing_fee, of_case
from payments.models import FeeRequest
from payments.states import FeeState


def history(case: Case, *, for_applicant: bool = False) -> list[CaseEvent]:
    """Return what happened to the case, oldest first; to the applicant, without what concerns the office alone."""
    events = case.events.public() if for_applicant else case.events.order_by("sequence")
    return list(events.select_related("actor", "agency", "on_behalf_of"))


def opinions(case: Case) -> list[CaseRequest]:
    """Return the opinions that the applicant may read: those that were given, and not in confidence."""
    given = case.requests.consultations().exclude(answered_at=None).filter(is_confidential=False)
    return list(given.select_related("asked_of", "asked_person", "attachment").order_by("answered_at", "pk"))


def messages(case: Case) -> list[CaseMessage]:
    """Return what the office and the applicant have written to each other, oldest first."""
    return list(case.messages.select_related("author", "agency", "read_by").order_by("pk"))


def notes(case: Case) -> list[CaseNote]:
    """Return the internal notes, oldest first. Only for pages of the desk."""
    return list(case.notes.select_related("author", "agency").order_by("pk"))


def papers(case: Case) -> list[CasePaper]:
    """Return the papers in use, in the order in which they came."""
    return list(case.papers.filter(replaced_at=None).select_related("file", "scan__certifier").order_by("pk"))


def documents(case: Case, *, for_applicant: bool = False) -> list[CaseDocument]:
    """Return the papers that were issued in the case; an unsigned result only to those who handle it.

    The draft of a result is shown to the applicant while their consent is asked for; the result itself once every
    fee is paid.
    """
    found = case.documents.select_related("file").order_by("created_at", "pk")
    if not for_applicant:
        return list(found)
    asked = case.requests.filter(kind=RequestKind.CONSENT).exists()
    public = [DocumentState.ISSUED, DocumentState.REVOKED]
    shown = Q(state__in=public)
    if asked:
        shown |= Q(kind=DocumentKind.RESULT, state=DocumentState.DRAFT)
    if case.has_result and owed(case):
        found = found.exclude(kind__in=[DocumentKind.RESULT, DocumentKind.SEALED])
    return list(found.filter(shown))


def presented(case: Case) -> list[tuple[str, str]]:
    """Return the name of each published paper and how it was brought to the counter; nothing of other filings."""
    brought = {paper.code: paper.how_text for paper in case.presented.all()} if case.is_from_counter else {}
    papers = case.procedure_version.definition.papers if brought else ()
    return [(paper.name, brought[paper.code]) for paper in papers if paper.code in brought]


def received_first_by(case: Case) -> Agency | None:
    """Return the centre that received the case before another took it over; None when none did."""
    taken = [transfer for transfer in case.transfers.all() if transfer.accepted_at]
    return min(taken, key=lambda transfer: transfer.pk).received_by if taken else None


def filing_fee_of(case: Case) -> FeeRequest | None:
    """Return the fee that was asked for at filing, with its receipts."""
    return FeeRequest.objects.filter(reference=filing_fee(case)).prefetch_related("receipts").first()


def fees_of(case: Case) -> QuerySet[FeeRequest]:
    """Return all that was asked for in the case, at filing and later."""
    return FeeRequest.objects.filter(of_case(case)).select_related("cash__refund").order_by("pk")


def owes_on_demand(case: Case) -> bool:
    """Return whether something that was asked for during handling is still to be paid."""
    due = FeeRequest.objects.filter(of_case(case), state=FeeState.DUE).values_list("reference", flat=True)
    return any(due_with(reference) == DueWith.ON_DEMAND for reference in due)


def owed(case: Case) -> int:
    """Return how much of what was asked for in the case is still to be paid, in VND."""
    due = FeeRequest.objects.filter(of_case(case), state=FeeState.DUE)
    return due.aggregate(sum=Sum("amount"))["sum"] or 0
