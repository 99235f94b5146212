"""PayGov's addresses: three for machines, the bank's page for citizens, a list and a replay for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.sandbox import wire
from portal.sandbox.faults.plan import exposed
from portal.sandbox.paygov import bill, confirming, payments
from portal.sandbox.paygov.models import Confirmation, Transaction

# What the buttons do: outcome, and after how long CONFIRM is sent (None: never).
CHOICES: Final = {
    "thanh-toan": (payments.PAID, 0),
    "bao-cham": (payments.PAID, payments.LATE.total_seconds()),
    "khong-bao": (payments.PAID, None),
    "huy": (payments.CANCELLED, 0),
    "khong-du-tien": (payments.NO_FUNDS, 0),
}


@require_POST
@exposed("paygov.init")
def init(request: HttpRequest) -> HttpResponse:
    def act(body: dict[str, Any]) -> HttpResponse:
        payment = payments.open_payment(body, at=timezone.now())
        message = {"MaThamChieu": payment.reference, "UrlThanhToan": payments.pay_url(payment)}
        return wire.answer({"error_code": "0", "message": json.dumps(message)})

    return _answered(request, act)


@require_POST
@exposed("paygov.query")
def query(request: HttpRequest) -> HttpResponse:
    def act(body: dict[str, Any]) -> HttpResponse:
        payments.check("QUERY", body)
        return wire.answer(payments.query_answer(payments.find(body)))

    return _answered(request, act)


@require_POST
@exposed("paygov.bill")
def get_bill(request: HttpRequest) -> HttpResponse:
    def act(body: dict[str, Any]) -> HttpResponse:
        payments.check("GET_BILL", body)
        payment = payments.find(body)
        if not payment.is_paid:
            raise payments.RefusedError("06", "Giao dịch chưa được thanh toán.")
        return HttpResponse(bill.render(payment), content_type="application/pdf")

    return _answered(request, act)


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """The bank's page: shows the payment; a button finishes it and sends the citizen back."""
    payment = get_object_or_404(Transaction, token=token)
    if request.method == "GET":
        context = {
            "payment": payment,
            "receipt": payment.init["ThongTinBienLai"],
            "back": payments.return_url(payment),
        }
        return render(request, "sandbox/pay.html", context)
    now = timezone.now()
    outcome, wait = CHOICES.get(request.POST.get("choice", ""), CHOICES["thanh-toan"])
    tell_at = None if wait is None else now + timedelta(seconds=wait)
    confirmation = payments.finish(payment, outcome, tell_at=tell_at, at=now)
    if confirmation and not wait:
        confirming.deliver(confirmation, at=now)
    return HttpResponseRedirect(payments.return_url(payment))


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The last payments, as a page."""
    rows = Transaction.objects.order_by("-pk").prefetch_related("confirmations")[:100]
    return render(request, "sandbox/payments.html", {"payments": rows})


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Payments as JSON, all or one MaThamChieu."""
    rows = Transaction.objects.order_by("pk")
    if reference := request.GET.get("MaThamChieu"):
        rows = rows.filter(reference=reference)
    return wire.answer({"GiaoDich": [_described(row) for row in rows]})


@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Send the CONFIRM of a finished payment again, `times` times, and return the answers."""
    try:
        body = wire.read(request)
        payment = payments.find({"MaThamChieu": str(body.get("MaThamChieu"))})
    except (wire.BadMessageError, payments.RefusedError) as error:
        return wire.answer({"error_code": "01", "message": str(error)}, status=400)
    message = payments.confirm(payment)
    return wire.answer({"answers": [confirming.send(message) for _ in range(int(body.get("times", 1)))]})


def _answered(request: HttpRequest, act: Callable[[dict[str, Any]], HttpResponse]) -> HttpResponse:
    try:
        return act(wire.read(request))
    except payments.RefusedError as error:
        return wire.answer({"error_code": error.code, "message": str(error)})
    except wire.BadMessageError as error:
        return wire.answer({"error_code": "01", "message": str(error)})


def _described(payment: Transaction) -> dict[str, Any]:
    confirmations = [
        {
            "MaLoi": row.body["MaLoi"],
            "SoLanGui": row.attempts,
            "DaXacNhan": row.acknowledged_at is not None,
            "TraLoi": row.last_answer,
        }
        for row in Confirmation.objects.filter(transaction=payment).order_by("pk")
    ]
    return {
        "MaThamChieu": payment.reference,
        "SoTien": str(payment.amount),
        "TrangThaiGD": payment.state,
        "MaLoi": payment.error,
        "MaGiaoDich": payment.code,
        "UrlThanhToan": payments.pay_url(payment),
        "UrlQuayLai": payments.return_url(payment),
        "ThongTinBienLai": payment.init["ThongTinBienLai"],
        "XacNhan": confirmations,
    }
