"""Confirmations: a genuine one settles once, anything else changes nothing and is kept with our verdict on it."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from payments import services
from payments.events import fee_paid
from payments.models import FeeRequest, GatewayNotice, PaymentAttempt
from payments.states import AttemptState, FeeState, Verdict
from tests import factories
from tests.payments.conftest import ORDER, PARTNER, SECRET, another, begun, message, tell


def _verdicts() -> list[str]:
    return list(GatewayNotice.objects.order_by("pk").values_list("verdict", flat=True))


def _is_untouched(attempt: PaymentAttempt) -> bool:
    attempt.refresh_from_db()
    fee = FeeRequest.objects.get(pk=attempt.fee_id)
    return attempt.state == AttemptState.STARTED and fee.state == FeeState.DUE


def test_a_genuine_confirmation_pays_the_fee(attempt: PaymentAttempt) -> None:
    answer = tell(message(attempt))
    assert FeeRequest.objects.get(pk=attempt.fee_id).state == FeeState.PAID
    assert answer["MaLoi"] == "00"
    assert _verdicts() == [Verdict.SETTLED]


def test_the_answer_is_signed_as_the_contract_says(attempt: PaymentAttempt) -> None:
    answer = tell(message(attempt))
    names = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
    joined = "|".join([*(answer[name] for name in names), SECRET])
    assert answer["MaXacThuc"] == hashlib.sha256(joined.encode()).hexdigest()


def test_a_hundred_replays_are_one_payment_and_the_same_answer(attempt: PaymentAttempt) -> None:
    answers = [tell(message(attempt))["MaLoi"] for _ in range(100)]
    assert set(answers) == {"00"}
    assert _verdicts() == [Verdict.SETTLED] + [Verdict.REPEATED] * 99


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_payment() -> None:
    attempt = begun()
    heard: list[int] = []

    def listen(**news: Any) -> None:
        heard.append(news["amount"])

    fee_paid.connect(listen)

    def call(_place: int) -> str:
        try:
            return tell(message(attempt))["MaLoi"]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(call, range(20)))
    fee_paid.disconnect(listen)
    assert answers == ["00"] * 20
    assert heard == [16_000]
    assert _verdicts().count(Verdict.SETTLED) == 1


@pytest.mark.parametrize("field", ORDER)
def test_a_field_changed_after_signing_is_a_forgery(attempt: PaymentAttempt, field: str) -> None:
    body = message(attempt)
    body[field] = body[field] + "1" if field != "MaThamChieu" else body[field]
    if field == "MaThamChieu":
        body["MaXacThuc"] = "0" * 64
    assert tell(body)["MaLoi"] == "97"
    assert _is_untouched(attempt)
    assert _verdicts() == [Verdict.FORGED]


@pytest.mark.parametrize("checksum", ["", "0" * 64, "UPPER", "g" * 64])
def test_a_missing_or_wrong_checksum_changes_nothing(attempt: PaymentAttempt, checksum: str) -> None:
    body = message(attempt)
    body["MaXacThuc"] = body["MaXacThuc"].upper() if checksum == "UPPER" else checksum
    tell(body)
    assert _is_untouched(attempt)
    assert _verdicts() == [Verdict.FORGED]


AMOUNTS = ["15999", "16001", "-16000", "1.6e4", "16000.00", " 16000", "+16000", "１６０００", "0", "", "016000"]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_another_amount_is_not_a_payment_even_when_signed(attempt: PaymentAttempt, amount: str) -> None:
    assert tell(message(attempt, SoTien=amount))["MaLoi"] in {"04", "99"}
    assert _is_untouched(attempt)
    assert _verdicts()[0] in {Verdict.WRONG_AMOUNT, Verdict.MALFORMED}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"MaDoiTac": "SOMEBODYELSE"}, Verdict.WRONG_PARTNER),
        ({"MaTienTe": "USD"}, Verdict.MALFORMED),
        ({"LoaiBanTin": "INIT"}, Verdict.MALFORMED),
        ({"MaThamChieu": "BD999999"}, Verdict.UNKNOWN_ORDER),
    ],
)
def test_what_is_not_for_this_payment_changes_nothing(
    attempt: PaymentAttempt, changes: dict[str, str], verdict: Verdict
) -> None:
    tell(message(attempt, **changes))
    assert _is_untouched(attempt)
    assert _verdicts() == [verdict]


RUBBISH = [b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"MaThamChieu": {"a": 1}}', b"1" * 1_000_000, b"[" * 5000]


@pytest.mark.parametrize("body", RUBBISH)
def test_rubbish_is_answered_and_kept(attempt: PaymentAttempt, body: bytes) -> None:
    assert tell(body)["MaLoi"] == "99"
    assert _verdicts() == [Verdict.MALFORMED]


@pytest.mark.parametrize("sign", ["\\ud800", "\\u0000"])
def test_what_json_can_spell_and_no_text_can_hold_changes_nothing(attempt: PaymentAttempt, sign: str) -> None:
    for field in ("MaThamChieu", "MaGiaoDich", "MaXacThuc"):
        body = json.dumps(message(attempt) | {field: "HERE"}).replace("HERE", sign).encode()
        assert tell(body)["MaLoi"] == "99"
        assert tell(b'{"MaThamChieu": "' + sign.encode() + b'"}')["MaLoi"] == "99"
    assert _is_untouched(attempt)
    assert set(_verdicts()) == {Verdict.MALFORMED}


def test_a_field_given_twice_is_refused(attempt: PaymentAttempt) -> None:
    body = json.dumps(message(attempt))
    tell((body[:-1] + f', "SoTien": "{attempt.amount}"}}').encode())
    assert _is_untouched(attempt)


def test_a_declined_payment_leaves_the_fee_due(attempt: PaymentAttempt) -> None:
    tell(message(attempt, MaLoi="24"))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FAILED
    assert FeeRequest.objects.get(pk=attempt.fee_id).state == FeeState.DUE


def test_a_second_payment_of_the_same_fee_is_surplus(attempt: PaymentAttempt) -> None:
    second = another(attempt.fee)
    tell(message(attempt))
    assert tell(message(second))["MaLoi"] == "00"
    second.refresh_from_db()
    assert second.state == AttemptState.SURPLUS


def test_money_for_a_cancelled_fee_is_surplus(attempt: PaymentAttempt) -> None:
    services.cancel_fee(reference=attempt.fee.reference, at=factories.NOW)
    tell(message(attempt))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SURPLUS
    assert FeeRequest.objects.get(pk=attempt.fee_id).state == FeeState.CANCELLED


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(amount=st.text(max_size=20))
def test_only_the_exact_digits_pay(attempt: PaymentAttempt, amount: str) -> None:
    if amount == str(attempt.amount):
        return
    tell(message(attempt, SoTien=amount))
    assert _is_untouched(attempt)


def test_the_door_takes_rubbish_without_breaking_and_asks_for_no_csrf(client: Client, db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("payments:paygov_confirmation"), b"rubbish", content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["MaDoiTac"] == PARTNER
