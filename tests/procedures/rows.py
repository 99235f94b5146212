"""Rows of a file of the national catalogue, made up: one that is clean, and files of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CODE = "1.900001"


def clean(**changes: Any) -> dict[str, Any]:
    """Return a row about which nothing is doubtful; `changes` lie over it."""
    return {
        "code": CODE,
        "name": "Cấp giấy phép thử nghiệm",
        "decision": "12/QĐ-UBND",
        "levels": ["Cấp xã"],
        "kind": "",
        "sector": "Thử nghiệm",
        "subjects": ["Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp", "HTX)"],
        "agency": "Ủy ban nhân dân cấp xã",
        "authority": "",
        "channels": [channel("Trực tiếp"), channel("Trực tuyến")],
        "documents": [paper("Đơn đề nghị"), paper("Giấy tờ về đất", originals=0, copies=1)],
        "results": [{"name": "Giấy phép thử nghiệm", "code": "KQ.G15.000001"}],
        "legal_basis": ["60/2014/QH13", "123/2015/NĐ-CP"],
        "steps": "Bước 1: Nộp hồ sơ.\nBước 2: Nhận kết quả.",
        "conditions": "Không có thông tin",
        "url": "",
    } | changes


def channel(name: str = "Trực tiếp", **changes: Any) -> dict[str, Any]:
    """Return a way of filing that takes five working days and costs nothing."""
    terms = {"time_value": 5.0, "time_unit": "Ngày làm việc", "fees": [], "free": True, "note": "Miễn phí"}
    return {"channel": name} | terms | changes


def paper(name: str, **changes: Any) -> dict[str, Any]:
    """Return a paper of which one original is asked for."""
    return {"group": "--", "name": name, "originals": 1, "copies": 0} | changes


def written(folder: Path, rows: Iterable[object], name: str = "thu-tuc.jsonl") -> Path:
    """Return a file of these rows; a text stands in its line as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file
