"""The fault plan over HTTP, as JSON for tests and as a page for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.sandbox import wire
from portal.sandbox.faults import knobs, plan
from portal.sandbox.faults.models import Fault

TARGETS = [
    "*",
    "vneid.authorize",
    "vneid.token",
    "vneid.userinfo",
    "paygov.init",
    "paygov.query",
    "paygov.bill",
    "paygov.confirm",
    "dvcqg.*",
    "dvcqg.auth",
    "dvcqg.DongBoHoSoMC",
    "dvcqg.CapNhatTienDoHoSoMC",
    "dvcqg.TraCuuHoSo",
    "dvcqg.LayDanhSachHoSoMoi",
    "dvcqg.XacNhanNhanHoSo",
    "dvcqg.LayDanhSachTTHC",
    "dvcqg.LayThuTuc",
    "dvcqg.getfile",
    "dancu.cap-so-dinh-danh",
    "dancu.tra-cuu-hon-nhan",
    "hokinhdoanh.tra-cuu-ho-so",
]


@require_http_methods(["GET", "POST", "DELETE"])
def faults(request: HttpRequest) -> HttpResponse:
    """List, add or clear the plan, as JSON."""
    if request.method == "DELETE":
        Fault.objects.all().delete()
    elif request.method == "POST":
        try:
            return wire.answer(plan.described(plan.add(wire.read(request))), status=201)
        except wire.BadMessageError as error:
            return wire.answer({"message": str(error)}, status=400)
    return wire.answer({"faults": [plan.described(fault) for fault in Fault.objects.order_by("pk")]})


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the plan; a form adds to it or clears it."""
    refusal = ""
    if request.method == "POST":
        try:
            if "clear" in request.POST:
                Fault.objects.all().delete()
            else:
                plan.add(request.POST.dict())
            return redirect("faults:page")
        except wire.BadMessageError as error:
            refusal = str(error)
    context = {
        "faults": Fault.objects.order_by("pk"),
        "kinds": plan.KINDS,
        "targets": TARGETS,
        "refusal": refusal,
    }
    return render(request, "sandbox/faults.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show or change the settings, as JSON."""
    if request.method == "POST":
        try:
            knobs.change(wire.read(request))
        except wire.BadMessageError as error:
            return wire.answer({"message": str(error)}, status=400)
    return wire.answer(knobs.everything())
