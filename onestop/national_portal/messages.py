"""Snapshots of a case as the national portal wants it: all scalars are strings, times yyyyMMddHHmmss in Vietnam."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from identity.models import Account
from onestop.kinds import Channel, Delivery, DocumentKind, DocumentState
from onestop.models import Case, CaseEvent, CasePaper
from onestop.states import NATIONAL_STATUS, State
from portal.core.formatting import local

_CHANNEL: Final = {
    Channel.COUNTER: "1",
    Channel.ONLINE: "2",
    Channel.POST: "3",
    Channel.API: "2",
    Channel.NATIONAL: "2",
}
_REFUSAL: Final = "Thông báo không giải quyết hồ sơ"
_LONGEST_NAME: Final = 50
_LONGEST_SUMMARY: Final = 1000


def snapshot(case: Case, event: CaseEvent) -> dict[str, Any]:
    """Return the case and its progress row as they are at `event`: what is sent later still says this."""
    return {"case": _case(case), "progress": _progress(case, event)}


def _case(case: Case) -> dict[str, Any]:
    sector = case.procedure.sector
    by_vneid = case.applicant is not None and case.applicant.tech_id is not None
    papers = [_paper(paper) for paper in case.papers.filter(replaced_at=None).select_related("scan").order_by("pk")]
    return {
        "MaHoSo": case.code or "",
        "MaTTHC": case.procedure.code,
        "TenTTHC": case.procedure.name,
        "MaLinhVuc": sector.code,
        "TenLinhVuc": sector.name,
        "KenhThucHien": _CHANNEL[Channel(case.channel)],
        "ChuHoSo": case.applicant_name,
        "LoaiDoiTuong": "1",
        "MaDoiTuong": str(case.applicant.tech_id) if by_vneid and case.applicant else "",
        "Email": case.applicant_email,
        "Fax": "",
        "SoDienThoai": case.applicant_phone,
        "TrichYeuHoSo": case.procedure.name[:_LONGEST_SUMMARY],
        "NgayNopHoSo": _stamp(case.submitted_at),
        "NgayTiepNhan": _stamp(case.accepted_at),
        "NgayHenTra": _stamp(case.due_at),
        "TrangThaiHoSo": NATIONAL_STATUS[State(case.state)],
        "NgayKetThucXuLy": _stamp(case.decided_at),
        "NgayTra": _stamp(case.returned_at),
        "NgayTuChoi": _stamp(case.changed_at) if case.state == State.REJECTED else "",
        "HinhThuc": "1" if case.delivery == Delivery.POST else "0",
        "DonViXuLy": case.competent_agency.name if case.competent_agency else "",
        "GhiChu": "",
        "NoiNopHoSo": "1" if case.channel == Channel.NATIONAL else "2",
        "HoSoCoThanhPhanSoHoa": "1" if any(paper["DuocSoHoa"] == "1" for paper in papers) else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "1" if by_vneid else "0",
        "DuocThanhToanTrucTuyen": "1" if case.channel == Channel.NATIONAL else "2",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": case.applicant_id_number}],
        "TaiLieuNop": papers,
        "DanhSachGiayToKetQua": _results(case),
    }


def _paper(paper: CasePaper) -> dict[str, str]:
    """Return a file of the case. What came as a file was never digitised: only what the office scanned was."""
    return {
        "TepDinhKemId": str(paper.uuid),
        "TenTepDinhKem": paper.code,
        "IsDeleted": "False",
        "MaThanhPhanHoSo": paper.code,
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": "1" if paper.is_digitised else "0",
        "DuocTaiSuDung": "1" if paper.is_reused else "0",
        "DuocLayTuKhoDMQG": "0",
        "MaKetQuaThayThe": "",
    }


def _results(case: Case) -> list[dict[str, str]]:
    if case.decided_at is None:
        return []
    issued = case.documents.filter(kind=DocumentKind.RESULT, state=DocumentState.ISSUED).order_by("-version").first()
    if issued is None:
        return []
    results = case.procedure_version.document["results"]
    return [
        {
            "TenGiayTo": _REFUSAL if issued.is_refusal else results[0]["name"],
            "MaThanhPhanHoSo": "",
            "GiayToId": str(issued.uuid),
            "DuongDanTepTinKetQua": f"/xac-thuc/{issued.uuid}/",
            "MaGiayToKetQua": "" if issued.is_refusal else results[0].get("code", ""),
        }
    ]


def _progress(case: Case, event: CaseEvent) -> dict[str, str]:
    """Return a row of CapNhatTienDoHoSoMC. Its key (MaHoSo, TrangThai, ThoiDiemXuLy) is frozen here."""
    at = datetime.fromisoformat(event.data["national_time"])
    office = event.agency or case.competent_agency or case.receiving_centre
    return {
        "MaHoSo": case.code or "",
        "NguoiXuLy": _name(event.actor, case),
        "ChucDanh": "",
        "ThoiDiemXuLy": _stamp(at),
        "PhongBanXuLy": office.name if office else "",
        "NoiDungXuLy": str(case.state if event.is_confidential else event.action),
        "TrangThai": NATIONAL_STATUS[State(case.state)],
        "NgayBatDau": _stamp(case.accepted_at),
        "NgayKetThucTheoQuyDinh": _stamp(case.due_at),
    }


def _name(actor: Account | None, case: Case) -> str:
    if actor is None or actor.pk == case.applicant_id:
        return "Hệ thống" if actor is None else "Người nộp hồ sơ"
    return str(actor.full_name)[:_LONGEST_NAME]


def _stamp(moment: datetime | None) -> str:
    return f"{local(moment):%Y%m%d%H%M%S}" if moment else ""
