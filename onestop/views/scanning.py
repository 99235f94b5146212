"""Scanning the papers of a case, at the counter and later at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import officer, serves_as
from identity.officers import Seat
from identity.states import DESK
from onestop import queries
from onestop.forms import ScanForm
from onestop.models import Case, Scan
from onestop.services import scanning
from onestop.views.lists import desk_context
from portal.core import files
from portal.core.errors import DomainError
from portal.core.text import one_line
from procedures.definition import Paper
from procedures.eforms.uploads import accepted_types


@serves_as(*DESK)
@require_GET
def scans(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The published papers of a case, what was scanned of each, and what can be used again."""
    found, actor = _case(request, uuid)
    context = _context(request, found) | {
        "papers": queries.papers_to_scan(found),
        "reusable": scanning.reusable(found, timezone.now()),
        "may_scan": _may_scan(found, actor),
    }
    return render(request, "desk/scans.html", context)


@serves_as(*DESK)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, uuid: UUID, paper: str) -> HttpResponse:
    """One paper is scanned; posting keeps the scan, and has it signed when it was compared with the original."""
    found, actor = _case(request, uuid)
    if not _may_scan(found, actor):
        raise Http404
    wanted = _paper(found, paper)
    demands = scanning.demands_for(found, wanted.code)
    refused = files.given_up(request).get("scans")
    form = ScanForm(
        request.POST or None,
        files=request.FILES or None,
        accepts=accepted_types(demands),
        refused=str(refused.message) if refused else "",
        initial=_known(found, wanted),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, found, wanted, actor, form)
        except DomainError as error:
            form.add_error("scans", str(error.message))
        else:
            return redirect("onestop:desk_scans", uuid=uuid)
    context = _context(request, found) | {"paper": wanted, "form": form}
    return render(request, "desk/scan.html", context, status=422 if form.errors else 200)


@serves_as(*DESK)
@require_POST
def act(request: HttpRequest, uuid: UUID, scan: int, act: str) -> HttpResponse:
    """Certify a scan, keep a weak one, take one out, or use one of an earlier case again."""
    found, actor = _case(request, uuid)
    who: dict[str, Any] = {"scan_id": scan, "actor": actor, "at": timezone.now()}
    reason = one_line(request.POST.get("reason", ""), 300)
    acts: dict[str, Callable[[], object]] = {
        "certify": lambda: scanning.certify(**who),
        "keep": lambda: scanning.keep_weak(**who, reason=reason),
        "take-out": lambda: scanning.take_out(**who),
        "use-again": lambda: scanning.use_again(**who, case_id=found.pk),
    }
    if act not in acts or (act != "use-again" and queries.scan_of(found, scan) is None):
        raise Http404
    try:
        acts[act]()
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("onestop:desk_scans", uuid=uuid)


def _add(request: HttpRequest, case: Case, paper: Paper, actor: Seat, form: ScanForm) -> None:
    now = timezone.now()
    for file in scanning.take_in(
        form.cleaned_data["scans"], case=case, code=paper.code, name=form.about["kind"], at=now
    ):
        kept = scanning.add_scan(
            case_id=case.pk,
            code=paper.code,
            file=file,
            quality=files.measured(file),
            about=form.about,
            actor=actor,
            at=now,
        )
        _say(request, kept)
        if form.cleaned_data["is_compared"] and kept.is_digitised:
            scanning.certify(scan_id=kept.pk, actor=actor, at=now)


def _say(request: HttpRequest, kept: Scan) -> None:
    if kept.is_digitised:
        messages.success(request, _("Scanned: %(name)s") % {"name": kept.about["kind"]})
    else:
        messages.warning(request, _("The scan is weak. Please look at the remarks beside it."))


def _known(case: Case, paper: Paper) -> dict[str, str]:
    """Return what is known of the paper before anybody reads it."""
    owner = case.applicant_name or (case.applicant.full_name if case.applicant else "")
    return {"kind": paper.name, "owner": owner}


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    if case.is_draft:
        back = reverse("onestop:resume", args=[case.uuid])
    elif case.needs_supplement and case.receiving_centre_id in officer(request).counters:
        back = reverse("onestop:counter_supplement", args=[case.uuid])
    elif case.code is None:
        back = reverse("onestop:counter_case", args=[case.uuid])
    else:
        back = reverse("onestop:desk_case", args=[case.code])
    return desk_context(officer(request), "") | {"case": case, "back": back}


def _may_scan(case: Case, actor: Seat) -> bool:
    try:
        scanning.require_scanner(case, actor)
    except DomainError:
        return False
    return True


def _paper(case: Case, code: str) -> Paper:
    try:
        return scanning.published(case, code)
    except DomainError:
        raise Http404 from None


def _case(request: HttpRequest, uuid: UUID) -> tuple[Case, Seat]:
    found = queries.counter_or_desk_case(officer(request), uuid)
    if found is None:
        raise Http404
    return found, queries.clerk_for(officer(request), found)
