"""A whole case taken away from the desk: printed, or as an archive. Both are recorded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from identity.access import officer, serves_as
from identity.states import DESK
from onestop import bundling, printing, queries
from onestop.kinds import ReadingForm
from onestop.models import Case
from onestop.services import reading, stepping
from onestop.views.desk import case_of_officer
from procedures.eforms import summary
from procedures.errors import BusyError


@serves_as(*DESK)
@require_POST
def take_away(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything of a case on one page to print, or as a ZIP archive."""
    found = case_of_officer(request, code)
    if request.POST.get("form") == ReadingForm.PRINT:
        _record(request, found, ReadingForm.PRINT)
        return _page(request, found)
    try:
        answers = printing.filed_copy(found, language="vi")
    except BusyError as error:
        answer = render(request, "procedures/busy.html", {"message": error.message}, status=503)
        answer["Retry-After"] = "60"
        return answer
    _record(request, found, ReadingForm.ARCHIVE)
    response = StreamingHttpResponse(bundling.archive(found, answers), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{code}.zip") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def _record(request: HttpRequest, case: Case, form: ReadingForm) -> None:
    seat = queries.actor_for(officer(request), case)
    reading.record(case=case, actor=seat, form=form, at=timezone.now())


def _page(request: HttpRequest, case: Case) -> HttpResponse:
    definition = stepping.definition_of(case)
    day = case.answered_on(timezone.localdate())
    context = {
        "case": case,
        "definition": definition,
        "sections": summary(definition.form, case.answers, day) if definition.form else [],
        "papers": {str(paper.uuid): paper for paper in queries.papers(case)},
        "documents": queries.documents(case),
        "history": queries.history(case),
        "thread": queries.messages(case),
        "officer": officer(request),
        "now": timezone.now(),
    }
    return render(request, "desk/print.html", context)
