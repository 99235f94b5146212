"""What the desk offers and its services do is what the table says: each act, in each state, from each seat."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from identity.models import Account
from identity.officers import Seat
from identity.states import Role
from onestop import acts
from onestop.acts import ACTS, Act, Call
from onestop.models import Case, CaseEvent, CaseMessage, CaseNote, CaseStep
from onestop.states import TABLE, Action, State, is_allowed
from portal.core.errors import DomainError
from portal.core.models import OutboxMessage
from procedures.states import STEP_ACTIONS
from tests import factories
from tests.factories import EXTRACT, NOW, Office
from tests.procedures.test_processes import step

FILED = [state for state in State if state not in {State.DRAFT, State.AWAITING_PAYMENT}]
CODES = {
    Role.CLERK: "receive",
    Role.CENTRE_HEAD: "head",
    Role.OFFICER: "appraise",
    Role.LEADER: "sign",
    Role.RECORDS_CLERK: "issue",
}
AGENCIES = {Role.CLERK: "RECEIVING", Role.CENTRE_HEAD: "RECEIVING"}
TYPED: dict[str, Any] = {
    "reason": "Có lý do",
    "note": "",
    "text": "Một câu",
    "days": 3,
    "items": ["phone"],
    "basis": "Luật",
    "to": "receive",
    "fees": [],
    "of": [],
    "people": [],
    "confirmed": "yes",
    "collects": "yes",
    "decision": "grant",
    "checked_id_number": "074085001234",
    "waybill": "VN1",
    "postage": None,
    "compared": [],
    "is_confidential": False,
    "with_receipt": False,
}


@pytest.fixture
def case(db: None, office: Office, by: Account) -> Case:
    """A case whose process lets each role do, in its step, all that the role may ever be given to do."""
    shares = dict(zip(CODES, (0, 0, 60, 30, 10), strict=True))
    steps = [
        step(code, role, *STEP_ACTIONS[role], agency=AGENCIES.get(role, "COMPETENT"), share=shares[role])
        for role, code in CODES.items()
    ]
    factories.published(EXTRACT, process={"steps": steps, "verification_days": 3, "consent_hours": 24})
    return factories.accepted(office, by)


def seats(office: Office) -> list[Seat]:
    return [office.clerk, office.head, office.officer, office.leader, office.records]


def put(case: Case, state: State, actor: Seat) -> Case:
    """Let the case stand in a state, with an open step that is the actor's: nothing but the table is in the way."""
    Case.objects.filter(pk=case.pk).update(state=state, decided_at=None)
    CaseStep.objects.filter(case=case, finished_at=None).update(
        role=actor.role, agency=actor.agency, holder=None, code=CODES[actor.role]
    )
    return Case.objects.with_procedure().select_related("receiving_centre", "competent_agency").get(pk=case.pk)


def carry_out(act: Act, case: Case, actor: Seat) -> None:
    chosen: dict[Action, dict[str, Any]] = {
        Action.REASSIGN: {"to": actor.account},
        Action.ASK_VERIFICATION: {"of": actor.agency},
    }
    given = TYPED | chosen.get(act.action, {})
    typed = {name: given[name] for name in act.form(case).fields if name in given}
    form = SimpleNamespace(cleaned_data=typed, answers={}, written=lambda template: {})
    act.run(Call(case, actor, NOW, case.version, form))


def traces() -> list[int]:
    return [model.objects.count() for model in (CaseEvent, CaseMessage, CaseNote, OutboxMessage)]


@pytest.mark.parametrize("state", FILED)
def test_the_desk_offers_nothing_that_the_table_refuses(office: Office, case: Case, state: State) -> None:
    for actor in seats(office):
        found = put(case, state, actor)
        offered = {act.action for act in acts.possible(found, actor, NOW)}
        assert {action for action in offered if not is_allowed(state, action, actor.role)} == set()


@pytest.mark.parametrize("state", FILED)
def test_what_the_table_refuses_a_service_refuses_and_leaves_no_trace(
    office: Office, case: Case, state: State
) -> None:
    for actor in seats(office):
        found = put(case, state, actor)
        before = traces()
        for act in ACTS:
            if is_allowed(state, act.action, actor.role):
                continue
            with pytest.raises(DomainError), transaction.atomic():
                carry_out(act, found, actor)
                pytest.fail(f"{actor.role} did {act.action} in {state}")
        assert traces() == before


@pytest.mark.parametrize("state", FILED)
def test_the_page_shows_what_is_offered_and_an_address_typed_by_hand_does_no_more(
    client: Client, office: Office, case: Case, state: State
) -> None:
    refused = {Action.ACCEPT: State.PROCESSING, Action.RESUME: State.SUBMITTED}
    for actor in seats(office):
        found = put(case, state, actor)
        client.force_login(actor.account)
        page = client.get(reverse("onestop:desk_case", args=[case.code])).content.decode()
        shown = set(re.findall(rf'action="/mot-cua/ho-so/{re.escape(str(case.code))}/([a-z-]+)/"', page))
        possible = {act.code for act in acts.possible(found, actor, NOW)}
        assert shown & {act.code for act in ACTS} == possible
        for action in refused:
            if not is_allowed(state, action, actor.role):
                address = reverse("onestop:desk_act", args=[case.code, action.lower().replace("_", "-")])
                answer = client.post(address, {"version": found.version, "sure": "yes", "note": ""})
                assert answer.status_code in {409, 422}
                assert Case.objects.get(pk=case.pk).version == found.version


def test_every_act_of_a_person_at_a_desk_has_its_button() -> None:
    at_desk = {Role.CLERK, Role.CENTRE_HEAD, Role.OFFICER, Role.LEADER, Role.RECORDS_CLERK}
    elsewhere = {
        Action.SUBMIT,  # the counter's own pages file, and take the fee
        Action.SUBMIT_UNPAID,
        Action.SETTLE_FEE,
        Action.SETTLE_DEMAND,
        Action.ANSWER_SUPPLEMENT,
        Action.HAND_OVER,  # follows from accepting
        Action.ANSWER_OPINION,  # by whom is asked, on a page of its own
        Action.DIGITISE,  # beside each paper
    }
    done_by_people = {action for (_state, action), line in TABLE.items() if line.roles & at_desk}
    assert done_by_people - elsewhere == {act.action for act in ACTS}
