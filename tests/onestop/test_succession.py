"""Reorganisations under open cases: they pass to the successor as they are, and come back until it accepts."""

from __future__ import annotations

import html
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity import services
from identity.errors import PlanRefusedError
from identity.models import Account, Agency, AgencySuccession, Appointment, OrganisationChange, Reorganisation
from identity.officers import Seat
from identity.queries import agency_by_code
from identity.states import AgencyKind, Role
from onestop import acts, queries
from onestop.errors import ActionNotAllowedError, NotTakenBackError
from onestop.kinds import DocumentKind, DocumentState
from onestop.lists import originals
from onestop.models import Case, CaseDocument, CaseTransfer, Original
from onestop.services import (
    custody,
    filing,
    handing_over,
    handling,
    receiving,
    reorganising,
    requesting,
    stepping,
    succession,
    withdrawing,
)
from onestop.services.advancing import advance, lock
from onestop.states import AT_OFFICE, ENDED, Action, State
from tests import factories
from tests.factories import NOW, Office, at_work

LATER = NOW + timedelta(hours=1)
PLAN: dict[str, Any] = {
    "code": "sap-nhap",
    "day": "2025-07-02",
    "reason": "Sáp nhập theo kế hoạch giả định",
    "successions": [
        {"from": ["H09.25747"], "to": ["H09.25750"], "staff": ["OFFICER"]},
        {"from": ["H09.25747.MC"], "to": ["H09.25750.MC"], "staff": []},
    ],
}
# How a case comes from acceptance into each of the states, as far as this test walks.
STATES = sorted(AT_OFFICE - {State.ACCEPTED})


@pytest.fixture
def heir(office: Office) -> Office:
    """The neighbouring commune, which will go on with the work."""
    return factories.office("H09.25750", "25750")


def plan(**changes: Any) -> services.Plan:
    return services.read_plan(PLAN | changes)


def apply(**changes: Any) -> Reorganisation:
    done = services.reorganise(plan=plan(**changes), at=NOW)
    while succession.pass_on(reorganisation=done, at=NOW):
        pass
    return done


def case_in(state: State, office: Office, by: Account) -> Case:
    """Return a case of the office in `state`."""
    case = factories.filed(by)
    if state == State.SUBMITTED:
        return case
    if state == State.SUPPLEMENT_BEFORE_ACCEPTANCE:
        ask_supplement(case, office.clerk)
        return Case.objects.get(pk=case.pk)
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    if state == State.SUPPLEMENT_REQUESTED:
        ask_supplement(case, office.officer)
    if state == State.WITHDRAWAL_REQUESTED:
        withdrawing.withdraw(case_id=case.pk, account=by, reason="Thôi", at=NOW)
    if state == State.SUSPENDED:
        advance(lock(case.pk), action=Action.SUSPEND, actor=office.officer, at=NOW)
    if state == State.PAYMENT_REQUIRED:
        advance(lock(case.pk), action=Action.REQUIRE_PAYMENT, actor=office.officer, at=NOW)
    if state in {State.DECIDED, State.AT_COUNTER}:
        decide(case.pk, office, state)
    return Case.objects.get(pk=case.pk)


def ask_supplement(case: Case, actor: Seat) -> None:
    due = NOW + timedelta(days=10)
    requesting.request_supplement(case_id=case.pk, actor=actor, text="Thiếu", items=["phone"], due_at=due, at=NOW)


def decide(case_id: int, office: Office, state: State) -> None:
    """Let the case come to its end without the trust services: its result counts as issued."""
    propose(case_id, office)
    for actor, action in ((office.leader, Action.SIGN), (office.records, Action.ISSUE)):
        advance(lock(case_id), action=action, actor=actor, at=NOW)
        stepping.move_on(Case.objects.get(pk=case_id), NOW)
    CaseDocument.objects.filter(case=case_id, kind=DocumentKind.RESULT).update(
        state=DocumentState.ISSUED, issued_at=NOW, number="1/UBND-HT"
    )
    if state == State.AT_COUNTER:
        advance(lock(case_id), action=Action.ARRIVE, actor=office.clerk, at=NOW)


def propose(case_id: int, office: Office) -> None:
    facts = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND xã"}
    handling.record_facts(case_id=case_id, actor=office.officer, facts=facts, at=NOW)
    handling.propose(case_id=case_id, actor=office.officer, at=NOW)


