"""The ministry's system for household businesses: a page to file and to move cases, and one service to ask.

The contract is ours (docs/integration/ministry-systems.md): the system's own is not public.
"""

from __future__ import annotations

import hmac
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.sandbox import settings, wire
from portal.sandbox.faults.plan import exposed
from portal.sandbox.hokinhdoanh.models import Registration

STATUSES: Final = {
    "1": "Mới đăng ký",
    "2": "Được tiếp nhận",
    "3": "Không được tiếp nhận",
    "4": "Đang xử lý",
    "5": "Yêu cầu sửa đổi, bổ sung",
    "9": "Đã cấp Giấy chứng nhận đăng ký hộ kinh doanh",
}


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The cases; posting files one for a personal number and answers with its code when asked for JSON."""
    if request.method == "POST":
        national_id = request.POST.get("national_id", "")[:12]
        made = Registration.objects.create(
            code=f"HKD-{timezone.now():%y%m%d}-{Registration.objects.count() + 1:06d}",
            national_id=national_id,
            changed_at=timezone.now(),
        )
        if request.headers.get("Accept") == "application/json":
            return wire.answer({"MaHoSo": made.code}, status=201)
        return redirect("household_businesses")
    cases = Registration.objects.order_by("-pk")[:50]
    rows = [(case, STATUSES[case.status]) for case in cases]
    return render(request, "sandbox/household_businesses.html", {"rows": rows, "statuses": STATUSES.items()})


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """The ministry's officer moves a case on."""
    case = get_object_or_404(Registration, code=code)
    if request.POST.get("status") in STATUSES:
        case.status, case.changed_at = request.POST["status"], timezone.now()
        case.save()
    return redirect("household_businesses")


@require_POST
@exposed("hokinhdoanh.tra-cuu-ho-so")
def look_up(request: HttpRequest) -> HttpResponse:
    """Where a case stands; only for the personal number that filed it."""
    expected = f"Bearer {settings.HOUSEHOLD_BUSINESS_TOKEN}".encode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
        return wire.answer({"error_code": "-2", "message": "Không có quyền truy cập."}, status=401)
    try:
        code, national_id = wire.texts(wire.read(request), "MaHoSo", "SoDinhDanh")
    except wire.BadMessageError as error:
        return wire.answer({"error_code": "-1", "message": str(error)})
    case = Registration.objects.filter(code=code, national_id=national_id).first()
    if case is None:
        return wire.answer({"error_code": "0", "TimThay": "0"})
    return wire.answer(
        {
            "error_code": "0",
            "TimThay": "1",
            "MaHoSo": case.code,
            "TrangThai": case.status,
            "TenTrangThai": STATUSES[case.status],
            "ThoiDiem": wire.stamp(case.changed_at),
        }
    )
