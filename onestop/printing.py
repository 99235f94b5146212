"""What the workers make: PDFs of forms and drafts, and the two signatures of a result."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from identity import signing
from identity.models import Agency
from onestop import queries, registers
from onestop.figures import Period
from onestop.form_sets import CONTROL_SHEET, REGISTER, Form, form_on
from onestop.kinds import DocumentKind, DocumentState, Side
from onestop.models import Case, CaseDocument, FormIssue, Handover, Scan
from onestop.services import deciding, documents, scanning, stepping
from portal.core import files
from portal.core.errors import OutcomeUnknownError
from portal.core.formatting import official_date, short_time, signing_capacity
from portal.core.models import StoredFile
from portal.core.outbox import RetryLater
from portal.core.pdf import render_pdf
from portal.core.qr import svg
from procedures.eforms import summary
from procedures.errors import BusyError

_PATIENCE: Final = 4.0
_one_at_a_time = Lock()
_COPIES: Final = {"vi": "documents/filed_copy.html", "en": "documents/filed_copy_en.html"}


def print_document(*, document_id: int, at: datetime) -> None:
    """Make the PDF of a form (it is issued with that) or of a draft result. Safe to call twice."""
    document = CaseDocument.objects.select_related("case").get(pk=document_id)
    if document.file_id is not None or document.state != DocumentState.DRAFT:
        return
    content = draft_pdf(document) if document.kind == DocumentKind.RESULT else _form_pdf(document)
    with transaction.atomic():
        fresh = CaseDocument.objects.select_for_update().get(pk=document_id)
        if fresh.file_id is not None or fresh.state != DocumentState.DRAFT:
            return
        fresh.file = _store(document, content, at)
        if fresh.kind != DocumentKind.RESULT:
            fresh.state, fresh.issued_at = DocumentState.ISSUED, at
        fresh.save(update_fields=["file", "state", "issued_at"])


def filed_copy(case: Case, *, language: str) -> bytes:
    """Return what the applicant filed, to keep, in their language.

    Raises `BusyError` while others are being made: it takes a second.
    """
    form = stepping.definition_of(case).form
    filed_on = timezone.localtime(case.submitted_at or case.created_at).date()
    with override(language):
        sections = summary(form, case.answers, filed_on) if form else []
        procedure = str(case.procedure.title)
    track_url = f"{settings.PUBLIC_URL}/tra-cuu/?code={case.code}"
    context = {
        "code": case.code,
        "procedure": procedure,
        "procedure_code": case.procedure.code,
        "filed_at": short_time(case.submitted_at) if case.submitted_at else "",
        "centre": case.receiving_centre.name if case.receiving_centre else "",
        "competent": case.competent_agency.name if case.competent_agency else "",
        "sections": sections,
        "track_url": track_url,
    }
    return _made(_COPIES[language], context | {"qr": svg(track_url)}, language=language)


def reprinted(document: CaseDocument, issue: FormIssue, *, small: bool) -> bytes:
    """Return a form once more from what it was made of, marked as a copy, on A4 or A5.

    Raises `BusyError` while others are being made.
    """
    form = _form_of(document)
    more = {
        "form_number": form.number,
        "qr": svg(document.context["track_url"]),
        "copy": issue.number,
        "small": small,
    }
    return _made(form.template, document.context | more)


def preview(document: CaseDocument) -> bytes:
    """Return a form that has not been written yet, marked as a draft. Raises `BusyError`."""
    form = _form_of(document)
    more = {"form_number": form.number, "qr": svg(document.context["track_url"]), "is_draft": True}
    return _made(form.template, document.context | more)


def control_sheet(case: Case, issue: FormIssue) -> bytes:
    """Return form 06 of a case, as its steps stand. Raises `BusyError`."""
    form = form_on(CONTROL_SHEET, timezone.localtime(case.accepted_at or issue.at).date())
    context = {
        "form_number": form.number,
        "case": case,
        "code": case.code,
        "centre": case.receiving_centre.name if case.receiving_centre else "",
        "competent": case.competent_agency.name if case.competent_agency else "",
        "steps": case.steps.select_related("agency", "holder").order_by("sequence"),
        "place_date": documents.place_and_date(case.receiving_centre, issue.at),
        "copy": issue.number - 1,
        "qr": svg(f"{settings.PUBLIC_URL}/tra-cuu/?code={case.code}"),
    }
    return _made(form.template, context)


def register(agency: Agency, period: Period, issue: FormIssue) -> bytes:
    """Return form 07 of an agency and a period. Raises `BusyError`."""
    form = form_on(REGISTER, period.last)
    context = {
        "form_number": form.number,
        "agency": agency.name,
        "period": period,
        "lines": list(registers.lines(agency, period)),
        "officer": issue.account.full_name,
        "place_date": documents.place_and_date(agency, issue.at),
        "copy": issue.number - 1,
        "qr": svg(f"{settings.PUBLIC_URL}/mot-cua/so-theo-doi/?agency={agency.pk}"),
    }
    return _made(form.template, context)


def handover_record(handover: Handover) -> bytes:
    """Return a record of handing over (biên bản bàn giao hồ sơ) as its sides have signed it. Raises `BusyError`."""
    signatures = {one.side: one for one in handover.signatures.select_related("account", "on_behalf_of", "agency")}
    items = queries.items_of(handover)
    context = {
        "handover": handover,
        "agency": handover.from_agency.name,
        "place_date": documents.place_and_date(handover.from_agency, handover.made_at),
        "items": items,
        "cases": len({item.original.case_id for item in items}),
        "giver": signatures[Side.GIVER],
        "receiver": signatures.get(Side.RECEIVER),
        "qr": svg(f"{settings.PUBLIC_URL}/mot-cua/ban-giao/{handover.uuid}/"),
    }
    return _made("documents/handover.html", context)


def draft_pdf(document: CaseDocument) -> bytes:
    """Return the result as it stands, marked as a draft."""
    return _result_pdf(document, {"is_draft": True})


def sign_result(*, document_id: int, at: datetime) -> None:
    """Render the result with its empty fields and sign it with the leader's key; the case moves on.

    Raises `RetryLater` while the trust services are away. A refused key takes the order back. Safe to call twice.
    """
    document = CaseDocument.objects.select_related("case").get(pk=document_id)
    if document.state != DocumentState.SIGNING:
        return
    order = document.orders[-1]
    capacity = signing_capacity(order["title"], mark=order.get("mark", ""), of=order.get("of", ""))
    signer = {"leader_capacity": capacity, "leader_name": order["name"]}
    try:
        plain = _result_pdf(document, signer)
        signed = signing.sign_as_leader(
            plain, key=order["key"], reason=document.case.code or "", verify_at=document.context["verify_url"]
        )
    except signing.TrustServiceError as error:
        raise RetryLater(str(error)) from error
    except (signing.SigningRefusedError, files.FileRefusedError) as error:
        deciding.signature_failed(document_id=document_id, reason=str(error.message))
        return
    with transaction.atomic():
        deciding.record_signature(document_id=document_id, file=_store(document, signed, at), at=at)


def seal_result(*, document_id: int, at: datetime) -> None:
    """Fill in number and date, seal, add the last time-stamp, verify by the strict policy, and issue.

    Raises `RetryLater` while the trust services are away. Safe to call twice.
    """
    document = CaseDocument.objects.select_related("case", "file").get(pk=document_id)
    if document.state != DocumentState.SEALING or document.file is None:
        return
    order = document.orders[-1]
    try:
        sealed = signing.seal_as_agency(
            files.read(document.file),
            key=order["key"],
            number=document.number,
            date=official_date(datetime.fromisoformat(order["at"])),  # number and date belong together
            expected=expectation(document),
        )
        beside = _sealed_beside(document, order["key"], at)
    except (signing.TrustServiceError, OutcomeUnknownError) as error:
        raise RetryLater(str(error)) from error
    except (signing.SigningRefusedError, files.FileRefusedError) as error:
        deciding.signature_failed(document_id=document_id, reason=str(error.message))
        return
    with transaction.atomic():
        deciding.record_issue(
            document_id=document_id,
            file=_store(document, sealed, at),
            sealed=[
                files.store(content, display_name=name, content_type="application/pdf", at=at)
                for name, content in beside
            ],
            at=at,
        )


def certify_scan(*, scan_id: int, at: datetime) -> None:
    """Sign the pages of a scan, each marked, with the key of the clerk who has compared them with the original.

    Raises `RetryLater` while the trust services are away. A refused key takes the order back. Safe to call twice.
    """
    scan = Scan.objects.select_related("paper__file", "certifier").filter(pk=scan_id).first()
    if scan is None or not scan.is_being_signed or scan.certifier is None:
        return
    verify_at = f"{settings.PUBLIC_URL}/xac-thuc/{scan.paper.uuid}/"
    mark = render_pdf("documents/scan_mark.html", {"qr": svg(verify_at)})
    words = f"{scan.certifier.full_name}; {timezone.localtime(at).isoformat(timespec='seconds')}"
    try:
        pages = files.bound([scan.paper.file], mark=mark)
        signed = signing.seal_attachment(pages, key=scan.key, words=words, verify_at=verify_at)
    except (signing.TrustServiceError, OutcomeUnknownError) as error:
        raise RetryLater(str(error)) from error
    except (signing.SigningRefusedError, files.FileRefusedError) as error:
        scanning.certification_failed(scan_id=scan_id, reason=str(error.message))
        return
    with transaction.atomic():
        old = scan.paper.file
        facts = {"pages": max(old.pages, 1), "signatures": 1, "warnings": []}
        name = files.shown_name(old.display_name, ".pdf")
        file = files.store(signed, display_name=name, content_type="application/pdf", at=at, facts=facts)
        scanning.record_certified(scan_id=scan_id, file=file, at=at)


def expectation(document: CaseDocument) -> signing.Expectation:
    """Return which signatures the process asks for: the leader's, then the agency's."""
    keys = tuple(order["key"] for order in document.orders if order["key"])
    return signing.Expectation(keys=keys, is_attachment=document.kind == DocumentKind.SEALED)


def _sealed_beside(document: CaseDocument, key: str, at: datetime) -> list[tuple[str, bytes]]:
    """Return the papers that are sealed with the result, by name: copies of their pages.

    Raises `FileRefusedError`, and what sealing raises.
    """
    names: list[str] = document.context.get("seals", [])
    papers = {str(p.uuid): p.file for p in document.case.papers.filter(uuid__in=names).select_related("file")}
    context = document.context | {"number": document.number, "qr": svg(document.context["verify_url"])}
    mark = render_pdf("documents/sealed_mark.html", context) if names else b""
    words = f"{document.number}; {timezone.localtime(at).isoformat(timespec='seconds')}"
    return [
        (
            files.shown_name(papers[name].display_name, ".pdf"),
            signing.seal_attachment(files.bound([papers[name]], mark=mark), key=key, words=words),
        )
        for name in names
    ]


def _made(template: str, context: dict[str, Any], *, language: str = "vi") -> bytes:
    """Return a PDF that somebody waits for; raises `BusyError` while others are being made."""
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        raise BusyError
    try:
        return render_pdf(template, context, language=language)
    finally:
        _one_at_a_time.release()


def _form_pdf(document: CaseDocument) -> bytes:
    form = _form_of(document)
    more = {"form_number": form.number, "qr": svg(document.context["track_url"])}
    return render_pdf(form.template, document.context | more)


def _form_of(document: CaseDocument) -> Form:
    """Return the form in the set that was in force when the case was accepted."""
    begun = document.case.accepted_at or document.created_at
    return form_on(document.kind, timezone.localtime(begun).date())


def _result_pdf(document: CaseDocument, more: dict[str, Any]) -> bytes:
    """Return the result, behind the pages that it certifies when it has any. Raises `FileRefusedError`."""
    context = _result_context(document) | more
    pdf = render_pdf(f"documents/{context['template']}.html", context)
    names: list[str] = context.get("pages", [])
    if not names:
        return pdf
    papers = {str(p.uuid): p.file for p in document.case.papers.filter(uuid__in=names).select_related("file")}
    mark = render_pdf("documents/copy_mark.html", context)
    return files.bound([papers[name] for name in names], mark=mark, last=pdf)


def _result_context(document: CaseDocument) -> dict[str, Any]:
    context: dict[str, Any] = dict(document.context)
    return {**context, **context["values"], "qr": svg(context["verify_url"])}


def _store(document: CaseDocument, content: bytes, at: datetime) -> StoredFile:
    name = f"{document.case.code or document.uuid}-{document.kind.lower()}.pdf"
    return files.store(content, display_name=name, content_type="application/pdf", at=at)
