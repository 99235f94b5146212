"""One-stop forms on demand: a form printed once more, form 06 of a case, form 07 of an agency and a period."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from identity.access import officer, serves_as
from identity.states import DESK
from onestop import acts, printing, queries, registers
from onestop.errors import RegisterTooLongError
from onestop.forms import RegisterForm
from onestop.services import issuing
from onestop.views.desk import case_of_officer
from onestop.views.lists import desk_context
from portal.core import tables
from procedures.errors import BusyError


@serves_as(*DESK)
@require_POST
def reprint(request: HttpRequest, code: str, document: UUID) -> HttpResponse:
    """A form that was issued, once more and marked as a copy, on A4 or A5."""
    case = case_of_officer(request, code)
    found = next((one for one in queries.documents(case) if one.uuid == document), None)
    if found is None or not found.is_reprintable:
        raise Http404
    seat = queries.actor_for(officer(request), case)
    issue = issuing.reprint(document=found, actor=seat, at=timezone.now())
    small = request.POST.get("size") == "A5"
    name = f"{code}-{found.kind.lower()}-{issue.number}.pdf"
    return served_pdf(request, lambda: printing.reprinted(found, issue, small=small), name)


@serves_as(*DESK)
@require_POST
def preview(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """The form that would go out with an act, as it would be written with what is typed; nothing is done."""
    case, at_work, now = case_of_officer(request, code), officer(request), timezone.now()
    actor = queries.actor_for(at_work, case)
    chosen = next((one for one in acts.possible(case, actor, now) if one.code == act), None)
    if chosen is None or chosen.preview is None:
        raise Http404
    form = chosen.form(case, request.POST, by=at_work.account)
    form.prefix = request.POST.get("prefix") or None  # of several cases on one page
    if not form.is_valid():
        refusal = _("Please fill in the form first: the reason, and the days where they are asked for.")
        return HttpResponse(refusal, status=422, content_type="text/plain; charset=utf-8")
    document = chosen.preview(acts.Call(case, actor, now, case.version, form))
    return served_pdf(request, lambda: printing.preview(document), f"{code}-{act}.pdf", inline=True)


@serves_as(*DESK)
@require_POST
def control_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Form 06 of a case, as its steps stand."""
    case = case_of_officer(request, code)
    seat = queries.actor_for(officer(request), case)
    issue = issuing.print_control_sheet(case=case, actor=seat, at=timezone.now())
    return served_pdf(request, lambda: printing.control_sheet(case, issue), f"{code}-form_06.pdf")


@serves_as(*DESK)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Which register: of which agency of one's own, and of which time."""
    return _choose(request, RegisterForm(agencies=officer(request).agencies))


@serves_as(*DESK)
@require_POST
def issue_register(request: HttpRequest) -> HttpResponseBase:
    """Form 07 on paper or as a spreadsheet; it is recorded who took it."""
    at_work = officer(request)
    form = RegisterForm(request.POST, agencies=at_work.agencies)
    if not form.is_valid():
        return _choose(request, form, status=422)
    agency, period = form.cleaned_data["agency"], form.period
    name = f"so-theo-doi-{agency.code}-{period.first}-{period.last}"
    try:
        if request.POST.get("dang") != "xlsx":
            registers.refuse_too_long(agency, period)
        issue = issuing.issue_register(period=period, account=at_work.account, agency=agency, at=timezone.now())
    except RegisterTooLongError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:desk_register")
    if request.POST.get("dang") == "xlsx":
        book = tables.workbook([registers.sheet(agency, period)])
        return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=tables.XLSX)
    return served_pdf(request, lambda: printing.register(agency, period, issue), f"{name}.pdf")


def _choose(request: HttpRequest, form: RegisterForm, *, status: int = 200) -> HttpResponse:
    context = desk_context(officer(request), "register") | {"form": form}
    return render(request, "desk/register.html", context, status=status)


def served_pdf(request: HttpRequest, make: Callable[[], bytes], name: str, *, inline: bool = False) -> HttpResponse:
    """Return a PDF that is made now, to be kept or looked at; a page that says so while others are being made."""
    try:
        content = make()
    except BusyError as error:
        answer = render(request, "procedures/busy.html", {"message": error.message}, status=503)
        answer["Retry-After"] = "60"
        return answer
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=not inline, filename=name) or ""
    response["Cache-Control"] = "private, no-store"
    return response
