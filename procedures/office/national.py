"""What changed on the national portal since our versions: each as a comparison, proposed with one click or left."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import DomainError, OutsideWorldError
from procedures import services
from procedures.models import NationalNewcomer, NationalRecord, ProcedureVersion
from procedures.national.client import Generation1
from procedures.office import queries
from procedures.office.forms import ReasonForm
from procedures.office.paging import page_of
from procedures.services import following

_PAGE: Final = 20
admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """The procedures that differ, last changed first; `de-lai` shows those that were left as they are here."""
    left = request.GET.get("xem") == "de-lai"
    page = page_of(request, queries.national_changes(left=left), _PAGE)
    context = {
        "here": "national",
        "left": left,
        "page": page,
        "changes": queries.compared(list(page.object_list)),
        "check": queries.last_check(),
        "troubles": queries.national_troubles()[:_PAGE],
        "newcomers": queries.newcomers(left=False, q="").count(),
    }
    return render(request, "office/national.html", context)


@admin
@require_GET
def newcomers(request: HttpRequest) -> HttpResponse:
    """What the national list names and we lack, found by words; `de-lai` shows what was set aside."""
    left, q = request.GET.get("xem") == "de-lai", request.GET.get("q", "").replace("\0", "")[:100]
    page = page_of(request, queries.newcomers(left=left, q=q), _PAGE)
    return render(request, "office/newcomers.html", {"here": "national", "left": left, "q": q, "page": page})


@admin
@require_http_methods(["GET", "POST"])
def newcomer(request: HttpRequest, code: str) -> HttpResponse:
    """One of them: what can be done about it; posting sets it aside, with a reason."""
    found, form = _newcomer(code), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["reason"]
        services.set_newcomer_aside(code=code, because=because, by=account_of(request), at=timezone.now())
        messages.success(request, _("Set aside: %(name)s") % {"name": found.name})
        return redirect("office:newcomers")
    context = {"here": "national", "newcomer": found, "form": form, "proposal": queries.national_proposal(code)}
    return render(request, "office/newcomer.html", context, status=422 if form.errors else 200)


@admin
@require_POST
def take_over(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the national portal what it says of the procedure, and propose that."""
    found = _newcomer(code)
    try:
        proposal = services.take_newcomer_over(
            code=found.code, catalogue=Generation1(), by=account_of(request), at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    except OutsideWorldError:
        messages.error(request, _("The national portal did not say what the procedure is. Please try again later."))
    else:
        messages.success(request, _("Proposed. A second person approves it or sends it back."))
        return redirect("office:proposal", uuid=proposal.uuid)
    return redirect("office:newcomer", code=code)


@admin
@require_POST
def decide_again(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a procedure again that was set aside."""
    services.offer_newcomer_again(code=_newcomer(code).code)
    return redirect("office:newcomer", code=code)


def _newcomer(code: str) -> NationalNewcomer:
    return get_object_or_404(NationalNewcomer.objects.lacking(), code=code.replace("\0", ""))


@admin
@require_POST
def look_now(request: HttpRequest) -> HttpResponse:
    """Ask a worker to look at the national catalogue."""
    following.ask_now(at=timezone.now())
    messages.success(request, _("The national portal is being asked. Please open this page again in a moment."))
    return redirect("office:national")


@admin
@require_POST
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Propose a change, leave it, or take up one that was left."""
    if "\0" in code:
        raise Http404
    seen: dict[str, Any] = {"code": code, "seen": request.POST.get("seen", "")}
    try:
        if act == "de-xuat":
            proposal = following.propose_national(**seen, by=account_of(request), at=timezone.now())
            messages.success(request, _("Proposed. A second person approves it or sends it back."))
            return redirect("office:proposal", uuid=proposal.uuid)
        if act not in {"de-lai", "xem-lai"}:
            raise Http404
        following.keep_ours(**seen, set_aside=act == "de-lai")
        messages.success(request, _("Noted. A later change on the national portal is shown again."))
    except (NationalRecord.DoesNotExist, ProcedureVersion.DoesNotExist) as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("office:national")
