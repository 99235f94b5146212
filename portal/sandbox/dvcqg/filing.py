"""Filing at the national portal: a citizen's case that the province will fetch."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.db import transaction

from portal.sandbox import citizens
from portal.sandbox.dvcqg import catalogue
from portal.sandbox.dvcqg.models import Attachment, Case
from portal.sandbox.wire import VIETNAM, BadMessageError, stamp, texts

_EXAMPLES: Final = Path(__file__).resolve().parent / "examples.json"
_UNIT: Final = "000.00.00.H09"
_AGENCY: Final = re.compile(r"[A-Z0-9.]{3,40}")
_TYPES: Final = {"application/pdf", "image/jpeg", "image/png"}
_SEX: Final = {"1": "MALE", "2": "FEMALE"}


@dataclass(frozen=True)
class Paper:
    """A file attached by the citizen."""

    component: str  # MaThanhPhanHoSo
    name: str
    content_type: str
    content: bytes


@cache
def examples() -> dict[str, Any]:
    """Return, by MaTTHC, example answers and the papers of a filing: data to change, not code."""
    found: dict[str, Any] = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    return found


@transaction.atomic
def file_case(
    *,
    procedure: str,
    citizen: str,
    agency: str,
    answers: Mapping[str, Any],
    papers: Sequence[Paper],
    at: datetime,
) -> str:
    """Return the MaHoSo of a new case that waits to be fetched; raises `BadMessageError`."""
    person = citizens.everyone().get(citizen)
    if person is None or procedure not in catalogue.procedures() or not _AGENCY.fullmatch(agency):
        raise BadMessageError("Công dân, thủ tục hoặc cơ quan tiếp nhận không đúng.")
    if any(paper.content_type not in _TYPES or not paper.content for paper in papers):
        raise BadMessageError("Tệp đính kèm phải là PDF, JPEG hoặc PNG và không được trống.")
    code = _next_code(at)
    record = {
        **_record(code, procedure, person, at),
        "MaDonViTiepNhan": agency,
        "EformThongTinChiTiet": _filled(dict(answers), _known(person, agency, at)),
        "TaiLieuNop": [_attached(code, paper) for paper in papers],
        "ThongTinNguoiNop": person.claims,
    }
    Case.objects.create(code=code, record=record, filed_here=True, created_at=at)
    return code


def example_answers(procedure: str) -> dict[str, Any]:
    """Return the example answers of a procedure, simple ones and others."""
    example = examples().get(procedure, {"simple": [], "others": {}})
    return {**{field["code"]: field["value"] for field in example["simple"]}, **example["others"]}


def read_papers(rows: object) -> list[Paper]:
    """Return the papers of a JSON filing, contents in base64; raises `BadMessageError`."""
    if not isinstance(rows, list):
        raise BadMessageError("TaiLieuNop phải là danh sách.")
    return [_paper(row) for row in rows]


def _paper(row: Mapping[str, Any]) -> Paper:
    component, name, kind, content = texts(row, "MaThanhPhanHoSo", "TenTepDinhKem", "LoaiTep", "NoiDung")
    try:
        return Paper(component, name, kind, base64.b64decode(content, validate=True))
    except binascii.Error as error:
        raise BadMessageError("NoiDung phải là base64.") from error


def _record(code: str, procedure: str, person: citizens.Citizen, at: datetime) -> dict[str, Any]:
    facts = catalogue.procedures()[procedure]
    sector = facts["LINHVUCTHUCHIEN"][0]
    return {
        "MaHoSo": code,
        "MaTTHC": procedure,
        "TenTTHC": facts["TENTTHC"],
        "MaLinhVuc": sector["MALINHVUC"],
        "TenLinhVuc": sector["TENLINHVUC"],
        "KenhThucHien": "2",
        "ChuHoSo": person.name,
        "SoGiayToChuHoSo": person.number,
        "LoaiDoiTuong": "1",
        "MaDoiTuong": person.claims["TechID"],
        "Email": person.claims["ThuDienTu"],
        "SoDienThoai": person.claims["SoDienThoai"],
        "TrichYeuHoSo": facts["TENTTHC"],
        "TrangThaiHoSo": "1",
        "HinhThuc": "0",
        "NoiNopHoSo": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "0",
        "NgayNopHoSo": stamp(at),
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": person.number}],
    }


def _attached(code: str, paper: Paper) -> dict[str, str]:
    key = uuid4().hex
    Attachment.objects.create(
        key=key, code=code, name=paper.name[:255], content_type=paper.content_type, content=paper.content
    )
    return {
        "TepDinhKemId": key,
        "TenTepDinhKem": paper.name[:255],
        "MaThanhPhanHoSo": paper.component,
        "DuongDanTaiTepTin": key,
        "HashTepTin": hashlib.sha256(paper.content).hexdigest(),
        "LoaiTep": paper.content_type,
        "DuocSoHoa": "0",
        "IsDeleted": "0",
    }


def _next_code(at: datetime) -> str:
    """Return the next MaHoSo of the day: 000.00.00.H09-yymmdd-NNNN."""
    prefix = f"{_UNIT}-{at.astimezone(VIETNAM):%y%m%d}-"
    last = Case.objects.filter(code__startswith=prefix).order_by("-code").values_list("code", flat=True).first()
    return f"{prefix}{(int(last[-4:]) if last else 0) + 1:04}"


def _known(person: citizens.Citizen, agency: str, at: datetime) -> dict[str, object]:
    """Return what `$name` in example answers stands for: the citizen's claims, and whole answers made of them."""
    claims = person.claims
    born, home = claims["NgayThangNamSinh"], claims["NoiThuongTru"]
    whole = {
        "full_name": person.name,
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "sex": _SEX[claims["GioiTinh"]],
        "national_id": person.number,
        "ethnicity": "KINH",
        "nationality": "VN",
    }
    address = {"province": home["MaTinh"], "commune": home["MaXa"], "detail": home["ChiTiet"]}
    last_month = (at.astimezone(VIETNAM) - timedelta(days=30)).date().isoformat()
    return {**claims, "person": whole, "address": address, "agency": agency, "lastMonth": last_month}


def _filled(value: object, known: Mapping[str, object]) -> object:
    """Return `value` with every text `$name` replaced by what is known under that name."""
    if isinstance(value, dict):
        return {name: _filled(part, known) for name, part in value.items()}
    if isinstance(value, str) and value.startswith("$"):
        return known.get(value[1:], "")
    return value
