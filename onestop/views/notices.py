"""What the desk tells its people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from identity.access import account_of, officer, serves_as
from onestop import queries
from onestop.lists.queues import DESK
from onestop.queries import PAGE
from onestop.services import warning
from onestop.views.lists import desk_context
from portal.core.text import whole_number


@serves_as(*DESK)
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first; sending the page marks all of it as read."""
    account = account_of(request)
    if request.method == "POST":
        warning.mark_read(account=account, at=timezone.now())
        return redirect("onestop:desk_notices")
    found = queries.notices_of(account, whole_number(request.GET.get("before", "")))
    context = desk_context(officer(request), "notices") | {
        "notices": found[:PAGE],
        "next": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "has_unread": any(notice.read_at is None for notice in found),
    }
    return render(request, "desk/notices.html", context)
