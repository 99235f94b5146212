"""The operations behind the one address `/dvcqg/api`, each under its name in the field `service`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from portal.sandbox.dvcqg import catalogue, ledger, records
from portal.sandbox.dvcqg.models import Case, Progress
from portal.sandbox.faults import knobs
from portal.sandbox.wire import BadMessageError, texts

UNREADABLE, NO_SESSION, EXISTS, MISSING, INVALID = -1, -2, -3, -4, -5
_PROGRESS_KEY: Final = ("MaHoSo", "TrangThai", "ThoiDiemXuLy")


class RefusedError(Exception):
    """The operation was refused; `code` is the error_code of the answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


Operation = Callable[[Mapping[str, Any], datetime], dict[str, Any]]


def call(body: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """Run the operation that `body` names and return the answer; the ledger keeps what was received."""
    operation = OPERATIONS.get(str(body.get("service")))
    kept = _kept(body)
    try:
        if operation is None:
            raise RefusedError(UNREADABLE, f"Không có dịch vụ {body.get('service')!r}.")
        with transaction.atomic():
            result = operation(body, at)
            ledger.note(body, kept, error_code=0, message="", at=at)
    except (RefusedError, records.InvalidRecordError, BadMessageError) as error:
        code = _code(error)
        ledger.note(body, kept, error_code=code, message=str(error), at=at)
        return {"error_code": code, "message": str(error)}
    return {"error_code": 0, "message": "Thực hiện thành công", **result}


def _synchronise_cases(body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """DongBoHoSoMC: add or replace cases, all of a message or none."""
    if body.get("isUpdating") not in {"True", "False"}:
        raise RefusedError(UNREADABLE, 'isUpdating phải là "True" hoặc "False".')
    for row in _data(body):
        record = records.check(records.CASE, row)
        case = Case.objects.filter(code=record["MaHoSo"]).first()
        if body["isUpdating"] == "False":
            if case is not None:
                raise RefusedError(EXISTS, f"Mã hồ sơ {case.code} đã tồn tại.")
            Case.objects.create(code=record["MaHoSo"], record=record, created_at=at)
        elif case is None:
            raise RefusedError(MISSING, f"Mã hồ sơ {record['MaHoSo']} chưa tồn tại.")
        else:
            # What a citizen filed here stays beside what the province says of it.
            case.record = {**case.record, **record} if case.filed_here else record
            case.save(update_fields=["record"])
    return {}


def _add_progress(body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """CapNhatTienDoHoSoMC: keep progress rows, all of a message or none."""
    for row in _data(body):
        record = records.check(records.PROGRESS, row)
        if not Case.objects.filter(code=record["MaHoSo"]).exists():
            raise RefusedError(MISSING, f"Mã hồ sơ {record['MaHoSo']} chưa tồn tại.")
        if not (knobs.value("dedupe_progress") == "1" and _is_known(record)):
            Progress.objects.create(code=record["MaHoSo"], record=record, received_at=at)
    return {}


def _look_up_case(body: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """TraCuuHoSo: the case and its progress rows (ours); an empty list when it is not known."""
    (code,) = texts(body, "MaHoSo")
    case = Case.objects.filter(code=code).first()
    rows = Progress.objects.filter(code=code).order_by("pk").values_list("record", flat=True)
    return {"result": [{**case.record, "DanhSachTienDo": list(rows)}] if case else []}


def _list_new_cases(body: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """LayDanhSachHoSoMoi (ours): cases filed here that the province has not confirmed yet."""
    since = str(body.get("tuThoiDiem") or "")
    waiting = Case.objects.filter(filed_here=True, fetched_at=None).order_by("pk").values_list("record", flat=True)
    return {"result": [record for record in waiting if record["NgayNopHoSo"] >= since]}


def _confirm_new_case(body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """XacNhanNhanHoSo (ours): the province has the case; saying so twice is saying so once."""
    (code,) = texts(body, "MaHoSo")
    filed = Case.objects.filter(code=code, filed_here=True)
    if not filed.filter(fetched_at=None).update(fetched_at=at) and not filed.exists():
        raise RefusedError(MISSING, f"Mã hồ sơ {code} chưa tồn tại.")
    return {}


def _list_procedures(_body: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    return {"result": [{"MATTHC": code, "TENTTHC": row["TENTTHC"]} for code, row in catalogue.procedures().items()]}


def _get_procedure(body: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    (code,) = texts(body, "maTTHC")
    found = catalogue.procedures().get(code)
    if found is None:
        raise RefusedError(MISSING, f"Không có thủ tục {code}.")
    return {"result": [found]}


OPERATIONS: Final[Mapping[str, Operation]] = {
    "DongBoHoSoMC": _synchronise_cases,
    "CapNhatTienDoHoSoMC": _add_progress,
    "TraCuuHoSo": _look_up_case,
    "LayDanhSachHoSoMoi": _list_new_cases,
    "XacNhanNhanHoSo": _confirm_new_case,
    "LayDanhSachTTHC": _list_procedures,
    "LayThuTuc": _get_procedure,
}


def _data(body: Mapping[str, Any]) -> list[object]:
    rows = body.get("data")
    if not isinstance(rows, list) or not rows:
        raise RefusedError(UNREADABLE, "data phải là danh sách bản ghi và không được trống.")
    return rows


def _kept(body: Mapping[str, Any]) -> list[object]:
    """Return what the ledger keeps of a message: its records, or the message itself without its session."""
    rows = body.get("data")
    if isinstance(rows, list):
        return rows
    return [{name: value for name, value in body.items() if name not in {"session", "service"}}]


def _is_known(record: Mapping[str, Any]) -> bool:
    key = tuple(record[name] for name in _PROGRESS_KEY)
    known = Progress.objects.filter(code=record["MaHoSo"]).values_list("record", flat=True)
    return any(tuple(other[name] for name in _PROGRESS_KEY) == key for other in known)


def _code(error: Exception) -> int:
    if isinstance(error, RefusedError):
        return error.code
    return INVALID if isinstance(error, records.InvalidRecordError) else UNREADABLE