def accepter(transfer: CaseTransfer, heir: Office) -> Seat:
    return heir.clerk if transfer.to_agency == heir.centre else heir.officer


@pytest.mark.parametrize("state", STATES)
def test_a_case_in_any_state_passes_on_as_it_is(state: State, office: Office, heir: Office, by: Account) -> None:
    case = case_in(state, office, by)
    assert case.state == state
    issued = case.documents.filter(state=DocumentState.ISSUED).order_by("pk").values_list("pk", "context", "number")
    before = list(issued)

    apply()
    transfer = case.transfers.get()
    succession.take_over(case_id=case.pk, actor=accepter(transfer, heir), at=LATER)

    moved = Case.objects.get(pk=case.pk)
    assert (moved.state, moved.code, moved.due_at) == (state, case.code, case.due_at)
    assert (moved.receiving_centre, moved.competent_agency) == (heir.centre, heir.committee)
    assert moved.helping_agency == office.centre and transfer.from_agency in (office.centre, office.committee)
    assert queries.received_first_by(moved) == office.centre
    step = moved.open_step
    assert step is None or step.agency in (heir.centre, heir.committee)
    assert list(issued.all()) == before
    last, passed = case.events.order_by("-sequence")[:2]
    assert (passed.action, last.action) == (Action.HAND_DOWN, Action.TAKE_OVER)
    assert passed.note == last.note == PLAN["reason"]


def test_what_has_ended_and_what_is_not_filed_stay_where_they_are(office: Office, heir: Office, by: Account) -> None:
    assert AT_OFFICE.isdisjoint(ENDED)
    case = case_in(State.SUBMITTED, office, by)
    receiving.reject(case_id=case.pk, actor=office.clerk, reason="Sai nơi nộp", at=NOW)
    draft = factories.draft(factories.citizen("074085009999"))
    apply()
    assert not CaseTransfer.objects.exists()
    assert Case.objects.get(pk=draft.pk).events.count() == 0
    # The successor keeps the files: it opens what ended before.
    assert queries.case_at(at_work(heir.officer), case.code or "") == case


def test_a_case_that_waits_for_its_fee_is_filed_at_the_successor(office: Office, heir: Office, by: Account) -> None:
    case = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)
    assert case.state == State.AWAITING_PAYMENT
    apply()
    paid = filing.settle_filing_fee(case_id=case.pk, at=LATER)
    assert (paid.receiving_centre, paid.competent_agency) == (heir.centre, heir.committee)
    assert (paid.code or "").startswith("H09.25750.MC-")


def test_until_it_is_accepted_the_case_is_unchanged_and_nobody_there_acts_in_it(
    office: Office, heir: Office, by: Account
) -> None:
    case = case_in(State.PROCESSING, office, by)
    apply()
    assert Case.objects.get(pk=case.pk).competent_agency == office.committee
    offered = acts.possible(Case.objects.get(pk=case.pk), heir.officer, NOW)
    assert [act.action for act in offered if act.code not in acts.TALK] == [Action.TAKE_OVER]
    with pytest.raises(ActionNotAllowedError):
        handling.forward(case_id=case.pk, actor=heir.officer, at=LATER)
    with pytest.raises(ActionNotAllowedError):
        succession.take_over(case_id=case.pk, actor=office.officer, at=LATER)


def test_another_agency_neither_sees_nor_takes_what_passes_on(office: Office, heir: Office, by: Account) -> None:
    stranger = factories.office("H09.25942", "25942")
    case = case_in(State.PROCESSING, office, by)
    apply()
    assert queries.to_take_over(at_work(stranger.officer)) == []
    assert queries.case_at(at_work(stranger.officer), case.code or "") is None
    assert [one.case for one in queries.to_take_over(at_work(heir.officer))] == [case]
    with pytest.raises(ActionNotAllowedError):
        succession.take_over(case_id=case.pk, actor=stranger.officer, at=LATER)


def test_accepted_it_is_handled_on_from_the_step_where_it_was(office: Office, heir: Office, by: Account) -> None:
    case = case_in(State.PROCESSING, office, by)
    before = case.open_step
    apply()
    succession.take_over(case_id=case.pk, actor=heir.officer, at=LATER)
    step = case.open_step
    assert before is not None and step is not None
    assert (step.code, step.due_at, step.agency) == (before.code, before.due_at, heir.committee)
    lines = case.steps.order_by("sequence").values_list("code", "agency__code")
    assert list(lines)[-2:] == [(step.code, "H09.25747"), (step.code, "H09.25750")]
    propose(case.pk, heir)
    result = case.documents.get(kind=DocumentKind.RESULT)
    assert result.context["agency"] == heir.committee.name


