"""What the desk tells its people, and what people tell of its service."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from identity.access import account_of, officer, serves_as
from identity.states import DESK, LEADS
from onestop import queries
from onestop.queries import PAGE
from onestop.services import notices as told
from onestop.services import warning
from onestop.views.lists import desk_context
from onestop.wording import STARS
from portal.core.text import whole_number


@serves_as(*LEADS)
@require_GET
def ratings(request: HttpRequest) -> HttpResponse:
    """How people found the service of one's agencies; whose words they are stays hidden."""
    leads = officer(request)
    context = desk_context(leads, "ratings") | {
        "stars": STARS,
        "rated": queries.ratings_at(leads.reads),
        "reasons": queries.reasons_at(leads.reads),
    }
    return render(request, "desk/ratings.html", context)


@serves_as(*DESK)
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first; sending the page marks all of it as read, or sends a letter again."""
    account, now = account_of(request), timezone.now()
    if request.method == "POST":
        again = whole_number(request.POST.get("again", ""))
        if again is None:
            warning.mark_read(account=account, at=now)
        elif told.send_letter_again(account=account, notice_id=again, at=now):
            messages.success(request, _("The message is being sent again."))
        return redirect("onestop:desk_notices")
    found = queries.notices_of(account, whole_number(request.GET.get("before", "")))
    context = desk_context(officer(request), "notices") | {
        "notices": told.told_at_desk(found[:PAGE]),
        "undelivered": queries.undelivered_letters(found[:PAGE]),
        "next": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "has_unread": any(notice.read_at is None for notice in found),
    }
    return render(request, "desk/notices.html", context)
