"""Fees after filing: due with a supplement or with the result, in cash at the counter, and paid back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Appointment
from identity.officers import Seat
from identity.services import account_at_counter
from identity.states import Role
from onestop import acts, queries
from onestop.errors import ActionNotAllowedError, FeesUnpaidError
from onestop.kinds import DocumentKind
from onestop.models import Case
from onestop.references import of_case
from onestop.services import (
    cash,
    charging,
    correcting,
    counter,
    filing,
    receiving,
    requesting,
    returning,
    suspending,
    withdrawing,
)
from onestop.states import Action, State
from payments import events
from payments.errors import FeeNotDueError, NotPaidInCashError, RefundReasonMissingError
from payments.models import CashPayment, CashRefund, FeeRequest, Receipt
from payments.services import cancel_fee, void_receipt
from payments.states import FeeState
from tests import factories
from tests.core import paper
from tests.factories import DOCUMENTS, EXTRACT, NOW, Office
from tests.onestop.test_counter import PAPERS
from tests.onestop.test_integrity import broken

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ID = "074085001234"


def fee(code: str, kind: str, amount: int, timing: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": code,
        "kind": kind,
        "amount": amount,
        "per": "CASE",
        "timing": timing,
        "illustrative": True,
    }


LATER = [
    fee("PHI_BO_SUNG", "PHI", 20_000, "SUPPLEMENT"),
    fee("LE_PHI_KET_QUA", "LE_PHI", 30_000, "RETURN"),
    fee("PHI_KET_QUA", "PHI", 50_000, "RETURN"),
    fee("PHI_THAM_DINH", "PHI", 150_000, "ON_DEMAND"),
]


@pytest.fixture
def office(db: None) -> Office:
    factories.published(EXTRACT, fees=[*DOCUMENTS[EXTRACT]["fees"], *LATER])
    return factories.office()


@pytest.fixture
def ready(office: Office, by: Account) -> Case:
    """A case whose result lies at the counter, with 80,000 VND to be paid on collecting it."""
    return factories.at_counter(office, by, delivery="PICK_UP")


@pytest.fixture
def desk(client: Client, office: Office) -> Client:
    client.force_login(office.clerk.account, backend=BACKEND)
    return client


def due(case: Case) -> FeeRequest:
    return FeeRequest.objects.get(reference__startswith=f"case:{case.uuid}:", state=FeeState.DUE)


def take(case: Case, actor: Seat) -> Case:
    return cash.take_fee(case_id=case.pk, fee=due(case).uuid, actor=actor, at=NOW)


def handed_over(office: Office, case: Case) -> Case:
    return returning.return_result(case_id=case.pk, actor=office.clerk, at=NOW, checked_id_number=ID)


# --- with the result -------------------------------------------------------------------------


def test_the_result_is_not_handed_over_before_its_fee_is_paid(office: Office, ready: Case) -> None:
    with pytest.raises(FeesUnpaidError, match=r"80\.000"):
        handed_over(office, ready)
    take(ready, office.clerk)

    assert handed_over(office, ready).state == State.RETURNED
    kinds = Receipt.objects.filter(fee__reference=f"case:{ready.uuid}:return").values_list("kind", "amount")
    assert set(kinds) == {("PHI", 50_000), ("LE_PHI", 30_000)}


def test_the_desk_shows_the_money_in_place_of_the_handing_over(desk: Client, office: Office, ready: Case) -> None:
    page = reverse("onestop:desk_case", args=[ready.code])
    button = reverse("onestop:counter_cash", args=[ready.uuid, due(ready).uuid])
    shown = desk.get(page).content.decode()
    assert button in shown and "80.000 đồng" in shown
    assert Action.RETURN_RESULT not in {act.action for act in acts.possible(ready, office.clerk, NOW)}

    assert desk.post(button)["Location"] == page
    assert button not in desk.get(page).content.decode()
    assert Action.RETURN_RESULT in {act.action for act in acts.possible(ready, office.clerk, NOW)}


def test_a_result_sent_online_waits_for_its_fee(client: Client, office: Office, by: Account) -> None:
    case = factories.at_counter(office, by)
    assert case.state == State.DECIDED
    client.force_login(by, backend=BACKEND)
    page = client.get(reverse("onestop:case", args=[case.uuid]))
    assert reverse("payments:fee", args=[due(case).uuid]) in page.content.decode()
    result = case.documents.get(kind=DocumentKind.RESULT)
    address = reverse("onestop:my_document", args=[case.uuid, result.uuid])
    assert client.get(address).status_code == 404

    fee = due(case)
    FeeRequest.objects.filter(pk=fee.pk).update(state=FeeState.PAID, paid_at=NOW)
    for _ in range(2):  # the news may come twice
        events.fee_paid.send(FeeRequest, fee_id=fee.pk, reference=fee.reference, amount=fee.amount, paid_at=NOW)
        factories.deliver_all(topic="onestop.fee_paid")

    case.refresh_from_db()
    assert case.state == State.RETURNED
    assert client.get(address).status_code == 200


# --- with a supplement, on demand ------------------------------------------------------------


def test_a_supplement_asks_for_its_fee_and_ending_the_case_takes_it_back(office: Office, by: Account) -> None:
    case = factories.filed(by)
    requesting.request_supplement(
        case_id=case.pk, actor=office.clerk, text="Thiếu", items=["phone"], due_at=NOW + timedelta(days=5), at=NOW
    )
    asked = due(case)
    assert (asked.amount, [line["code"] for line in asked.lines]) == (20_000, ["PHI_BO_SUNG"])

    withdrawing.withdraw(case_id=case.pk, account=by, reason="Đổi ý", at=NOW)
    asked.refresh_from_db()
    assert asked.state == FeeState.CANCELLED


def test_a_demand_paid_in_cash_lets_handling_go_on_in_the_clerks_name(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    charging.require_payment(case_id=case.pk, actor=office.officer, fees=["PHI_THAM_DINH"], note="Đo", at=NOW)

    assert take(case, office.clerk).state == State.PROCESSING
    assert case.events.get(action=Action.SETTLE_DEMAND).actor == office.clerk.account
    factories.deliver_all(topic="onestop.fee_paid")
    assert case.events.filter(action=Action.SETTLE_DEMAND).count() == 1


def test_what_was_to_be_paid_is_awaited_again_when_a_withdrawal_is_refused(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    charging.require_payment(case_id=case.pk, actor=office.officer, fees=["PHI_THAM_DINH"], note="Đo", at=NOW)
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Thôi", at=NOW)
    refuse: dict[str, Any] = {
        "case_id": case.pk,
        "actor": office.officer,
        "agrees": False,
        "reason": "Đã đo",
        "at": NOW,
    }
    assert withdrawing.answer_withdrawal(**refuse).state == State.PAYMENT_REQUIRED

    withdrawing.withdraw(case_id=case.pk, account=by, reason="Thôi", at=NOW)
    take(case, office.clerk)  # paid while it is thought about
    assert withdrawing.answer_withdrawal(**refuse).state == State.PROCESSING


def test_money_stays_for_a_result_that_is_in_force_whatever_became_of_its_correction(
    office: Office, ready: Case
) -> None:
    paid = due(ready)
    take(ready, office.clerk)
    correcting.correct(case_id=ready.pk, actor=office.leader, reason="Sai năm", at=NOW)
    suspending.stop(case_id=ready.pk, actor=office.officer, reason="Bản đã cấp là đúng", at=NOW)
    with pytest.raises(ActionNotAllowedError):
        cash.pay_back(case_id=ready.pk, fee=paid.uuid, actor=office.clerk, reason="Xin lại", at=NOW)


def test_only_a_clerk_of_the_receiving_centre_takes_money(office: Office, ready: Case) -> None:
    elsewhere = factories.office("H09.25750", "25750")
    for somebody in (elsewhere.clerk, office.head, office.officer, office.leader):
        with pytest.raises(ActionNotAllowedError):
            take(ready, somebody)
    assert not CashPayment.objects.exists()


def test_a_fee_of_another_case_is_not_taken_with_this_one(office: Office, by: Account, ready: Case) -> None:
    other = factories.at_counter(office, by, delivery="PICK_UP")
    with pytest.raises(ActionNotAllowedError):
        cash.take_fee(case_id=ready.pk, fee=due(other).uuid, actor=office.clerk, at=NOW)


def test_a_cancelled_fee_takes_no_cash(office: Office, ready: Case) -> None:
    asked = due(ready)
    cancel_fee(reference=asked.reference, at=NOW)
    with pytest.raises(FeeNotDueError):
        cash.take_fee(case_id=ready.pk, fee=asked.uuid, actor=office.clerk, at=NOW)


def test_the_fee_at_filing_of_an_online_case_is_not_for_the_counter(office: Office, by: Account) -> None:
    case = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        take(case, office.clerk)


# --- paid back -------------------------------------------------------------------------------


@pytest.fixture
def rejected(office: Office) -> Case:
    """A case of the counter whose fee of 16,000 VND was taken in cash, and that was not accepted."""
    person = account_at_counter(national_id=ID, full_name="Trần Thị Sáu", phone="", email="")
    case = counter.begin(account=person, code=EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    filing.save_answers(draft_id=case.pk, answers=factories.extract_answers(delivery="PICK_UP"), at=NOW)
    counter.file_for(draft_id=case.pk, actor=office.clerk, papers=PAPERS, in_cash=True, accepts=False, at=NOW)
    return receiving.reject(case_id=case.pk, actor=office.clerk, reason="Không thuộc thẩm quyền", at=NOW)


def back(office: Office, case: Case, *, reason: str = "Hồ sơ bị từ chối", actor: Seat | None = None) -> CashRefund:
    paid = queries.fees_of(case)[0]
    return cash.pay_back(case_id=case.pk, fee=paid.uuid, actor=actor or office.clerk, reason=reason, at=NOW)


def test_cash_is_paid_back_once_with_a_numbered_voucher(office: Office, rejected: Case) -> None:
    first, second = back(office, rejected), back(office, rejected)

    assert first == second
    assert (str(first), first.cashier) == (f"{office.centre.code}-CHI-26 0000001", office.clerk.account)
    fee = queries.fees_of(rejected)[0]
    assert (fee.state, fee.paid_at) == (FeeState.REFUNDED, NOW)
    assert not Receipt.objects.exclude(voided_at=None).exists()
    with pytest.raises(NotPaidInCashError):
        void_receipt(receipt_id=Receipt.objects.get().pk, by=first.cashier, reason="Sai", at=NOW)


def test_money_stays_where_the_case_goes_on_or_had_its_result(office: Office, ready: Case) -> None:
    take(ready, office.clerk)
    paid = next(one for one in queries.fees_of(ready) if one.taken_in_cash)
    for case in (ready, handed_over(office, ready)):
        with pytest.raises(ActionNotAllowedError):
            cash.pay_back(case_id=case.pk, fee=paid.uuid, actor=office.clerk, reason="x", at=NOW)


def test_money_is_paid_back_with_a_reason_by_a_clerk_of_the_centre(office: Office, rejected: Case) -> None:
    with pytest.raises(RefundReasonMissingError):
        back(office, rejected, reason=" ")
    elsewhere = factories.office("H09.25750", "25750")
    for somebody in (elsewhere.clerk, office.head, office.officer):
        with pytest.raises(ActionNotAllowedError):
            back(office, rejected, actor=somebody)
    assert not CashRefund.objects.exists()


def test_what_was_paid_online_is_not_paid_back_in_cash(office: Office, by: Account) -> None:
    case = factories.filed(by)
    withdrawing.withdraw(case_id=case.pk, account=by, reason="Đổi ý", at=NOW)
    with pytest.raises(NotPaidInCashError):
        back(office, case)


def test_the_reckoning_counts_what_was_paid_back_on_its_own_day(desk: Client, office: Office, rejected: Case) -> None:
    paid = queries.fees_of(rejected)[0]
    next_day = NOW + timedelta(days=1)
    cash.pay_back(case_id=rejected.pk, fee=paid.uuid, actor=office.clerk, reason="Từ chối", at=next_day)

    book = reverse("onestop:cash_book")
    first, second = (desk.get(book, {"day": f"{day:%Y-%m-%d}"}).context["book"] for day in (NOW, next_day))
    assert (first.total, first.for_services, first.refunds) == (16_000, 16_000, [])
    voided = reverse("onestop:cash_void", args=[first.receipts[0].series, first.receipts[0].number])
    assert voided not in desk.get(book, {"day": f"{NOW:%Y-%m-%d}"}).content.decode(), "its money was paid back"
    assert (second.total, second.for_services, len(second.refunds)) == (-16_000, -16_000, 1)


def _void(office: Office, rejected: Case, ready: Case) -> None:
    Receipt.objects.filter(amount=30_000).update(voided_at=NOW, voided_by=office.clerk.account, void_reason="x")


def _forget_the_voucher(office: Office, rejected: Case, ready: Case) -> None:
    CashRefund.objects.all().delete()


def _forget_that_it_was_paid_back(office: Office, rejected: Case, ready: Case) -> None:
    FeeRequest.objects.filter(state=FeeState.REFUNDED).update(state=FeeState.PAID)


def _end(office: Office, rejected: Case, ready: Case) -> None:
    Case.objects.filter(pk=ready.pk).update(state=State.RETURNED)
    FeeRequest.objects.filter(reference__endswith=":return").update(state=FeeState.DUE, paid_at=None)


@pytest.mark.parametrize(
    ("breaks", "rules"),
    [
        (None, set()),
        (_void, {"cash_is_receipted"}),
        (_forget_the_voucher, {"paid_back_by_voucher"}),
        (_forget_that_it_was_paid_back, {"paid_back_by_voucher"}),
        (_end, {"cash_is_receipted", "ended_cases_owe_nothing"}),
    ],
)
def test_all_money_is_accounted_for(
    office: Office, rejected: Case, ready: Case, breaks: Callable[..., None] | None, rules: set[str]
) -> None:
    take(ready, office.clerk)
    back(office, rejected)
    if breaks:
        breaks(office, rejected, ready)

    assert broken() == rules


def test_the_voucher_is_printed_and_closed_to_other_counters(
    client: Client, desk: Client, office: Office, rejected: Case
) -> None:
    place = reverse("onestop:counter_pay_back", args=[rejected.uuid, queries.fees_of(rejected)[0].uuid])
    assert place in desk.get(reverse("onestop:desk_case", args=[rejected.code])).content.decode()
    answer = desk.post(place, {"reason": "Hồ sơ bị từ chối"})
    assert answer["Location"] == reverse("onestop:desk_case", args=[rejected.code])
    at_counter = desk.get(reverse("onestop:counter_case", args=[rejected.uuid])).content.decode()
    assert "Sang bước tiếp nhận" not in at_counter
    factories.deliver_all(timezone.now() + timedelta(seconds=1), topic="payments.voucher")

    refund = CashRefund.objects.get()
    address = reverse("onestop:cash_voucher", args=[refund.series, refund.number])
    text = paper.text_of(b"".join(desk.get(address)))
    for words in (
        "PHIẾU CHI",
        "Nguyễn Văn An",
        "Hồ sơ bị từ chối",
        "16.000",
        "Mười sáu nghìn đồng",
        "Nguyễn Thị Thu Hà",
    ):
        assert words in text, words
    elsewhere = factories.office("H09.25750", "25750").clerk.account
    assert elsewhere is not None
    client.force_login(elsewhere, backend=BACKEND)
    assert client.get(address).status_code == 404
    assert client.post(place, {"reason": "x"}).status_code == 404


# --- accepted as soon as it is paid ----------------------------------------------------------


def by_qr(office: Office, *, accepts: bool = True) -> Case:
    """Return a case that a clerk has filed and that waits for the person to pay by QR."""
    person = account_at_counter(national_id=ID, full_name="Trần Thị Sáu", phone="", email="")
    case = counter.begin(account=person, code=EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    filing.save_answers(draft_id=case.pk, answers=factories.extract_answers(delivery="PICK_UP"), at=NOW)
    return counter.file_for(
        draft_id=case.pk, actor=office.clerk, papers=PAPERS, in_cash=False, accepts=accepts, at=NOW
    )


def pay(case: Case) -> None:
    fee = due(case)
    FeeRequest.objects.filter(pk=fee.pk).update(state=FeeState.PAID, paid_at=NOW)
    for _ in range(2):
        events.fee_paid.send(FeeRequest, fee_id=fee.pk, reference=fee.reference, amount=fee.amount, paid_at=NOW)
        factories.deliver_all(topic="onestop.")
    case.refresh_from_db()


def test_a_case_paid_by_qr_is_accepted_by_itself_as_the_clerks_act(desk: Client, office: Office) -> None:
    case = by_qr(office)
    assert case.state == State.AWAITING_PAYMENT
    pay(case)

    assert case.state == State.PROCESSING
    acts_done = [(event.action, event.actor) for event in case.events.order_by("sequence")][1:]
    clerk = office.clerk.account
    assert acts_done == [(Action.SETTLE_FEE, None), (Action.ACCEPT, clerk), (Action.HAND_OVER, clerk)]
    page = desk.get(reverse("onestop:counter_case", args=[case.uuid])).content.decode()
    form_01 = case.documents.get(kind=DocumentKind.FORM_01)
    assert reverse("onestop:desk_document", args=[case.code, form_01.uuid]) in page


def test_the_counters_page_looks_again_until_the_money_and_the_acceptance_are_there(
    desk: Client, office: Office
) -> None:
    case = by_qr(office)
    page = reverse("onestop:counter_case", args=[case.uuid])
    assert "data-look-again" in desk.get(page).content.decode()
    FeeRequest.objects.update(state=FeeState.PAID, paid_at=NOW)
    filing.settle_filing_fee(case_id=case.pk, at=NOW)
    assert "data-look-again" in desk.get(page).content.decode()
    factories.deliver_all(topic="onestop.")  # accepted, and form 01 printed
    assert "data-look-again" not in desk.get(page).content.decode()


def _reject(office: Office, case: Case) -> None:
    filing.settle_filing_fee(case_id=case.pk, at=NOW)
    receiving.reject(case_id=case.pk, actor=office.clerk, reason="Nhầm", at=NOW)


def _leave(office: Office, case: Case) -> None:
    Appointment.objects.filter(account=office.clerk.account, role=Role.CLERK).delete()


@pytest.mark.parametrize(("meanwhile", "state"), [(_reject, State.REJECTED), (_leave, State.SUBMITTED)])
def test_what_somebody_decided_meanwhile_stays(
    office: Office, meanwhile: Callable[[Office, Case], None], state: State
) -> None:
    case = by_qr(office)
    meanwhile(office, case)
    FeeRequest.objects.filter(state=FeeState.CANCELLED).update(state=FeeState.DUE)
    pay(case)
    assert case.state == state


def test_without_that_wish_the_case_waits_for_the_clerk(office: Office) -> None:
    case = by_qr(office, accepts=False)
    pay(case)
    assert case.state == State.SUBMITTED


def test_cash_in_place_of_the_qr_accepts_too(office: Office) -> None:
    case = by_qr(office)
    take(case, office.clerk)
    factories.deliver_all(topic="onestop.")
    case.refresh_from_db()
    assert case.state == State.PROCESSING


def test_the_fees_of_a_case_are_found_by_an_index(office: Office, ready: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Index" in FeeRequest.objects.filter(of_case(ready), state=FeeState.DUE).explain()
    theirs = CashRefund.objects.filter(cashier=1).order_by("refunded_at")[:1]
    assert "refund_of_cashier" in theirs.explain()
