"""Originals at the desk: who holds them, the records by which they are handed over, and their way back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from identity.access import officer, serves_as
from identity.officers import Officer, Seat
from identity.states import DESK, LEADS, Role
from onestop import lists, printing, queries
from onestop.forms import GiveBackForm, HandoverForm, ReceiveForm
from onestop.lists import Place, originals
from onestop.models import Handover, Original
from onestop.services import custody, handing_over
from onestop.views.desk import case_of_officer
from onestop.views.issuing import served_pdf
from onestop.views.lists import desk_context
from portal.core import qr
from portal.core.errors import DomainError
from portal.core.text import whole_number, whole_numbers


@serves_as(*DESK)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """What the officer holds; scanned receipts and ticked cases come into a record, whose own code opens it."""
    at_work, words = officer(request), request.GET.get("q", "").replace("\0", "")
    record = lists.scanned_record(words)
    if record is not None:
        return redirect("onestop:handover", uuid=record)
    codes = [code.replace("\0", "") for code in request.GET.getlist("case")][:100]
    scanned = _scanned(request, words)
    chosen = originals.to_hand_over(at_work, [*codes, *scanned])
    if not {one.case.code for one in chosen}.issuperset(scanned):
        messages.error(request, _("No original of this case is with you, or it is in a record already."))
    page = originals.originals(Original.objects.held_by(at_work.people), _after(request))
    context = (
        _around(request, "mine")
        | _page(page)
        | {
            "chosen": chosen,
            "codes": list(dict.fromkeys(one.case.code for one in chosen)),
            "form": HandoverForm(queries.destinations(chosen, timezone.localdate())) if chosen else None,
        }
    )
    return render(request, "desk/originals.html", context)


@serves_as(*DESK, Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN)
@require_GET
def unit(request: HttpRequest) -> HttpResponse:
    """What lies at an agency of the officer's, and what a former colleague has left behind: that alone, and without
    the applicants' names, for who keeps the people there.
    """
    at_work = officer(request)
    agencies, asked = at_work.agencies, whole_number(request.GET.get("agency", ""))
    agency = next((one for one in agencies if one.pk == asked), agencies[0] if agencies else None)
    at_agency = Original.objects.held_at(agency.pk) if agency else Original.objects.none()
    context = _around(request, "unit") | _page(originals.originals(at_agency, _after(request)))
    context |= {
        "agency": agency,
        "agencies": agencies,
        "left_behind": originals.left_behind(at_work, timezone.localdate()),
        "may_take_charge": not at_work.roles.isdisjoint(LEADS),
    }
    return render(request, "desk/originals_unit.html", context)


@serves_as(*DESK)
@require_GET
def awaited(request: HttpRequest) -> HttpResponse:
    """The records that wait for the officer's signature."""
    return _records(request, "awaited", originals.records(originals.awaited(officer(request))))


@serves_as(*DESK)
@require_GET
def made(request: HttpRequest) -> HttpResponse:
    """The records by which the officer gave, the newest first, with what became of them."""
    before = whole_number(request.GET.get("before", ""))
    return _records(request, "made", originals.records(originals.made_by(officer(request).account, before)))


@serves_as(*DESK)
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Make a record of the ticked originals, and sign it as the giver."""
    at_work, ticked = officer(request), _ticked(request)
    chosen = list(Original.objects.held_by(at_work.people).filter(pk__in=ticked))
    form = HandoverForm(queries.destinations(chosen, timezone.localdate()), request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose originals, and to whom they go."))
        return redirect("onestop:originals")
    agency, person = form.receiver
    try:
        handover = handing_over.hand_over(
            originals=ticked,
            actor=_holder(at_work, chosen),
            to_agency=agency,
            to_person=person,
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:originals")
    messages.success(request, _("You have signed. Until the receiver signs, the originals are with you."))
    return redirect("onestop:handover", uuid=handover.uuid)


@serves_as(*DESK)
@require_GET
def record(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A record: what is in it, who signed, and what the officer may do with it."""
    return _record(request, _handover(request, uuid), ReceiveForm())


