"""A process may branch, end early and go in circles that somebody decides on; what cannot work is said in words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation

from procedures import definition as definitions
from procedures import invariants, services
from procedures.definition import ProcedureDefinition
from procedures.errors import NotFitToPublishError
from procedures.seeding import documents
from tests import factories
from tests.factories import NOW

EXTRACT = next(document for document in documents() if document["code"] == "2.000635")
TODAY = NOW.date()
OUTCOME = {
    "code": "outcome",
    "kind": "choice",
    "label": "Kết quả thẩm định",
    "options": [{"value": "FITS", "label": "Đạt"}, {"value": "WANTING", "label": "Chưa đạt"}],
}
WANTING = {"field": "outcome", "op": "eq", "value": "WANTING"}


def step(code: str, role: str = "OFFICER", *acts: str, **more: Any) -> dict[str, Any]:
    own = {"code": code, "name": code, "role": role, "agency": "COMPETENT", "actions": list(acts or ("FORWARD",))}
    return own | ({"share": 0} if "time" not in more and "share" not in more else {}) | more


def straight(**appraise: Any) -> list[dict[str, Any]]:
    return [
        step("receive", "CLERK", "ACCEPT", "HAND_OVER", agency="RECEIVING"),
        step("appraise", "OFFICER", "RECORD_FACTS", "FORWARD", "PROPOSE", share=60) | appraise,
        step("sign", "LEADER", "SIGN", "SEND_BACK", share=30),
        step("issue", "RECORDS_CLERK", "ISSUE", share=10),
    ]


def procedure(*steps: dict[str, Any], **changes: Any) -> ProcedureDefinition:
    document = {name: part for name, part in deepcopy(EXTRACT).items() if name != "samples"}
    return definitions.load(document | {"process": {"steps": list(steps)}} | changes)


def wrong(definition: ProcedureDefinition) -> list[str]:
    with translation.override("en"):
        return invariants.problems(definition)


def road(definition: ProcedureDefinition, **known: str) -> list[str]:
    assert definition.process
    return [step.code for step in definition.process.road(known, TODAY)]


def test_steps_follow_one_another_as_they_stand() -> None:
    assert road(procedure(*straight())) == ["receive", "appraise", "sign", "issue"]
    assert wrong(procedure(*straight())) == []


def branching() -> list[dict[str, Any]]:
    return [
        step("receive", "CLERK", "ACCEPT", "HAND_OVER", agency="RECEIVING"),
        step(
            "appraise", "OFFICER", "RECORD_FACTS", "PROPOSE", share=60, facts=[OUTCOME],
            next=[{"to": "review", "when": WANTING}],
        ),
        step("sign", "LEADER", "SIGN", share=10),
        step("issue", "RECORDS_CLERK", "ISSUE", share=10, next=[{"to": "END"}]),
        step("review", "OFFICER", "PROPOSE", share=20, next=[{"to": "sign"}]),
    ]  # fmt: skip


def test_the_outcome_of_a_step_chooses_the_road() -> None:
    process = procedure(*branching())
    assert road(process, outcome="FITS") == ["receive", "appraise", "sign", "issue"]
    assert road(process, outcome="WANTING") == ["receive", "appraise", "review", "sign", "issue"]
    assert wrong(process) == []


def test_a_lead_may_be_of_one_act_only() -> None:
    steps = straight(next=[{"to": "END", "by": "FORWARD"}])
    process = procedure(*steps).process
    assert process
    assert process.after("appraise", "FORWARD", {}, TODAY) is None
    after = process.after("appraise", "PROPOSE", {}, TODAY)
    assert after and after.code == "sign"


def test_the_shares_of_the_longest_road_add_up_to_100() -> None:
    assert wrong(procedure(*straight(share=59))) == ["The shares add up to 99 %. They must add up to 100 %."]
    heavier = branching()
    heavier[-1]["share"] = 21
    assert wrong(procedure(*heavier)) == ["The shares add up to 101 %. They must add up to 100 %."]


def test_own_times_fit_into_the_time_of_the_procedure() -> None:
    def with_days(days: int) -> ProcedureDefinition:
        own = {"kind": "WORKING_DAYS", "value": days}
        limit = {"kind": "WORKING_DAYS", "value": 3, "illustrative": True}
        return procedure(*_with_time(own), time=limit)

    assert wrong(with_days(3)) == []
    assert wrong(with_days(4)) == ["The steps' own times are longer than the procedure may take."]


def _with_time(own: dict[str, Any]) -> list[dict[str, Any]]:
    steps = straight()
    del steps[1]["share"]
    steps[1]["time"] = own
    return steps


def test_a_step_that_cannot_be_reached_and_a_road_without_an_end_are_named() -> None:
    lost = [*straight(), step("lost", next=[{"to": "lost"}])]
    lost[3]["next"] = [{"to": "END"}]
    assert wrong(procedure(*lost)) == [
        "From “lost” no road leads to an end.",
        "No road leads to “lost”.",
        "From “lost” a way leads back to it that nobody decides on.",
    ]


def test_a_way_back_needs_somebody_who_decides_on_it() -> None:
    by_answers = {"field": "copies", "op": "gt", "value": 5}
    assert wrong(procedure(*_returning(by_answers))) == [
        "From “appraise” a way leads back to it that nobody decides on."
    ]
    assert wrong(procedure(*_returning(WANTING))) == []


def _returning(rule: dict[str, Any]) -> list[dict[str, Any]]:
    steps = straight(facts=[OUTCOME])
    review = step("review", next=[{"to": "appraise", "when": rule}])
    return [*steps[:2], review, *steps[2:]]


def test_nobody_issues_what_nobody_signed() -> None:
    steps = straight(next=[{"to": "issue", "by": "FORWARD"}])
    assert wrong(procedure(*steps)) == ["A road leads to “issue” on which nobody signs."]


def test_a_step_is_held_by_somebody_who_can_do_what_stands_there() -> None:
    assert wrong(procedure(*straight(role="SYSTEM"))) == [
        "“appraise” has no holder: nobody is ever appointed to this role."
    ]
    assert wrong(procedure(*straight(actions=["FORWARD", "PROPOSE", "SIGN"]))) == [
        "The holder of “appraise” cannot do all that stands there."
    ]


def test_a_case_begins_with_the_clerk_who_receives_it() -> None:
    begins = "“%s” is the first step: let it be a clerk's where the case is received, who hands it over."
    assert wrong(procedure(*straight(share=60)[1:])) == [begins % "appraise"]
    receive, *rest = straight()
    assert wrong(procedure(receive | {"actions": ["ACCEPT"]}, *rest))[0] == begins % "receive"
    assert wrong(procedure(receive | {"when": WANTING}, step("other", facts=[OUTCOME]), *rest)) == [
        begins % "receive"
    ]


def test_a_clerk_holds_a_step_only_where_clerks_serve() -> None:
    last = step("return", "CLERK", "RETURN_RESULT", agency="COMPETENT")
    assert wrong(procedure(*straight(), last)) == ["“return” has no holder: clerks serve where cases are received."]
    assert wrong(procedure(*straight(), last | {"agency": "RECEIVING"})) == []


def test_what_a_step_needs_somebody_can_record() -> None:
    assert wrong(procedure(*straight(requires=["outcome", "personal_number"], facts=[OUTCOME]))) == []
    assert wrong(procedure(*straight(requires=["outcome"]))) == ["“appraise” needs “outcome”, which no step records."]


def test_only_those_of_earlier_steps_can_be_shut_out() -> None:
    assert wrong(procedure(*straight(not_same_as=["receive"]))) == []
    assert wrong(procedure(*straight(not_same_as=["sign"]))) == [
        "“appraise” shuts out who did “sign”, which does not come before it."
    ]


@pytest.mark.django_db
def test_agencies_that_a_process_names_must_be_there() -> None:
    named = procedure(*straight(agency="NAMED", agency_code="H09.7", consultation={"agencies": ["H09.8"]}))
    assert invariants.unknown_agencies(named, TODAY) == ["H09.7", "H09.8"]
    factories.agency("H09.7")
    factories.agency("H09.8", valid_to=TODAY)
    assert invariants.unknown_agencies(named, TODAY) == ["H09.8"]


@pytest.mark.django_db
def test_a_process_that_cannot_work_is_not_published() -> None:
    document = deepcopy(EXTRACT) | {"process": {"steps": straight(share=50)}}
    with pytest.raises(NotFitToPublishError):
        services.publish(document=document, effective_from=TODAY, published_by=None, at=NOW)


@pytest.mark.parametrize(
    "document", [document for document in documents() if document.get("process")], ids=lambda found: found["code"]
)
def test_every_process_of_the_catalogue_can_work(document: dict[str, Any]) -> None:
    assert wrong(definitions.load(document)) == []
