"""A document becomes a definition, or an error that names the place."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from procedures import definition as definitions
from procedures.definition import DefinitionError
from procedures.seeding import documents
from procedures.states import FilingChannel

ONLINE = FilingChannel.ONLINE
TODAY = date(2026, 11, 24)
DOCUMENTS = {document["code"]: document for document in documents()}
EXTRACT, BIRTH = "2.000635", "1.001193"


def _changed(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(DOCUMENTS[EXTRACT]), **changes}


def _with_steps(**changes: Any) -> dict[str, Any]:
    document = _changed()
    document["process"]["steps"][1].update(changes)
    return document


def test_equal_documents_have_one_text_and_one_hash() -> None:
    document = DOCUMENTS[EXTRACT]
    reversed_order = dict(reversed(document.items()))
    assert definitions.canonical(document) == definitions.canonical(reversed_order)
    assert definitions.sha256_of(document) == definitions.sha256_of(reversed_order)
    assert definitions.sha256_of(document) != definitions.sha256_of(_changed(name="Khác"))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"code": "khai-sinh"}, "$.code"),
        ({"online_level": "PERHAPS"}, "$.online_level"),
        ({"levels": []}, "$.levels"),
        ({"surprise": 1}, "surprise"),
        ({"name": "Tên\0"}, "cannot be stored"),
        ({"name": "Tên \ud800"}, "cannot be stored"),
        ({"samples": [{"answers": {"copies": float("inf")}}]}, "cannot be stored"),
        ({"time": {"kind": "FORTNIGHTS", "illustrative": True}}, "$.time.kind"),
        ({"time": {"kind": "WORKING_DAYS", "illustrative": True}}, "needs a value"),
        ({"time": {"kind": "SAME_DAY", "illustrative": True, "cut_off": "25:00"}}, "$.time.cut_off"),
    ],
)
def test_a_wrong_document_is_refused_by_the_name_of_the_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        definitions.load(_changed(**changes))
    assert place in str(refused.value)


@pytest.mark.parametrize("part", ["papers", "fees"])
def test_a_paper_or_fee_has_a_code_of_its_own(part: str) -> None:
    document = _changed()
    document[part].append(deepcopy(document[part][0]))
    with pytest.raises(DefinitionError, match=rf"{part}: the code .+ is given twice"):
        definitions.load(document)


def test_a_fee_counts_only_what_the_form_asks() -> None:
    document = _changed()
    document["fees"][0]["per"] = "elephants"
    with pytest.raises(DefinitionError, match="PHI_BAN_SAO: no field 'elephants' to count"):
        definitions.load(document)


def test_a_fee_depends_only_on_what_the_form_asks() -> None:
    document = _changed()
    document["fees"][0]["when"] = {"field": "weather", "op": "eq", "value": "RAIN"}
    with pytest.raises(DefinitionError, match="weather"):
        definitions.load(document)


def test_a_step_is_named_once() -> None:
    with pytest.raises(DefinitionError, match="given twice"):
        definitions.load(_with_steps(code="receive"))


def test_who_may_not_be_the_same_refers_to_a_step_that_exists() -> None:
    with pytest.raises(DefinitionError, match="appraise: not_same_as"):
        definitions.load(_with_steps(not_same_as=["nobody"]))


def test_a_step_leads_only_to_one_that_exists() -> None:
    with pytest.raises(DefinitionError, match="leads to a step that does not exist"):
        definitions.load(_with_steps(next=[{"to": "nowhere"}]))


def test_where_a_step_leads_depends_only_on_what_is_asked_or_recorded() -> None:
    rule = {"field": "weather", "op": "eq", "value": "RAIN"}
    with pytest.raises(DefinitionError, match=r"process, appraise: .*weather"):
        definitions.load(_with_steps(next=[{"to": "END", "when": rule}]))


def test_a_step_has_either_a_share_or_a_time_of_its_own() -> None:
    with pytest.raises(DefinitionError, match="either a share of the time or a time of its own"):
        definitions.load(_with_steps(time={"kind": "WORKING_DAYS", "value": 2}))


def test_a_routed_agency_has_a_route() -> None:
    with pytest.raises(DefinitionError, match="needs a route"):
        definitions.load(_with_steps(agency="ROUTED"))


def test_a_named_agency_has_its_code() -> None:
    with pytest.raises(DefinitionError, match="needs its code"):
        definitions.load(_with_steps(agency="NAMED"))


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"steps\[1\]\.role|is not valid"):
        definitions.load(_with_steps(role="WIZARD"))


def test_a_step_depends_only_on_answers_and_facts_that_exist() -> None:
    with pytest.raises(DefinitionError, match="weather"):
        definitions.load(_with_steps(when={"field": "weather", "op": "eq", "value": "RAIN"}))


def test_the_facts_of_a_step_are_fields() -> None:
    with pytest.raises(DefinitionError):
        definitions.load(_with_steps(facts=[{"code": "x", "kind": "crystal_ball", "label": "?"}], requires=[]))


def test_a_copy_costs_8000_dong_each_paid_at_filing() -> None:
    extract = definitions.load(DOCUMENTS[EXTRACT])
    (line,) = extract.fee_lines({"copies": 3}, "FILING", TODAY, ONLINE)
    assert (line.kind, line.unit_amount, line.quantity, line.amount) == ("PHI", 8000, 3, 24_000)
    assert extract.fee_lines({"copies": 3}, "RETURN", TODAY, ONLINE) == ()


def test_a_fee_of_some_ways_of_filing_is_not_charged_on_the_others() -> None:
    fee = DOCUMENTS[EXTRACT]["fees"][0] | {"channels": ["DIRECT", "POST"]}
    extract = definitions.load(_changed(fees=[fee]))
    charged = [way for way in FilingChannel if extract.fee_lines({"copies": 1}, "FILING", TODAY, way)]
    assert charged == [FilingChannel.DIRECT, FilingChannel.POST]


@pytest.mark.parametrize("copies", [None, "3", 0, -1, True, [2]])
def test_a_count_that_is_no_count_costs_nothing(copies: object) -> None:
    assert definitions.load(DOCUMENTS[EXTRACT]).fee_lines({"copies": copies}, "FILING", TODAY, ONLINE) == ()


@pytest.mark.parametrize(("born", "charged"), [("2026-09-25", False), ("2026-09-24", True), ("2026-11-20", False)])
def test_only_a_birth_registered_after_60_days_is_charged(born: str, charged: bool) -> None:
    birth = definitions.load(DOCUMENTS[BIRTH])
    lines = birth.fee_lines({"child": {"birth_date": born}}, "FILING", TODAY, ONLINE)
    assert [line.kind for line in lines] == (["LE_PHI"] if charged else [])
