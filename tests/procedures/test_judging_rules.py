"""Rules on their way to being published: tried by samples, judged by the linter, told in words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation

from identity.states import AgencyKind
from procedures import definition as definitions
from procedures import linting, sampling
from procedures.definition import DefinitionError
from procedures.differences import compare
from procedures.showing.blank_forms import parts_of
from tests import every_kind, factories

pytestmark = pytest.mark.django_db
CHILD = {"full_name": "Bé", "birth_date": "2015-03-15", "sex": "MALE", "national_id": "074215001234"}


@pytest.fixture(autouse=True)
def _in_english(db: None) -> Any:
    factories.office()
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    with translation.override("en"):
        yield


def _told(expects: dict[str, Any], **changes: Any) -> list[str]:
    answers = every_kind.ANSWERS | changes
    sample = {"code": "s1", "name": "Ông Hai", "filed_at": "2026-11-24T09:00", "answers": answers, "expects": expects}
    outcome = sampling.run(definitions.load(every_kind.document(samples=[sample])))[0]
    return [str(difference) for difference in outcome.differences]


def _findings(**changes: Any) -> set[str]:
    return {finding.code for finding in linting.lint(definitions.load(every_kind.document(**changes)))}


def _form(**parts: Any) -> dict[str, Any]:
    return deepcopy(every_kind.FORM) | parts


def _refused(**changes: Any) -> str:
    with pytest.raises(DefinitionError) as wrong:
        definitions.load(every_kind.document(**changes))
    return str(wrong.value)


def test_a_sample_expects_what_the_rules_make_of_it() -> None:
    expects = {"computed": {"days": 50, "total": 5_600_000}, "eligible": True, "fee": 40_000}
    assert _told(expects | {"agency": "H09.25747", "due": "2026-12-22T17:00"}) == []


@pytest.mark.parametrize(
    ("expects", "told"),
    [
        ({"eligible": False}, "whether one can apply: expected False, found True"),
        ({"computed": {"total": 1}}, "computed values: expected total = 1, found total = 5600000"),
        ({"agency": "H09.X"}, "competent agency: expected H09.X, found H09.25747"),
    ],
)
def test_an_expectation_that_fails_is_told(expects: dict[str, Any], told: str) -> None:
    assert _told(expects) == [told]


def test_a_sample_may_be_somebody_who_cannot_apply() -> None:
    assert _told({"eligible": False}, requester=CHILD) == []


def test_the_limit_by_answers_is_the_due_time_of_a_sample() -> None:
    assert _told({"due": "2026-12-15T17:00"}, kind="HOUSE") == []


def test_the_linter_finds_nothing_grave_in_the_procedure_that_tries_everything() -> None:
    findings = linting.lint(definitions.load(every_kind.document()))
    assert [finding.sentence for finding in findings if finding.is_error] == []


def test_the_linter_warns_of_a_refusal_after_uploads() -> None:
    late = {"when": {"field": "true", "op": "empty"}, "message": "M"}
    assert "late-refusal" in _findings(form=_form(eligible=[late]))
    assert "late-refusal" not in _findings()


def test_the_linter_wants_an_agency_for_everybody() -> None:
    only = [{"when": {"field": "kind", "op": "eq", "value": "ROAD"}, "agency": "H09.X"}]
    assert "no-competent-agency" in _findings(route=only)


def test_the_linter_sees_a_refusal_that_can_never_come_and_a_property_without_effect() -> None:
    never = {"when": {"field": "kind", "op": "eq", "value": "SHIP"}, "message": "M"}
    assert "never-refused" in _findings(form=_form(eligible=[never]))
    form = _form()
    form["steps"][0]["fields"][1]["max_rows"] = 3
    assert "without-effect" in _findings(form=form)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"route": [{"when": {"field": "gone", "op": "filled"}, "agency": "X"}]}, "gone"),
        ({"route": [{"agency": "answers.gone"}]}, "gone"),
        ({"route": [{"agency": "X"}, {"agency": "X"}]}, "given twice"),
    ],
)
def test_a_route_that_cannot_be_followed_is_refused(changes: dict[str, Any], word: str) -> None:
    assert "route" in _refused(**changes) and word in _refused(**changes)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"quantity": {"op": "count", "of": [{"field": "gone"}]}}, "gone"),
        ({"quantity": {"field": "begins"}}, "DATE"),
        ({"exempt_if": {"field": "name", "op": "age_at_least", "value": 6}}, "does not fit"),
    ],
)
def test_a_fee_that_cannot_be_computed_is_refused(change: dict[str, Any], word: str) -> None:
    fee = every_kind.document()["fees"][0] | change
    message = _refused(fees=[fee])
    assert "fee PHI_TANG" in message and word in message


def test_a_time_limit_by_a_rule_that_does_not_fit_is_refused() -> None:
    limit = every_kind.document()["time_rules"][0] | {"when": {"field": "gone", "op": "filled"}}
    assert "nhà ở riêng lẻ" in _refused(time_rules=[limit])


def test_what_changed_in_rules_is_told_in_words() -> None:
    before = every_kind.document()
    after = every_kind.document()
    after["form"]["eligible"] = []
    after["form"]["steps"][2]["fields"][10]["value"]["op"] = "months_between"
    after["fees"][0]["quantity"] = {"op": "sum", "of": [{"field": "floors"}, 1]}
    after["time_rules"][0]["value"] = 10
    after["route"] = []
    told = [change.sentence for change in compare(before, after)]
    computed = next(text for text in told if "Số ngày thi công" in text)
    assert "the days from “Ngày khởi công” to “Ngày hoàn thành” → the months from" in computed
    assert any(
        text.startswith("removed: Who cannot apply: not (somebody born on “Người yêu cầu” (birth_date)")
        for text in told
    )
    assert any("how many are charged" in text and "the sum of “floors”, 1" in text for text in told)
    assert any("nhà ở riêng lẻ" in text and "15 → 10" in text for text in told)
    assert any(text.startswith("removed: ") and every_kind.OTHER_AGENCY in text for text in told)


def test_the_form_on_paper_has_every_kind() -> None:
    form = definitions.load(every_kind.document()).form
    assert form is not None
    asked = {str(question.label): question for part in parts_of(form) for question in part.questions}
    assert asked["Giá trị"].kind == "money"
    assert asked["Dân tộc"].kind == "line"
    assert asked["Nhà thầu"].rows[1].vi == "Mã số thuế"
    assert asked["Máy móc"].columns[0].vi == "Tên máy"
