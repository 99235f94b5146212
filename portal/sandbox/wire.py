"""What every part says and hears: JSON objects, times as yyyyMMddHHmmss in Asia/Ho_Chi_Minh."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, JsonResponse

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_STAMP: Final = "%Y%m%d%H%M%S"
_STAMP_DIGITS: Final = 14


class BadMessageError(ValueError):
    """The message cannot be read; the text says why, in Vietnamese."""


def stamp(moment: datetime) -> str:
    """Return `moment` as yyyyMMddHHmmss, Vietnamese time."""
    return moment.astimezone(VIETNAM).strftime(_STAMP)


def is_stamp(text: object) -> bool:
    """Say whether `text` is a real moment written yyyyMMddHHmmss."""
    if not isinstance(text, str) or len(text) != _STAMP_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime.strptime(text, _STAMP).replace(tzinfo=VIETNAM)
    except ValueError:
        return False
    return True


def read(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of the request's body; raises `BadMessageError`."""
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise BadMessageError("Bản tin không phải JSON hợp lệ.") from error
    if not isinstance(body, dict):
        raise BadMessageError("Bản tin phải là một đối tượng JSON.")
    return body


def texts(body: Mapping[str, Any], *names: str) -> list[str]:
    """Return the named values, each of which must be present and a string; raises `BadMessageError`."""
    for name in names:
        if not isinstance(body.get(name), str):
            raise BadMessageError(f"Trường {name} thiếu hoặc không phải chuỗi.")
    return [body[name] for name in names]


def answer(body: Mapping[str, Any], *, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