def test_a_draft_that_nobody_sealed_is_drafted_and_signed_anew_by_the_successor(
    office: Office, heir: Office, by: Account
) -> None:
    case = case_in(State.PROCESSING, office, by)
    propose(case.pk, office)
    advance(lock(case.pk), action=Action.SIGN, actor=office.leader, at=NOW)
    stepping.move_on(Case.objects.get(pk=case.pk), NOW)
    case.documents.filter(kind=DocumentKind.RESULT).update(state=DocumentState.SIGNED, orders=[{"key": "x"}])
    apply()
    signed = case.documents.get(kind=DocumentKind.RESULT)
    assert signed.state == DocumentState.SIGNED and signed.context["agency"] == office.committee.name

    succession.take_over(case_id=case.pk, actor=heir.records, at=LATER)

    anew = case.documents.get(kind=DocumentKind.RESULT)
    assert (anew.state, anew.orders, anew.context["agency"]) == (DocumentState.DRAFT, [], heir.committee.name)
    step = case.open_step
    assert step is not None and (step.role, step.agency) == (Role.LEADER, heir.committee)


def test_a_signature_under_way_holds_its_case_back(office: Office, heir: Office, by: Account) -> None:
    case = case_in(State.PROCESSING, office, by)
    propose(case.pk, office)
    results = case.documents.filter(kind=DocumentKind.RESULT)
    results.update(state=DocumentState.SIGNING)
    done = apply()
    assert succession.held_back(done) == 1 and not case.transfers.exists()
    results.update(state=DocumentState.SIGNED)
    assert succession.pass_on(reorganisation=done, at=LATER) == 1
    assert succession.held_back(done) == 0


def test_applied_twice_nothing_happens_twice(office: Office, heir: Office, by: Account) -> None:
    case = case_in(State.PROCESSING, office, by)
    first = apply()
    events, seats = case.events.count(), Appointment.objects.count()
    assert apply() == first
    assert (case.transfers.count(), case.events.count()) == (1, events)
    assert Appointment.objects.count() == seats
    with pytest.raises(PlanRefusedError):
        apply(reason="Một kế hoạch khác")


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_a_plan_at_once_apply_it_once() -> None:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    factories.agency("H09.1", kind=AgencyKind.DEPARTMENT, parent=province)
    new = [{"code": "H09.9", "name": "Sở mới", "kind": "DEPARTMENT", "parent": "H09"}]
    given = plan(agencies=new, successions=[{"from": ["H09.1"], "to": ["H09.9"]}])
    barrier = threading.Barrier(4)

    def one() -> int:
        try:
            barrier.wait()
            return services.reorganise(plan=given, at=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(one) for _ in range(4)]
    assert len({one.result() for one in done}) == 1
    assert AgencySuccession.objects.count() == 1


def test_rights_are_revoked_and_granted(office: Office, heir: Office) -> None:
    apply()
    for actor in (office.clerk, office.leader, office.records, office.head):
        assert at_work(actor).seats == ()
    carried = at_work(office.officer).seats
    assert [(seat.role, seat.agency) for seat in carried] == [(Role.OFFICER, heir.committee)]


def test_named_people_are_appointed_and_dismissed_where_the_plan_says(office: Office, heir: Office) -> None:
    seat = {"agency": "H09.25750", "role": "LEADER"}
    apply(
        appointments={
            "revoke": [{"account": heir.leader.account.username, **seat}],
            "grant": [{"account": office.leader.account.username, "title": "Chủ tịch", **seat}],
        }
    )
    assert at_work(heir.leader).seats == ()
    assert [(one.agency, one.title) for one in at_work(office.leader).seats] == [(heir.committee, "Chủ tịch")]


