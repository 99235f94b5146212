"""The gateway for SMS and VNeID notices (contract: ours, docs/integration/messages.md), and all that was sent."""

from __future__ import annotations

import email
import email.policy
import hmac

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portal.sandbox import settings, wire
from portal.sandbox.faults.plan import exposed
from portal.sandbox.tinnhan.models import Sent

_SHOWN = 100


@require_POST
@exposed("tinnhan.sms")
def sms(request: HttpRequest) -> HttpResponse:
    return _pass_on(request, "SMS", "MaTin", "SoDienThoai", "NoiDung")


@require_POST
@exposed("tinnhan.vneid")
def vneid(request: HttpRequest) -> HttpResponse:
    return _pass_on(request, "VNeID", "MaTin", "TechID", "NoiDung", "TieuDe")


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """What was sent, the newest first; e-mails lie in a folder."""
    context = {"sent": Sent.objects.order_by("-pk")[:_SHOWN], "letters": _letters()}
    return render(request, "sandbox/sent.html", context)


def _pass_on(request: HttpRequest, channel: str, *names: str) -> HttpResponse:
    expected = f"Bearer {settings.MESSAGING_TOKEN}".encode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
        return wire.answer({"error_code": "-2", "message": "Không có quyền truy cập."}, status=401)
    try:
        key, to, text, *subject = wire.texts(wire.read(request), *names)
    except wire.BadMessageError as error:
        return wire.answer({"error_code": "-1", "message": str(error)})
    if not (key and to and text):
        return wire.answer({"error_code": "-1", "message": "MaTin, người nhận và NoiDung không được trống."})
    told = {"channel": channel, "to": to, "text": text, "subject": "".join(subject), "sent_at": timezone.now()}
    Sent.objects.get_or_create(key=key, defaults=told)
    return wire.answer({"error_code": "0", "message": "Thành công"})


def _letters() -> list[dict[str, str]]:
    files = sorted(settings.MAIL_DIR.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    letters = []
    for file in files[:_SHOWN]:
        for raw in file.read_bytes().split(b"-" * 79 + b"\n"):
            letter = email.message_from_bytes(raw, policy=email.policy.default)
            if letter["To"]:
                text = letter.get_content() if letter.get_content_maintype() == "text" else ""
                letters.append({"to": letter["To"], "subject": letter["Subject"], "text": text, "at": letter["Date"]})
    return letters
