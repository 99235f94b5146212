"""The ledger: what was received, in order, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.sandbox.dvcqg.models import Case, Entry, Progress
from portal.sandbox.wire import stamp


def note(body: Mapping[str, Any], records: list[object], *, error_code: int, message: str, at: datetime) -> None:
    """Write one line for each record of a message, refused ones too."""
    Entry.objects.bulk_create(
        Entry(
            service=str(body.get("service", ""))[:40],
            is_updating=str(body.get("isUpdating", ""))[:5],
            code=_code(record),
            record=record,
            error_code=error_code,
            message=message,
            received_at=at,
        )
        for record in records
    )


def described(code: str, *, after: int, limit: int = 1000) -> dict[str, Any]:
    """Return the ledger as JSON; with a MaHoSo also how that case stands."""
    entries = Entry.objects.filter(pk__gt=after).order_by("pk")
    entries = entries.filter(code=code) if code else entries
    body: dict[str, Any] = {"SoCai": [_line(entry) for entry in entries[:limit]]}
    if code:
        case = Case.objects.filter(code=code).first()
        rows = Progress.objects.filter(code=code).order_by("pk").values_list("record", flat=True)
        body |= {"HoSo": case.record if case else None, "TienDo": list(rows)}
    return body


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "STT": entry.pk,
        "ThoiDiem": stamp(entry.received_at),
        "service": entry.service,
        "isUpdating": entry.is_updating,
        "MaHoSo": entry.code,
        "BanGhi": entry.record,
        "error_code": entry.error_code,
        "message": entry.message,
    }


def _code(record: object) -> str:
    return str(record.get("MaHoSo", ""))[:60] if isinstance(record, dict) else ""
