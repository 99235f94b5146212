"""The national portal's addresses for machines."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from portal.sandbox import wire
from portal.sandbox.dvcqg import ledger, services, sessions
from portal.sandbox.dvcqg.models import Attachment
from portal.sandbox.faults.plan import exposed


def service_named(request: HttpRequest) -> str:
    """Return the name under which the fault plan knows a request: dvcqg.<service>."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return "dvcqg.api"
    return f"dvcqg.{body.get('service', 'api')}" if isinstance(body, dict) else "dvcqg.api"


@require_POST
@exposed("dvcqg.auth")
def auth(request: HttpRequest) -> HttpResponse:
    try:
        username, password = wire.texts(wire.read(request), "username", "password")
    except wire.BadMessageError as error:
        return _refused(services.UNREADABLE, str(error))
    if not request.headers.get("dstcode"):
        return _refused(services.UNREADABLE, "Thiếu tiêu đề dstcode.")
    session = sessions.open_session(username, password, at=timezone.now())
    if session is None:
        return _refused(services.UNREADABLE, "Sai tên đăng nhập hoặc mật khẩu.")
    return wire.answer({"error_code": 0, "message": "Đăng nhập thành công", "session": session})


@require_POST
@exposed(service_named)
def api(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    try:
        body = wire.read(request)
        (madonvi,) = wire.texts(body, "madonvi")
    except wire.BadMessageError as error:
        return _refused(services.UNREADABLE, str(error))
    if not sessions.is_open(body.get("session"), at=now):
        return _refused(services.NO_SESSION, "Phiên làm việc không hợp lệ hoặc đã hết hạn.")
    if not madonvi:
        return _refused(services.UNREADABLE, "Thiếu madonvi.")
    if body.get("service") == "getfile":
        return _file(str(body.get("TepDinhKemId", "")))
    return wire.answer(services.call(body, at=now))


@require_GET
def ledger_json(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("sau", "0")
    code = request.GET.get("MaHoSo", "")
    return wire.answer(ledger.described(code, after=int(after) if after.isdecimal() else 0))


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End every session at once, as a restart of the platform would."""
    sessions.end_all()
    return wire.answer({"error_code": 0, "message": "Đã kết thúc mọi phiên thành công"})


def _file(key: str) -> HttpResponse:
    found = Attachment.objects.filter(key=key).first()
    if found is None:
        return _refused(services.MISSING, "Không tìm thấy tệp.")
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


def _refused(code: int, message: str) -> HttpResponse:
    return wire.answer({"error_code": code, "message": message})
