"""A fee that waits, and the platform's hand on the telephone."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from payments import services
from payments.models import FeeRequest, PaymentAttempt
from procedures.definition import FeeLine
from tests import factories
from tests.processes import neighbours, sandbox_process

__all__ = ["neighbours", "sandbox_process"]

# The order in which the platform joins a confirmation's values (domain contract, version 1.0.6).
ORDER = (
    *("LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang"),
    *("ThoiGianGD", "ThongTinGiaoDich"),
)
PARTNER, SECRET = "TESTPARTNER", "a secret of the tests"


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PAYGOV_PARTNER, settings.PAYGOV_SECRET = PARTNER, SECRET


@pytest.fixture
def attempt(db: None) -> PaymentAttempt:
    """A payment of 16,000 VND that has begun."""
    return begun()


def begun(reference: str = "case:0:filing") -> PaymentAttempt:
    """Return a payment that has begun, of a fee with this reference."""
    fee = services.request_fee(
        reference=reference,
        description="Cấp bản sao",
        details={"MaTTHC": "2.000635", "TenDonVi": "UBND phường Thử Nghiệm"},
        lines=[FeeLine("PHI", "Phí cấp bản sao", "PHI", 8000, 2)],
        payer_name="Nguyễn Văn An",
        at=factories.NOW,
    )
    return another(fee)


def another(fee: FeeRequest) -> PaymentAttempt:
    """Return one more attempt at paying `fee`."""
    return PaymentAttempt.objects.create(
        fee=fee,
        provider="paygov",
        reference=f"BD{fee.pk:06}{fee.attempts.count()}",
        amount=fee.amount,
        started_at=factories.NOW,
        next_query_at=factories.NOW,
    )


def message(attempt: PaymentAttempt, **changes: str) -> dict[str, str]:
    """Return the confirmation that the platform would send, with `changes` made before it is signed."""
    values = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": PARTNER,
        "MaThamChieu": attempt.reference,
        "SoTien": str(attempt.amount),
        "MaTienTe": "VND",
        "MaGiaoDich": f"GD{attempt.pk}",
        "MaNganHang": "NGANHANG",
        "ThoiGianGD": "20261124091500",
        "ThongTinGiaoDich": "Thanh toan phi",
    } | changes
    joined = "|".join([*(values[name] for name in ORDER), SECRET])
    return values | {"MaXacThuc": hashlib.sha256(joined.encode()).hexdigest()}


def tell(body: dict[str, str] | bytes) -> dict[str, str]:
    """Let the platform call; return what it hears."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return services.receive_confirmation(body=content, at=factories.NOW)
