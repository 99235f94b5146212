"""Reorganisations: what a plan would do; applied by a province's admin, and taken back while that is possible."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import account_of, serves_as
from identity.errors import PlanRefusedError
from identity.services import Plan
from identity.states import Role
from onestop import queries
from onestop.forms.reorganising import ApplyForm, PlanForm, TakeBackForm
from onestop.services import reorganising, succession
from onestop.services.outlook import outlook
from portal.core.errors import DomainError


@serves_as(Role.PROVINCE_ADMIN)
@require_http_methods(["GET", "POST"])
def reorganisations(request: HttpRequest) -> HttpResponse:
    """What was applied; posting a plan shows what it would do, and keeps nothing."""
    form = PlanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        plan: Plan = form.cleaned_data["file"]
        return _show(request, form, plan, ApplyForm(initial={"plan": plan}))
    return _show(request, form)


@serves_as(Role.PROVINCE_ADMIN)
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Apply a plan that was looked at; its cases pass on in the background."""
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return _show(request, PlanForm(), form.cleaned_data.get("plan"), form)
    plan: Plan = form.cleaned_data["plan"]
    try:
        reorganising.apply(plan=plan, at=timezone.now(), by=account_of(request))
    except PlanRefusedError as error:
        form.add_error(None, error.problems)
        return _show(request, PlanForm(), plan, form)
    messages.success(request, _("The plan %(code)s was applied; its cases are passing on.") % {"code": plan.code})
    return redirect("onestop:reorganisations")


@serves_as(Role.PROVINCE_ADMIN)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take an applied plan back, with the reason: every case, every appointment, all agencies."""
    found = next((one for one in queries.reorganisations() if one.plan.code == code), None)
    if found is None or not found.can_be_taken_back:
        raise Http404
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and found.is_quick and form.is_valid():
        reason, by = form.cleaned_data["reason"], account_of(request)
        try:
            succession.roll_back(reorganisation=found.plan, reason=reason, at=timezone.now(), by=by)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The plan %(code)s was taken back.") % {"code": code})
            return redirect("onestop:reorganisations")
    context = {"form": form, "one": found}
    return render(request, "desk/reorganisation_back.html", context, status=422 if form.errors else 200)


def _show(
    request: HttpRequest, form: PlanForm, plan: Plan | None = None, order: ApplyForm | None = None
) -> HttpResponse:
    applied = queries.reorganisations()
    context = {
        "form": form,
        "applied": applied,
        "order": order,
        "is_due": plan is not None and plan.on <= timezone.localdate(),
        "outlook": outlook(plan, timezone.now(), account_of(request)) if plan else None,
    }
    is_wrong = form.errors or (order is not None and order.errors)
    answer = render(request, "desk/reorganisations.html", context, status=422 if is_wrong else 200)
    if plan is None and any(one.left is not None for one in applied):
        answer["Refresh"] = "2"
    return answer
