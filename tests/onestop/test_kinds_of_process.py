"""The catalogue has processes of each kind; all of them are walked to the end in test_every_procedure."""

from __future__ import annotations

import pytest

from identity.states import Role
from onestop.kinds import DocumentKind
from onestop.services import receiving
from procedures import definition as definitions
from procedures.definition import Process
from procedures.states import AgencyRule
from tests import factories
from tests.factories import NOW

STRAIGHT, CHAIN, PARALLEL, JOINT, AT_ONCE, BRANCHING = (
    "2.000635",
    "1.013236",
    "1.010727",
    "1.013834",
    "2.000815",
    "1.013225",
)


def process(code: str) -> Process:
    found = definitions.load(factories.DOCUMENTS[code]).process
    assert found is not None
    return found


def handling(code: str) -> list[str]:
    """Return who handles, in order, between the counter's first desk and its last."""
    return [step.role for step in process(code).steps if step.agency != AgencyRule.RECEIVING]


def test_straight_an_officer_a_leader_and_the_records_clerk() -> None:
    assert handling(STRAIGHT) == [Role.OFFICER, Role.LEADER, Role.RECORDS_CLERK]


def test_a_leaders_chain_has_the_head_of_the_section_between_and_nobody_twice() -> None:
    assert handling(CHAIN) == [Role.OFFICER, Role.OFFICER, Role.LEADER, Role.RECORDS_CLERK]
    review = next(step for step in process(CHAIN).steps if step.code == "review")
    assert "appraise" in review.not_same_as


def test_two_agencies_are_heard_at_once() -> None:
    terms = [step.consultation for step in process(PARALLEL).steps if step.consultation]
    assert [len(one.agencies) for one in terms] == [2]


def test_a_joint_procedure_goes_from_one_agency_to_another() -> None:
    rules = [step.agency for step in process(JOINT).steps]
    assert rules == [
        AgencyRule.RECEIVING,
        AgencyRule.NAMED,
        AgencyRule.NAMED,
        AgencyRule.COMPETENT,
        AgencyRule.COMPETENT,
        AgencyRule.RECEIVING,
    ]


def test_a_branching_one_ends_in_two_ways() -> None:
    steps = {step.code: step for step in process(BRANCHING).steps}
    assert [lead.by for lead in steps["appraise"].leads] == ["ANSWER_SUPPLEMENT"]
    assert [lead.to for lead in steps["conclude"].leads] == ["sign"]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [False, True])
def test_what_is_done_at_once_has_form_01_only_when_it_is_asked_for(asked: bool) -> None:
    office = factories.office()
    at_once = {**factories.DOCUMENTS[factories.EXTRACT]["process"], "receipt_on_request": True}
    factories.published(factories.EXTRACT, process=at_once)
    case = factories.filed(factories.citizen())
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW, with_receipt=asked)
    assert case.documents.filter(kind=DocumentKind.FORM_01).exists() == asked
    assert process(AT_ONCE).receipt_on_request
