"""A slip of the hand is taken back at once, while nothing was built upon it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from identity.states import Role
from onestop import acts
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.services import deciding, handling, undoing
from onestop.states import Action
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import NOW, Office

FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}
MOMENT = NOW + timedelta(seconds=90)


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    """A case at the officer's, ready to be proposed."""
    case = factories.accepted(office, by)
    return handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)


def undo(office: Office, case: Case) -> Case:
    return undoing.undo(case_id=case.pk, actor=office.officer, at=MOMENT)


def test_a_proposal_is_taken_back_and_the_officer_has_the_case_until_the_same_time(
    office: Office, case: Case
) -> None:
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)
    before = case.steps.get(finished_at=None)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    pushed = OutboxMessage.objects.filter(topic="national_portal.progress").count()

    undo(office, case)
    step = case.steps.get(finished_at=None)
    assert (step.code, step.holder, step.due_at) == ("appraise", office.officer.account, before.due_at)
    assert [one.sequence for one in case.steps.order_by("sequence")] == [1, 2, 3, 4]
    assert OutboxMessage.objects.filter(topic="national_portal.progress").count() == pushed
    handling.propose(case_id=case.pk, actor=office.officer, at=MOMENT)
    assert case.steps.get(finished_at=None).code == "sign"


def test_what_a_colleague_has_taken_already_is_not_taken_from_them(office: Office, case: Case) -> None:
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    handling.take(case_id=case.pk, actor=office.leader, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        undo(office, case)


def test_a_case_given_to_a_colleague_comes_back_to_who_had_it(office: Office, case: Case) -> None:
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)
    colleague = factories.actor(Role.OFFICER, office.committee).account
    assert colleague is not None
    handling.reassign(case_id=case.pk, actor=office.officer, to=colleague, reason="Chia việc", at=NOW)

    undo(office, case)
    assert case.steps.get(finished_at=None).holder == office.officer.account


def test_it_is_not_taken_back_twice_nor_by_another_nor_after_a_while(office: Office, case: Case) -> None:
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    for actor, at in ((office.leader, MOMENT), (office.officer, NOW + undoing.WITHIN + timedelta(seconds=1))):
        with pytest.raises(ActionNotAllowedError):
            undoing.undo(case_id=case.pk, actor=actor, at=at)
    undo(office, case)
    with pytest.raises(ActionNotAllowedError):
        undo(office, case)


def test_what_is_being_signed_already_is_not_taken_back(office: Office, case: Case) -> None:
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    deciding.order_signature(case_id=case.pk, actor=office.leader, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        undo(office, case)


def test_what_the_applicant_was_told_of_is_not_taken_back(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    assert Action.UNDO not in [act.action for act in acts.possible(case, office.clerk, NOW)]


def test_the_page_offers_it_for_the_moment(client: Client, office: Office, by: Account) -> None:
    now = timezone.now()
    case = factories.accepted(office, by, at=now)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=now)
    case = handling.propose(case_id=case.pk, actor=office.officer, at=now)
    client.force_login(office.officer.account)
    page = reverse("onestop:desk_case", args=[case.code])
    assert "Rút lại việc vừa làm" in client.get(page).content.decode()

    client.post(reverse("onestop:desk_act", args=[case.code, "undo"]), {"version": case.version})
    assert "Rút lại việc vừa làm" not in client.get(page).content.decode()
    assert case.steps.get(finished_at=None).code == "appraise"
