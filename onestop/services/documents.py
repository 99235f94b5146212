"""The papers of a case: the one-stop forms 01-05 and the result in its versions.

A form's context is frozen when it is written; a worker prints it. The result is drafted from answers and facts by the
version's own mapping, signed and sealed elsewhere (`deciding`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from identity.models import Agency
from identity.officers import Actor
from identity.states import AgencyKind
from onestop.errors import ActionNotAllowedError, ResultNotReadyError
from onestop.kinds import DocumentKind, DocumentState, Presented, RequestKind
from onestop.models import Case, CaseDocument, CasePaper
from onestop.models.papers import REFUSAL
from onestop.services import phrasing, stepping
from portal.apart.refusing import Reason
from portal.core import outbox
from portal.core.errors import QuarantinedFileError
from portal.core.files import FileRefusedError
from portal.core.formatting import official_date, official_time, place_name, promise, short_date
from procedures.definition import Result
from procedures.eforms.fields import UNKNOWN
from procedures.eforms.kinds.dates import date_text
from procedures.rules import evaluate, look_up

PRINT_TOPIC: Final = "onestop.print"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSIGNED: Final = (DocumentState.DRAFT, DocumentState.SIGNED)


def write_form(
    case: Case,
    kind: DocumentKind,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    due_at: datetime | None = None,
) -> CaseDocument:
    """Write one of the forms of TT 03/2025/TT-VPCP; the worker prints it within seconds.

    `due_at` is another time than that of the case: until when it is suspended, or may be answered.
    """
    document = form_for(case, kind, actor=actor, at=at, reason=reason, due_at=due_at)
    document.version = case.documents.filter(kind=kind).count() + 1
    document.save(force_insert=True)
    _order_print(document, at)
    return document


def form_for(
    case: Case, kind: DocumentKind, *, actor: Actor, at: datetime, reason: str = "", due_at: datetime | None = None
) -> CaseDocument:
    """Return a form as it would be written, without writing it."""
    context = _form_context(case, actor, at, reason, due_at)
    if kind == DocumentKind.FORM_05:
        context["is_suspended"] = due_at is not None
    return CaseDocument(case=case, kind=kind, state=DocumentState.DRAFT, context=context, created_at=at)


def draft_result(case: Case, *, at: datetime, edited: Mapping[str, Any] | None = None) -> CaseDocument:
    """Write the draft of the result anew from answers and facts, in place of an unsigned one.

    `edited` are the parts of its wording that an officer writes (or a refusal in place of the result); without it
    those of the draft before, or of the version that is being corrected, stay.
    """
    last = case.documents.filter(kind=DocumentKind.RESULT).order_by("-version").first()
    if last is None or last.state in {DocumentState.ISSUED, DocumentState.REVOKED}:
        draft = CaseDocument(case=case, kind=DocumentKind.RESULT, version=last.version + 1 if last else 1)
        draft.edited = last.edited if last else {}
    elif last.state in {DocumentState.DRAFT, DocumentState.SIGNED}:
        draft = last
    else:
        raise ActionNotAllowedError
    draft.state, draft.file, draft.orders, draft.created_at = DocumentState.DRAFT, None, [], at
    draft.number = ""  # another paper, perhaps of another agency, or a refusal
    if edited is not None:
        draft.edited = dict(edited)
    draft.context = _result_context(case, draft)
    draft.save()
    _order_print(draft, at)
    return draft


def draft_of(case: Case) -> CaseDocument | None:
    """Return the unsigned draft of the result, if there is one."""
    drafts = (one for one in case.documents.all() if one.is_result and one.is_draft)
    return max(drafts, key=lambda draft: draft.version, default=None)


def is_being_signed(case: Case) -> bool:
    """Return whether a worker is putting a signature or the seal on the result at the moment."""
    return any(one.is_result and one.is_being_signed for one in case.documents.all())


def wording_now(case: Case, at: datetime) -> dict[str, Any]:
    """Return the texts of the result as answers and facts make them, before anybody edits them.

    What a certificate or an extract says is what answers and facts say, and nothing else; whom it goes to is free.
    """
    result = result_of(case)
    if result.wording is None:
        return {"recipients": []}
    definition = stepping.definition_of(case)
    words = phrasing.words_of(definition, case, case.answered_on(timezone.localtime(at).date()))
    return phrasing.phrased(definition, result.wording, words)


def withdraw_unsigned_result(case: Case) -> None:
    """Take a draft, or a leader's signature without the seal, back: the case goes to an earlier step.

    Raises `ResultNotReadyError` while a worker signs or seals.
    """
    if is_being_signed(case):
        raise ResultNotReadyError
    for document in case.documents.filter(kind=DocumentKind.RESULT, state__in=_UNSIGNED):
        # The history keeps who had signed; the document asks for its signatures anew.
        document.state, document.file, document.orders = DocumentState.DRAFT, None, []
        document.save(update_fields=["state", "file", "orders"])


def current_result(case: Case) -> CaseDocument:
    """Return the newest version of the result; raises `ResultNotReadyError` when there is none."""
    document = case.documents.filter(kind=DocumentKind.RESULT).order_by("-version").first()
    if document is None:
        raise ResultNotReadyError
    return document


def place_and_date(agency: Agency | None, at: datetime) -> str:
    """Return the line of place and date at the head of a paper."""
    return f"{_place(agency)}, {official_date(at)}"


def number_text(document: CaseDocument, number: int) -> str:
    """Return the document's number as it stands on it, with the procedure's symbol behind: `12/GP-SXD`; without one
    the committee's, with the initials of the sector: `12/UBND-HT`. A refusal is a notice: `12/TB-HT`.
    """
    initials = "".join(word[0] for word in document.case.procedure.sector.code.split("_"))
    if document.is_refusal:
        return f"{number}/TB-{initials}"
    return f"{number}/{result_of(document.case).symbol or f'UBND-{initials}'}"


def result_of(case: Case) -> Result:
    """Return what the version says of the document that these answers and facts lead to.

    Raises `ActionNotAllowedError` when it has none.
    """
    known, today = case.answers | case.facts, case.answered_on(timezone.localdate(case.created_at))
    for result in stepping.definition_of(case).results:
        if result.template and (result.when is None or evaluate(result.when, known, today)):
            return result
    raise ActionNotAllowedError


def _order_print(document: CaseDocument, at: datetime) -> None:
    outbox.record(
        topic=PRINT_TOPIC,
        group=f"document:{document.uuid}",
        key=f"document:{document.uuid}:print:{at.isoformat()}",
        payload={"document_id": document.pk},
        at=at,
    )


def _form_context(case: Case, actor: Actor, at: datetime, reason: str, due_at: datetime | None) -> dict[str, Any]:
    definition = stepping.definition_of(case)
    due = due_at or case.due_at
    centre = case.receiving_centre
    asked = case.requests.filter(kind=RequestKind.SUPPLEMENT, answered_at=None).first()
    return {
        "code": case.code or "",
        "procedure": definition.name,
        "procedure_code": definition.code,
        "centre": centre.name if centre else "",
        "centre_address": centre.address if centre else "",
        "competent": case.competent_agency.name if case.competent_agency else "",
        "applicant": case.applicant_name,
        "phone": case.applicant_phone,
        "received_at": f"{official_time(at)}, {official_date(at)}",
        "due_at": promise(due) if due else "",
        "delivery": case.delivery,
        "papers": received(case),
        "originals": list(case.originals.held().order_by("pk").values_list("name", flat=True)),
        "reason": reason,
        "basis": asked.basis if asked else "",
        "officer": actor.account.full_name if actor.account else "",
        "place_date": place_and_date(centre, at),
        "track_url": f"{settings.PUBLIC_URL}/tra-cuu/?code={case.code}",
        "items": _names(case, asked.items) if asked else [],
        "is_late": case.due_at is not None and case.due_at < at,
    }


def received(case: Case) -> list[str]:
    """Return the papers that came with the case as form 01 names them: of a counter with how each was brought, else
    what was uploaded, in how many files, and what is filled in on the portal.
    """
    definition = stepping.definition_of(case)
    if case.is_from_counter:
        brought = case.presented.exclude(how__in=[Presented.NOT_NEEDED, Presented.LOOKED_UP])
        with override("vi"):
            how = {one.code: "" if one.how == Presented.ELECTRONIC else f" ({one.how_text})" for one in brought}
        return [paper.name + how[paper.code] for paper in definition.papers if paper.code in how]
    files = Counter(case.papers.filter(replaced_at=None).values_list("code", flat=True))
    fields = definition.form.fields if definition.form else {}
    uploads = {code for code, field in fields.items() if field.kind == "file"}
    return [
        f"{paper.name} ({files[paper.code]} tệp)" if files[paper.code] > 1 else paper.name
        for paper in definition.papers
        if files[paper.code] or (paper.code not in uploads and paper.mode == "SUBMIT" and not paper.when)
    ]


def _names(case: Case, codes: list[str]) -> list[str]:
    names = phrasing.askable(stepping.definition_of(case))
    return [names[code] for code in codes if code in names]


def _result_context(case: Case, document: CaseDocument) -> dict[str, Any]:
    definition, result = stepping.definition_of(case), result_of(case)
    known = {"answers": case.answers, "facts": case.facts}
    agency = case.competent_agency
    pages = [] if document.is_refusal else _given(case, [result.pages_of])
    seals = [] if document.is_refusal else _given(case, result.seals)
    day = case.answered_on(timezone.localtime(document.created_at).date())
    words = phrasing.words_of(definition, case, day)
    wording = phrasing.phrased(definition, result.wording, words) if result.wording else {}
    if document.is_refusal:
        wording = {"recipients": wording.get("recipients", [])}
    written = {part: text for part, text in document.edited.items() if part != REFUSAL}
    return {
        "template": "result_refusal" if document.is_refusal else result.template,
        "refusal": document.edited.get(REFUSAL, ""),
        "procedure": definition.name,
        "applicant": case.applicant_name,
        "result_name": result.name,
        "pages": [str(paper.uuid) for paper in pages],
        "seals": [str(paper.uuid) for paper in seals],
        "page_count": sum(paper.file.facts.get("pages", 1) for paper in pages),
        "agency": agency.name if agency else "",
        "superior": _superior(agency),
        "place": _place(agency),
        "case_code": case.code or "",
        "verify_url": f"{settings.PUBLIC_URL}/xac-thuc/{document.uuid}/",
        "labels": _nested(words),
        "wording": wording | written,
        "values": {name: _readable(look_up(known, path)) for name, path in result.context.items()},
    }


def _given(case: Case, codes: Sequence[str]) -> list[CasePaper]:
    """Return the papers that were given to the uploads `codes`, in their order: the province vouches for their pages.

    Raises `QuarantinedFileError`, and `FileRefusedError` for pages that do not always show the same.
    """
    given = case.papers.filter(code__in=codes, replaced_at=None).select_related("file")
    papers = {str(paper.uuid): paper for paper in given}
    found = [papers[name] for code in codes for name in case.answers.get(code) or [] if name in papers]
    if any(paper.file.is_quarantined for paper in found):
        raise QuarantinedFileError
    if any(paper.file.facts.get("layered") for paper in found):
        raise FileRefusedError(Reason.LAYERED)
    if any(paper.file.is_undrawn for paper in found):
        raise FileRefusedError(Reason.UNDRAWN)
    return found


def _nested(words: Mapping[str, str]) -> dict[str, Any]:
    """Return words by code for templates: of a person by part, of a group by row (`changes.0.old`)."""
    labels: dict[str, Any] = {}
    for code, word in words.items():
        *above, last = code.split(".")
        place = labels
        for name in above:
            place = place.setdefault(name, {})
        place[last] = word
    return labels


def _place(agency: Agency | None) -> str:
    return place_name(agency.unit.name) if agency and agency.unit else "Bình Dương"


def _superior(agency: Agency | None) -> str:
    """Return whom the head of the paper names above the agency: a department has a superior, a committee none."""
    if agency is None or agency.parent is None or agency.kind != AgencyKind.DEPARTMENT:
        return ""
    return agency.parent.name


def _readable(value: Any) -> Any:
    """Return a value as paper shows it: dates as dd/mm/yyyy, or that they are unknown, inside mappings too."""
    if isinstance(value, Mapping):
        return {key: _readable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_readable(inner) for inner in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return short_date(date.fromisoformat(value))
        except ValueError:  # a number or a name that only looks like a day
            return value
    return date_text(UNKNOWN) if value == UNKNOWN else value
