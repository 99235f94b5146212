"""One operator set for conditions and computed values: what holds, what is computed, and what cannot be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.eforms import FormDefinitionError, load_form
from procedures.rules import CALCULATIONS, OPERATORS, calculate, evaluate, is_certain

TODAY = date(2026, 11, 24)


def _holds(field: Any, op: str, value: Any = None) -> bool:
    return evaluate({"field": "q", "op": op, "value": value}, {"q": field}, TODAY)


def _value(op: str, *of: Any, **answers: Any) -> Any:
    return calculate({"op": op, "of": list(of)}, answers, TODAY)


@pytest.mark.parametrize(
    ("answer", "op", "value", "expected"),
    [
        (3, "lt", 5, True),
        ("3", "ge", 3, True),
        ("2024-01-31", "lt", "2024-02-01", True),
        ("07:30", "lt", "17:00", True),
        ("1975", "lt", "1980-01-01", True),
        ("1980", "lt", "1980-06-01", False),  # nobody knows
        ("2008", "age_at_least", 18, False),  # nobody knows: born in November or December?
        ("2008-11-24", "age_at_least", 18, True),
        ("2008-11-25", "age_at_least", 18, False),
        ("1975", "age_at_least", 18, True),
        ("UNKNOWN", "age_at_least", 18, False),
        (0, "filled", None, True),
        (False, "filled", None, False),
        (["A"], "contains", "A", True),
        ("A", "in", ["A", "B"], True),
    ],
)
def test_a_condition_holds_or_not(answer: Any, op: str, value: Any, expected: bool) -> None:
    assert _holds(answer, op, value) is expected


def test_two_answers_are_compared_with_one_another() -> None:
    rule = {"field": "ends", "op": "gt", "value": {"field": "begins"}}
    assert evaluate(rule, {"begins": "2026-01-01", "ends": "2026-01-02"}, TODAY)


def test_a_computed_value_is_compared() -> None:
    rule = {"of": {"op": "sum", "of": [{"field": "goods.price"}]}, "op": "gt", "value": 100}
    assert evaluate(rule, {"goods": [{"price": 60}, {"price": 50}]}, TODAY)


def test_a_refusal_is_certain_only_of_what_was_answered() -> None:
    too_young = {"not": {"field": "born", "op": "age_at_least", "value": 18}}
    assert evaluate(too_young, {}, TODAY)
    assert not is_certain(too_young, {}, TODAY)
    assert not is_certain(too_young, {"born": "2008"}, TODAY)
    assert is_certain(too_young, {"born": "2015-01-01"}, TODAY)
    assert is_certain({"field": "born", "op": "empty"}, {}, TODAY)


@pytest.mark.parametrize("decided", [{"field": "a", "op": "eq", "value": 1}])
def test_one_certain_part_decides_an_any_and_one_false_part_an_all(decided: Any) -> None:
    open_part = {"field": "b", "op": "eq", "value": 1}
    assert is_certain({"any": [open_part, decided]}, {"a": 1}, TODAY)
    assert not is_certain({"all": [open_part, decided]}, {"a": 1}, TODAY)
    assert is_certain({"not": {"all": [open_part, decided]}}, {"a": 2}, TODAY)


def test_values_are_computed() -> None:
    rows = {"goods": [{"n": 2, "price": 3}, {"n": None, "price": 4}]}
    assert _value("sum", {"field": "goods.price"}, 1, **rows) == 8
    assert _value("product", {"field": "a"}, 3, a=4) == 12
    assert _value("product", {"field": "a"}, 3) is None
    assert _value("difference", 5, {"field": "a"}, a="7") == -2
    assert _value("count", {"field": "goods"}, **rows) == 2
    assert _value("days_between", "2024-02-28", "2024-03-01") == 2
    assert _value("months_between", "2024-01-31", "2024-02-29") == 0
    assert _value("months_between", "2024-02-01", "2024-01-01") == -1
    assert _value("years_between", "2000-02-29", {"op": "today"}) == 26
    assert _value("years_between", "1975", "2026-01-01") is None
    assert _value("concat", {"field": "a"}, {"field": "b"}, "c", a="x", b=None) == "x c"


_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["1975", "07:30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=6,
)


@given(_ANYTHING, _ANYTHING, st.sampled_from(sorted(OPERATORS)))
def test_a_condition_never_fails_whatever_was_answered(answer: Any, value: Any, op: str) -> None:
    rule = {"field": "q.a", "op": op, "value": value if not isinstance(value, dict) else {"field": "q"}}
    for answers in ({"q": answer}, {"q": {"a": answer}}, {"q": [{"a": answer}]}):
        assert evaluate(rule, answers, TODAY) in {True, False}
        assert is_certain(rule, answers, TODAY) in {True, False}


@given(_ANYTHING, _ANYTHING, st.sampled_from(sorted(set(CALCULATIONS) - {"today"})))
def test_a_calculation_never_fails_whatever_was_answered(one: Any, other: Any, op: str) -> None:
    result = calculate({"op": op, "of": [{"field": "a"}, {"field": "b"}]}, {"a": one, "b": other}, TODAY)
    assert result is None or isinstance(result, int | str) or abs(result) < 1e301


_BORN = {"code": "born", "kind": "date", "label": "B"}
_WHO = {"code": "who", "kind": "person", "label": "W", "parts": ["full_name"]}
_GOODS = {
    "code": "goods",
    "kind": "table",
    "label": "G",
    "fields": [{"code": "price", "kind": "money", "label": "P"}],
}


def _total(**value: Any) -> dict[str, Any]:
    return {"code": "total", "kind": "computed", "label": "T", "value": value}


def _refused(*fields: dict[str, Any], **parts: Any) -> str:
    with pytest.raises(FormDefinitionError) as wrong:
        load_form({"steps": [{"code": "s", "title": "S", "fields": list(fields)}], **parts})
    return str(wrong.value)


@pytest.mark.parametrize("name", ["show_if", "required_if"])
@pytest.mark.parametrize("path", ["gone", "who.birth_date", "goods.weight", "born.year"])
def test_a_rule_about_a_field_that_does_not_exist_names_place_and_field(name: str, path: str) -> None:
    asked = {"code": "name", "kind": "text", "label": "N", name: {"field": path, "op": "filled"}}
    message = _refused(asked, _BORN, _WHO, _GOODS)
    assert "name:" in message and path in message


@pytest.mark.parametrize(
    "rule",
    [
        {"field": "who.full_name", "op": "age_at_least", "value": 18},
        {"field": "who", "op": "eq", "value": "A"},
        {"field": "born", "op": "contains", "value": "1"},
        {"field": "goods.price", "op": "lt", "value": 5},
        {"field": "born", "op": "like", "value": "1"},
        {"of": {"op": "sum", "of": [{"field": "born"}]}, "op": "gt", "value": 1},
        {"of": {"op": "difference", "of": [1]}, "op": "gt", "value": 1},
    ],
)
def test_an_operator_that_does_not_fit_is_refused(rule: dict[str, Any]) -> None:
    asked = {"code": "name", "kind": "text", "label": "N", "show_if": rule}
    assert _refused(asked, _BORN, _WHO, _GOODS).startswith("name:")


def test_rules_that_refuse_are_checked_too() -> None:
    rule = {"when": {"field": "gone", "op": "filled"}, "message": "M"}
    assert _refused(_BORN, eligible=[rule]).startswith("eligible:")
    assert "validate born" in _refused(_BORN, validate=[{**rule, "at": "born"}])
    fine = {"when": {"field": "born", "op": "filled"}, "message": "M", "at": "gone"}
    assert "gone" in _refused(_BORN, validate=[fine])


def test_a_circle_of_computations_is_refused() -> None:
    one = {**_total(op="sum", of=[{"field": "other"}]), "code": "one"}
    other = {**_total(op="sum", of=[{"field": "one"}]), "code": "other"}
    assert "circle: one, other" in _refused(one, other)
    assert "circle" in _refused(_total(op="sum", of=[{"field": "total"}]))
    hides = {"code": "n", "kind": "number", "label": "N", "show_if": {"field": "total", "op": "gt", "value": 1}}
    assert "circle" in _refused(hides, _total(op="sum", of=[{"field": "n"}]))


def test_a_value_is_not_computed_from_what_is_asked_later() -> None:
    first = {"code": "a", "title": "A", "fields": [_total(op="sum", of=[{"field": "n"}])]}
    later = {"code": "b", "title": "B", "fields": [{"code": "n", "kind": "number", "label": "N"}]}
    with pytest.raises(FormDefinitionError, match="total: it is computed from what is asked later: n"):
        load_form({"steps": [first, later]})


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ({"kind": "choice"}, "options"),
        ({"kind": "choice", "list": "MARTIANS"}, "MARTIANS"),
        ({"kind": "organisation", "parts": ["sex"]}, "sex"),
        ({"kind": "person", "parts": ["tax_code"]}, "tax_code"),
        ({"kind": "table", "fields": [_WHO]}, "person"),
        ({"kind": "group", "fields": [_GOODS]}, "table"),
        ({"kind": "computed"}, "value"),
        ({"kind": "computed", "value": {"field": "q"}}, "operator"),
        ({"kind": "time", "min": "8"}, "08:00"),
        ({"kind": "number", "max": "today"}, "numbers"),
        ({"kind": "national_id", "belongs_to": {"birth_date": "gone"}}, "gone"),
    ],
)
def test_a_question_that_its_kind_cannot_ask_is_refused(field: dict[str, Any], word: str) -> None:
    message = _refused({"code": "q", "label": "Q", **field})
    assert message.startswith("q") and word in message
