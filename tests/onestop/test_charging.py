"""Money asked for in the middle of handling, and only what the procedure publishes for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import acts
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.services import charging, suspending
from onestop.states import Action, State
from payments import events
from payments.models import FeeRequest
from payments.services import take_cash
from payments.states import FeeState
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import DOCUMENTS, EXTRACT, NOW, Office

SURVEY: dict[str, Any] = {
    "code": "PHI_THAM_DINH",
    "name": "Phí thẩm định thực địa",
    "kind": "PHI",
    "amount": 150_000,
    "per": "CASE",
    "timing": "ON_DEMAND",
    "illustrative": True,
}


@pytest.fixture
def office(db: None) -> Office:
    factories.published(EXTRACT, fees=[*DOCUMENTS[EXTRACT]["fees"], SURVEY])
    return factories.office()


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by)


def ask(office: Office, case: Case, *fees: str) -> FeeRequest:
    return charging.require_payment(case_id=case.pk, actor=office.officer, fees=fees, note="Đo thực địa", at=NOW)


def test_handling_waits_for_the_money_and_goes_on_when_it_came(office: Office, case: Case) -> None:
    fee = ask(office, case, "PHI_THAM_DINH")
    case.refresh_from_db()
    assert (case.state, fee.amount, fee.state) == (State.PAYMENT_REQUIRED, 150_000, FeeState.DUE)

    for _ in range(2):  # the news may come twice
        events.fee_paid.send(FeeRequest, fee_id=fee.pk, reference=fee.reference, amount=fee.amount, paid_at=NOW)
        factories.deliver_all(topic="onestop.fee_paid")

    case.refresh_from_db()
    assert case.state == State.PROCESSING
    assert case.events.filter(action=Action.SETTLE_DEMAND).count() == 1
    assert OutboxMessage.objects.filter(topic="national_portal.progress", key__contains=case.code or "").count() >= 5


def test_the_same_fee_asked_for_again_is_another_demand(office: Office, case: Case) -> None:
    first = ask(office, case, "PHI_THAM_DINH")
    charging.settle(case_id=case.pk, reference=first.reference, at=NOW)

    assert ask(office, case, "PHI_THAM_DINH").reference != first.reference


@pytest.mark.parametrize("fees", [(), ("PHI_BAN_SAO",), ("PHI_LA",), ("PHI_THAM_DINH", "PHI_LA")])
def test_what_is_not_published_for_it_cannot_be_asked_for(office: Office, case: Case, fees: tuple[str, ...]) -> None:
    with pytest.raises(ActionNotAllowedError):
        ask(office, case, *fees)


def test_a_stopped_case_asks_for_nothing_any_more(office: Office, case: Case) -> None:
    fee = ask(office, case, "PHI_THAM_DINH")

    suspending.stop(case_id=case.pk, actor=office.officer, reason="Không còn nhu cầu", at=NOW)

    fee.refresh_from_db()
    assert fee.state == FeeState.CANCELLED


def test_a_procedure_without_such_a_fee_does_not_offer_it(office: Office, by: Account) -> None:
    factories.published(factories.BIRTH)
    birth = factories.accepted(office, by, factories.BIRTH)

    assert Action.REQUIRE_PAYMENT not in {act.action for act in acts.possible(birth, office.officer, NOW)}


def test_the_applicant_is_shown_what_to_pay_while_the_case_waits_for_it(
    client: Client, office: Office, by: Account, case: Case
) -> None:
    fee = ask(office, case, "PHI_THAM_DINH")
    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    page, way = reverse("onestop:case", args=[case.uuid]), reverse("payments:fee", args=[fee.uuid])

    assert way in client.get(page).content.decode()
    take_cash(reference=fee.reference, cashier=office.clerk.account, place=office.centre, at=NOW)
    assert way not in client.get(page).content.decode()
