"""Conditions as lines that a person chooses: all or any of them, each a question, an operator and a value.

Rules that are built otherwise (a `not`, rules within rules) stay as they are; `lines_of` says that they cannot be
shown as lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One comparison: the answer to `field` (dotted for a part of it), how it is compared, with what."""

    field: str
    op: str
    value: Any = None

    def as_rule(self) -> dict[str, Any]:
        """Return the line as a rule of the document."""
        rule = {"field": self.field, "op": self.op}
        return rule if self.value is None else rule | {"value": self.value}


def lines_of(rule: Rule | None) -> tuple[str, list[Line]] | None:
    """Return how the lines of a rule are joined ("all" or "any") and the lines; None when it is no list of lines."""
    if not rule:
        return "all", []
    if "op" in rule:
        return "all", [_line(rule)]
    for joined in ("all", "any"):
        parts = rule.get(joined)
        if isinstance(parts, list) and all(isinstance(part, Mapping) and "op" in part for part in parts):
            return joined, [_line(part) for part in parts]
    return None


def rule_of(joined: str, lines: Sequence[Line]) -> dict[str, Any] | None:
    """Return the rule that the lines make together; None without lines."""
    if len(lines) <= 1:
        return lines[0].as_rule() if lines else None
    return {"any" if joined == "any" else "all": [line.as_rule() for line in lines]}


def fields_of(rule: object) -> Iterator[str]:
    """Yield the codes of the questions that a rule refers to, whatever its shape."""
    if isinstance(rule, Mapping):
        if isinstance(rule.get("field"), str):
            yield rule["field"].split(".")[0]
        for part in rule.values():
            yield from fields_of(part)
    elif isinstance(rule, list):
        for part in rule:
            yield from fields_of(part)


def without(rule: Rule, codes: Collection[str]) -> dict[str, Any] | None:
    """Return the rule without the comparisons that refer to `codes`; None when nothing of it is left."""
    for joined in ("all", "any"):
        if joined in rule:
            parts = [kept for part in rule[joined] if (kept := without(part, codes)) is not None]
            return (parts[0] if len(parts) == 1 else {joined: parts}) if parts else None
    if "not" in rule:
        kept = without(rule["not"], codes)
        return None if kept is None else {"not": kept}
    return None if set(fields_of(rule)) & set(codes) else dict(rule)


def renamed(rule: Any, name: Callable[[str], str]) -> Any:
    """Return the rule with every question's code replaced by `name(code)`."""
    if isinstance(rule, Mapping):
        return {
            key: _renamed_path(value, name) if key == "field" and isinstance(value, str) else renamed(value, name)
            for key, value in rule.items()
        }
    if isinstance(rule, list):
        return [renamed(part, name) for part in rule]
    return rule


def _renamed_path(path: str, name: Callable[[str], str]) -> str:
    code, dot, rest = path.partition(".")
    return name(code) + dot + rest


def _line(rule: Rule) -> Line:
    return Line(str(rule.get("field", "")), str(rule["op"]), rule.get("value"))
