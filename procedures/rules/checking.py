"""What a definition may say: rules are checked when they are read, not when somebody fills in a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from procedures.rules.operators import CALCULATIONS, OPERATORS, ORDERED, Answer, Calculation, Shape


class RuleError(ValueError):
    """A rule is malformed, refers to a field that does not exist, or has an operator that does not fit the field."""


class MissingFieldError(RuleError):
    """A rule refers to a field, or to a part of one, that does not exist."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"The rule refers to a field that does not exist: {path!r}.")


def check(rule: object, fields: Mapping[str, Shape]) -> None:
    """Raise `RuleError` unless `rule` is a well-formed condition on `fields` with operators that fit them."""
    if not isinstance(rule, Mapping):
        raise RuleError("A rule is an object.")
    for name in ("all", "any"):
        if name in rule:
            _check_parts(rule, name, fields)
            return
    if "not" in rule:
        check(rule["not"], fields)
        return
    operator = OPERATORS.get(str(rule.get("op")))
    if operator is None:
        raise RuleError(f"Unknown operator {rule.get('op')!r}.")
    subject = shape_at(str(rule.get("field", "")), fields).answer if "of" not in rule else None
    answer = subject or check_value(rule["of"], fields)
    if answer not in operator.fits:
        raise RuleError(f"The operator {rule['op']!r} does not fit {rule.get('field', 'the value')!r} ({answer}).")
    if isinstance(rule.get("value"), Mapping):
        other = check_value(rule["value"], fields)
        if answer in ORDERED and other in ORDERED and answer != other and answer != Answer.DATE:
            raise RuleError(f"{rule.get('field', 'the value')!r} ({answer}) is compared with a {other}.")


def check_value(expression: object, fields: Mapping[str, Shape]) -> Answer:
    """Return what an expression gives; raises `RuleError` for one that is malformed or does not fit `fields`."""
    if isinstance(expression, bool) or not isinstance(expression, Mapping | int | str):
        raise RuleError("A value is a number, a text, a field, or an operator with what it is applied to.")
    if not isinstance(expression, Mapping):
        return Answer.NUMBER if isinstance(expression, int) else Answer.TEXT
    if "field" in expression:
        return shape_at(str(expression["field"]), fields).answer
    calculation = CALCULATIONS.get(str(expression.get("op")))
    if calculation is None:
        raise RuleError(f"Unknown operator {expression.get('op')!r}.")
    parts = expression.get("of", [])
    if not isinstance(parts, list) or len(parts) < calculation.least or 0 < calculation.most < len(parts):
        raise RuleError(f"The operator {expression['op']!r} is applied to a list of values of the right length.")
    for part in parts:
        _check_part(expression["op"], calculation, part, fields)
    return calculation.gives


def _check_part(name: str, calculation: Calculation, part: Any, fields: Mapping[str, Shape]) -> None:
    answer = check_value(part, fields)
    if answer == Answer.SEVERAL and isinstance(part, Mapping) and "field" in part:
        answer = _of_each_row(str(part["field"]), fields)
    if answer not in calculation.fits:
        raise RuleError(f"The operator {name!r} does not fit {_place(part)} ({answer}).")


def _of_each_row(path: str, fields: Mapping[str, Shape]) -> Answer:
    """Return what a list holds where it is the answers of all rows, else that it is a list."""
    found = fields.get(path.split(".")[0])
    for name in path.split(".")[1:]:
        found = found.parts.get(name) if found else None
    return found.answer if found else Answer.SEVERAL


def _place(part: Any) -> str:
    return repr(part.get("field", part.get("op"))) if isinstance(part, Mapping) else repr(part)


def shape_at(path: str, fields: Mapping[str, Shape]) -> Shape:
    """Return what stands at a dotted path; raises `MissingFieldError` when there is none."""
    names = path.split(".")
    found, many = fields.get(names[0]), False
    for name in names[1:]:
        many = many or (found is not None and found.answer == Answer.ROWS)
        found = found.parts.get(name) if found else None
    if found is None:
        raise MissingFieldError(path)
    return Shape(Answer.SEVERAL, found.parts) if many else found


def _check_parts(rule: Mapping[str, Any], name: str, fields: Mapping[str, Shape]) -> None:
    parts = rule[name]
    if not isinstance(parts, list) or not parts or len(rule) != 1:
        raise RuleError(f"{name!r} takes a list of rules and nothing beside it.")
    for part in parts:
        check(part, fields)


def fields_of(rule: object) -> Iterator[str]:
    """Yield the paths that a condition or an expression refers to, whatever its shape."""
    if isinstance(rule, Mapping):
        if isinstance(rule.get("field"), str):
            yield rule["field"]
        for part in rule.values():
            yield from fields_of(part)
    elif isinstance(rule, list):
        for part in rule:
            yield from fields_of(part)
