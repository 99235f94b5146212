"""Conditions and computed values as data: one closed operator set, one evaluator, on the server only.

A condition is a JSON object: `{"all": [conditions]}`, `{"any": [conditions]}`, `{"not": condition}`, or
`{"field": path, "op": name, "value": expression}`; `"of": expression` may stand in place of `"field"`. An expression
is a number or a text, `{"field": path}`, or `{"op": name, "of": [expressions]}`. A path is dotted
(`child.birth_date`); through the rows of a group it means the answers of all rows (`goods.price`).

The evaluator never raises on answers. What a definition may refer to, and which operator fits which answer, is
checked when it is read, by `check` and `check_value`.
"""

from procedures.rules.checking import MissingFieldError, RuleError, check, check_value, fields_of, shape_at
from procedures.rules.evaluating import Answers, Rule, calculate, evaluate, is_certain, look_up
from procedures.rules.operators import CALCULATIONS, OPERATORS, Answer, Calculation, Operator, Shape, is_filled

__all__ = [
    "CALCULATIONS",
    "OPERATORS",
    "Answer",
    "Answers",
    "Calculation",
    "MissingFieldError",
    "Operator",
    "Rule",
    "RuleError",
    "Shape",
    "calculate",
    "check",
    "check_value",
    "evaluate",
    "fields_of",
    "is_certain",
    "is_filled",
    "look_up",
    "shape_at",
]
