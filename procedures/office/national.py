"""What changed on the national portal since our versions: each as a comparison, proposed with one click or left."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import DomainError
from procedures.models import NationalRecord, ProcedureVersion
from procedures.office import queries
from procedures.services import following

_PAGE: Final = 20
admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """The procedures that differ, last changed first; `de-lai` shows those that were left as they are here."""
    left = request.GET.get("xem") == "de-lai"
    page = Paginator(queries.national_changes(left=left), _PAGE).get_page(request.GET.get("trang"))
    context = {
        "here": "national",
        "left": left,
        "page": page,
        "changes": queries.compared(list(page.object_list)),
        "check": queries.last_check(),
        "troubles": queries.national_troubles()[:_PAGE],
    }
    return render(request, "office/national.html", context)


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
