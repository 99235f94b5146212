"""Samples and the linter: procedures that test themselves."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from identity.models import Account, WorkCalendar
from identity.states import AgencyKind
from onestop.services import filing
from procedures import definition as definitions
from procedures import linting, sampling, services
from procedures.reviewing import review
from procedures.seeding import documents
from tests import factories
from tests.factories import EXTRACT, NOW

DOCUMENTS = {document["code"]: document for document in documents()}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def _document() -> dict[str, Any]:
    return deepcopy(DOCUMENTS[EXTRACT])


def _with_sample(answers: dict[str, Any], expects: dict[str, Any], **more: Any) -> dict[str, Any]:
    sample = {"code": "s1", "name": "Ông Hai", "answers": answers, "expects": expects} | more
    return _document() | {"samples": [sample]}


def _differences(document: dict[str, Any]) -> list[str]:
    (outcome,) = sampling.run(definitions.load(document))
    return [str(difference) for difference in outcome.differences]


ANSWERS: dict[str, Any] = {
    "document": "BIRTH_EXTRACT",
    "copies": 3,
    "requester": {
        "full_name": "Nguyễn Văn Minh",
        "birth_date": "1990-03-12",
        "sex": "MALE",
        "national_id": "074090001234",
    },
    "phone": "0912345678",
    "on_behalf": "OTHER",
    "relation": "OTHER",
    "van_ban_uy_quyen": ["f"],
    "registered_person": {"full_name": "Trần Thị Hà", "birth_date": "1993-07-08", "sex": "FEMALE"},
    "registered_at_known": "NO",
    "competent_agency": "H09.25747",
    "delivery": "ELECTRONIC",
}


@pytest.fixture
def office() -> factories.Office:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    return factories.office()


def test_a_sample_that_comes_out_as_expected_passes(office: factories.Office) -> None:
    expects = {
        "asked": ["van_ban_uy_quyen", "copies"],
        "not_asked": ["earlier_number", "delivery_address"],
        "papers": ["to_khai", "van_ban_uy_quyen"],
        "fee": 24_000,
        "route": ["receive", "appraise", "sign", "issue", "return"],
        "due": "2026-11-24T17:00",
    }
    answers = ANSWERS | {"competent_agency": office.committee.code}
    assert _differences(_with_sample(answers, expects, filed_at="2026-11-24T09:00")) == []


@pytest.mark.parametrize(
    ("expects", "told"),
    [
        ({"asked": ["earlier_number"]}, "questions asked: expected earlier_number, found –"),
        ({"not_asked": ["copies"]}, "questions not to be asked: expected –, found copies"),
        ({"papers": ["to_khai"]}, "papers: expected to_khai, found to_khai, van_ban_uy_quyen"),
        ({"fee": 8_000}, "fee: expected 8.000 đồng, found 24.000 đồng"),
        ({"route": ["receive"]}, "route: expected receive, found receive, appraise, sign, issue, return"),
        ({"due": "2026-11-25T17:00"}, "due time: expected 2026-11-25T17:00, found 2026-11-24T17:00"),
        ({"refused": ["phone"]}, "refused answers: expected phone, found –"),
    ],
)
def test_each_expectation_that_fails_is_told(office: factories.Office, expects: dict[str, Any], told: str) -> None:
    answers = ANSWERS | {"competent_agency": office.committee.code}
    assert _differences(_with_sample(answers, expects)) == [told]


def test_a_day_off_makes_no_sample_fail(office: factories.Office) -> None:
    definition = definitions.load(next(one for one in documents() if one["code"] == "1.014027"))
    calendar = WorkCalendar.objects.get(agency__kind=AgencyKind.PROVINCE)
    for day in range(25, 31):
        calendar.days.update_or_create(day=date(2026, 11, day), defaults={"works_like": None, "name": "Nghỉ bù"})
    assert not any(outcome.differences for outcome in sampling.run(definition))


def test_a_sample_of_bad_answers_expects_their_refusal(office: factories.Office) -> None:
    answers = ANSWERS | {"competent_agency": office.committee.code, "phone": "12", "copies": 99}
    assert _differences(_with_sample(answers, {"refused": ["copies", "phone"]})) == []


@pytest.mark.parametrize(
    ("expects", "kept"),
    [
        ({"fee": 8_000, "asked": ["copies"]}, {"fee": 24_000, "asked": ["copies"]}),
        ({"asked": ["earlier_number", "copies"]}, {"asked": ["copies"]}),
        ({"papers": ["van_ban_uy_quyen", "to_khai"]}, {"papers": ["van_ban_uy_quyen", "to_khai"]}),
        ({"route": ["receive"]}, {"route": ["receive", "appraise", "sign", "issue", "return"]}),
        ({"due": "2026-11-25T17:00", "eligible": False}, {"due": "2026-11-24T17:00", "eligible": True}),
        ({"refused": ["phone"], "agency": "H09.X"}, {"refused": [], "agency": "H09.25747"}),
        ({}, {}),
    ],
)
def test_judging_a_sample_anew_replaces_only_what_comes_out_otherwise(
    office: factories.Office, expects: dict[str, Any], kept: dict[str, Any]
) -> None:
    document = _with_sample(ANSWERS | {"competent_agency": office.committee.code}, expects)
    found = sampling.expected_anew(definitions.load(document), document["samples"][0])
    assert found == kept
    document["samples"][0]["expects"] = found
    assert _differences(document) == []


def test_a_sample_that_is_refused_now_says_so_when_judged_anew(office: factories.Office) -> None:
    answers = ANSWERS | {"competent_agency": office.committee.code, "copies": 99}
    document = _with_sample(answers, {"not_asked": ["earlier_number"]})
    found = sampling.expected_anew(definitions.load(document), document["samples"][0])
    assert found == {"not_asked": ["earlier_number"], "refused": ["copies"]}


def test_words_that_name_another_amount_than_the_fee_are_pointed_out() -> None:
    document = _document()
    assert not {code for code, _place, _is_error in _findings(document)} & {"other-amount"}
    document["fees"][0]["amount"] = 10_000
    found = [finding for finding in linting.lint(definitions.load(document)) if finding.code == "other-amount"]
    assert len(found) == 2 and not any(finding.is_error for finding in found)
    assert all("8.000 đồng" in finding.message and "10.000 đồng" in finding.message for finding in found)


def _findings(document: dict[str, Any]) -> set[tuple[str, str, bool]]:
    found = linting.lint(definitions.load(document))
    return {(finding.code, finding.place, finding.is_error) for finding in found}


def _field(document: dict[str, Any], step: int, field: int) -> dict[str, Any]:
    chosen: dict[str, Any] = document["form"]["steps"][step]["fields"][field]
    return chosen


def test_a_question_that_waits_for_a_later_one_is_unreachable() -> None:
    document = _document()
    document["form"]["steps"][0]["show_if"] = {"field": "delivery", "op": "eq", "value": "POST"}
    assert ("unreachable", "document", True) in _findings(document)


@pytest.mark.parametrize(
    "rule",
    [
        {"field": "on_behalf", "op": "eq", "value": "NOBODY"},
        {"field": "on_behalf", "op": "in", "value": ["NOBODY"]},
        {"all": [{"field": "copies", "op": "eq", "value": 1}, {"field": "copies", "op": "eq", "value": 2}]},
        {"any": [{"field": "on_behalf", "op": "eq", "value": "NOBODY"}]},
    ],
)
def test_a_page_that_no_answers_bring_up_is_never_shown(rule: dict[str, Any]) -> None:
    document = _document()
    document["form"]["steps"][2]["show_if"] = rule
    assert ("never-shown", "authority", True) in _findings(document)


def test_missing_words_are_errors_and_missing_hints_warnings() -> None:
    document = _document()
    _field(document, 0, 0)["label"] = {"vi": " "}
    _field(document, 0, 0)["options"][0]["label"] = {"vi": ""}
    del _field(document, 2, 1)["hint"]
    found = _findings(document)
    assert ("label-missing", "document", True) in found
    assert ("label-missing", "document/BIRTH_CERTIFICATE", True) in found
    assert ("hint-missing", "van_ban_uy_quyen", False) in found


def test_asking_what_the_account_knows_is_found() -> None:
    document = _document()
    del _field(document, 1, 1)["prefill"]
    assert ("known-to-the-account", "phone", False) in _findings(document)


def test_a_paper_without_any_legal_basis_is_an_error_and_without_an_article_a_warning() -> None:
    document = _document()
    name = document["papers"][0]["name"]
    del document["papers"][0]["basis"]
    assert ("paper-without-basis", name, False) in _findings(document)
    assert ("paper-without-basis", name, True) in _findings(document | {"legal_basis": []})
    document["papers"][0]["basis"] = "Điều 63 Luật Hộ tịch"
    assert name not in {place for _code, place, _error in _findings(document)}


def test_personal_data_without_a_retention_is_found() -> None:
    document = _document()
    kept = {code for code, _place, _error in _findings(document)}
    del document["retention"]
    codes = {code for code, _place, _error in _findings(document)}
    assert "no-retention" in codes and "no-retention" not in kept


def test_headings_that_skip_a_level_are_found() -> None:
    assert ("heading-order", "conditions", True) in _findings(_document() | {"conditions": "# Một\n### Ba"})


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_no_procedure_of_ours_has_an_error_or_a_failing_sample(code: str) -> None:
    definition = definitions.load(DOCUMENTS[code])
    assert [finding.sentence for finding in linting.lint(definition) if finding.is_error] == []


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_what_can_be_filed_has_an_english_name(code: str) -> None:
    definition = definitions.load(DOCUMENTS[code])
    assert definition.title.en or not definition.is_fileable


def test_english_of_words_that_are_gone_is_found() -> None:
    document = _document() | {"english": {"Chữ không còn ở đâu": "Words that are gone"}}
    assert ("english-of-nothing", "Chữ không còn ở đâu", False) in _findings(document)


def test_english_of_a_note_on_money_and_of_a_time_under_a_condition_is_of_something() -> None:
    limit: dict[str, Any] = {
        "kind": "CALENDAR_DAYS",
        "value": 20,
        "illustrative": False,
        "condition": "Phải xác minh",
    }
    limit["when"] = {"field": "document", "op": "eq", "value": "BIRTH_EXTRACT"}
    document = _document() | {"fees": [], "fees_note": "Theo biểu phí của tỉnh", "time_rules": [limit]}
    document["english"] = {"Theo biểu phí của tỉnh": "By the tariff", "Phải xác minh": "To be verified"}
    assert [code for code, _place, _error in _findings(document) if code == "english-of-nothing"] == []


def test_the_second_person_sees_the_changes_and_whom_they_touch(office: factories.Office) -> None:
    version = factories.published(EXTRACT)
    citizen, writer = (Account.objects.create_user(name, full_name=name) for name in ("Dân", "Người soạn"))
    filing.start_draft(account=citizen, code=EXTRACT, prefill={}, at=NOW)
    document = deepcopy(version.document)
    document["fees"][0]["amount"] = 70_000
    draft = services.start_draft(code=EXTRACT, document=document, by=writer, at=NOW)
    seen = review(draft, NOW.date())
    assert [change.area for change in seen.changes] == ["Fees"]
    assert seen.effect.sentence == "1 open: 1 draft goes on under the new one"
    assert not seen.obstacles and not seen.is_stale and seen.scheduled is None


def test_a_change_of_words_touches_no_case(office: factories.Office) -> None:
    version = factories.published(EXTRACT)
    citizen = Account.objects.create_user("dan", full_name="Dân")
    filing.start_draft(account=citizen, code=EXTRACT, prefill={}, at=NOW)
    draft = services.start_draft(code=EXTRACT, document=version.document | {"summary": "Mới"}, by=citizen, at=NOW)
    assert review(draft, NOW.date()).effect.sentence == "1 open: 1 unaffected"


def test_a_version_that_was_to_come_is_named_as_replaced() -> None:
    version = factories.published(EXTRACT)
    later = NOW.date() + timedelta(days=30)
    coming = services.publish(
        document=version.document | {"summary": "Sau"}, effective_from=later, published_by=None, at=NOW
    )
    admin = Account.objects.create_user("qt", full_name="Quản trị")
    draft = services.start_draft(code=EXTRACT, document=version.document | {"summary": "Nay"}, by=admin, at=NOW)
    assert review(draft, NOW.date()).scheduled == coming


def test_a_case_that_no_agency_decides_is_an_error() -> None:
    document = _document()
    steps = document["form"]["steps"]
    for step in steps:
        step["fields"] = [field for field in step["fields"] if field["code"] != "competent_agency"]
    found = ("no-competent-agency", document["name"], True)
    assert found in _findings(document)
    assert found not in _findings(document | {"route": [{"agency": "H09.2"}]})


def test_a_document_that_names_what_nobody_asks_is_an_error() -> None:
    document = _document()
    (result,) = document["results"]
    result["wording"] = {
        "lines": [{"label": "Bản", "value": "{copies} bản, {colour}, {registered_number}"}],
        "table": {"rows": "children", "columns": [{"label": "Tên", "value": "name"}]},
    }
    places = {place for code, place, _is_error in _findings(document) if code == "unknown-word"}
    assert places == {f"{result['name']}/{what}" for what in ("colour", "children", "children/name")}
