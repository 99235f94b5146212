"""Conditions as data: one closed operator set, one evaluator, on the server only.

A rule is a JSON object: `{"all": [rules]}`, `{"any": [rules]}`, `{"not": rule}`, or `{"field": code, "op": name,
"value": literal}`. Fields may be dotted (`child.birth_date`). The evaluator never raises on answers: what cannot be
compared is false. What a definition may refer to is checked when it is saved, by `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Final

Rule = Mapping[str, Any]


class RuleError(ValueError):
    """A rule is malformed, or refers to a field that does not exist."""


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value)) if isinstance(value, str) and len(value) < 30 else None
    except ValueError:
        return None


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _filled(value: object) -> bool:
    return value not in (None, "", [], {}, False)


def _compare(test: Callable[[float, float], bool]) -> Callable[[object, object, date], bool]:
    def compare(answer: object, value: object, today: date) -> bool:
        left, right = _date(answer), _date(value)
        if left and right:
            return test(left.toordinal(), right.toordinal())
        one, other = _number(answer), _number(value)
        return one is not None and other is not None and test(one, other)

    return compare


def _contains(answer: object, value: object, today: date) -> bool:
    return isinstance(answer, list) and value in answer


def _within(answer: object, value: object, today: date) -> bool:
    return isinstance(value, list) and answer in value


def _days_since(test: Callable[[float, float], bool]) -> Callable[[object, object, date], bool]:
    def compare(answer: object, value: object, today: date) -> bool:
        day, days = _date(answer), _number(value)
        return day is not None and days is not None and test((today - day).days, days)

    return compare


def _age(answer: object, value: object, today: date) -> bool:
    born, years = _date(answer), _number(value)
    if born is None or years is None:
        return False
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= years


OPERATORS: Final[dict[str, Callable[[object, object, date], bool]]] = {
    "eq": lambda answer, value, today: answer == value,
    "ne": lambda answer, value, today: answer != value,
    "in": _within,
    "contains": _contains,
    "filled": lambda answer, value, today: _filled(answer),
    "empty": lambda answer, value, today: not _filled(answer),
    "lt": _compare(lambda one, other: one < other),
    "le": _compare(lambda one, other: one <= other),
    "gt": _compare(lambda one, other: one > other),
    "ge": _compare(lambda one, other: one >= other),
    "days_ago_more_than": _days_since(lambda days, limit: days > limit),
    "age_at_least": _age,
}


def evaluate(rule: Rule, answers: Mapping[str, Any], today: date) -> bool:
    """Return whether `rule` holds for `answers` on `today`; total over any answers."""
    if "all" in rule:
        return all(evaluate(part, answers, today) for part in rule["all"])
    if "any" in rule:
        return any(evaluate(part, answers, today) for part in rule["any"])
    if "not" in rule:
        return not evaluate(rule["not"], answers, today)
    return OPERATORS[rule["op"]](look_up(answers, rule["field"]), rule.get("value"), today)


def look_up(answers: Mapping[str, Any], path: str) -> Any:
    """Return the answer at a dotted path, or None."""
    value: Any = answers
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def check(rule: object, fields: Collection[str]) -> None:
    """Raise `RuleError` unless `rule` is well formed and refers only to `fields` (or to parts of one)."""
    if not isinstance(rule, Mapping):
        raise RuleError("A rule is an object.")
    for name in ("all", "any"):
        if name in rule:
            _check_parts(rule, name, fields)
            return
    if "not" in rule:
        check(rule["not"], fields)
        return
    if rule.get("op") not in OPERATORS:
        raise RuleError(f"Unknown operator {rule.get('op')!r}.")
    if str(rule.get("field", "")).split(".")[0] not in fields:
        raise RuleError(f"The rule refers to a field that does not exist: {rule.get('field')!r}.")


def _check_parts(rule: Mapping[str, Any], name: str, fields: Collection[str]) -> None:
    parts = rule[name]
    if not isinstance(parts, list) or not parts or len(rule) != 1:
        raise RuleError(f"{name!r} takes a list of rules and nothing beside it.")
    for part in parts:
        check(part, fields)
