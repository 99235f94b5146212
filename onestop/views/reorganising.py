"""Reorganisations: what was applied and how far its cases have come, and what a plan would do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from identity.access import serves_as
from identity.states import Role
from onestop import queries
from onestop.forms.reorganising import PlanForm
from onestop.services.outlook import outlook


@serves_as(Role.PROVINCE_ADMIN)
@require_http_methods(["GET", "POST"])
def reorganisations(request: HttpRequest) -> HttpResponse:
    """What was applied; posting a plan shows what it would do, and keeps nothing."""
    form = PlanForm(request.POST or None, request.FILES or None)
    is_plan = request.method == "POST" and form.is_valid()
    context = {
        "form": form,
        "applied": queries.reorganisations(),
        "outlook": outlook(form.cleaned_data["file"], timezone.localdate()) if is_plan else None,
    }
    return render(request, "desk/reorganisations.html", context, status=422 if form.errors else 200)