@serves_as(*DESK)
@require_POST
def receive(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sign for what is there: what is ticked, or all."""
    at_work, handover, form = officer(request), _handover(request, uuid), ReceiveForm(request.POST)
    if not form.is_valid():
        return _record(request, handover, form, status=422)
    everything = [item.original_id for item in handover.items.all()]
    try:
        handing_over.receive(
            handover_id=handover.pk,
            actor=_receiver(at_work, handover),
            there=everything if "all" in request.POST else _ticked(request),
            remark=form.cleaned_data["remark"],
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return _record(request, _handover(request, uuid), form, status=409)
    messages.success(request, _("You have signed: the originals are with you from now on."))
    return redirect("onestop:handover", uuid=uuid)


@serves_as(*DESK)
@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a record back that the receiver has not signed."""
    at_work, handover = officer(request), _handover(request, uuid)
    try:
        handing_over.take_back(handover_id=handover.pk, actor=_giver(at_work, handover), at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The record was taken back; the originals have not left the giver."))
    return redirect("onestop:handover", uuid=uuid)


@serves_as(*DESK)
@require_GET
def record_on_paper(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The record as PDF."""
    handover = _handover(request, uuid)
    name = f"bien-ban-ban-giao-{handover.from_agency.code}-{handover.year}-{handover.number}.pdf"
    return served_pdf(request, lambda: printing.handover_record(handover), name)


@serves_as(*DESK)
@require_POST
def take_in(request: HttpRequest, code: str) -> HttpResponse:
    """Take in the original of a paper that was brought later."""
    case = case_of_officer(request, code)
    try:
        custody.take_in(
            case_id=case.pk,
            code=request.POST.get("paper", ""),
            actor=queries.clerk_for(officer(request), case),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The original is with you now."))
    return redirect("onestop:desk_case", code=code)


@serves_as(*DESK)
@require_POST
def give_back(request: HttpRequest) -> HttpResponse:
    """Give originals back to the applicant, in person or by post."""
    at_work, ticked, form = officer(request), _ticked(request), GiveBackForm(request.POST)
    chosen = list(Original.objects.held_by(at_work.people).filter(pk__in=ticked).select_related("case"))
    if not form.is_valid() or not chosen:
        messages.error(request, _("Please read the number from the card, or enter that of the waybill."))
        return redirect("onestop:originals")
    try:
        custody.give_back(
            originals=ticked,
            actor=_holder(at_work, chosen),
            at=timezone.now(),
            **form.cleaned_data,
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The originals have gone back to the applicant."))
    case = chosen[0].case
    return redirect("onestop:desk_case", code=case.code) if case.code else redirect("onestop:originals")


@serves_as(*DESK)
@require_POST
def take_charge(request: HttpRequest) -> HttpResponse:
    """Take charge of what a former colleague has left behind."""
    at_work = officer(request)
    try:
        custody.take_charge(
            originals=_ticked(request),
            actor=at_work.seat(lambda seat: seat.role in LEADS),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("These originals are with you now. Please hand them on."))
    return redirect("onestop:originals_unit")


def _scanned(request: HttpRequest, words: str) -> list[str]:
    """Return the code of the one case that `words` mean; none, and say so, when they mean none or several."""
    found = lists.find(officer(request), words, timezone.localdate())
    if words and len(found) != 1:
        messages.error(request, _("No single case was found by that. Please scan again, or type the case code."))
    return [str(case.code) for case in found] if len(found) == 1 else []


def _around(request: HttpRequest, tab: str) -> dict[str, Any]:
    return desk_context(officer(request), "originals") | {"tab": tab, "now": timezone.now()}


def _page(page: originals.OriginalsPage) -> dict[str, Any]:
    return {"originals": page.originals, "after": str(page.after) if page.after else ""}


def _records(request: HttpRequest, tab: str, found: list[Handover]) -> HttpResponse:
    context = _around(request, tab) | {
        "records": found[: lists.PAGE],
        "before": found[lists.PAGE - 1].pk if len(found) > lists.PAGE else None,
    }
    return render(request, "desk/handovers.html", context)


def _record(request: HttpRequest, handover: Handover, form: ReceiveForm, *, status: int = 200) -> HttpResponse:
    at_work = officer(request)
    context = _around(request, "") | {
        "handover": handover,
        "items": queries.items_of(handover),
        "signatures": handover.signatures.select_related("account", "on_behalf_of", "agency").order_by("pk"),
        "qr": qr.svg(settings.PUBLIC_URL + reverse("onestop:handover", args=[handover.uuid])),
        "form": form,
        "may_receive": handing_over.may_receive(handover, _receiver(at_work, handover)),
        "may_take_back": handover.is_open and handing_over.may_take_back(handover, _giver(at_work, handover)),
    }
    return render(request, "desk/handover.html", context, status=status)


def _handover(request: HttpRequest, uuid: UUID) -> Handover:
    found = queries.handover_at(officer(request), uuid)
    if found is None:
        raise Http404
    return found


def _holder(at_work: Officer, chosen: Sequence[Original]) -> Seat:
    return at_work.seat(partial(custody.holds, chosen), lambda seat: seat.is_at(chosen[0].agency_id))


def _receiver(at_work: Officer, handover: Handover) -> Seat:
    return at_work.seat(partial(handing_over.may_receive, handover), lambda seat: seat.is_at(handover.to_agency_id))


def _giver(at_work: Officer, handover: Handover) -> Seat:
    return at_work.seat(
        partial(handing_over.may_take_back, handover), lambda seat: seat.is_at(handover.from_agency_id)
    )


def _ticked(request: HttpRequest) -> list[int]:
    return whole_numbers(request.POST.getlist("original"))


def _after(request: HttpRequest) -> Place | None:
    return Place.read(request.GET.get("after", ""))
