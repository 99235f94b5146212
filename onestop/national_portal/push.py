"""Delivering a snapshot: once in effect, whatever happens on the way.

TraCuuHoSo first, always: it says whether the case is known there (isUpdating) and which progress rows it has. A row
that is there already is not sent again, so a repetition after an unknown outcome has no second effect. That
TraCuuHoSo returns the rows is our assumption (docs/integration/national-portal.md).
"""

from __future__ import annotations

from typing import Any

from portal.core import national_portal
from portal.core.outbox import Envelope


def deliver(envelope: Envelope) -> None:
    """Send the case and its progress row; raises what `national_portal.call` raises."""
    case, progress = envelope.payload["case"], envelope.payload["progress"]
    known = _look_up(case["MaHoSo"])
    if known is not None and _has(known, progress):
        return
    _send_case(case, is_known=known is not None)
    national_portal.call("CapNhatTienDoHoSoMC", data=[progress])


def _look_up(code: str) -> dict[str, Any] | None:
    """Return what the national portal has of a case, its progress rows included; None when it has nothing."""
    found = national_portal.call("TraCuuHoSo", MaHoSo=code).get("result")
    return found[0] if isinstance(found, list) and found else None


def _send_case(case: dict[str, Any], *, is_known: bool) -> None:
    try:
        national_portal.call("DongBoHoSoMC", isUpdating=str(is_known), data=[case])
    except national_portal.AlreadyThereError:
        national_portal.call("DongBoHoSoMC", isUpdating="True", data=[case])


def _has(known: dict[str, Any], progress: dict[str, str]) -> bool:
    key = ("MaHoSo", "TrangThai", "ThoiDiemXuLy")
    rows = known.get("DanhSachTienDo") or []
    return any(all(str(row.get(name)) == progress[name] for name in key) for row in rows)
