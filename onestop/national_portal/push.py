"""Delivering a snapshot: once in effect, whatever happens on the way.

TraCuuHoSo first, always: it says whether the case is known there (isUpdating) and which progress rows it has. A row
that is there already is not sent again, so a repetition after an unknown outcome has no second effect. That
TraCuuHoSo returns the rows is our assumption (docs/integration/national-portal.md).
"""

from __future__ import annotations

from typing import Any

from onestop.national_portal import gen1
from portal.core.outbox import Envelope


def deliver(envelope: Envelope) -> None:
    """Send the case and its progress row; raises what `gen1.call` raises."""
    case, progress = envelope.payload["case"], envelope.payload["progress"]
    known = gen1.look_up(case["MaHoSo"])
    if known is not None and _has(known, progress):
        return
    _send_case(case, is_known=known is not None)
    gen1.call("CapNhatTienDoHoSoMC", data=[progress])


def _send_case(case: dict[str, Any], *, is_known: bool) -> None:
    try:
        gen1.call("DongBoHoSoMC", isUpdating=str(is_known), data=[case])
    except gen1.AlreadyThereError:
        gen1.call("DongBoHoSoMC", isUpdating="True", data=[case])


def _has(known: dict[str, Any], progress: dict[str, str]) -> bool:
    key = ("MaHoSo", "TrangThai", "ThoiDiemXuLy")
    rows = known.get("DanhSachTienDo") or []
    return any(all(str(row.get(name)) == progress[name] for name in key) for row in rows)
