"""The one evaluator of conditions and expressions; it never raises on answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from procedures.rules.operators import CALCULATIONS, OPERATORS, is_filled

Rule = Mapping[str, Any]
Answers = Mapping[str, Any]


def evaluate(rule: Rule, answers: Answers, today: date) -> bool:
    """Return whether `rule` holds for `answers` on `today`; total over any answers. What is not comparable is not."""
    return bool(_judge(rule, answers, today, missing_is_unknown=False))


def is_certain(rule: Rule, answers: Answers, today: date) -> bool:
    """Return whether `rule` holds whatever the questions that have no answer yet are answered with.

    For rules that refuse somebody: "not (at least 18 years old)" holds of nobody who has not said when he was born.
    """
    return _judge(rule, answers, today, missing_is_unknown=True) is True


def _judge(rule: Rule, answers: Answers, today: date, *, missing_is_unknown: bool) -> bool | None:
    if "all" in rule or "any" in rule:
        decides = "any" in rule  # one part that is so decides the whole
        found = {
            _judge(part, answers, today, missing_is_unknown=missing_is_unknown)
            for part in rule["any" if decides else "all"]
        }
        return decides if decides in found else None if None in found else not decides
    if "not" in rule:
        inner = _judge(rule["not"], answers, today, missing_is_unknown=missing_is_unknown)
        return None if inner is None else not inner
    operator = OPERATORS[rule["op"]]
    answer = look_up(answers, rule["field"]) if "field" in rule else calculate(rule.get("of"), answers, today)
    value = rule.get("value")
    other = calculate(value, answers, today) if isinstance(value, Mapping) else value
    if not missing_is_unknown:
        return operator.test(answer, other, today) or False
    if operator.takes_value and (not is_filled(answer) or not is_filled(other)):
        return None
    return operator.test(answer, other, today)


def calculate(expression: Any, answers: Answers, today: date) -> Any:
    """Return the value of an expression, None where an answer that it needs is missing; total over any answers."""
    if not isinstance(expression, Mapping):
        return expression
    if "field" in expression:
        return look_up(answers, expression["field"])
    calculation = CALCULATIONS[expression["op"]]
    return calculation.value([calculate(part, answers, today) for part in expression.get("of", [])], today)


def look_up(answers: Answers, path: str) -> Any:
    """Return the answer at a dotted path, or None; a list of the answers of all rows where it leads through rows."""
    value: Any = answers
    for name in path.split("."):
        if isinstance(value, list):
            value = [row.get(name) for row in value if isinstance(row, Mapping)]
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value
