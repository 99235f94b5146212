"""Paying through the real sandbox, and what is put on paper."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from onestop.services import filing
from payments import services
from payments.errors import FeeNotDueError, GatewayUnavailableError
from payments.models import FeeRequest, PaymentAttempt, Receipt
from payments.states import AttemptState, FeeState
from portal.core import files
from procedures.definition import FeeLine
from tests import factories
from tests.payments.conftest import begun, message, tell
from tests.processes import Neighbour
from tests.sandbox.world import World

RETURN = "http://127.0.0.1:8000/thanh-toan/ket-qua/"


def _fee(*lines: FeeLine, reference: str = "case:1:filing") -> FeeRequest:
    return services.request_fee(
        reference=reference,
        description="Cấp bản sao trích lục",
        details={"MaTTHC": "2.000635", "TenTTHC": "Cấp bản sao", "MaDonVi": "H09", "TenDonVi": "UBND phường Thử"},
        lines=lines or (FeeLine("PHI", "Phí cấp bản sao", "PHI", 8000, 2),),
        payer_name="Nguyễn Thị Ánh Nguyệt",
        at=factories.NOW,
    )


def _start(fee: FeeRequest) -> PaymentAttempt:
    return services.start_attempt(fee_id=fee.pk, return_url=RETURN, ip="127.0.0.1", at=factories.NOW)


@pytest.mark.django_db
def test_a_payment_whose_callback_never_came_is_asked_for(neighbours: World) -> None:
    attempt = _start(_fee())
    httpx.post(attempt.pay_url, data={"choice": "khong-bao"}, trust_env=False)
    assert services.query_pending(now=factories.NOW + timedelta(minutes=3)) == 1
    assert FeeRequest.objects.get().state == FeeState.PAID


@pytest.mark.django_db
def test_a_payment_that_nobody_made_stays_open(neighbours: World) -> None:
    attempt = _start(_fee())
    assert services.query_pending(now=factories.NOW + timedelta(minutes=3)) == 0
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.STARTED
    assert attempt.next_query_at is not None


@pytest.mark.django_db
def test_the_bank_page_is_opened_once_for_two_clicks(neighbours: World) -> None:
    fee = _fee()
    assert _start(fee).pay_url == _start(fee).pay_url
    assert fee.attempts.count() == 1


@pytest.mark.django_db
def test_a_paid_fee_cannot_be_begun_again(neighbours: World) -> None:
    attempt = begun()
    FeeRequest.objects.filter(pk=attempt.fee_id).update(state=FeeState.PAID, paid_at=factories.NOW)
    with pytest.raises(FeeNotDueError):
        _start(attempt.fee)


@pytest.mark.django_db
def test_a_platform_that_is_away_is_told_and_nothing_is_charged(
    neighbours: World, sandbox_process: Neighbour, settings: Any
) -> None:
    settings.PAYGOV_URL = "http://127.0.0.1:9/paygov"
    with pytest.raises(GatewayUnavailableError):
        _start(_fee())
    assert FeeRequest.objects.get().state == FeeState.DUE


@pytest.mark.django_db
def test_an_answer_lost_on_the_way_does_not_lose_the_payment(neighbours: World) -> None:
    neighbours.plan("paygov.init", "drop_after")
    fee = _fee()
    with pytest.raises(GatewayUnavailableError):
        _start(fee)
    assert _start(fee).pay_url
    assert fee.attempts.count() == 2


@pytest.mark.django_db
def test_the_platforms_bill_is_kept(neighbours: World) -> None:
    attempt = _start(_fee())
    httpx.post(attempt.pay_url, data={"choice": "khong-bao"}, trust_env=False)
    services.fetch_bill(attempt_id=attempt.pk, at=factories.NOW)
    attempt.refresh_from_db()
    assert attempt.bill is not None
    assert files.read(attempt.bill).startswith(b"%PDF")


@pytest.mark.django_db
def test_fees_of_two_kinds_get_two_receipts_in_good_vietnamese() -> None:
    fee = _fee(FeeLine("A", "Phí cấp bản sao", "PHI", 8000, 2), FeeLine("B", "Lệ phí quá hạn", "LE_PHI", 5000, 1))
    services.issue_receipts(fee_id=fee.pk, at=factories.NOW)
    services.issue_receipts(fee_id=fee.pk, at=factories.NOW)
    receipts = {receipt.kind: receipt for receipt in Receipt.objects.select_related("file")}
    assert {kind: receipt.amount for kind, receipt in receipts.items()} == {"PHI": 16_000, "LE_PHI": 5_000}
    assert receipts["PHI"].file is not None
    with pikepdf.open(io.BytesIO(files.read(receipts["PHI"].file))) as document:
        assert len(document.pages) == 1


@pytest.mark.django_db(transaction=True)
def test_receipt_numbers_given_at_once_are_dense() -> None:
    fees = [_fee(reference=f"case:{number}:filing") for number in range(8)]

    def issue(fee: FeeRequest) -> None:
        try:
            services.issue_receipts(fee_id=fee.pk, at=factories.NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(issue, fees))
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 9))


@pytest.mark.django_db
def test_a_strangers_fee_is_not_found(client: Client) -> None:
    fee = _fee()
    client.force_login(factories.citizen(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("payments:fee", args=[fee.uuid])).status_code == 404


@pytest.mark.django_db
def test_the_return_page_believes_our_records_not_its_address(client: Client) -> None:
    factories.office()
    factories.published(factories.EXTRACT)
    person = factories.citizen()
    case = factories.draft(person)
    case = filing.submit(draft_id=case.pk, account=person, at=factories.NOW)
    attempt = begun_for(case.uuid)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("payments:result", args=[attempt.reference])
    assert "Đang chờ ngân hàng" in client.get(address + "?MaLoi=00").content.decode()
    tell(message(attempt))
    assert "Tiền đã đến" in client.get(address).content.decode()


def begun_for(uuid: object) -> PaymentAttempt:
    fee = FeeRequest.objects.get(reference=f"case:{uuid}:filing")
    return PaymentAttempt.objects.create(
        fee=fee, provider="paygov", reference="BDRETURN1", amount=fee.amount, started_at=factories.NOW
    )


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["%00", "BD%00", "²", "x" * 3000])
def test_a_reference_that_is_none_leads_nowhere(client: Client, reference: str) -> None:
    client.force_login(factories.citizen(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/thanh-toan/ket-qua/{reference}/").status_code == 404
