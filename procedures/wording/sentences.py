"""Rules and computed values as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_OPERATORS: Final = {
    "eq": gettext_lazy("%(field)s is %(value)s"),
    "ne": gettext_lazy("%(field)s is not %(value)s"),
    "in": gettext_lazy("%(field)s is one of %(value)s"),
    "contains": gettext_lazy("%(field)s contains %(value)s"),
    "filled": gettext_lazy("%(field)s is answered"),
    "empty": gettext_lazy("%(field)s is not answered"),
    "lt": gettext_lazy("%(field)s is less than %(value)s"),
    "le": gettext_lazy("%(field)s is at most %(value)s"),
    "gt": gettext_lazy("%(field)s is more than %(value)s"),
    "ge": gettext_lazy("%(field)s is at least %(value)s"),
    "days_ago_more_than": gettext_lazy("%(field)s is more than %(value)s days ago"),
    "age_at_least": gettext_lazy("somebody born on %(field)s is at least %(value)s years old"),
}
_CALCULATIONS: Final = {
    "sum": gettext_lazy("the sum of %(parts)s"),
    "product": gettext_lazy("the product of %(parts)s"),
    "count": gettext_lazy("the number of %(parts)s"),
    "concat": gettext_lazy("%(parts)s one after the other"),
    "today": gettext_lazy("today"),
}
_PAIRS: Final = {
    "difference": gettext_lazy("%(one)s minus %(other)s"),
    "days_between": gettext_lazy("the days from %(one)s to %(other)s"),
    "months_between": gettext_lazy("the months from %(one)s to %(other)s"),
    "years_between": gettext_lazy("the years from %(one)s to %(other)s"),
}
# How a condition of a question is said.
SHOWN: Final = gettext_lazy("Asked only when %(rule)s")
REQUIRED: Final = gettext_lazy("Must be answered when %(rule)s")


def rule_text(rule: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> str:
    """Return a rule as a sentence; `labels` gives the questions' words by code."""
    if "all" in rule:
        return _(" and ").join(_bracketed(part, labels) for part in rule["all"])
    if "any" in rule:
        return _(" or ").join(_bracketed(part, labels) for part in rule["any"])
    if "not" in rule:
        return _("not (%(rule)s)") % {"rule": rule_text(rule["not"], labels)}
    value = rule.get("value")
    sentence = str(_OPERATORS.get(str(rule.get("op")), "%(field)s " + str(rule.get("op")) + " %(value)s"))
    return sentence % {
        "field": expression_text(rule["of"] if "of" in rule else {"field": rule.get("field", "")}, labels),
        "value": ", ".join(map(str, value)) if isinstance(value, list) else expression_text(value, labels),
    }


def expression_text(expression: Any, labels: Mapping[str, str] | None = None) -> str:
    """Return how a value is computed as a phrase; `labels` gives the questions' words by code."""
    if not isinstance(expression, Mapping):
        return str(expression)
    if "field" in expression:
        return _question(str(expression["field"]), labels or {})
    parts = [expression_text(part, labels) for part in expression.get("of", [])]
    name = str(expression.get("op"))
    if name in _PAIRS and len(parts) == 2:
        return str(_PAIRS[name]) % {"one": parts[0], "other": parts[1]}
    return str(_CALCULATIONS.get(name, name + " (%(parts)s)")) % {"parts": ", ".join(parts)}


def with_choices(rule: Mapping[str, Any], choices: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    """Return the rule with the words of choices (by question and value) in place of their codes."""
    for name in ("all", "any"):
        if name in rule:
            return {name: [with_choices(part, choices) for part in rule[name]]}
    if "not" in rule:
        return {"not": with_choices(rule["not"], choices)}
    words = {value: f"“{text}”" for value, text in choices.get(str(rule.get("field")), {}).items()}
    value = rule.get("value")
    said = [words.get(str(one), one) for one in value] if isinstance(value, list) else words.get(str(value), value)
    return {**rule, "value": said}


def _question(path: str, labels: Mapping[str, str]) -> str:
    code, _dot, part = path.partition(".")
    if path in labels or code not in labels:
        return f"“{labels.get(path, path)}”"
    return f"“{labels[code]}” ({part})"


def _bracketed(rule: Mapping[str, Any], labels: Mapping[str, str] | None) -> str:
    text = rule_text(rule, labels)
    return f"({text})" if {"all", "any"} & set(rule) else text
