"""Originals have a holder at every moment: taken in, handed over by a record with two signatures, given back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from identity.models import Account, Appointment, Delegation
from identity.officers import Seat
from identity.services import account_at_counter
from identity.states import Purpose, Role
from onestop.errors import (
    ActionNotAllowedError,
    HandoverClosedError,
    HeldAlreadyError,
    NotDueBackError,
    NotHeldError,
    NothingChosenError,
    OnItsWayError,
    OwnHandoverError,
    SeveralHoldersError,
    WrongReceiverError,
)
from onestop.kinds import Move, NoticeKind, Presented, Side
from onestop.models import Case, Custody, DeskNotice, Handover, HandoverSignature, Original
from onestop.services import counter, custody, filing, handing_over, receiving, requesting, returning, withdrawing
from onestop.states import State
from portal.core.errors import DomainError
from tests import factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PAPERS = {
    "to_khai": Presented.ELECTRONIC,
    "van_ban_uy_quyen": Presented.ORIGINAL,
    "giay_to_tuy_than": Presented.SHOWN,
    "du_lieu_ho_tich": Presented.LOOKED_UP,
}


@pytest.fixture
def grandmother(office: Office) -> Account:
    return account_at_counter(
        national_id="074156001234", full_name="Trần Thị Sáu", phone="0987654321", email="sau@example.vn"
    )


@pytest.fixture
def brought(office: Office, grandmother: Account) -> Callable[..., Original]:
    """File a case at the counter with one original, which the clerk keeps."""

    def bring(*, accepts: bool = True, in_cash: bool = True, **answers: object) -> Original:
        case = counter.begin(account=grandmother, code=factories.EXTRACT, prefill={}, actor=office.clerk, at=NOW)
        filing.save_answers(draft_id=case.pk, answers=factories.extract_answers(**answers), at=NOW)
        case = counter.file_for(
            draft_id=case.pk, actor=office.clerk, papers=PAPERS, in_cash=in_cash, accepts=accepts, at=NOW
        )
        return case.originals.get()

    return bring


@pytest.fixture
def original(brought: Callable[..., Original]) -> Original:
    return brought()


def account(actor: Seat) -> Account:
    return actor.account


def given(office: Office, *originals: Original, to: Account | None = None) -> Handover:
    """Return the record by which the clerk hands these over to the committee."""
    return handing_over.hand_over(
        originals=[one.pk for one in originals],
        actor=office.clerk,
        to_agency=office.committee,
        to_person=to,
        at=NOW,
    )


def taken(handover: Handover, actor: Seat, *there: Original, remark: str = "") -> Handover:
    return handing_over.receive(
        handover_id=handover.pk, actor=actor, there=[one.pk for one in there], remark=remark, at=LATER
    )


def holder(original: Original) -> Account | None:
    return Original.objects.select_related("keeper").get(pk=original.pk).keeper


def way(original: Original) -> list[tuple[str, Account | None]]:
    return [(line.move, line.keeper) for line in original.custody.order_by("sequence").select_related("keeper")]


# --- taken in ---------------------------------------------------------------------------------


def test_what_the_counter_keeps_in_the_original_is_held_by_its_clerk(office: Office, original: Original) -> None:
    assert (original.code, original.agency, original.keeper) == (
        "van_ban_uy_quyen",
        office.centre,
        office.clerk.account,
    )
    assert Original.objects.count() == 1  # what was shown, looked up or is electronic is none
    assert way(original) == [(Move.TAKEN_IN, office.clerk.account)]


def test_an_original_is_held_even_while_the_fee_is_awaited(office: Office, brought: Callable[..., Original]) -> None:
    original = brought(in_cash=False)

    assert original.case.state == State.AWAITING_PAYMENT
    assert original.keeper == office.clerk.account


def test_a_paper_that_comes_later_is_taken_in_once(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)

    one = custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    with pytest.raises(HeldAlreadyError):
        custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    with pytest.raises(ActionNotAllowedError):  # a paper that is only shown
        custody.take_in(case_id=case.pk, code="giay_to_tuy_than", actor=office.clerk, at=NOW)
    with pytest.raises(ActionNotAllowedError):  # not at that counter
        custody.take_in(case_id=case.pk, code="van_ban_uy_quyen", actor=office.officer, at=NOW)

    assert case.originals.get() == one


def test_originals_of_an_online_case_are_taken_in_with_the_result_and_stay(office: Office, by: Account) -> None:
    case = factories.filed(by, factories.BIRTH)
    Case.objects.filter(pk=case.pk).update(delivery="PICK_UP")
    factories_to_counter(office, case)

    wanted = returning.originals_to_compare(case)
    returning.return_result(
        case_id=case.pk, actor=office.clerk, checked_id_number="074085001234", compared=list(wanted), at=NOW
    )

    assert wanted
    assert {one.code for one in case.originals.all()} == set(wanted)
    assert all(one.keeper == office.clerk.account and not one.is_due_back for one in case.originals.all())


def factories_to_counter(office: Office, case: Case) -> None:
    """Bring the case to the counter without the steps between."""
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    case.steps.filter(finished_at=None).update(code="return", role=Role.CLERK, agency=office.centre, holder=None)
    Case.objects.filter(pk=case.pk).update(state=State.AT_COUNTER, decided_at=NOW)
    case.refresh_from_db()


# --- handed over ------------------------------------------------------------------------------


def test_until_the_receiver_signs_the_giver_holds_it(office: Office, original: Original) -> None:
    record = given(office, original)
    assert holder(original) == office.clerk.account

    taken(record, office.officer, original)

    assert holder(original) == office.officer.account
    assert Original.objects.get().agency == office.committee
    assert way(original) == [(Move.TAKEN_IN, office.clerk.account), (Move.HANDED_OVER, office.officer.account)]


def test_one_record_carries_the_originals_of_several_cases(office: Office, brought: Callable[..., Original]) -> None:
    three = [brought() for _ in range(3)]

    record = given(office, *three)
    taken(record, office.officer, *three)

    assert str(record) == f"1/BBBG-{office.centre.code}"
    assert {holder(one) for one in three} == {office.officer.account}


def test_what_was_not_in_the_bundle_stays_with_the_giver(office: Office, brought: Callable[..., Original]) -> None:
    there, missing = brought(), brought()
    record = given(office, there, missing)

    taken(record, office.officer, there, remark="Thừa 01 bản sao hộ khẩu.")

    assert holder(there) == office.officer.account
    assert holder(missing) == office.clerk.account
    assert way(missing) == [(Move.TAKEN_IN, office.clerk.account)]
    assert list(record.items.order_by("original").values_list("was_there", flat=True)) == [True, False]
    assert given(office, missing).number == record.number + 1  # it can be handed over again


def test_two_sign_one_record_and_the_second_signature_covers_the_first(office: Office, original: Original) -> None:
    record = given(office, original)
    taken(record, office.officer, original)

    signatures = {one.side: one for one in record.signatures.all()}
    assert [signatures[side].account for side in Side] == [office.clerk.account, office.officer.account]
    assert all(bytes(one.hash) == handing_over.signed_hash(one) for one in signatures.values())
    Original.objects.update(name="Giấy khác")
    assert all(bytes(one.hash) != handing_over.signed_hash(one) for one in [signatures[Side.GIVER]])


def test_nobody_signs_both_sides(office: Office, original: Original) -> None:
    clerk_too = Seat(role=Role.OFFICER, account=office.clerk.account, agency=office.committee)
    factories.appointment(account(office.clerk), office.committee, Role.OFFICER)
    record = given(office, original)

    with pytest.raises(OwnHandoverError):
        taken(record, clerk_too, original)
    with pytest.raises(OwnHandoverError):  # nor for somebody who is away
        taken(record, standing_in(office.officer, account(office.clerk)), original)
    handing_over.take_back(handover_id=record.pk, actor=office.clerk, at=NOW)
    with pytest.raises(OwnHandoverError):
        given(office, original, to=account(office.clerk))


def standing_in(absent: Seat, by: Account) -> Seat:
    """Return `by` in the seat of somebody who is away."""
    seat = Appointment.objects.get(account=absent.account, role=absent.role)
    lent = Delegation.objects.create(
        appointment=seat,
        to=by,
        purpose=Purpose.ABSENCE,
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
        granted_at=NOW,
    )
    return Seat(role=absent.role, account=by, agency=absent.agency, delegation=lent)


def test_twice_is_once(office: Office, original: Original) -> None:
    first, second = given(office, original), given(office, original)
    assert first == second
    assert taken(first, office.officer, original) == taken(second, office.officer, original)
    assert HandoverSignature.objects.count() == 2
    assert Custody.objects.count() == 2


def test_taken_back_nothing_has_happened(office: Office, original: Original) -> None:
    record = given(office, original)

    for _ in range(2):
        handing_over.take_back(handover_id=record.pk, actor=office.clerk, at=LATER)

    assert holder(original) == office.clerk.account
    assert len(way(original)) == 1
    with pytest.raises(HandoverClosedError):
        taken(record, office.officer, original)
    assert given(office, original) != record


def test_what_the_receiver_has_signed_is_not_taken_back(office: Office, original: Original) -> None:
    record = given(office, original)
    taken(record, office.officer, original)

    with pytest.raises(HandoverClosedError):
        handing_over.take_back(handover_id=record.pk, actor=office.clerk, at=LATER)
    with pytest.raises(HandoverClosedError):
        taken(record, office.leader, original)


def test_only_the_giver_or_who_leads_there_takes_back(office: Office, original: Original) -> None:
    record = given(office, original)

    for stranger in (office.officer, office.leader, factories.actor(Role.CLERK, office.centre)):
        with pytest.raises(ActionNotAllowedError):
            handing_over.take_back(handover_id=record.pk, actor=stranger, at=NOW)
    assert handing_over.take_back(handover_id=record.pk, actor=office.head, at=NOW).taken_back_at == NOW


def test_only_the_holder_hands_over(office: Office, original: Original) -> None:
    colleague = factories.actor(Role.CLERK, office.centre)
    with pytest.raises(NotHeldError):
        handing_over.hand_over(originals=[original.pk], actor=colleague, to_agency=office.committee, at=NOW)

    deputy = standing_in(office.clerk, account(colleague))
    record = handing_over.hand_over(originals=[original.pk], actor=deputy, to_agency=office.committee, at=NOW)

    signature = record.signatures.get()
    assert (signature.account, signature.on_behalf_of) == (colleague.account, office.clerk.account)
    assert record.giver == office.clerk.account


def test_what_is_in_a_record_goes_into_no_other(office: Office, brought: Callable[..., Original]) -> None:
    one, two = brought(), brought()
    given(office, one)

    with pytest.raises(OnItsWayError):
        given(office, one, two)
    assert Handover.objects.count() == 1


def test_a_record_has_one_giver_and_something_in_it(office: Office, brought: Callable[..., Original]) -> None:
    mine, elsewhere = brought(), brought()
    with pytest.raises(NothingChosenError):
        given(office)
    with pytest.raises(NotHeldError):
        handing_over.hand_over(originals=[0], actor=office.clerk, to_agency=office.committee, at=NOW)
    taken(given(office, elsewhere), office.officer, elsewhere)
    deputy = standing_in(office.officer, account(office.clerk))
    with pytest.raises(SeveralHoldersError):
        handing_over.hand_over(originals=[mine.pk, elsewhere.pk], actor=deputy, to_agency=office.committee, at=NOW)


def test_originals_go_only_where_the_case_may_be_read(office: Office, original: Original) -> None:
    neighbour = factories.office("H09.25750", "25750")
    with pytest.raises(WrongReceiverError):
        handing_over.hand_over(originals=[original.pk], actor=office.clerk, to_agency=neighbour.committee, at=NOW)
    with pytest.raises(WrongReceiverError):
        given(office, original, to=account(neighbour.officer))


def test_what_is_meant_for_one_person_nobody_else_takes(office: Office, original: Original) -> None:
    record = given(office, original, to=account(office.leader))

    with pytest.raises(ActionNotAllowedError):
        taken(record, office.officer, original)
    taken(record, office.leader, original)
    assert holder(original) == office.leader.account


def test_another_agency_takes_nothing(office: Office, original: Original) -> None:
    neighbour = factories.office("H09.25750", "25750")
    record = given(office, original)
    for stranger in (neighbour.officer, neighbour.leader, office.head):
        with pytest.raises(ActionNotAllowedError):
            taken(record, stranger, original)
    assert holder(original) == office.clerk.account


def test_a_receiver_who_finds_nothing_does_not_sign(office: Office, original: Original) -> None:
    record = given(office, original)
    with pytest.raises(NothingChosenError):
        taken(record, office.officer)
    assert Handover.objects.get().is_open
    assert record.signatures.count() == 1


def test_numbers_begin_anew_each_year_and_with_each_agency(office: Office, brought: Callable[..., Original]) -> None:
    one, two, three = brought(), brought(), brought()
    assert [given(office, one).number, given(office, two).number] == [1, 2]
    next_year = handing_over.hand_over(
        originals=[three.pk], actor=office.clerk, to_agency=office.committee, at=NOW.replace(year=2027)
    )
    assert (next_year.year, next_year.number) == (2027, 1)


# --- who is told ------------------------------------------------------------------------------


def told(kind: NoticeKind) -> set[Account]:
    return {notice.recipient for notice in DeskNotice.objects.filter(kind=kind).select_related("recipient")}


def test_whoever_may_sign_for_originals_is_told_that_they_come(office: Office, original: Original) -> None:
    record = given(office, original)
    given(office, original)

    assert {account(office.officer), account(office.leader)} <= told(NoticeKind.ORIGINALS_SENT)
    assert account(office.clerk) not in told(NoticeKind.ORIGINALS_SENT)
    notice = DeskNotice.objects.get(recipient=office.officer.account)
    assert notice.data == {"record": str(record), "agency": office.centre.name, "count": 1}


def test_of_what_is_meant_for_one_person_only_they_and_who_stands_in_are_told(
    office: Office, original: Original
) -> None:
    deputy = factories.actor(Role.OFFICER, office.committee)
    standing_in(office.officer, account(deputy))

    given(office, original, to=account(office.officer))

    assert told(NoticeKind.ORIGINALS_SENT) == {account(office.officer), account(deputy)}


def test_what_a_colleague_has_signed_or_the_giver_taken_back_is_new_to_nobody(
    office: Office, original: Original
) -> None:
    handing_over.take_back(handover_id=given(office, original).pk, actor=office.clerk, at=NOW)
    record = given(office, original)
    assert DeskNotice.objects.of(account(office.leader)).unread().count() == 1

    taken(record, office.officer, original)

    assert not DeskNotice.objects.filter(kind=NoticeKind.ORIGINALS_SENT).unread().exists()


def test_the_giver_is_told_when_something_was_missing_and_only_then(
    office: Office, brought: Callable[..., Original]
) -> None:
    there, missing = brought(), brought()
    taken(given(office, there, missing), office.officer, there)
    assert told(NoticeKind.ORIGINALS_SHORT) == {account(office.clerk)}
    data = DeskNotice.objects.get(kind=NoticeKind.ORIGINALS_SHORT).data
    assert (data["missing"], data["count"], data["agency"]) == (1, 2, office.committee.name)

    taken(given(office, missing), office.officer, missing)
    assert DeskNotice.objects.filter(kind=NoticeKind.ORIGINALS_SHORT).count() == 1


# --- given back -------------------------------------------------------------------------------


def test_an_original_goes_back_once_the_case_has_ended(office: Office, brought: Callable[..., Original]) -> None:
    original = brought(accepts=False)
    with pytest.raises(NotDueBackError):
        custody.give_back(originals=[original.pk], actor=office.clerk, id_number="074085001234", at=NOW)
    receiving.reject(case_id=original.case_id, actor=office.clerk, reason="Sai nơi nộp", at=NOW)
    with pytest.raises(ActionNotAllowedError):  # another card
        custody.give_back(originals=[original.pk], actor=office.clerk, id_number="074085009999", at=NOW)

    custody.give_back(originals=[original.pk], actor=office.clerk, id_number="074 085 001 234", at=LATER)

    assert holder(original) is None
    assert way(original)[-1] == (Move.HANDED_BACK, None)
    with pytest.raises(NotHeldError):
        custody.give_back(originals=[original.pk], actor=office.clerk, id_number="074085001234", at=LATER)


def test_a_wrong_paper_goes_back_with_form_02_and_the_right_one_comes_in(office: Office, by: Account) -> None:
    case = factories.filed(by)
    wrong = custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    with pytest.raises(NotDueBackError):
        custody.give_back(originals=[wrong.pk], actor=office.clerk, id_number=case.applicant_id_number, at=NOW)
    requesting.request_supplement(
        case_id=case.pk, actor=office.clerk, text="Sai mẫu", items=["phone"], due_at=NOW + timedelta(days=5), at=NOW
    )

    custody.give_back(originals=[wrong.pk], actor=office.clerk, id_number=case.applicant_id_number, at=NOW)

    assert way(wrong)[-1] == (Move.HANDED_BACK, None)
    assert custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW).is_held


def test_an_original_may_go_back_by_post(
    office: Office, brought: Callable[..., Original], grandmother: Account
) -> None:
    original = brought(accepts=False)
    withdrawing.withdraw(case_id=original.case_id, account=grandmother, reason="Thôi", at=NOW)

    custody.give_back(originals=[original.pk], actor=office.clerk, waybill="EE123456789VN", at=LATER)

    last = original.custody.order_by("-sequence")[0]
    assert (last.move, last.waybill) == (Move.POSTED, "EE123456789VN")


def test_what_is_on_its_way_is_not_given_back(office: Office, brought: Callable[..., Original]) -> None:
    original = brought(accepts=False)
    given(office, original)
    receiving.reject(case_id=original.case_id, actor=office.clerk, reason="Sai nơi nộp", at=NOW)
    with pytest.raises(OnItsWayError):
        custody.give_back(originals=[original.pk], actor=office.clerk, id_number="074085001234", at=NOW)


# --- left behind ------------------------------------------------------------------------------


def test_what_a_former_colleague_held_is_shown_to_the_leader_who_takes_charge(
    office: Office, original: Original
) -> None:
    today = NOW.date()
    assert not Original.objects.left_behind(today).exists()
    with pytest.raises(NotHeldError):
        custody.take_charge(originals=[original.pk], actor=office.head, at=NOW)
    Appointment.objects.filter(account=office.clerk.account).update(valid_to=today)

    assert list(Original.objects.left_behind(today)) == [original]
    with pytest.raises(ActionNotAllowedError):
        custody.take_charge(originals=[original.pk], actor=office.officer, at=NOW)
    with pytest.raises(NotHeldError):  # the leader of another agency
        custody.take_charge(originals=[original.pk], actor=office.leader, at=NOW)
    custody.take_charge(originals=[original.pk], actor=office.head, at=NOW)

    assert holder(original) == office.head.account
    assert way(original)[-1] == (Move.TAKEN_CHARGE, office.head.account)
    assert not Original.objects.left_behind(today).exists()


def test_who_stands_in_for_a_colleague_has_left_nothing_behind(office: Office, original: Original) -> None:
    deputy = standing_in(office.officer, account(factories.actor(Role.LEADER, office.centre)))
    taken(given(office, original), deputy, original)

    assert not Original.objects.left_behind(NOW.date()).exists()
    assert list(Original.objects.left_behind(date(2027, 2, 1))) == [original]  # the delegation is over


# --- what the database holds ------------------------------------------------------------------


@pytest.mark.parametrize("model", [Custody, HandoverSignature])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_way_and_the_signatures_are_never_edited(
    office: Office, original: Original, model: type[Custody | HandoverSignature], act: str
) -> None:
    given(office, original)
    rows = model.objects.all()
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        rows.update(agency=office.committee) if act == "update" else rows._raw_delete(rows.db)


@pytest.mark.parametrize("change", [{"keeper": None}, {"agency": None}, {"last_move": Move.POSTED}], ids=str)
def test_the_database_knows_no_original_without_one_holder(original: Original, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="original_has_one_holder"), transaction.atomic():
        Original.objects.update(**change)


# --- two at once ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_receivers_one_signs(office: Office, original: Original) -> None:
    colleague = factories.actor(Role.OFFICER, office.committee)
    for _ in range(100):
        record = given(office, original)
        won = at_once(
            partial(taken, record, office.officer, original),
            partial(taken, record, colleague, original),
        )
        assert len(won) == 1
        assert record.signatures.count() == 2
        back = handing_over.hand_over(
            originals=[original.pk], actor=(office.officer, colleague)[won[0]], to_agency=office.centre, at=NOW
        )
        taken(back, office.clerk, original)
    assert original.custody.count() == 201


@pytest.mark.django_db(transaction=True)
def test_the_giver_takes_back_or_the_receiver_signs(office: Office, original: Original) -> None:
    for _ in range(100):
        record = given(office, original)
        won = at_once(
            partial(handing_over.take_back, handover_id=record.pk, actor=office.clerk, at=LATER),
            partial(taken, record, office.officer, original),
        )
        assert len(won) == 1
        assert holder(original) == (office.clerk, office.officer)[won[0]].account
        if won == [1]:
            back = handing_over.hand_over(
                originals=[original.pk], actor=office.officer, to_agency=office.centre, at=NOW
            )
            taken(back, office.clerk, original)


@pytest.mark.django_db(transaction=True)
def test_an_original_comes_into_one_record_only(office: Office, brought: Callable[..., Original]) -> None:
    one, two, three = brought(), brought(), brought()
    for _ in range(100):
        at_once(partial(given, office, one, two), partial(given, office, three, two))
        record = Handover.objects.under_way().get()
        handing_over.take_back(handover_id=record.pk, actor=office.clerk, at=NOW)


def at_once(*acts: Callable[[], object]) -> list[int]:
    """Do all of this in the same moment; returns which of it was done."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        barrier.wait()
        try:
            act()
        except DomainError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return [place for place, done in enumerate(pool.map(run, acts)) if done]
