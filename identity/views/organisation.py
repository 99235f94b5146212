"""The organisation's office: agencies in their tree, who serves there, who acts for whom, and who changed that.

The province's admins keep everything; an agency's admin keeps the people of the agency and of what is below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from identity import queries, services
from identity.access import account_of, officer, serves_as
from identity.forms.organisation import (
    AgencyForm,
    AppointmentForm,
    ContactForm,
    DelegationForm,
    EndForm,
    ReasonForm,
)
from identity.models import Account, Agency, Appointment, Delegation
from identity.officers import Officer
from identity.services.organising import GIVEN_BY_AGENCIES, GIVEN_BY_PROVINCE
from identity.states import Role
from portal.core.errors import DomainError

admin = serves_as(Role.PROVINCE_ADMIN, Role.AGENCY_ADMIN)
province_admin = serves_as(Role.PROVINCE_ADMIN)


@admin
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The agencies within one's reach, as they stand below each other."""
    words = request.GET.get("q", "").replace("\0", "")[:100]
    lines = queries.tree_of(kept_agencies(request), timezone.localdate(), words)
    context = {"lines": lines, "words": words, "keeps_all": keeps_all(officer(request))}
    return render(request, "identity/organisation/home.html", context)


@admin
@require_GET
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """An agency: what it is, before and after whom it came, its people, and what was changed."""
    found = _agency(request, code)
    today = timezone.localdate()
    context = {
        "agency": found,
        "today": today,
        "ended": not found.is_in_force(today),
        "aliases": list(found.aliases.order_by("code")),
        "predecessors": list(found.inheritances.select_related("predecessor").order_by("predecessor__code")),
        "successors": list(found.successions.select_related("successor").order_by("successor__code")),
        "below": list(Agency.objects.on(today).filter(parent=found).order_by("sort_key", "code")),
        "people": queries.people_at(found, today),
        "delegations": queries.delegations_at(found, today),
        "changes": list(found.changes.select_related("by", "account").order_by("-pk")[:50]),
        "keeps_all": keeps_all(officer(request)),
    }
    return render(request, "identity/organisation/agency.html", context)


@province_admin
@require_http_methods(["GET", "POST"])
def new_agency(request: HttpRequest) -> HttpResponse:
    """An agency that begins."""
    form = _agency_form(request, None)

    def begin() -> str:
        given = form.cleaned_data
        made = services.begin_agency(code=given["code"], facts=form.facts, on=given["on"], **_signed(request, form))
        return made.code

    return _answer(request, form, begin, title=_("A new agency"), back="")


@admin
@require_http_methods(["GET", "POST"])
def change_agency(request: HttpRequest, code: str) -> HttpResponse:
    """Name, place, territory and the like; of an agency's own admin, where it is found."""
    found = _agency(request, code)
    initial = {"address": found.address, "phone": found.phone}
    whole = keeps_all(officer(request))
    form = _agency_form(request, found) if whole else ContactForm(request.POST or None, initial=initial)

    def change() -> str:
        new_code = form.cleaned_data.get("code", "")
        changed = services.change_agency(
            agency_id=found.pk, facts=form.facts, code=new_code, **_signed(request, form)
        )
        return changed.code

    return _answer(request, form, change, title=_("Change the agency"), back=found.code)


@admin
@never_cache
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody who serves here; whoever has no account gets one, with a first password that is shown once."""
    found = _agency(request, code)
    initial = {"valid_from": timezone.localdate()}
    form = AppointmentForm(request.POST or None, initial=initial, roles=roles_to_give(request))

    def act() -> str:
        given = dict(form.cleaned_data)
        person = {"username": given.pop("username"), "full_name": given.pop("full_name")}
        password = services.appoint_person(**person, **given, agency=found, by=account_of(request), at=timezone.now())
        if password:
            _show_once(request, person["username"], password)
        return found.code

    return _answer(request, form, act, title=_("Appoint somebody"), back=found.code)


@admin
@never_cache
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest, number: int) -> HttpResponse:
    """A new first password for somebody who has forgotten theirs, shown once."""
    found = _appointment(request, number)
    _refuse_higher_seats(request, found.account)
    form = ReasonForm(request.POST or None)

    def give() -> str:
        password = services.give_first_password(account_id=found.account_id, **_signed(request, form))
        _show_once(request, found.account.username, password)
        return found.agency.code

    title = _("A new first password for %(name)s") % {"name": found.account.full_name}
    return _answer(request, form, give, title=title, back=found.agency.code)


@admin
@require_http_methods(["GET", "POST"])
def end_appointment(request: HttpRequest, number: int) -> HttpResponse:
    """From when on somebody no longer serves."""
    found = _appointment(request, number)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def end() -> str:
        services.end_appointment(appointment_id=found.pk, on=form.cleaned_data["on"], **_signed(request, form))
        return found.agency.code

    title = _("End the appointment of %(name)s") % {"name": found.account.full_name}
    return _answer(request, form, end, title=title, back=found.agency.code)


@admin
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest, number: int) -> HttpResponse:
    """Who acts from somebody's seat."""
    found = _appointment(request, number)
    form = DelegationForm(request.POST or None, initial={"valid_from": timezone.localdate()})

    def act() -> str:
        services.delegate(appointment_id=found.pk, **form.cleaned_data, by=account_of(request), at=timezone.now())
        return found.agency.code

    title = _("Who acts for %(name)s") % {"name": found.account.full_name}
    return _answer(request, form, act, title=title, back=found.agency.code)


