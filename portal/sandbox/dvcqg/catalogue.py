"""The procedures that this national portal publishes: those of the file, with what somebody has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from portal.sandbox.dvcqg.models import Amendment
from portal.sandbox.wire import BadMessageError

Record = dict[str, Any]
_HERE: Final = Path(__file__).resolve().parent
_FILES: Final = ("procedures.json", "newcomers.json")  # what the demo's province has, too; what it does not have
_PAPER: Final = {
    "MAGIAYTO": "ban_cam_ket_thong_tin",
    "TENGIAYTO": "Bản cam kết về tính chính xác của thông tin đã khai",
    "SOBANCHINH": "1",
    "SOBANSAO": "0",
}
_RAISE: Final = 2000


def procedures() -> dict[str, Record]:
    """Return the procedures as they are published now, by MATTHC."""
    changed = dict(Amendment.objects.values_list("code", "record"))
    return {code: changed.get(code, row) for code, row in _published().items()}


def amend(code: str, act: str, *, at: datetime) -> None:
    """Change a procedure nationally, or publish it again as it was; raises `BadMessageError`."""
    if code not in _published() or act not in {*ACTS, "tro-lai"}:
        raise BadMessageError("Thủ tục hoặc thay đổi không có.")
    if act == "tro-lai":
        Amendment.objects.filter(code=code).delete()
        return
    record = deepcopy(procedures()[code])
    ACTS[act][1](record)
    Amendment.objects.update_or_create(code=code, defaults={"record": record, "made_at": at})


def amended() -> set[str]:
    """Return the codes of procedures that are not as the file has them."""
    return set(Amendment.objects.values_list("code", flat=True))


def fees_of(record: Mapping[str, Any]) -> list[str]:
    """Return the amounts of a procedure, each once, for people."""
    fees = [fee for time in _times(record) for fee in time["PHILEPHI"]]
    return list(dict.fromkeys(f"{int(fee['SOTIEN']):,} đ".replace(",", ".") for fee in fees))


def papers_of(record: Mapping[str, Any]) -> int:
    """Return how many papers a procedure asks for."""
    return sum(len(case["GIAYTO"]) for case in record["THANHPHANHOSO"])


def _raise_fee(record: Record) -> None:
    for time in _times(record):
        fees = time["PHILEPHI"] or [{"SOTIEN": "0", "DONVI": "Đồng", "MOTA": ""}]
        time["PHILEPHI"] = [{**fee, "SOTIEN": str(int(fee["SOTIEN"]) + _RAISE)} for fee in fees]


def _add_paper(record: Record) -> None:
    cases = record["THANHPHANHOSO"] or [{"TRUONGHOP": "Chung", "GIAYTO": []}]
    if all(paper["MAGIAYTO"] != _PAPER["MAGIAYTO"] for paper in cases[0]["GIAYTO"]):
        cases[0]["GIAYTO"].append(dict(_PAPER))
    record["THANHPHANHOSO"] = cases


def _more_time(record: Record) -> None:
    for time in _times(record):
        time["THOIGIANGIAIQUYET"] = str(int(time["THOIGIANGIAIQUYET"] or "0") + 2)


def _times(record: Mapping[str, Any]) -> list[Record]:
    return [time for way in record["CACHTHUCTHUCHIEN"] for time in way["THOIGIAN"]]


ACTS: Final[Mapping[str, tuple[str, Callable[[Record], None]]]] = {
    "tang-phi": ("Tăng phí 2.000 đồng", _raise_fee),
    "them-giay-to": ("Thêm một giấy tờ", _add_paper),
    "them-ngay": ("Thêm hai ngày", _more_time),
}


@cache
def _published() -> dict[str, Record]:
    rows = [row for name in _FILES for row in json.loads((_HERE / name).read_text(encoding="utf-8"))]
    return {row["MATTHC"]: row for row in rows}
