"""Cash at the counter: taken with a receipt, paid back with a voucher, and reckoned up at the end of the day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from identity.access import account_of, officer, serves_as
from identity.states import Role
from onestop import queries
from onestop.models import Case
from onestop.services import cash
from onestop.views.lists import desk_context
from payments.models import CashRefund, Receipt
from portal.core import files
from portal.core.days import DayField
from portal.core.errors import DomainError
from portal.core.text import one_line


@serves_as(Role.CLERK)
@require_POST
def take_cash(request: HttpRequest, uuid: UUID, fee: UUID) -> HttpResponse:
    """Take a fee of a case in cash: the one due at filing, or one that was asked for later."""
    found = _case(request, uuid)
    try:
        cash.take_fee(case_id=found.pk, fee=fee, actor=queries.clerk_for(officer(request), found), at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The money was taken; the receipt is being printed."))
    return _back(found)


@serves_as(Role.CLERK)
@require_POST
def pay_back(request: HttpRequest, uuid: UUID, fee: UUID) -> HttpResponse:
    """Pay cash back, with the reason, in a case that ended without a result."""
    found = _case(request, uuid)
    try:
        voucher = cash.pay_back(
            case_id=found.pk,
            fee=fee,
            actor=queries.clerk_for(officer(request), found),
            reason=_reason(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Paid back, by voucher %(voucher)s.") % {"voucher": voucher})
    return _back(found)


@serves_as(Role.CLERK)
@require_GET
def cash_book(request: HttpRequest) -> HttpResponse:
    """The receipts of the cash that the clerk took on a day, with the sums to hand in."""
    day = _day(request.GET.get("day", ""))
    book = queries.cash_book(account_of(request), day)
    context = desk_context(officer(request), "cash") | {"day": day, "book": book}
    return render(request, "desk/cash_book.html", context)


@serves_as(Role.CLERK)
@require_GET
def receipt(request: HttpRequest, series: str, number: int) -> HttpResponse:
    """A receipt of cash that was taken at the clerk's counter, as PDF."""
    return _printed(_receipt(request, series, number))


@serves_as(Role.CLERK)
@require_GET
def voucher(request: HttpRequest, series: str, number: int) -> HttpResponse:
    """The voucher of cash that was paid back at the clerk's counter, as PDF."""
    return _printed(queries.cash_refund(officer(request), series, number))


@serves_as(Role.CLERK)
@require_POST
def void(request: HttpRequest, series: str, number: int) -> HttpResponse:
    """Make a receipt void, with the reason; another one takes its place."""
    found = _receipt(request, series, number)
    try:
        new = cash.replace_receipt(receipt=found, by=account_of(request), reason=_reason(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The receipt is void; %(receipt)s takes its place.") % {"receipt": new})
    return redirect("onestop:cash_book")


def _case(request: HttpRequest, uuid: UUID) -> Case:
    found = queries.counter_or_desk_case(officer(request), uuid)
    if found is None:
        raise Http404
    return found


def _back(case: Case) -> HttpResponse:
    """Go back to where the case is at home: the counter's page, or the desk's once it is handled, or has ended."""
    if case.code is None or (case.is_from_counter and case.accepted_at is None and not case.has_ended):
        return redirect("onestop:counter_case", uuid=case.uuid)
    return redirect("onestop:desk_case", code=case.code)


def _reason(request: HttpRequest) -> str:
    return one_line(request.POST.get("reason", ""), 300)


def _receipt(request: HttpRequest, series: str, number: int) -> Receipt:
    found = queries.cash_receipt(officer(request), series, number)
    if found is None:
        raise Http404
    return found


def _printed(found: Receipt | CashRefund | None) -> HttpResponse:
    if found is None or found.file is None:
        raise Http404
    return files.served(found.file)


def _day(text: str) -> date:
    """Return the day that was asked for; today when it is none."""
    try:
        day: date = DayField().clean(text)
    except ValidationError:
        return timezone.localdate()
    return day
