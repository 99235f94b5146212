"""At the counter: somebody is found or made known, filed for, receipted and accepted, in one walk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from identity.models import Account
from identity.services import account_at_counter, account_from_claims
from onestop import prefilling, queries
from onestop.errors import ActionNotAllowedError, PapersMissingError
from onestop.kinds import Channel, DocumentKind, Presented
from onestop.models import Case, PresentedPaper
from onestop.references import filing_fee
from onestop.services import cash, counter, filing, idle
from onestop.states import Action, State
from payments.errors import FeeNotDueError, VoidReasonMissingError
from payments.models import CashPayment, FeeRequest, Receipt
from payments.services import cancel_fee
from payments.states import FeeKind
from tests import factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAPERS = {
    "to_khai": Presented.ELECTRONIC,
    "van_ban_uy_quyen": Presented.NOT_NEEDED,
    "giay_to_tuy_than": Presented.SHOWN,
    "du_lieu_ho_tich": Presented.LOOKED_UP,
}


@pytest.fixture
def grandmother(office: Office) -> Account:
    return account_at_counter(
        national_id="074156001234", full_name="Trần Thị Sáu", phone="0987654321", email="sau@example.vn"
    )


@pytest.fixture
def desk(client: Client, office: Office) -> Client:
    client.force_login(office.clerk.account, backend=BACKEND)
    return client


def begun(office: Office, person: Account, **changes: object) -> Case:
    """Return a draft of the counter with complete answers."""
    case = counter.begin(account=person, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    return filing.save_answers(draft_id=case.pk, answers=factories.extract_answers(**changes), at=NOW)


def filed(office: Office, case: Case, *, in_cash: bool = True, accepts: bool = True) -> Case:
    """Return the draft filed by the clerk."""
    return counter.file_for(
        draft_id=case.pk, actor=office.clerk, papers=PAPERS, in_cash=in_cash, accepts=accepts, at=NOW
    )


def paid_in_cash(office: Office, case: Case) -> Case:
    """Take the fee due at filing in cash."""
    fee = queries.filing_fee_of(case)
    assert fee is not None
    return cash.take_fee(case_id=case.pk, fee=fee.uuid, actor=office.clerk, at=NOW)


# --- people -----------------------------------------------------------------------------------


def test_whom_the_portal_knows_is_not_made_known_twice(office: Office, grandmother: Account) -> None:
    again = account_at_counter(national_id="074156001234", full_name="T. T. Sáu", phone="", email="")

    assert again == grandmother
    assert not grandmother.has_usable_password()


def test_the_person_finds_the_case_when_they_sign_in_later(office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother))

    signed_in = factories.citizen("074156001234", "Trần Thị Sáu")

    assert signed_in == grandmother
    assert list(queries.my_cases(signed_in)) == [case]


def test_a_number_in_the_hands_of_somebody_else_opens_nothing(office: Office, grandmother: Account) -> None:
    first = factories.citizen("074156001234")
    second = account_from_claims(
        claims={"TechID": "00000000-0000-0000-0000-00000000beef", "SoDinhDanh": "074156001234"}
    )

    assert first == grandmother
    assert second != grandmother


def test_a_person_is_found_by_the_exact_number_only(desk: Client, grandmother: Account) -> None:
    home = reverse("onestop:counter")
    for number in ("074156001234", "0741 5600 1234", "0987654321", "+84 987 654 321", "84987654321"):
        assert "/quay/nguoi/" in desk.get(home, {"q": number})["Location"], number
    assert "Sáu" not in desk.get(home, {"q": "074156"}).content.decode()
    assert desk.get(home, {"q": "Trần Thị Sáu"})["Location"].startswith(reverse("onestop:desk_find"))


def test_the_word_for_a_person_opens_nothing_for_a_colleague(
    client: Client, office: Office, grandmother: Account
) -> None:
    client.force_login(office.clerk.account, backend=BACKEND)
    place = client.get(reverse("onestop:counter"), {"q": "074156001234"})["Location"]
    assert client.get(place).status_code == 200

    colleague = factories.actor(office.clerk.role, office.centre).account
    assert colleague is not None
    client.force_login(colleague, backend=BACKEND)

    assert client.get(place).status_code == 404
    assert client.get(place + "x").status_code == 404


# --- filing -----------------------------------------------------------------------------------


def test_cash_files_and_accepts_in_one_act(office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother))

    assert (case.state, case.channel) == (State.PROCESSING, Channel.COUNTER)
    assert case.code is not None and case.code.startswith("H09.25747.MC-")
    acts = [(event.action, event.role) for event in case.events.order_by("sequence")]
    assert acts == [
        (Action.SUBMIT_UNPAID, "CLERK"),
        (Action.SETTLE_FEE, "CLERK"),
        (Action.ACCEPT, "CLERK"),
        (Action.HAND_OVER, "CLERK"),
    ]
    assert case.documents.filter(kind=DocumentKind.FORM_01).count() == 1
    assert {paper.code: paper.how for paper in case.presented.all()} == PAPERS


def test_filing_twice_is_filing_once(office: Office, grandmother: Account) -> None:
    draft = begun(office, grandmother)
    first, second = filed(office, draft), filed(office, draft)

    assert first.code == second.code
    assert CashPayment.objects.count() == Receipt.objects.count() == 1
    assert PresentedPaper.objects.count() == len(PAPERS)


def test_the_three_agencies_are_kept_apart(office: Office, grandmother: Account) -> None:
    elsewhere = factories.office("H09.25750", "25750")
    case = filed(office, begun(office, grandmother, competent_agency="H09.25750"))

    assert case.helping_agency == case.receiving_centre == office.centre
    assert case.competent_agency == elsewhere.committee


def test_the_person_is_told(office: Office, grandmother: Account, mailoutbox: list[object]) -> None:
    filed(office, begun(office, grandmother))
    factories.deliver_all(topic="onestop.notice")

    assert {letter.to[0] for letter in mailoutbox} == {"sau@example.vn"}  # type: ignore[attr-defined]


def test_nobody_is_reminded_of_what_a_counter_left_lying(office: Office, grandmother: Account) -> None:
    draft = begun(office, grandmother)

    idle.remind(case_id=draft.pk, now=NOW + timedelta(days=40))
    assert not draft.notices.exists()


def test_every_published_paper_must_be_accounted_for(office: Office, grandmother: Account) -> None:
    draft = begun(office, grandmother)
    some = {code: how for code, how in PAPERS.items() if code != "giay_to_tuy_than"}

    with pytest.raises(PapersMissingError):
        counter.file_for(draft_id=draft.pk, actor=office.clerk, papers=some, in_cash=True, accepts=True, at=NOW)

    draft.refresh_from_db()
    assert draft.is_draft
    assert not FeeRequest.objects.exists()


def test_without_cash_the_case_waits_for_its_money(office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother), in_cash=False)
    assert (case.state, case.code) == (State.AWAITING_PAYMENT, None)

    case = paid_in_cash(office, case)

    assert case.state == State.SUBMITTED


def test_another_centre_and_another_role_are_refused(office: Office, grandmother: Account) -> None:
    draft, elsewhere = begun(office, grandmother), factories.office("H09.25750", "25750")

    for stranger in (elsewhere.clerk, office.head, office.officer):
        with pytest.raises(ActionNotAllowedError):
            counter.file_for(draft_id=draft.pk, actor=stranger, papers=PAPERS, in_cash=True, accepts=True, at=NOW)
        with pytest.raises(ActionNotAllowedError):
            counter.discard(draft_id=draft.pk, actor=stranger)
    with pytest.raises(ActionNotAllowedError):
        counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.officer, at=NOW)


def test_what_the_person_began_online_is_left_alone(office: Office, grandmother: Account) -> None:
    online = factories.draft(grandmother)
    at_counter = begun(office, grandmother)

    assert at_counter != online
    assert begun(office, grandmother) == at_counter
    assert list(queries.my_drafts(grandmother)) == [online]
    with pytest.raises(ActionNotAllowedError):
        counter.discard(draft_id=online.pk, actor=office.clerk)


# --- the pages --------------------------------------------------------------------------------


def test_a_clerk_fills_in_the_pages_of_the_form(desk: Client, office: Office, grandmother: Account) -> None:
    place = desk.get(reverse("onestop:counter"), {"q": "074156001234"})["Location"]
    page = desk.post(place, {"code": factories.EXTRACT}, follow=True)

    assert "Trần Thị Sáu" in page.content.decode()
    case = Case.objects.get(channel=Channel.COUNTER)
    filing.save_answers(draft_id=case.pk, answers=factories.extract_answers(), at=NOW)
    answer = desk.get(reverse("onestop:check", args=[case.uuid]))
    assert answer["Location"] == reverse("onestop:counter_check", args=[case.uuid])


def test_nobody_else_reaches_what_a_counter_writes(client: Client, office: Office, grandmother: Account) -> None:
    draft = begun(office, grandmother)
    elsewhere = factories.office("H09.25750", "25750")
    places = [
        reverse("onestop:resume", args=[draft.uuid]),
        reverse("onestop:step", args=[draft.uuid, "document"]),
        reverse("onestop:check", args=[draft.uuid]),
        reverse("onestop:discard", args=[draft.uuid]),
    ]
    for person in (grandmother, elsewhere.clerk.account, office.officer.account, office.head.account):
        assert person is not None
        client.force_login(person, backend=BACKEND)
        assert {client.get(place).status_code for place in places} == {404}
        assert client.get(reverse("onestop:counter_check", args=[draft.uuid])).status_code in {403, 404}


def test_the_clerks_own_earlier_answers_are_never_offered(office: Office, grandmother: Account) -> None:
    factories.filed(office.clerk.account)
    draft = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
    form = draft.procedure_version.definition.form
    assert form is not None

    assert all(not prefilling.offers(draft, office.clerk.account, step, NOW.date()) for step in form.steps)


def test_the_counter_asks_as_much_for_one_draft_as_for_many(desk: Client, office: Office) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            desk.get(reverse("onestop:counter"))
        return len(caught)

    def person(number: int) -> Account:
        return account_at_counter(national_id=f"0741560{number:05}", full_name="Lê A", phone="", email="")

    begun(office, person(1))
    asked()
    one = asked()
    for number in range(2, 8):
        begun(office, person(number))
    assert asked() == one


# --- cash -------------------------------------------------------------------------------------


def test_receipts_of_a_centre_are_numbered_without_a_hole(office: Office) -> None:
    for number in range(3):
        person = account_at_counter(national_id=f"0741560{number:05}", full_name="Lê A", phone="", email="")
        filed(office, begun(office, person))

    given = Receipt.objects.order_by("number").values_list("series", "number")
    assert list(given) == [(f"{office.centre.code}-PHI-26", number) for number in (1, 2, 3)]


def test_a_fee_that_is_no_longer_due_takes_no_cash(office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother), in_cash=False)
    cancel_fee(reference=filing_fee(case), at=NOW)

    with pytest.raises(FeeNotDueError):
        paid_in_cash(office, case)
    assert not CashPayment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_hands_take_the_cash_once(office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother), in_cash=False)

    def take(_: int) -> str | None:
        try:
            return paid_in_cash(office, case).code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(take, range(4)))
    assert len(codes) == 1
    assert CashPayment.objects.count() == Receipt.objects.count() == 1


def test_a_void_receipt_keeps_its_number_and_another_takes_its_place(office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother))
    old = Receipt.objects.get()

    new = cash.replace_receipt(receipt=old, by=office.clerk.account, reason="Sai tên người nộp", at=NOW)
    again = cash.replace_receipt(receipt=old, by=office.clerk.account, reason="Sai tên người nộp", at=NOW)

    assert (old.number, new.number) == (1, 2) and again == new
    fee = queries.filing_fee_of(case)
    assert fee is not None and fee.is_paid
    with pytest.raises(VoidReasonMissingError):
        cash.replace_receipt(receipt=new, by=office.clerk.account, reason=" ", at=NOW)


def test_a_colleagues_receipt_is_not_ours_to_void(office: Office, grandmother: Account) -> None:
    filed(office, begun(office, grandmother))
    colleague = factories.actor(office.clerk.role, office.centre)

    with pytest.raises(ActionNotAllowedError):
        cash.replace_receipt(receipt=Receipt.objects.get(), by=colleague.account, reason="Nhầm", at=NOW)


def test_the_day_is_reckoned_by_cashier_without_what_is_void(
    desk: Client, office: Office, grandmother: Account
) -> None:
    mine = filed(office, begun(office, grandmother))
    colleague = factories.actor(office.clerk.role, office.centre)
    other = account_at_counter(national_id="074156009999", full_name="Lê B", phone="", email="")
    theirs = begun(office, other)
    counter.file_for(draft_id=theirs.pk, actor=colleague, papers=PAPERS, in_cash=True, accepts=False, at=NOW)
    cash.replace_receipt(receipt=Receipt.objects.get(number=1), by=office.clerk.account, reason="Rách", at=NOW)

    page = desk.get(reverse("onestop:cash_book"), {"day": "2026-11-24"})

    assert [receipt.number for receipt in page.context["book"].receipts] == [1, 3]
    assert (page.context["book"].total, page.context["book"].void) == (16_000, 1)
    named = {(receipt.case_code, receipt.paid_for) for receipt in page.context["book"].receipts}
    assert named == {(mine.code, mine.applicant_name)}
    assert not desk.get(reverse("onestop:cash_book"), {"day": "2026-11-23"}).context["book"].receipts
    assert desk.get(reverse("onestop:cash_book"), {"day": "2026-99-99"}).status_code == 200


def test_who_pays_by_qr_is_shown_the_code_before_the_cash_desk(
    desk: Client, office: Office, grandmother: Account
) -> None:
    case = filed(office, begun(office, grandmother), in_cash=False)

    page = desk.get(reverse("onestop:counter_case", args=[case.uuid])).content.decode()

    assert page.index("Mã QR của trang thanh toán") < page.index("Đã thu tiền mặt")
    assert "autofocus" not in page[page.index("/tien-mat/") :]


def test_the_receipt_of_what_was_paid_online_is_not_the_counters(desk: Client, office: Office, by: Account) -> None:
    case = factories.filed(by)
    Case.objects.filter(pk=case.pk).update(channel=Channel.COUNTER, receiving_centre=office.centre)
    fee = queries.fees_of(case)[0]
    Receipt.objects.create(fee=fee, kind=FeeKind.PHI, series="BD-PHI-26", number=1, amount=16_000, issued_at=NOW)

    page = desk.get(reverse("onestop:counter_case", args=[case.uuid]))

    assert (page.status_code, page.context["receipts"]) == (200, [])


def test_a_receipt_is_printed_with_the_cashiers_name(desk: Client, office: Office, grandmother: Account) -> None:
    case = filed(office, begun(office, grandmother))
    factories.deliver_all(NOW + timedelta(seconds=1), topic="payments.receipt")

    found = Receipt.objects.get()
    answer = desk.get(reverse("onestop:cash_receipt", args=[found.series, found.number]))
    assert answer["Content-Type"] == "application/pdf"
    assert desk.get(reverse("onestop:counter_case", args=[case.uuid])).status_code == 200
