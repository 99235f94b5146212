"""The national payment platform: INIT, CONFIRM, QUERY, GET_BILL (docs/integration/paygov.md).

PayGov's own specification is not public; this speaks the documented contract of the payment platform of the
national portal, version 1.0.6. MaXacThuc is the lowercase hex SHA-256 of the values joined by `|` in a fixed
order with the secret last. ThongTinBienLai is not covered by it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from payments.providers.contract import (
    Answer,
    Confirmation,
    ForgedNoticeError,
    GatewayError,
    NoticeError,
    Order,
    Outcome,
    Post,
)

_VERSION: Final = "1.0.6"
_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_INIT: Final = [
    *("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan"),
    *("MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip"),
]
_CONFIRM: Final = [
    *("LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang"),
    *("ThoiGianGD", "ThongTinGiaoDich"),
]
_ASK: Final = ["LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"]
_ANSWER: Final = ["MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"]
_AMOUNT: Final = re.compile(r"[1-9][0-9]{0,14}")
_LONGEST_NOTICE: Final = 20_000
_OUTCOMES: Final = {"0": Outcome.PENDING, "1": Outcome.PAID, "2": Outcome.DECLINED}


@dataclass(frozen=True)
class PayGov:
    """The adapter: where the platform is, who we are to it, and how to send."""

    url: str
    partner: str
    secret: str
    post: Post

    def begin(self, order: Order) -> str:
        message = {
            "LoaiBanTin": "INIT",
            "PhienBan": _VERSION,
            "MaDoiTac": self.partner,
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "LoaiHinhThanhToan": "PAY",
            "MaKenhThanhToan": "1",
            "MaThietBi": "1",
            "NgonNgu": "vi-VN",
            "MaTienTe": "VND",
            "MaNganHang": "PAYMENT",
            "ThongTinGiaoDich": f"Thanh toan phi le phi {order.reference}",
            "ThoiGianGD": _stamp(order.at),
            "Ip": order.ip,
        }
        message["MaXacThuc"] = self._sign(message, _INIT)
        body = message | {"ThongTinBienLai": _receipt(order), "UrlQuayLai": order.return_url}
        answer = _json(self.post(f"{self.url}/init", body))
        if str(answer.get("error_code")) not in {"0", "00"}:
            raise GatewayError(f"INIT was answered with {answer.get('error_code')!r}.")
        try:
            address = json.loads(str(answer.get("message")))["UrlThanhToan"]
        except (ValueError, KeyError, TypeError) as error:
            raise GatewayError("INIT was answered without an address to pay at.") from error
        return str(address)

    def read_notice(self, body: bytes) -> Confirmation:
        message = _parse(body)
        reference = message["MaThamChieu"]
        if not self._is_genuine(message, _CONFIRM):
            raise ForgedNoticeError("MaXacThuc does not fit the message.", reference)
        if message["LoaiBanTin"] != "CONFIRM" or message["MaTienTe"] != "VND":
            raise NoticeError("Not a confirmation in VND.", reference)
        return Confirmation(
            reference=reference,
            partner=message["MaDoiTac"],
            amount=_amount(message["SoTien"], reference),
            outcome=Outcome.PAID if message["MaLoi"] == "00" else Outcome.DECLINED,
            transaction_code=message["MaGiaoDich"],
            bank=message["MaNganHang"],
        )

    def acknowledge(self, reference: str, *, code: str, text: str, at: datetime) -> dict[str, str]:
        answer = {
            "MaLoi": code,
            "MoTaLoi": text,
            "MaDoiTac": self.partner,
            "MaThamChieu": reference,
            "ThoiGianGD": _stamp(at),
        }
        return answer | {"MaXacThuc": self._sign(answer, _ANSWER)}

    def query(self, reference: str, *, at: datetime) -> Confirmation:
        answer = _json(self.post(f"{self.url}/query", self._question("QUERY", reference, at)))
        if str(answer.get("error_code")) == "05":
            return _empty(reference, self.partner, Outcome.UNKNOWN_ORDER)
        message = {name: str(answer.get(name, "")) for name in [*_CONFIRM, "TrangThaiGD", "MaXacThuc"]}
        if not self._is_genuine(message, [*_CONFIRM, "TrangThaiGD"]) or message["MaThamChieu"] != reference:
            raise GatewayError("The answer to QUERY is not genuine.")
        outcome = _OUTCOMES.get(message["TrangThaiGD"], Outcome.PENDING)
        return Confirmation(
            reference=reference,
            partner=message["MaDoiTac"],
            amount=_amount(message["SoTien"], reference),
            outcome=outcome,
            transaction_code=message["MaGiaoDich"],
            bank=message["MaNganHang"],
        )

    def bill(self, reference: str, *, at: datetime) -> bytes:
        answer = self.post(f"{self.url}/bill", self._question("GET_BILL", reference, at))
        if answer.status != 200 or not answer.body.startswith(b"%PDF"):
            raise GatewayError("GET_BILL was answered without a PDF.")
        return answer.body

    def _question(self, kind: str, reference: str, at: datetime) -> dict[str, str]:
        message = {
            "LoaiBanTin": kind,
            "PhienBan": _VERSION,
            "MaDoiTac": self.partner,
            "MaThamChieu": reference,
            "ThoiGianGD": _stamp(at),
        }
        return message | {"MaXacThuc": self._sign(message, _ASK)}

    def _sign(self, message: Mapping[str, str], names: list[str]) -> str:
        text = "|".join([*(message[name] for name in names), self.secret])
        return hashlib.sha256(text.encode()).hexdigest()

    def _is_genuine(self, message: Mapping[str, str], names: list[str]) -> bool:
        expected = self._sign(message, names)
        return hmac.compare_digest(expected.encode(), message["MaXacThuc"].encode())


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(_ZONE):%Y%m%d%H%M%S}"


def _amount(text: str, reference: str) -> int:
    # Plain digits only: "100.00", "1e3", "+1", full-width digits are not how the platform writes money.
    if not _AMOUNT.fullmatch(text):
        raise NoticeError("SoTien is not an amount of VND.", reference)
    return int(text)


def _parse(body: bytes) -> dict[str, str]:
    """Return the message's fields as texts; a key given twice, or a value that is no text, is refused."""
    if len(body) > _LONGEST_NOTICE:
        raise NoticeError("The message is too long.")
    try:
        pairs = json.loads(body.decode(), object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise NoticeError("The message is not JSON.") from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise NoticeError("The message is not a JSON object.")
    message = dict(pairs)
    claimed = str(message.get("MaThamChieu", ""))[:64]
    reference = claimed if _is_plain(claimed) else ""
    if len(message) != len(pairs):
        raise NoticeError("A field is given twice.", reference)
    wanted = [*_CONFIRM, "MaXacThuc"]
    if not all(isinstance(message.get(name), str) for name in wanted):
        raise NoticeError("A field is missing.", reference)
    found = {name: message[name] for name in wanted}
    if not all(map(_is_plain, found.values())):
        raise NoticeError("A field holds what is no text.", reference)
    return found


def _is_plain(text: str) -> bool:
    """Return whether the text can be written down: JSON may spell half a character, and a NUL."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _json(answer: Answer) -> dict[str, Any]:
    try:
        loaded = json.loads(answer.body)
    except ValueError as error:
        raise GatewayError(f"The platform answered with status {answer.status} and no JSON.") from error
    if answer.status != 200 or not isinstance(loaded, dict):
        raise GatewayError(f"The platform answered with status {answer.status}.")
    return loaded


def _empty(reference: str, partner: str, outcome: Outcome) -> Confirmation:
    return Confirmation(reference=reference, partner=partner, amount=0, outcome=outcome, transaction_code="", bank="")


def _receipt(order: Order) -> dict[str, Any]:
    """ThongTinBienLai; districts are gone since 2025-07-01, so HuyenNguoiNop stays empty, as do penalty fields."""
    fees = [
        {
            "LoaiPhiLePhi": "1",
            "MaPhiLePhi": line.code,
            "TenPhiLePhi": line.name,
            "SoTien": str(line.amount),
        }
        for line in order.lines
    ]
    details = order.details
    return {
        "MaDichVu": details.get("MaTTHC", ""),
        "MaDVC": f"{details.get('MaTTHC', '')}.01",
        "TenDVC": order.description[:250],
        "MaTTHC": details.get("MaTTHC", ""),
        "TenTTHC": details.get("TenTTHC", "")[:250],
        "MaDonVi": details.get("MaDonVi", ""),
        "TenDonVi": details.get("TenDonVi", ""),
        "MaHoSo": details.get("MaHoSo", ""),
        "TKThuHuong": "",
        "MaNHThuHuong": "",
        "TenTKThuHuong": details.get("TenDonVi", ""),
        "PhiLePhi": fees,
        "NoiDungThanhToan": order.description[:250],
        "HoTenNguoiNop": order.payer_name,
        "SoCMNDNguoiNop": "",
        "DiaChiNguoiNop": "",
        "HuyenNguoiNop": "",
        "TinhNguoiNop": "",
        "DSKhoanNop": [{"NoiDung": line.name, "SoTien": str(line.amount)} for line in order.lines],
    }
