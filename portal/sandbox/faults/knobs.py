"""Settings that tests change while the sandbox runs, each with the value it has otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import settings
from portal.sandbox.faults.models import Setting
from portal.sandbox.wire import BadMessageError


def defaults() -> dict[str, str]:
    return {
        "public_url": settings.PUBLIC_URL,  # where CONFIRM goes and citizens return to
        "dedupe_progress": "0",  # 1: a progress row that is already known is not kept a second time
        "session_seconds": "1800",  # how long a session of the national portal lasts
        "confirm_retry_seconds": "2",  # wait before CONFIRM is sent again; doubles each time
    }


def everything() -> dict[str, str]:
    return {**defaults(), **dict(Setting.objects.values_list("name", "value"))}


def value(name: str) -> str:
    row = Setting.objects.filter(name=name).first()
    return row.value if row else defaults()[name]


def change(values: Mapping[str, object]) -> None:
    """Set the named values; raises `BadMessageError` for a name that does not exist."""
    unknown = sorted(set(values) - set(defaults()))
    if unknown:
        raise BadMessageError(f"Không có cài đặt {', '.join(unknown)}.")
    for name, text in values.items():
        Setting.objects.update_or_create(name=name, defaults={"value": str(text).rstrip("/")})