def test_rolled_back_everything_is_as_it_was(office: Office, heir: Office, by: Account) -> None:
    case = case_in(State.PROCESSING, office, by)
    seats = {actor: at_work(actor).seats for actor in (office.clerk, office.officer, office.leader, heir.officer)}
    done = apply()

    assert succession.roll_back(reorganisation=done, reason="Hoãn", at=LATER) == 1

    assert {actor: at_work(actor).seats for actor in seats} == seats
    assert agency_by_code("H09.25747", NOW.date()) == office.committee
    last = case.events.order_by("-sequence").first()
    assert last is not None and (last.action, last.note) == (Action.TAKE_BACK, "Hoãn")
    assert queries.to_take_over(at_work(heir.officer)) == []
    with pytest.raises(ActionNotAllowedError):
        succession.take_over(case_id=case.pk, actor=heir.officer, at=LATER)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"found": "YES"}, at=LATER)
    again = apply()
    assert again == done and case.transfers.waiting().count() == 1


def test_once_a_case_was_accepted_nothing_is_taken_back(office: Office, heir: Office, by: Account) -> None:
    first = case_in(State.PROCESSING, office, by)
    other = case_in(State.SUBMITTED, office, factories.citizen("074085007777"))
    done = apply()
    succession.take_over(case_id=first.pk, actor=heir.officer, at=LATER)
    with pytest.raises(NotTakenBackError):
        succession.roll_back(reorganisation=done, reason="Hoãn", at=LATER)
    assert other.transfers.waiting().count() == 1
    assert Reorganisation.objects.get().rolled_back_at is None


def test_a_new_agency_at_which_was_filed_cannot_be_unmade(office: Office, by: Account) -> None:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    new = {"kind": "COMMUNE", "parent": "H09", "unit": "25750", "name": "Ủy ban nhân dân phường mới"}
    factories.unit("25750", "Phường 25750")
    done = apply(
        agencies=[
            {"code": "H09.25750", **new},
            {"code": "H09.25750.MC", **new, "kind": "CENTRE", "parent": "H09.25750"},
        ]
    )
    assert Agency.objects.get(code="H09.25750").parent == province
    answers = factories.extract_answers(competent_agency="H09.25750")
    factories.filed(by, answers=answers, at=LATER)
    with pytest.raises(NotTakenBackError):
        succession.roll_back(reorganisation=done, reason="Hoãn", at=LATER)


def test_an_agency_that_came_to_nothing_begins_again_with_its_plan(office: Office) -> None:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    new = [{"code": "H09.9", "name": "Sở mới", "kind": "DEPARTMENT", "parent": "H09"}]
    done = apply(agencies=new, successions=[])
    succession.roll_back(reorganisation=done, reason="Hoãn", at=LATER)
    assert not Agency.objects.on(NOW.date()).filter(code="H09.9").exists()
    apply(agencies=new, successions=[])
    assert Agency.objects.on(NOW.date()).filter(code="H09.9").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"successions": [{"from": ["H09.00000"], "to": ["H09.25750"]}]},
        {"successions": [{"from": ["H09.25747"], "to": ["H09.00000"]}]},
        {"successions": [{"from": ["H09.25747"], "to": ["H09.25750", "H09.25750.MC"]}]},
        {"successions": [{"from": ["H09.25747"], "to": ["H09.25750"]}]},  # its centre stands under it
        {"successions": [{"from": ["H09.25747"], "to": ["H09.25747"]}]},
        {"agencies": [{"code": "H09.25750", "name": "x", "kind": "COMMUNE", "parent": "H09.25750"}]},
        {"parents": {"H09.25750": "H09.00000"}},
        {"parents": {"H09.25750": "H09.25750.MC"}},  # which stands under it
        {"successions": [{"from": ["H09.25747.MC"], "to": ["H09.25750"]}]},  # no clerk can serve there
        {"agencies": [{"code": "H09.9", "name": "x", "kind": "COUNTER", "parent": "H09.25750"}]},
        {"agencies": [{"code": "H09.9", "name": "x", "kind": "PROVINCE", "parent": "H09.25750"}]},
        {"agencies": [{"code": "H09.9", "name": "x" * 201, "kind": "COMMUNE", "parent": "H09.25750"}]},
        {"agencies": [{"code": "H09.9", "name": "x", "kind": "COMMUNE", "parent": "H09.25750", "phone": "\0"}]},
        {"appointments": {"revoke": [{"account": "user1", "agency": "H09.25750", "role": "PROVINCE_ADMIN"}]}},
        {"appointments": {"grant": [{"account": "ai", "agency": "H09.25750", "role": "LEADER", "title": "x"}]}},
        {"day": "2026-11-25"},
        {"day": "hôm nay"},
        {"gì": "đó"},
    ],
)
def test_a_plan_that_cannot_be_is_refused_whole(office: Office, heir: Office, changes: dict[str, Any]) -> None:
    with pytest.raises(PlanRefusedError) as refused:
        apply(**changes)
    assert refused.value.problems
    assert not Reorganisation.objects.exists()
    assert not Agency.objects.exclude(valid_to=None).exists()


