"""The population database's two services (contract: ours, docs/integration/population.md)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.sandbox import settings, wire
from portal.sandbox.dancu import register
from portal.sandbox.faults.plan import exposed


@require_POST
@exposed("dancu.cap-so-dinh-danh")
def issue_number(request: HttpRequest) -> HttpResponse:
    return _answered(request, lambda body: {"SoDinhDanh": register.issue(body, at=timezone.now())})


@require_POST
@exposed("dancu.tra-cuu-hon-nhan")
def find_marriage(request: HttpRequest) -> HttpResponse:
    def find(body: dict[str, Any]) -> dict[str, str]:
        found = register.marriage(body)
        return {"TimThay": "1", **found} if found else {"TimThay": "0"}

    return _answered(request, find)


def _answered(request: HttpRequest, act: Callable[[dict[str, Any]], dict[str, str]]) -> HttpResponse:
    expected = f"Bearer {settings.POPULATION_TOKEN}".encode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
        return wire.answer({"error_code": "-2", "message": "Không có quyền truy cập."}, status=401)
    try:
        return wire.answer({"error_code": "0", "message": "Thành công", **act(wire.read(request))})
    except wire.BadMessageError as error:
        return wire.answer({"error_code": "-1", "message": str(error)})
    except register.SameKeyError as error:
        return wire.answer({"error_code": "-3", "message": str(error)})
