"""MaXacThuc: lower-case hex SHA-256 over values joined by `|` in a fixed order, the secret last."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from portal.sandbox import settings
from portal.sandbox.wire import BadMessageError

VERSION: Final = "1.0.6"
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "INIT": (
        "LoaiBanTin",
        "PhienBan",
        "MaDoiTac",
        "MaThamChieu",
        "SoTien",
        "LoaiHinhThanhToan",
        "MaKenhThanhToan",
        "MaThietBi",
        "NgonNgu",
        "MaTienTe",
        "MaNganHang",
        "ThongTinGiaoDich",
        "ThoiGianGD",
        "Ip",
    ),
    "QUERY": ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
    "GET_BILL": ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
    "CONFIRM": (
        "LoaiBanTin",
        "MaLoi",
        "MaDoiTac",
        "MaThamChieu",
        "SoTien",
        "MaTienTe",
        "MaGiaoDich",
        "MaNganHang",
        "ThoiGianGD",
        "ThongTinGiaoDich",
    ),
    # The three below are ours: the source shows the answers' fields, not the order in which they are signed.
    "CONFIRM_ANSWER": ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
    "QUERY_ANSWER": (
        "LoaiBanTin",
        "MaLoi",
        "MaDoiTac",
        "MaThamChieu",
        "SoTien",
        "MaTienTe",
        "MaGiaoDich",
        "MaNganHang",
        "ThoiGianGD",
        "ThongTinGiaoDich",
        "TrangThaiGD",
    ),
}


def signature(kind: str, message: Mapping[str, Any]) -> str:
    """Return the MaXacThuc of `message`, a message of `kind`; raises `BadMessageError` when a value is no string."""
    values = [message.get(name) for name in SIGNED[kind]]
    for name, value in zip(SIGNED[kind], values, strict=True):
        if not isinstance(value, str):
            raise BadMessageError(f"Trường {name} thiếu hoặc không phải chuỗi.")
    joined = "|".join([*map(str, values), settings.PAYGOV_SECRET])
    return hashlib.sha256(joined.encode()).hexdigest()


def signed(kind: str, message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "MaXacThuc": signature(kind, message)}


def is_genuine(kind: str, message: Mapping[str, Any]) -> bool:
    """Say whether MaXacThuc fits, in a time that does not depend on where it differs."""
    given = message.get("MaXacThuc")
    return hmac.compare_digest(str(given).encode(), signature(kind, message).encode())
