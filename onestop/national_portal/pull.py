"""What was filed at the national portal.

`LayDanhSachHoSoMoi` and `XacNhanNhanHoSo` are our contract: the way in which the national portal hands cases over is
not public (docs/integration/national-portal.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.core import national_portal
from portal.core.formatting import ZONE


@dataclass(frozen=True)
class FiledFile:
    """A paper given there: which one, its name, its bytes."""

    paper: str
    name: str
    content: bytes


@dataclass(frozen=True)
class FiledCase:
    """A case as it was filed at the national portal."""

    code: str
    procedure: str
    tech_id: str
    name: str
    id_number: str
    phone: str
    email: str
    submitted_at: datetime
    answers: Mapping[str, Any]
    files: tuple[FiledFile, ...] = field(default=())


def new_cases() -> Iterator[FiledCase]:
    """Yield the cases that we have not confirmed yet, each with its files."""
    answer = national_portal.call("LayDanhSachHoSoMoi")
    for row in answer.get("result") or []:
        yield _read(row)


def confirm(code: str) -> None:
    """Tell the national portal that the case is with us. Safe to repeat."""
    national_portal.call("XacNhanNhanHoSo", MaHoSo=code)


def _read(row: Mapping[str, Any]) -> FiledCase:
    identity = (row.get("DinhDanhCHS") or [{}])[0]
    return FiledCase(
        code=str(row["MaHoSo"]),
        procedure=str(row["MaTTHC"]),
        tech_id=str(row.get("MaDoiTuong") or ""),
        name=str(row.get("ChuHoSo") or ""),
        id_number=str(identity.get("SoDinhDanh") or ""),
        phone=str(row.get("SoDienThoai") or ""),
        email=str(row.get("Email") or ""),
        submitted_at=datetime.strptime(str(row["NgayNopHoSo"]), "%Y%m%d%H%M%S").replace(tzinfo=ZONE),
        answers=row.get("EformThongTinChiTiet") or {},
        files=tuple(_fetch(paper) for paper in row.get("TaiLieuNop") or []),
    )


def _fetch(paper: Mapping[str, Any]) -> FiledFile:
    content = national_portal.fetch_file(str(paper["TepDinhKemId"]))
    return FiledFile(str(paper["MaThanhPhanHoSo"]), str(paper["TenTepDinhKem"]), content)
