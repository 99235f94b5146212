"""The rules for the records that provinces send: fields, lengths, code lists, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portal.sandbox.wire import is_stamp


class InvalidRecordError(Exception):
    """A record breaks a rule; the text names the field, in Vietnamese."""


@dataclass(frozen=True)
class Shape:
    """What a record may hold. Every scalar is a string; `lists` are lists of records, each with its own fields."""

    scalars: frozenset[str]
    required: frozenset[str]
    dates: frozenset[str] = frozenset()
    lengths: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _numbers(first: int, last: int) -> frozenset[str]:
    return frozenset(str(number) for number in range(first, last + 1))


_STATES: Final = _numbers(1, 10)
_LENGTHS: Final = {
    "NguoiXuLy": 50,
    "TrichYeuHoSo": 1000,
    "TenTepDinhKem": 4000,
    "TenGiayTo": 2000,
}

CASE: Final = Shape(
    scalars=_names(
        "MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc KenhThucHien SoGiayToChuHoSo ChuHoSo LoaiDoiTuong MaDoiTuong"
        " ThongTinKhac Email Fax SoDienThoai TrichYeuHoSo NgayTiepNhan NgayHenTra TrangThaiHoSo NgayTra ThongTinTra"
        " HinhThuc NgayKetThucXuLy DonViXuLy GhiChu NoiNopHoSo HoSoCoThanhPhanSoHoa TaiKhoanDuocXacThucVoiVNeID"
        " DuocThanhToanTrucTuyen NgayTuChoi NgayNopHoSo"
    ),
    required=_names(
        "MaHoSo MaTTHC TenTTHC KenhThucHien ChuHoSo LoaiDoiTuong TrichYeuHoSo TrangThaiHoSo DonViXuLy NoiNopHoSo"
        " NgayNopHoSo"
    ),
    dates=_names("NgayTiepNhan NgayHenTra NgayTra NgayKetThucXuLy NgayTuChoi NgayNopHoSo"),
    lengths=_LENGTHS,
    codes={
        "KenhThucHien": _numbers(1, 3),
        "LoaiDoiTuong": _numbers(1, 4),
        "TrangThaiHoSo": _STATES,
        "HinhThuc": _numbers(0, 1),
        "NoiNopHoSo": _numbers(1, 2),
        "HoSoCoThanhPhanSoHoa": _numbers(0, 1),
        "TaiKhoanDuocXacThucVoiVNeID": _numbers(0, 1),
        "DuocThanhToanTrucTuyen": _numbers(0, 3),
    },
    lists={
        "TaiLieuNop": _names(
            "TepDinhKemId TenTepDinhKem IsDeleted MaThanhPhanHoSo DuongDanTaiTepTin DuocSoHoa DuocTaiSuDung"
            " DuocLayTuKhoDMQG MaKetQuaThayThe"
        ),
        "DanhSachLePhi": _names("TenPhiLePhi MaPhiLePhi HinhThucThu Gia LoaiPhiLePhi"),
        "DanhSachTepDinhKemKhac": _names("TenGiayTo SoLuong LoaiGiayTo"),
        "DanhSachHoSoBoSung": _names(
            "HoSoBoSungId NguoiYeuCauBoSung NoiDungBoSung NgayBoSung NguoiTiepNhanBoSung ThongTinTiepNhan"
            " NgayTiepNhanBoSung TrangThaiBoSung DanhSachGiayToBoSung DanhSachLePhiBoSung NgayHenTraTruoc"
            " NgayHenTraMoi"
        ),
        "DanhSachGiayToKetQua": _names("TenGiayTo MaThanhPhanHoSo GiayToId DuongDanTepTinKetQua MaGiayToKetQua"),
        "DinhDanhCHS": _names("LoaiDinhDanh SoDinhDanh"),
        "DSKetNoiCSDL": _names("MaCSDL"),
    },
)

PROGRESS: Final = Shape(
    scalars=_names(
        "MaHoSo NguoiXuLy ChucDanh ThoiDiemXuLy PhongBanXuLy NoiDungXuLy TrangThai NgayBatDau NgayKetThucTheoQuyDinh"
    ),
    required=_names("MaHoSo NguoiXuLy ThoiDiemXuLy NoiDungXuLy TrangThai"),
    dates=_names("ThoiDiemXuLy NgayBatDau NgayKetThucTheoQuyDinh"),
    lengths=_LENGTHS,
    codes={"TrangThai": _STATES},
)
# Lists inside a supplement request; the sources name them but not their fields.
_FREE_LISTS: Final = frozenset({"DanhSachGiayToBoSung", "DanhSachLePhiBoSung"})


def check(shape: Shape, record: object) -> dict[str, Any]:
    """Return the record when it follows `shape`; raises `InvalidRecordError`."""
    if not isinstance(record, dict):
        raise InvalidRecordError("Bản ghi phải là một đối tượng JSON.")
    unknown = sorted(set(record) - shape.scalars - set(shape.lists))
    if unknown:
        raise InvalidRecordError(f"Trường {unknown[0]} không có trong cấu trúc bản tin.")
    missing = sorted(name for name in shape.required if not record.get(name))
    if missing:
        raise InvalidRecordError(f"Thiếu trường bắt buộc {missing[0]}.")
    for name, value in record.items():
        if name in shape.lists:
            _check_list(name, value, shape)
        else:
            _check_scalar(name, value, shape)
    if record.get("MaDoiTuong") and record.get("KenhThucHien") != "2":
        raise InvalidRecordError("MaDoiTuong chỉ được gửi khi KenhThucHien là 2.")
    return record


def _check_list(name: str, rows: object, shape: Shape) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidRecordError(f"Trường {name} phải là danh sách bản ghi.")
    for row in rows:
        unknown = sorted(set(row) - shape.lists[name])
        if unknown:
            raise InvalidRecordError(f"Trường {name}.{unknown[0]} không có trong cấu trúc bản tin.")
        for key in set(row) - _FREE_LISTS:
            _check_scalar(key, row[key], shape)


def _check_scalar(name: str, value: object, shape: Shape) -> None:
    if not isinstance(value, str):
        raise InvalidRecordError(f"Trường {name} phải là chuỗi.")
    if len(value) > shape.lengths.get(name, 4000):
        raise InvalidRecordError(f"Trường {name} dài quá {shape.lengths.get(name, 4000)} ký tự.")
    if value and name in shape.dates and not is_stamp(value):
        raise InvalidRecordError(f"Trường {name} phải có dạng yyyyMMddHHmmss.")
    if value and name in shape.codes and value not in shape.codes[name]:
        raise InvalidRecordError(f"Trường {name} có giá trị ngoài danh mục.")