def test_the_work_of_one_agency_goes_to_several_by_sector(office: Office, heir: Office, by: Account) -> None:
    case = case_in(State.PROCESSING, office, by)
    sector = case.procedure.sector.code
    lands = factories.office("H09.25942", "25942")
    to = ["H09.25942", {"agency": "H09.25750", "sectors": [sector]}]
    apply(successions=[{"from": ["H09.25747"], "to": to}, {"from": ["H09.25747.MC"], "to": ["H09.25942.MC"]}])
    assert queries.to_take_over(at_work(lands.officer)) == []
    succession.take_over(case_id=case.pk, actor=heir.officer, at=LATER)
    assert Case.objects.get(pk=case.pk).competent_agency == heir.committee


def test_agencies_begin_and_move_in_an_order_that_works_however_the_plan_lists_them(office: Office) -> None:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    upper = factories.agency("H09.1", kind=AgencyKind.DEPARTMENT, parent=province)
    lower = factories.agency("H09.2", kind=AgencyKind.DEPARTMENT, parent=upper)
    new = {"name": "Sở mới", "kind": "DEPARTMENT"}
    done = apply(
        agencies=[{"code": "H09.91", "parent": "H09.92", **new}, {"code": "H09.92", "parent": "H09", **new}],
        parents={"H09.1": "H09.2", "H09.2": "H09"},
        successions=[],
    )
    assert [Agency.objects.get(pk=one.pk).parent for one in (upper, lower)] == [lower, province]
    assert Agency.objects.get(code="H09.91").parent == Agency.objects.get(code="H09.92")

    succession.roll_back(reorganisation=done, reason="Hoãn", at=LATER)
    assert [Agency.objects.get(pk=one.pk).parent for one in (upper, lower)] == [province, upper]


def test_a_sector_that_is_not_there_or_goes_to_two_is_named_before_anything_is_done(
    office: Office, heir: Office
) -> None:
    third = factories.office("H09.25942", "25942").committee.code
    to = ["H09.25750", {"agency": third, "sectors": ["KHONG_CO"]}]
    successions = [{"from": ["H09.25747"], "to": to}, {"from": ["H09.25747.MC"], "to": ["H09.25750.MC"]}]
    unknown = plan(successions=successions)
    assert ["KHONG_CO" in one for one in reorganising.problems_of(unknown, NOW)] == [True]
    with pytest.raises(PlanRefusedError):
        reorganising.reorganise(plan=unknown, at=NOW)
    to[1] = {"agency": third, "sectors": ["HO_TICH", "HO_TICH"]}
    assert reorganising.problems_of(plan(successions=successions), NOW) != []
    assert not Reorganisation.objects.exists()


def test_what_a_later_plan_rests_on_is_not_taken_back_before_it(office: Office, heir: Office, by: Account) -> None:
    case_in(State.PROCESSING, office, by)
    first = apply()
    succession.take_over_many(actors=[heir.officer], chosen=None, at=LATER)
    CaseTransfer.objects.update(accepted_at=None, taken_back_at=NOW)  # nothing but the plan is in the way
    factories.office("H09.25942", "25942")
    later = apply(
        code="tiep-theo",
        successions=[
            {"from": ["H09.25750"], "to": ["H09.25942"]},
            {"from": ["H09.25750.MC"], "to": ["H09.25942.MC"]},
        ],
    )
    with pytest.raises(NotTakenBackError, match="tiep-theo"):
        succession.roll_back(reorganisation=first, reason="Hoãn", at=LATER)
    assert later.rolled_back_at is None


