"""Let the sandbox publish nationally what our catalogue says: writes portal/sandbox/dvcqg/procedures.json.

Run it after the files of the catalogue have changed; a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
FILE: Final = ROOT / "portal" / "sandbox" / "dvcqg" / "procedures.json"
Part = Mapping[str, Any]
_CHANNELS: Final = {"DIRECT": "1", "ONLINE": "2", "POST": "3"}
_UNITS: Final = {"WORKING_DAYS": "Ngày làm việc", "CALENDAR_DAYS": "Ngày", "WORKING_HOURS": "Giờ", "MONTHS": "Tháng"}
_AUDIENCES: Final = {
    "CITIZEN": ("1", "Công dân Việt Nam"),
    "BUSINESS": ("2", "Doanh nghiệp"),
    "ORGANISATION": ("3", "Tổ chức"),
    "FOREIGNER": ("4", "Người nước ngoài"),
    "OFFICIAL": ("5", "Cán bộ, công chức, viên chức"),
}


def record_of(document: Part) -> dict[str, Any]:
    """Return a document as `LayThuTuc` answers it."""
    sector = document["sector"]["name"]
    steps = [step if isinstance(step, str) else step["text"] for step in document.get("steps", [])]
    return {
        "MATTHC": document["code"],
        "TENTTHC": document["name"],
        "COQUANCONGBO": "Bộ Tư pháp" if sector == "Hộ tịch" else f"Bộ, ngành quản lý lĩnh vực {sector}",
        "LINHVUCTHUCHIEN": [{"MALINHVUC": document["sector"]["code"], "TENLINHVUC": sector}],
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": "Chung", "TRINHTU": [{"TENTRINHTU": step} for step in steps]}]
        if steps
        else [],
        "CACHTHUCTHUCHIEN": [_way(terms, document) for terms in _ways(document)],
        "THANHPHANHOSO": [{"TRUONGHOP": "Chung", "GIAYTO": [_paper(paper) for paper in document["papers"]]}],
        "KETQUATHUCHIEN": [
            {"MAKETQUA": result.get("code", ""), "TENKETQUA": result["name"]} for result in document["results"]
        ],
        "CANCUPHAPLY": [
            {"SOVANBAN": basis["number"], "TENVANBAN": basis.get("title", "")}
            for basis in document.get("legal_basis", [])
        ],
        "COQUANTHUCHIEN": [{"TENDONVI": document.get("competent", "")}],
        "YEUCAU": document.get("conditions", "Không có"),
        "DOITUONGTHUCHIEN": [
            dict(zip(("MADOITUONG", "TENDOITUONG"), _AUDIENCES[audience], strict=True))
            for audience in document["audiences"]
        ],
    }


def _ways(document: Part) -> list[Part]:
    usual = ["DIRECT", "ONLINE"] if document["is_fileable"] else ["DIRECT"]
    return document.get("channels") or [{"channel": channel} for channel in usual]


def _way(terms: Part, document: Part) -> dict[str, Any]:
    channel = terms["channel"]
    fees = [_fee(fee) for fee in document["fees"] if channel in fee.get("channels", [channel])]
    free = [{"SOTIEN": "0", "DONVI": "Đồng", "MOTA": ""}]
    limits = terms.get("times") or [document["time"]]
    return {"KENH": _CHANNELS[channel], "THOIGIAN": [_time(limit) | {"PHILEPHI": fees or free} for limit in limits]}


def _time(limit: Part) -> dict[str, Any]:
    value = 1 if limit["kind"] == "SAME_DAY" else limit.get("value", "")
    unit = _UNITS["WORKING_DAYS"] if limit["kind"] == "SAME_DAY" else _UNITS.get(limit["kind"], "")
    words = limit.get("condition") or limit.get("note", "")
    return {"THOIGIANGIAIQUYET": str(value), "DONVITINH": unit, "MOTA": words}


def _fee(fee: Part) -> dict[str, str]:
    words = f"{fee['name']}. {fee['note']}" if fee.get("note") else fee["name"]
    return {"SOTIEN": str(fee["amount"]), "DONVI": "Đồng", "MOTA": words}


def _paper(paper: Part) -> dict[str, str]:
    counts = {"SOBANCHINH": str(paper.get("originals", 0)), "SOBANSAO": str(paper.get("copies", 0))}
    return {"MAGIAYTO": paper["code"], "TENGIAYTO": paper["name"]} | counts


def text() -> str:
    """Return the whole file as it should be; the two procedures that the demo shows first come first."""
    documents = {document["code"]: document for document in _documents()}
    first = ["2.000635", "1.001193"]
    codes = first + sorted(set(documents) - set(first))
    return json.dumps([record_of(documents[code]) for code in codes], ensure_ascii=False, indent=1) + "\n"


def _documents() -> Iterator[dict[str, Any]]:
    """Yield facts and words of each procedure; the sandbox knows no app, and so does what fills it."""
    for folder in (ROOT / "procedures" / "catalogue").iterdir():
        parts = [folder / name for name in ("procedure.yaml", "texts.yaml")]
        document: dict[str, Any] = {"is_fileable": (folder / "form.yaml").exists()}
        for part in parts:
            document |= yaml.safe_load(part.read_text(encoding="utf-8")) if part.exists() else {}
        yield document


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
