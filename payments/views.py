"""The fee's page, the way to the bank and back, and the platform's callback."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, citizen, public
from payments import owners, services
from payments.errors import FeeNotDueError
from payments.models import FeeRequest, PaymentAttempt
from portal.core import files
from portal.core.errors import DomainError


@citizen
@require_http_methods(["GET", "POST"])
def fee(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what is to be paid; posting goes to the bank."""
    due = _payable(request, FeeRequest.objects.filter(uuid=uuid).first())
    if request.method == "POST":
        try:
            attempt = services.start_attempt(
                fee_id=due.pk,
                return_url=settings.PUBLIC_URL + reverse("payments:result", args=["X"]).removesuffix("X/"),
                ip=request.META.get("REMOTE_ADDR", ""),
                at=timezone.now(),
            )
            return HttpResponseRedirect(attempt.pay_url)
        except FeeNotDueError:
            return redirect(owners.address_of(due.reference))
        except DomainError as error:
            messages.error(request, str(error.message))
    return render(request, "payments/fee.html", {"fee": due, "on": owners.address_of(due.reference)})


@citizen
@require_GET
def result(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the bank sends people back to: what our own records say, whatever the address claims."""
    if "\0" in reference:  # an address may hold it, the database may not
        raise Http404
    attempt = get_object_or_404(PaymentAttempt.objects.select_related("fee"), reference=reference)
    paid = _payable(request, attempt.fee)
    context = {"attempt": attempt, "fee": paid, "on": owners.address_of(paid.reference)}
    return render(request, "payments/result.html", context)


@citizen
@require_GET
def receipt(request: HttpRequest, uuid: UUID, series: str, number: int) -> HttpResponse:
    """Download one of the fee's receipts."""
    paid = _payable(request, FeeRequest.objects.filter(uuid=uuid).first())
    found = paid.receipts.select_related("file").filter(series=series.replace("\0", ""), number=number).first()
    if found is None or found.file is None:
        raise Http404
    return files.served(found.file)


@csrf_exempt
@public
@require_POST
def paygov_confirmation(request: HttpRequest) -> HttpResponse:
    """PayGov's CONFIRM: its signature is what opens this door."""
    return JsonResponse(services.receive_confirmation(body=request.body, at=timezone.now()))


def _payable(request: HttpRequest, fee: FeeRequest | None) -> FeeRequest:
    if fee is None or not owners.may_pay(account_of(request), fee.reference):
        raise Http404
    return fee