def test_a_case_that_waits_at_a_successor_is_not_passed_on_by_another_plan(
    office: Office, heir: Office, by: Account
) -> None:
    case = case_in(State.SUBMITTED, office, by)
    apply(code="quay", successions=[{"from": ["H09.25747.MC"], "to": ["H09.25750.MC"]}])
    later = apply(code="uy-ban", successions=[{"from": ["H09.25747"], "to": ["H09.25750"]}])
    assert queries.not_passed_on(later).count() == 0

    succession.take_over(case_id=case.pk, actor=heir.clerk, at=LATER)
    moved = Case.objects.get(pk=case.pk)
    assert (moved.receiving_centre, moved.competent_agency) == (heir.centre, heir.committee)


def test_who_serves_at_an_agency_that_came_to_nothing_serves_there_no_more(office: Office) -> None:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    done = apply(
        agencies=[{"code": "H09.9", "name": "Sở mới", "kind": "DEPARTMENT", "parent": "H09"}], successions=[]
    )
    somebody = factories.account()
    factories.appointment(somebody, Agency.objects.get(code="H09.9"), Role.OFFICER)
    succession.roll_back(reorganisation=done, reason="Hoãn", at=LATER)
    assert not Appointment.objects.on(LATER.date()).filter(account=somebody).exists()


