"""A case takes the road that the process of its version says: by what was found, by an act, by its own times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from identity.models import Account
from identity.states import AgencyKind, Role
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.services import handling, receiving, requesting, stepping
from tests import factories
from tests.factories import NOW, Office
from tests.procedures.test_processes import branching, step, straight


def accepted(office: Office, by: Account, steps: list[dict[str, Any]], **changes: Any) -> Case:
    factories.published(process={"steps": steps}, **changes)
    case = factories.filed(by)
    return receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)


def place(case: Case) -> str:
    current = case.open_step
    return current.code if current else ""


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("outcome", "leads_to"), [("FITS", "sign"), ("WANTING", "review")])
def test_what_was_found_decides_where_the_case_goes(office: Office, by: Account, outcome: str, leads_to: str) -> None:
    case = accepted(office, by, branching())
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"outcome": outcome}, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    assert place(case) == leads_to


def test_shares_count_on_the_road_that_the_case_took(office: Office, by: Account) -> None:
    limit = {"kind": "WORKING_DAYS", "value": 10, "illustrative": True}
    case = accepted(office, by, branching(), time=limit)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"outcome": "WANTING"}, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    other = factories.actor(Role.OFFICER, office.committee)
    handling.propose(case_id=case.pk, actor=other, at=NOW)
    due = {one.code: one.due_at for one in case.steps.all()}
    assert due["appraise"] and due["review"] and due["sign"] and case.due_at
    assert due["appraise"] < due["review"] < due["sign"] < case.due_at
    assert due["sign"].date() == (NOW + timedelta(days=13)).date()  # 9 of the 10 working days: 7 December


def test_only_the_steps_that_a_case_came_through_can_take_it_back(office: Office, by: Account) -> None:
    case = accepted(office, by, branching())
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"outcome": "FITS"}, at=NOW)
    handling.propose(case_id=case.pk, actor=office.officer, at=NOW)
    assert [one.code for one in stepping.earlier_steps(case)] == ["appraise"]


def test_a_supplement_that_came_leads_where_the_process_says(office: Office, by: Account) -> None:
    steps = straight(actions=["REQUEST_SUPPLEMENT", "PROPOSE"], next=[{"to": "recheck", "by": "ANSWER_SUPPLEMENT"}])
    steps[3]["next"] = [{"to": "END"}]
    own = {"kind": "WORKING_DAYS", "value": 2}
    steps.append(step("recheck", "OFFICER", "PROPOSE", time=own, next=[{"to": "sign"}]))
    case = accepted(office, by, steps, time={"kind": "WORKING_DAYS", "value": 10, "illustrative": True})
    asked: dict[str, Any] = {"text": "Thiếu", "items": ["copies"], "due_at": NOW + timedelta(days=9)}
    requesting.request_supplement(case_id=case.pk, actor=office.officer, at=NOW, **asked)
    later = NOW + timedelta(days=2)
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"copies": 3}, at=later)
    current = case.open_step
    assert current and current.code == "recheck"
    monday = later + timedelta(days=4)  # two working days after Thursday 26 November
    assert current.due_at == monday.replace(hour=17)


def test_an_act_that_may_be_done_once_is_refused_the_second_time(office: Office, by: Account) -> None:
    steps = straight(actions=["REQUEST_SUPPLEMENT", "PROPOSE"], at_most={"REQUEST_SUPPLEMENT": 1})
    case = accepted(office, by, steps)
    asked: dict[str, Any] = {"text": "Thiếu", "items": ["copies"], "due_at": NOW + timedelta(days=9)}
    requesting.request_supplement(case_id=case.pk, actor=office.officer, at=NOW, **asked)
    requesting.answer_supplement(case_id=case.pk, actor=applicant(by), answers={"copies": 3}, at=NOW)
    with pytest.raises(ActionNotAllowedError):
        requesting.request_supplement(case_id=case.pk, actor=office.officer, at=NOW, **asked)


def test_a_step_may_be_at_the_agency_above_or_where_a_route_leads(office: Office, by: Account) -> None:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    department = factories.agency("H09.6", kind=AgencyKind.DEPARTMENT)
    office.committee.parent = province
    office.committee.save()
    route = [{"agency": "H09.6", "when": {"field": "copies", "op": "gt", "value": 1}}, {"agency": "H09"}]
    steps = straight(agency="ROUTED", route=route)
    steps[2]["agency"] = "PARENT"
    case = accepted(office, by, steps)
    current = case.open_step
    assert current and current.agency == department
    handling.propose(case_id=case.pk, actor=factories.actor(Role.OFFICER, department), at=NOW)
    current = case.open_step
    assert current and current.agency == province