@admin
@require_http_methods(["GET", "POST"])
def revoke_delegation(request: HttpRequest, number: int) -> HttpResponse:
    """A delegation ends now."""
    reach = Delegation.objects.at_agencies(kept_agencies(request)).select_related("appointment__agency", "to")
    found = get_object_or_404(reach, pk=number)
    form = ReasonForm(request.POST or None)

    def revoke() -> str:
        services.revoke_delegation(delegation_id=found.pk, **_signed(request, form))
        return found.appointment.agency.code

    title = _("Revoke what was delegated to %(name)s") % {"name": found.to.full_name}
    return _answer(request, form, revoke, title=title, back=found.appointment.agency.code)


def _show_once(request: HttpRequest, username: str, password: str) -> None:
    words = _("Account %(name)s, first password, shown only now: %(password)s")
    messages.info(request, words % {"name": username, "password": password})


def _refuse_higher_seats(request: HttpRequest, account: Account) -> None:
    """Refuse to whoever keeps less than the account may do, now or later: they could be it, with its password."""
    given = roles_to_give(request)
    reach = set(kept_agencies(request))
    seats = queries.seats_to_come(account, timezone.localdate())
    if account.is_superuser or not all(seat.role in given and seat.agency_id in reach for seat in seats):
        raise PermissionDenied


def roles_to_give(request: HttpRequest) -> frozenset[Role]:
    """Return the roles in which the admin may let somebody serve."""
    return GIVEN_BY_PROVINCE if keeps_all(officer(request)) else GIVEN_BY_AGENCIES


def _answer(request: HttpRequest, form: Form, act: Callable[[], str], *, title: str, back: str) -> HttpResponse:
    """Do it when the form is right, and lead to the agency whose code `act` returns; show the form otherwise."""
    if request.method == "POST" and form.is_valid():
        try:
            code = act()
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("organisation_agency", code=code)
    context = {"form": form, "title": title, "back": back}
    return render(request, "identity/organisation/change.html", context, status=422 if form.errors else 200)


def _agency_form(request: HttpRequest, known: Agency | None) -> AgencyForm:
    today = timezone.localdate()
    initial: dict[str, Any] = {"on": today}
    if known is not None:
        names = ("code", "name", "kind", "parent", "unit", "calendar", "address", "phone", "signing_key")
        initial = {name: getattr(known, name) for name in names}
    above = Agency.objects.on(today).order_by("code")
    return AgencyForm(request.POST or None, initial=initial, known=known, above=above, units=queries.own_units(today))


def _signed(request: HttpRequest, form: Form) -> dict[str, Any]:
    return {"reason": form.cleaned_data["reason"], "by": account_of(request), "at": timezone.now()}


def keeps_all(at_work: Officer) -> bool:
    """Return whether the whole organisation is theirs to keep."""
    return Role.PROVINCE_ADMIN in at_work.roles


def kept_agencies(request: HttpRequest) -> list[int]:
    """Return the agencies that the admin keeps, their own and those below; an inspector looks at theirs."""
    looks = [Role.INSPECTOR] if request.method in {"GET", "HEAD"} else []
    return queries.with_those_below(officer(request).agencies_in(Role.PROVINCE_ADMIN, Role.AGENCY_ADMIN, *looks))


def _agency(request: HttpRequest, code: str) -> Agency:
    found = Agency.objects.select_related("parent", "unit", "calendar").filter(pk__in=kept_agencies(request))
    return get_object_or_404(found, code=code.replace("\0", ""))


def _appointment(request: HttpRequest, number: int) -> Appointment:
    reach = Appointment.objects.filter(agency__in=kept_agencies(request)).select_related("agency", "account")
    return get_object_or_404(reach, pk=number)
