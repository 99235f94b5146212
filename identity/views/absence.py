"""One's own absence: who works from one's seat while one is away, and for whom one works."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity import queries, services
from identity.access import account_of, serves_as
from identity.forms.organisation import AbsenceForm
from identity.models import Delegation
from identity.states import STANDS_IN, Purpose
from portal.core.errors import DomainError

at_work = serves_as(*STANDS_IN)


@at_work
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One's seats, who acts from them, and for whom one acts."""
    account, today = account_of(request), timezone.localdate()
    lent = queries.delegations_of(account, today)
    context = {
        "seats": queries.lendable_seats(account, today),
        "given": [one for one in lent if one.appointment.account_id == account.pk],
        "taken": [one for one in lent if one.to_id == account.pk],
    }
    return render(request, "identity/absence.html", context)


@at_work
@require_http_methods(["GET", "POST"])
def lend(request: HttpRequest, number: int) -> HttpResponse:
    """Who stands in for oneself, from when until when."""
    today = timezone.localdate()
    seat = get_object_or_404(queries.lendable_seats(account_of(request), today), pk=number)
    stand_ins = queries.stand_ins_for(seat, today)
    form = AbsenceForm(
        request.POST or None, initial={"first_day": today, "purpose": Purpose.ABSENCE}, seat=seat, stand_ins=stand_ins
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.lend_own_seat(**form.asked, at=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Entered. You are both told."))
            return redirect("absence")
    context = {"form": form, "seat": seat, "nobody": not stand_ins.exists()}
    return render(request, "identity/absence_lend.html", context, status=422 if form.errors else 200)


@at_work
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Nobody works from one's seat from now on."""
    account = account_of(request)
    lent = get_object_or_404(Delegation, pk=number, appointment__account=account)
    services.revoke_delegation(delegation_id=lent.pk, reason=_("Ended by its holder"), by=account, at=timezone.now())
    messages.success(request, _("It is over. You are both told."))
    return redirect("absence")
