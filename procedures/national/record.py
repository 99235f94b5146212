"""From an answer of `LayThuTuc` to a document of ours. Whatever is missing or oddly shaped is taken as not said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from procedures.importing import mapping

_CHANNELS: Final = {"1": "Trực tiếp", "2": "Trực tuyến", "3": "Dịch vụ bưu chính"}
_NUMBER: Final = re.compile(r"^\d{1,9}([.,]\d{1,3})?$")
_AMOUNT: Final = re.compile(r"^\d{1,12}$")
_DONG: Final = frozenset({"", "đồng", "vnđ", "vnd", "việt nam đồng"})
# Of these an answer says nothing: our own stand.
_NOT_SAID: Final = ("levels", "decision", "online_level")


def document_of(record: Mapping[str, Any], sectors: Mapping[str, str]) -> dict[str, Any]:
    """Return what an answer says as a document, without the parts of which it says nothing."""
    document = mapping.document_of(row_of(record), sectors)
    unsaid = {*_NOT_SAID, *(() if _dicts(record, "DOITUONGTHUCHIEN") else ("audiences",))}
    if not _dicts(record, "LINHVUCTHUCHIEN"):
        unsaid.add("sector")
    return {name: value for name, value in document.items() if name not in unsaid}


def row_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as a row of the catalogue's file says the same."""
    steps = [step for case in _dicts(record, "TRINHTUTHUCHIEN") for step in _dicts(case, "TRINHTU")]
    sectors = [_text(sector, "TENLINHVUC") for sector in _dicts(record, "LINHVUCTHUCHIEN")]
    return {
        "code": _text(record, "MATTHC"),
        "name": _text(record, "TENTTHC"),
        "sector": next(iter(sectors), ""),
        "subjects": [_text(subject, "TENDOITUONG") for subject in _dicts(record, "DOITUONGTHUCHIEN")],
        "agency": "; ".join(filter(None, (_text(one, "TENDONVI") for one in _dicts(record, "COQUANTHUCHIEN")))),
        "channels": [
            _channel(way, time) for way in _dicts(record, "CACHTHUCTHUCHIEN") for time in _dicts(way, "THOIGIAN")
        ],
        "documents": [
            _paper(case, paper) for case in _dicts(record, "THANHPHANHOSO") for paper in _dicts(case, "GIAYTO")
        ],
        "results": [
            {"name": _text(result, "TENKETQUA"), "code": _text(result, "MAKETQUA")}
            for result in _dicts(record, "KETQUATHUCHIEN")
        ],
        "legal_basis": [_text(basis, "SOVANBAN") for basis in _dicts(record, "CANCUPHAPLY")],
        "steps": "\n".join(filter(None, (_text(step, "TENTRINHTU") for step in steps))),
        "conditions": _text(record, "YEUCAU"),
    }


def _channel(way: Mapping[str, Any], time: Mapping[str, Any]) -> dict[str, Any]:
    value, fees = _text(time, "THOIGIANGIAIQUYET"), [_fee(fee) for fee in _dicts(time, "PHILEPHI")]
    due = [fee for fee in fees if fee["amount"]]
    is_free = bool(fees) and not due
    free = "Miễn phí({})".format(" ".join(fee["note"] for fee in fees)) if is_free else ""
    return {
        "channel": _CHANNELS.get(_text(way, "KENH"), ""),
        "time_value": float(value.replace(",", ".")) if _NUMBER.match(value) else None,
        "time_unit": _text(time, "DONVITINH") or None,
        "fees": due,
        "free": is_free,
        "note": free + _text(time, "MOTA"),
    }


def _fee(fee: Mapping[str, Any]) -> dict[str, Any]:
    amount, unit = _text(fee, "SOTIEN"), _text(fee, "DONVI")
    return {
        "amount": int(amount) if _AMOUNT.match(amount) else 0,
        "currency": "VND" if unit.lower() in _DONG else unit,
        "note": _text(fee, "MOTA"),
    }


def _paper(case: Mapping[str, Any], paper: Mapping[str, Any]) -> dict[str, Any]:
    group = _text(case, "TRUONGHOP")
    counts = {"originals": _text(paper, "SOBANCHINH"), "copies": _text(paper, "SOBANSAO")}
    return {
        "group": "--" if group.lower() in {"", "chung"} else group,
        "name": _text(paper, "TENGIAYTO"),
        "code": _text(paper, "MAGIAYTO"),
        **{name: int(count) if re.match(r"^\d{1,4}$", count) else 0 for name, count in counts.items()},
    }


def _dicts(part: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    members = part.get(name)
    return [member for member in members if isinstance(member, dict)] if isinstance(members, list) else []


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
