"""The sandbox's front page, its look, its health, and a way to begin afresh."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from portal.sandbox import settings, wire
from portal.sandbox.faults import knobs


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/index.html", {"settings": knobs.everything()})


@require_GET
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_POST
@transaction.atomic
def reset(request: HttpRequest) -> HttpResponse:
    """Forget everything that was received, planned or changed."""
    for model in reversed(list(apps.get_models())):
        model._default_manager.all().delete()
    return wire.answer({"message": "Đã xóa mọi dữ liệu thành công"})


@require_GET
def stylesheet(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_stylesheet(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "max-age=3600"
    return response


@cache
def _stylesheet() -> str:
    return (Path(settings.SANDBOX_DIR) / "sandbox.css").read_text(encoding="utf-8")
