"""Which faults meet a request, and how they are played."""

from __future__ import annotations

import functools
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Concatenate, Final, ParamSpec

from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from portal.sandbox.faults.models import Fault
from portal.sandbox.wire import BadMessageError, answer

HANG_UP: Final = "sandbox.hang_up"
KINDS: Final = {
    "delay": "Trả lời chậm (seconds)",
    "drop_before": "Cắt kết nối trước khi xử lý",
    "drop_after": "Xử lý xong rồi cắt kết nối, có thể treo máy trước (seconds)",
    "duplicate": "Xử lý hai lần",
    "reorder": "Giữ lại cho đến khi bản tin sau đi qua (tối đa seconds, mặc định 5)",
    "bad_signature": "MaXacThuc trong câu trả lời hoặc bản tin gửi đi bị sai",
    "string_codes": 'error_code là chuỗi (0 thành "00")',
    "int_codes": "error_code là số",
    "down": "Cắt mọi kết nối, cho đến khi xóa hoặc hết seconds",
    "status:503": "Trả mã HTTP (status:<mã>) và không xử lý",
}
_KIND: Final = re.compile(r"delay|drop_before|drop_after|duplicate|reorder|bad_signature|string_codes|int_codes|down")
_STATUS: Final = re.compile(r"status:[1-5]\d\d")
_HOLD_SECONDS: Final = 5.0

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Rewrite = Callable[[dict[str, Any]], dict[str, Any]]

_passed: Counter[str] = Counter()
_passing = threading.Condition()


def add(body: Mapping[str, Any]) -> Fault:
    """Plan a fault as a test describes it; raises `BadMessageError`."""
    kind = str(body.get("kind", ""))
    if not _KIND.fullmatch(kind) and not _STATUS.fullmatch(kind):
        raise BadMessageError(f"Không có loại lỗi {kind!r}.")
    try:
        times, seconds = int(body.get("times") or 1), float(body.get("seconds") or 0)
    except (TypeError, ValueError) as error:
        raise BadMessageError("times phải là số nguyên, seconds phải là số.") from error
    return Fault.objects.create(
        target=str(body.get("target") or "*"),
        kind=kind,
        remaining=-1 if kind == "down" else times,
        seconds=seconds,
        match=str(body.get("match") or ""),
        created_at=timezone.now(),
    )


def described(fault: Fault) -> dict[str, Any]:
    return {
        "id": fault.pk,
        "target": fault.target,
        "kind": fault.kind,
        "times": fault.remaining,
        "seconds": fault.seconds,
        "match": fault.match,
    }


def claim(target: str, text: str) -> dict[str, Fault]:
    """Return the faults that meet this message, by kind, and count them as played."""
    planned = Fault.objects.exclude(remaining=0).order_by("pk")
    return {fault.kind: fault for fault in planned if _meets(fault, target, text) and _take(fault)}


def exposed(target: str | Callable[[HttpRequest], str]) -> Callable[[View[P]], View[P]]:
    """Expose a view to the fault plan under the name `target`."""

    def decorate(view: View[P]) -> View[P]:
        def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            name = target if isinstance(target, str) else target(request)
            faults = claim(name, request.body.decode(errors="replace"))
            if not faults:
                response = view(request, *args, **kwargs)
            else:
                response = _play(name, faults, request, lambda: view(request, *args, **kwargs))
            passed(name)
            return response

        functools.update_wrapper(wrapper, view)
        return wrapper

    return decorate


def hold(target: str, seconds: float) -> None:
    """Wait until another message to `target` has passed, at most `seconds` (0: five seconds)."""
    with _passing:
        before = _passed[target]
        _passing.wait_for(lambda: _passed[target] > before, timeout=seconds or _HOLD_SECONDS)


def passed(target: str) -> None:
    """Tell those who are held that a message to `target` has passed."""
    with _passing:
        _passed[target] += 1
        _passing.notify_all()


def spoilt(message: dict[str, Any]) -> dict[str, Any]:
    """Return `message` with a MaXacThuc that no secret produces."""
    return {**message, "MaXacThuc": "0" * 64} if "MaXacThuc" in message else message


def _meets(fault: Fault, target: str, text: str) -> bool:
    over = (
        fault.kind == "down"
        and fault.seconds > 0
        and timezone.now() > fault.created_at + timedelta(seconds=fault.seconds)
    )
    return not over and fnmatchcase(target, fault.target) and fault.match in text


def _take(fault: Fault) -> bool:
    """Count one time down; two requests at once never take the same one."""
    if fault.remaining < 0:
        return True
    return bool(Fault.objects.filter(pk=fault.pk, remaining__gt=0).update(remaining=F("remaining") - 1))


def _play(
    target: str, faults: Mapping[str, Fault], request: HttpRequest, act: Callable[[], HttpResponse]
) -> HttpResponse:
    for kind in ("down", "drop_before"):
        if kind in faults:
            return _hang_up(request, after=0 if kind == "down" else faults[kind].seconds)
    if "delay" in faults:
        time.sleep(faults["delay"].seconds)
    if "reorder" in faults:
        hold(target, faults["reorder"].seconds)
    if status := next((kind for kind in faults if kind.startswith("status:")), ""):
        return _refused(int(status.removeprefix("status:")))
    response = act()
    if "duplicate" in faults:
        act()
    if "drop_after" in faults:
        return _hang_up(request, after=faults["drop_after"].seconds)
    return _rewritten(response, [_REWRITES[kind] for kind in faults if kind in _REWRITES])


def _hang_up(request: HttpRequest, *, after: float) -> HttpResponse:
    time.sleep(after)
    request.META[HANG_UP]()
    return HttpResponse()


def _refused(status: int) -> HttpResponse:
    response = answer({"error_code": -1, "message": "Lỗi theo kịch bản thử nghiệm."}, status=status)
    if status in {429, 503}:
        response["Retry-After"] = "1"
    return response


def _rewritten(response: HttpResponse, rewrites: Iterable[Rewrite]) -> HttpResponse:
    if not isinstance(response, JsonResponse):
        return response
    body = json.loads(response.content)
    for rewrite in rewrites:
        body = rewrite(body)
    return answer(body, status=response.status_code)


def _string_codes(body: dict[str, Any]) -> dict[str, Any]:
    code = str(body.get("error_code", ""))
    return {**body, "error_code": "00" if code == "0" else code}


def _int_codes(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "error_code": int(body.get("error_code", 0))}


_REWRITES: Final[Mapping[str, Rewrite]] = {
    "bad_signature": spoilt,
    "string_codes": _string_codes,
    "int_codes": _int_codes,
}
