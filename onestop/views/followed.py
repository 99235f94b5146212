"""Cases at ministries: what the citizen follows, and what the desk can say of one when somebody asks."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, citizen, officer, serves_as
from identity.states import DESK
from onestop import queries
from onestop.forms import FollowForm
from onestop.services import following
from onestop.views.lists import desk_context
from portal.core.errors import DomainError
from procedures.queries import version_in_force


@citizen
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """The ministry's system for a procedure, and the cases there that the citizen follows; posting adds one."""
    account, now = account_of(request), timezone.now()
    version = version_in_force(code, timezone.localdate())
    system = version.definition.elsewhere if version else None
    if version is None or system is None:
        raise Http404
    form = FollowForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = form.cleaned_data["code"]
                following.follow(account=account, procedure=version.procedure, code=given, at=now)
            except DomainError as error:
                form.add_error("code", str(error.message))
            else:
                messages.success(request, _("The case is followed. The ministry is being asked."))
                return redirect("onestop:follow", code=code)
    context = {"definition": version.definition, "system": system, "form": form}
    followed = queries.followed(account, code)
    return render(request, "onestop/follow.html", context | {"followed": followed}, status=status)


@citizen
@require_POST
def stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Follow a case no longer."""
    found = get_object_or_404(queries.followed(account_of(request)), uuid=uuid)
    following.stop(account=account_of(request), followed_id=found.pk)
    messages.success(request, _("The case is not followed any longer. At the ministry it goes on."))
    return redirect("onestop:follow", code=found.procedure.code)


@serves_as(*DESK)
@require_GET
def desk_followed(request: HttpRequest) -> HttpResponse:
    """What a ministry said last of a case of its own, by the ministry's code."""
    code = request.GET.get("code", "").strip()[:60].upper().replace("\0", "")
    context = desk_context(officer(request), "followed") | {
        "code": code,
        "found": queries.followed_called(code) if code else None,
    }
    return render(request, "desk/followed.html", context)
