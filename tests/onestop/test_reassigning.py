"""A step is taken in hand, or goes to a colleague: who may give it, who may take it."""

from __future__ import annotations

import pytest

from identity.models import Account
from identity.officers import Seat
from identity.states import Role
from onestop import acts
from onestop.errors import ActionNotAllowedError
from onestop.kinds import NoticeKind
from onestop.models import Case, DeskNotice
from onestop.services import handling
from onestop.states import Action
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import NOW, Office

FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND"}


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by)


@pytest.fixture
def colleague(office: Office) -> Seat:
    return factories.actor(Role.OFFICER, office.committee, "Đặng Quốc Bảo")


def give(case: Case, actor: Seat, to: Account | None) -> None:
    assert to is not None
    handling.reassign(case_id=case.pk, actor=actor, to=to, reason="Nghỉ phép", at=NOW)


def test_the_colleague_goes_on_and_who_gave_it_does_not(office: Office, case: Case, colleague: Seat) -> None:
    give(case, office.officer, colleague.account)

    handling.record_facts(case_id=case.pk, actor=colleague, facts=FACTS, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    assert case.events.get(action=Action.REASSIGN).note == "Đặng Quốc Bảo: Nghỉ phép"
    notice = DeskNotice.objects.get(recipient=colleague.account)
    assert (notice.case_id, notice.kind) == (case.pk, NoticeKind.GIVEN)


def test_who_takes_a_case_in_hand_keeps_it_from_colleagues(office: Office, case: Case, colleague: Seat) -> None:
    taking = next(act for act in acts.ACTS if act.action == Action.TAKE)
    assert taking in acts.possible(case, colleague, NOW)
    assert taking not in acts.possible(case, office.leader, NOW), "it is an officer's step"

    handling.take(case_id=case.pk, actor=office.officer, at=NOW)

    case.refresh_from_db()
    assert taking not in acts.possible(case, colleague, NOW)
    with pytest.raises(ActionNotAllowedError, match=office.officer.account.full_name):
        handling.take(case_id=case.pk, actor=colleague, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        handling.record_facts(case_id=case.pk, actor=colleague, facts=FACTS, at=NOW)
    assert case.events.latest("sequence").title == "Đã nhận xử lý"
    assert Action.TAKE not in set(case.events.public().values_list("action", flat=True))


def test_nobody_is_offered_themselves(office: Office, case: Case) -> None:
    giving = next(act for act in acts.ACTS if act.action == Action.REASSIGN)
    assert giving not in acts.possible(case, office.officer, NOW), "alone at the desk"

    colleague = factories.actor(Role.OFFICER, office.committee, "Đặng Quốc Bảo")

    assert giving in acts.possible(case, office.officer, NOW)
    offered = giving.form(case, by=office.officer.account).fields["to"]
    assert [name for _value, name in offered.choices][1:] == [colleague.account.full_name]  # type: ignore[attr-defined]


def test_what_a_colleague_holds_is_given_on_by_them_or_by_their_leader(
    office: Office, case: Case, colleague: Seat
) -> None:
    give(case, office.officer, colleague.account)

    with pytest.raises(ActionNotAllowedError):
        give(case, office.officer, office.officer.account)
    give(case, office.leader, office.officer.account)
    assert case.steps.get(finished_at=None).holder == office.officer.account


def test_it_goes_only_to_those_who_serve_there_in_that_role(office: Office, case: Case) -> None:
    elsewhere = factories.office("H09.25942", "25942")
    for somebody in (office.clerk, office.leader, elsewhere.officer):
        with pytest.raises(ActionNotAllowedError):
            give(case, office.officer, somebody.account)


def test_it_does_not_go_to_who_received_the_case(office: Office, case: Case) -> None:
    factories.appointment(office.clerk.account, office.committee, Role.OFFICER)

    with pytest.raises(ActionNotAllowedError):
        give(case, office.officer, office.clerk.account)


def test_the_world_outside_hears_nothing_of_it(office: Office, case: Case, colleague: Seat) -> None:
    before = OutboxMessage.objects.count()
    give(case, office.officer, colleague.account)

    assert OutboxMessage.objects.count() == before
    assert Action.REASSIGN not in set(case.events.public().values_list("action", flat=True))