def test_the_desk_takes_over_those_that_are_ticked_or_all(
    client: Client, office: Office, heir: Office, by: Account
) -> None:
    people = [factories.citizen(f"07408500{number}") for number in range(1000, 1004)]
    cases = [case_in(State.PROCESSING, office, person) for person in people]
    done = services.reorganise(plan=plan(), at=NOW)
    succession.pass_on(reorganisation=done, at=NOW)
    client.force_login(heir.officer.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("onestop:desk_succession")
    page = client.get(address).content.decode()
    assert all(case.code in page for case in cases if case.code)

    client.post(address, {"transfer": [str(cases[0].transfers.get().pk)]})
    assert CaseTransfer.objects.waiting().count() == 3
    client.post(address, {"all": "yes"})
    assert CaseTransfer.objects.waiting().count() == 0
    assert Case.objects.filter(competent_agency=heir.committee).count() == 4


def test_a_case_is_found_by_a_code_written_as_its_centre_is_called_now(
    client: Client, office: Office, by: Account
) -> None:
    case = case_in(State.PROCESSING, office, by)
    services.change_agency(
        agency_id=office.centre.pk, facts={}, code="H29.25747.MC", reason="Đổi mã", by=None, at=NOW
    )
    now = (case.code or "").replace("H09.", "H29.")
    assert now != case.code
    assert queries.case_at(at_work(office.clerk), now) == case
    assert queries.tracked(now, "0912345678") == case == queries.tracked(case.code or "", "0912345678")
    assert queries.tracked(now, "0912345679") is None


def test_the_command_plans_applies_and_takes_back(
    office: Office, heir: Office, by: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_in(State.PROCESSING, office, by)
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(PLAN, allow_unicode=True), encoding="utf-8")

    call_command("reorganise", "plan", str(path))
    said = capsys.readouterr().out
    assert "H09.25747 → H09.25750" in said and "Open cases that pass on: 1" in said
    assert "PROCESSING: 1" in said and "Nothing was changed." in said
    assert "CLERK at H09.25747.MC" in said
    assert not Reorganisation.objects.exists()

    call_command("reorganise", "apply", str(path))
    assert "1 case(s) passed on" in capsys.readouterr().out
    call_command("reorganise", "apply", str(path))
    assert "0 case(s) passed on" in capsys.readouterr().out
    call_command("reorganise", "rollback", PLAN["code"], "--reason", "Hoãn")
    assert "1 case(s) taken back" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("reorganise", "rollback", PLAN["code"], "--reason", "Hoãn")


def test_originals_go_along_with_the_case(office: Office, heir: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    original = custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    apply()
    original.refresh_from_db()
    assert original.keeper == office.clerk.account  # until the successor accepts, nothing has moved

    taker = accepter(case.transfers.get(), heir)
    succession.take_over(case_id=case.pk, actor=taker, at=LATER)

    original.refresh_from_db()
    assert (original.keeper, original.agency) == (taker.account, taker.agency)
    assert [line.move for line in original.custody.order_by("sequence")] == ["TAKEN_IN", "INHERITED"]


def test_the_successor_of_the_receiver_signs_for_what_is_on_its_way(
    office: Office, heir: Office, by: Account
) -> None:
    case = factories.accepted(office, by)
    original = custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    record = handing_over.hand_over(originals=[original.pk], actor=office.clerk, to_agency=office.committee, at=NOW)
    apply()
    succession.take_over(case_id=case.pk, actor=accepter(case.transfers.get(), heir), at=LATER)
    assert Original.objects.get().keeper == office.clerk.account

    handing_over.receive(handover_id=record.pk, actor=heir.leader, there=[original.pk], at=LATER)

    assert (Original.objects.get().keeper, Original.objects.get().agency) == (heir.leader.account, heir.committee)


def test_what_an_ended_agency_kept_of_ended_cases_the_successors_leader_takes_charge_of(
    office: Office, heir: Office, by: Account
) -> None:
    case = factories.filed(by)
    original = custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    receiving.reject(case_id=case.pk, actor=office.clerk, reason="Sai nơi nộp", at=NOW)
    apply()
    assert originals.left_behind(at_work(heir.head), LATER.date()) == [original]

    custody.take_charge(originals=[original.pk], actor=heir.head, at=LATER)

    assert Original.objects.get().keeper == heir.head.account


def test_a_province_admin_sees_what_a_plan_would_do_and_what_was_applied(
    client: Client, office: Office, heir: Office, by: Account
) -> None:
    case_in(State.PROCESSING, office, by)
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    admin = factories.actor(Role.PROVINCE_ADMIN, province).account
    assert admin is not None
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("onestop:reorganisations")

    def shown(plan: dict[str, Any]) -> Any:
        content = yaml.safe_dump(plan, allow_unicode=True).encode()
        return client.post(address, {"file": SimpleUploadedFile("plan.yaml", content)})

    answer = shown(PLAN)
    outlook = answer.context["outlook"]
    assert "1: Đang giải quyết 1" in answer.content.decode()
    assert (outlook.cases, outlook.problems) == ({State.PROCESSING: 1}, [])
    assert office.leader.account in outlook.seatless and office.officer.account not in outlook.seatless
    assert not Reorganisation.objects.exists()
    assert "H09.404" in shown(PLAN | {"parents": {"H09.404": "H09"}}).content.decode()
    assert shown({"code": "x"}).status_code == 422

    apply()
    progress = client.get(address).context["applied"]
    assert [(one.plan.code, one.passed, one.accepted, one.taken_back) for one in progress] == [
        (PLAN["code"], 1, 0, 0)
    ]


@pytest.fixture
def admin(db: None, client: Client) -> Account:
    """The province's admin, signed in."""
    account = factories.actor(Role.PROVINCE_ADMIN, factories.agency("H09", kind=AgencyKind.PROVINCE)).account
    assert account is not None
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return account


HOME = "/quan-tri/to-chuc/sap-xep/"


def looked_at(client: Client, given: dict[str, Any]) -> str:
    """Return the plan as the page that shows it sends it on."""
    content = yaml.safe_dump(given, allow_unicode=True).encode()
    page = client.post(HOME, {"file": SimpleUploadedFile("plan.yaml", content)}).content.decode()
    (sent,) = re.findall(r'<input type="hidden" name="plan" value="([^"]*)"', page)
    return html.unescape(sent)


def test_an_admin_applies_what_they_looked_at_and_workers_pass_its_cases_on(
    client: Client, admin: Account, office: Office, heir: Office, by: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "BATCH", 2)
    people = [factories.citizen(f"07408500{number}") for number in range(1000, 1005)]
    cases = [case_in(State.PROCESSING, office, person) for person in people]
    given = looked_at(client, PLAN)

    assert client.post(f"{HOME}ap-dung/", {"plan": given}).status_code == 422, "it was not ticked that it is meant"
    assert not Reorganisation.objects.exists()
    for _twice in range(2):
        assert client.post(f"{HOME}ap-dung/", {"plan": given, "sure": "on"}).status_code == 302

    done = Reorganisation.objects.get()
    assert done.applied_by == admin
    assert set(OrganisationChange.objects.filter(at=done.applied_at).values_list("by", flat=True)) == {admin.pk}
    page = client.get(HOME)
    assert "còn 5 hồ sơ đang chuyển" in page.content.decode() and page["Refresh"] == "2"
    assert factories.deliver_all(timezone.now(), topic="onestop.reorganise") == []
    assert CaseTransfer.objects.waiting().count() == len(cases)
    page = client.get(HOME)
    assert admin.full_name in page.content.decode() and "Refresh" not in page


def test_a_signature_under_way_is_waited_for(
    client: Client, admin: Account, office: Office, heir: Office, by: Account
) -> None:
    case = case_in(State.PROCESSING, office, by)
    propose(case.pk, office)
    results = case.documents.filter(kind=DocumentKind.RESULT)
    results.update(state=DocumentState.SIGNING)
    client.post(f"{HOME}ap-dung/", {"plan": looked_at(client, PLAN), "sure": "on"})
    (waiting,) = factories.deliver_all(timezone.now(), topic="onestop.reorganise")
    assert waiting.state == "WAITING" and not case.transfers.exists()
    results.update(state=DocumentState.SIGNED)
    assert factories.deliver_all(timezone.now() + timedelta(hours=1), topic="onestop.reorganise") == []
    assert case.transfers.waiting().count() == 1


def test_an_admin_takes_a_plan_back_with_a_reason_until_a_case_was_accepted(
    client: Client, admin: Account, office: Office, heir: Office, by: Account
) -> None:
    case = case_in(State.PROCESSING, office, by)
    client.post(f"{HOME}ap-dung/", {"plan": looked_at(client, PLAN), "sure": "on"})
    factories.deliver_all(timezone.now(), topic="onestop.reorganise")
    back = f"{HOME}{PLAN['code']}/hoan-tac/"
    assert "1 hồ sơ đang chờ" in client.get(back).content.decode()
    assert client.post(back, {"reason": "", "sure": "on"}).status_code == 422
    assert client.post(back, {"reason": "Hoãn"}).status_code == 422

    assert client.post(back, {"reason": "Hoãn", "sure": "on"}).status_code == 302
    done = Reorganisation.objects.get()
    assert done.rolled_back_by == admin and CaseTransfer.objects.waiting().count() == 0
    assert client.get(back).status_code == 404, "it is not in force any more"

    client.post(f"{HOME}ap-dung/", {"plan": looked_at(client, PLAN), "sure": "on"})
    factories.deliver_all(timezone.now(), topic="onestop.reorganise")
    succession.take_over(case_id=case.pk, actor=heir.officer, at=timezone.now())
    assert client.get(back).status_code == 404
    assert back not in client.get(HOME).content.decode()


def test_only_a_province_admin_applies_plans_and_none_before_its_day(
    client: Client, admin: Account, office: Office, heir: Office
) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    content = yaml.safe_dump(PLAN | {"day": tomorrow}, allow_unicode=True).encode()
    shown = client.post(HOME, {"file": SimpleUploadedFile("plan.yaml", content)})
    assert shown.context["outlook"].problems == [] and "ap-dung" not in shown.content.decode()
    early = {"plan": json.dumps(PLAN | {"day": tomorrow}), "sure": "on"}
    assert client.post(f"{HOME}ap-dung/", early).status_code == 422
    assert client.post(f"{HOME}ap-dung/", {"plan": "[", "sure": "on"}).status_code == 422

    assert office.leader.account is not None
    client.force_login(office.leader.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"{HOME}ap-dung/", {"plan": json.dumps(PLAN), "sure": "on"}).status_code == 403
    assert not Reorganisation.objects.exists()


@pytest.mark.parametrize(
    "plan",
    [
        "day: 2026-02-31",
        "day: !!timestamp x",
        "reason: !!python/object/apply:os.getcwd []",
        f"reason: {'1' * 5000}",
        "[" * 20_000,
        "a: &a [x, x]\nreason: [*a, *a]",
        'appointments: {revoke: [{account: "\\0", agency: H09, role: LEADER}]}',
    ],
)
@pytest.mark.django_db
def test_what_no_plan_says_is_refused_on_the_page(client: Client, plan: str) -> None:
    admin = factories.actor(Role.PROVINCE_ADMIN, factories.agency("H09", kind=AgencyKind.PROVINCE)).account
    assert admin is not None
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    whole = plan if plan.startswith("[") else f"code: x-1\n{plan}\n"
    for missing in ("day: 2026-12-01", "reason: x"):
        whole += "" if missing[:3] in whole else f"{missing}\n"
    answer = client.post(reverse("onestop:reorganisations"), {"file": SimpleUploadedFile("x.yaml", whole.encode())})
    assert (answer.status_code, len(answer.content) < 30_000) == (422, True)
