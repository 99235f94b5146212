"""What the payment platform does: opens payments, takes the citizen's decision, tells how a payment stands."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from portal.sandbox import settings
from portal.sandbox.faults import knobs
from portal.sandbox.paygov import messages
from portal.sandbox.paygov.models import Confirmation, Transaction
from portal.sandbox.wire import BadMessageError, is_stamp, stamp

BANK: Final = "SANDBOXBANK"
LATE: Final = timedelta(seconds=30)
_LEASE: Final = timedelta(seconds=30)
_REFERENCE: Final = re.compile(r"[A-Za-z0-9]{1,40}")
_AMOUNT: Final = re.compile(r"[1-9][0-9]{0,14}")
_NAME_LENGTH: Final = 250
# What a citizen may do at the bank: (TrangThaiGD, MaLoi).
PAID, CANCELLED, NO_FUNDS = ("1", "00"), ("2", "24"), ("2", "51")


class RefusedError(Exception):
    """A message that is refused; `code` is the error_code of the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check(kind: str, body: Mapping[str, Any]) -> None:
    """Check what every message carries; raises `RefusedError`, or `BadMessageError` when it cannot be read."""
    if body.get("LoaiBanTin") != kind or body.get("PhienBan") != messages.VERSION:
        raise RefusedError("01", f"LoaiBanTin phải là {kind}, PhienBan phải là {messages.VERSION}.")
    if not messages.is_genuine(kind, body):
        raise RefusedError("03", "Sai mã xác thực.")
    if body["MaDoiTac"] != settings.PAYGOV_PARTNER:
        raise RefusedError("02", "Đối tác không được đăng ký.")
    if not is_stamp(body["ThoiGianGD"]):
        raise RefusedError("01", "ThoiGianGD phải có dạng yyyyMMddHHmmss.")


@transaction.atomic
def open_payment(body: Mapping[str, Any], *, at: datetime) -> Transaction:
    """Return the payment that INIT asks for; raises `RefusedError`, also when MaThamChieu was used before."""
    check("INIT", body)
    if not _REFERENCE.fullmatch(body["MaThamChieu"]):
        raise RefusedError("01", "MaThamChieu chỉ gồm chữ và số, tối đa 40 ký tự.")
    if not _AMOUNT.fullmatch(body["SoTien"]) or body["MaTienTe"] != "VND":
        raise RefusedError("01", "SoTien phải là số nguyên dương, MaTienTe phải là VND.")
    _check_receipt(body.get("ThongTinBienLai"), int(body["SoTien"]))
    if Transaction.objects.filter(reference=body["MaThamChieu"]).exists():
        raise RefusedError("04", "MaThamChieu đã tồn tại.")
    return Transaction.objects.create(
        reference=body["MaThamChieu"],
        token=secrets.token_urlsafe(24),
        amount=int(body["SoTien"]),
        init=dict(body),
        started_at=at,
    )


def find(body: Mapping[str, Any]) -> Transaction:
    """Return the payment that a message names; raises `RefusedError`."""
    payment = Transaction.objects.filter(reference=body["MaThamChieu"]).first()
    if payment is None:
        raise RefusedError("05", "Không tìm thấy giao dịch.")
    return payment


@transaction.atomic
def finish(
    payment: Transaction, outcome: tuple[str, str], *, tell_at: datetime | None, at: datetime
) -> Confirmation | None:
    """Record what the citizen did, once; return the CONFIRM that is owed, unless `tell_at` says that none is sent."""
    state, error = outcome
    code = f"PG{at:%y%m%d}{secrets.randbelow(10**10):010}"
    changed = Transaction.objects.filter(pk=payment.pk, state="0").update(
        state=state, error=error, code=code, bank=BANK, finished_at=at
    )
    payment.refresh_from_db()
    if not changed or tell_at is None:
        return None
    # The caller delivers what is due now; the lease keeps the worker from doing it at the same time.
    due = tell_at if tell_at > at else at + _LEASE
    return Confirmation.objects.create(transaction=payment, body=confirm(payment), due_at=due)


def confirm(payment: Transaction) -> dict[str, Any]:
    """Return the signed CONFIRM of a finished payment."""
    return messages.signed("CONFIRM", {"LoaiBanTin": "CONFIRM", **_facts(payment)})


def query_answer(payment: Transaction) -> dict[str, Any]:
    """Return the signed answer to QUERY; an open payment also tells where it can be paid (ours)."""
    body = {"LoaiBanTin": "QUERY", **_facts(payment), "TrangThaiGD": payment.state}
    pay = {"UrlThanhToan": pay_url(payment)} if payment.is_open else {}
    return {"error_code": "0", "message": "Thành công", **messages.signed("QUERY_ANSWER", body), **pay}


def pay_url(payment: Transaction) -> str:
    return f"{settings.SANDBOX_URL}/paygov/pay/{payment.token}"


def return_url(payment: Transaction) -> str:
    """Return where the citizen goes afterwards: UrlQuayLai when INIT carried one below the portal's address."""
    base = knobs.value("public_url")
    asked = str(payment.init.get("UrlQuayLai", ""))
    return asked if asked.startswith(f"{base}/") else f"{base}/thanh-toan/ket-qua/{payment.reference}/"


def _facts(payment: Transaction) -> dict[str, str]:
    return {
        "MaLoi": payment.error or "00",
        "MaDoiTac": settings.PAYGOV_PARTNER,
        "MaThamChieu": payment.reference,
        "SoTien": str(payment.amount),
        "MaTienTe": "VND",
        "MaGiaoDich": payment.code,
        "MaNganHang": payment.bank,
        "ThoiGianGD": stamp(payment.finished_at or payment.started_at),
        "ThongTinGiaoDich": str(payment.init["ThongTinGiaoDich"]),
    }


def _check_receipt(receipt: object, amount: int) -> None:
    if not isinstance(receipt, dict):
        raise RefusedError("01", "Thiếu ThongTinBienLai.")
    if len(str(receipt.get("TenTTHC", ""))) > _NAME_LENGTH:
        raise RefusedError("01", "TenTTHC dài quá 250 ký tự.")
    try:
        total = sum(int(line["SoTien"]) for line in receipt["DSKhoanNop"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadMessageError("DSKhoanNop phải là danh sách {NoiDung, SoTien}.") from error
    if total != amount:
        raise RefusedError("01", "Tổng DSKhoanNop khác SoTien.")
