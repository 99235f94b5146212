"""Conditions as groups that a person chooses: all, any or none of some parts, each a comparison or a group in it.

Groups stand in one group at most. What is nested deeper stays as it is, a part of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.rules import fields_of

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Parts of a condition, and how they are joined: "all", "any" or "none" of them must hold."""

    joined: str
    parts: tuple[Any, ...] = ()  # a `Rule` or a `Group` each


def group_of(rule: Rule | None, is_simple: Callable[[Rule], bool]) -> Group:
    """Return the group that a rule is, comparisons before groups.

    `is_simple` says of a rule that a reader takes it for one comparison, whatever it is made of.
    """
    outer = _opened(rule, is_simple) if rule else Group("all")
    parts = [part if "op" in part or is_simple(part) else _opened(part, is_simple) for part in outer.parts]
    return Group(outer.joined, tuple(sorted(parts, key=lambda part: isinstance(part, Group))))


def rule_of(group: Group) -> dict[str, Any] | None:
    """Return the rule that a group is; None without parts."""
    found = [rule_of(part) if isinstance(part, Group) else dict(part) for part in group.parts]
    parts = [part for part in found if part is not None]
    if not parts:
        return None
    if group.joined == "none":
        return {"not": parts[0] if len(parts) == 1 else {"any": parts}}
    return parts[0] if len(parts) == 1 else {group.joined: parts}


def touches(rule: object, paths: Collection[str]) -> bool:
    """Return whether a condition or an expression refers to one of the answers, or to a part of one."""
    return any(path == one or path.startswith(f"{one}.") for path in fields_of(rule) for one in paths)


def without(rule: Rule, paths: Collection[str]) -> dict[str, Any] | None:
    """Return the rule without the comparisons that refer to the answers; None when nothing of it is left."""
    for joined in ("all", "any"):
        if joined in rule:
            parts = [kept for part in rule[joined] if (kept := without(part, paths)) is not None]
            return (parts[0] if len(parts) == 1 else {joined: parts}) if parts else None
    if "not" in rule:
        kept = without(rule["not"], paths)
        return None if kept is None else {"not": kept}
    return None if touches(rule, paths) else dict(rule)


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


def _opened(rule: Rule, is_simple: Callable[[Rule], bool]) -> Group:
    if "op" in rule or is_simple(rule):
        return Group("all", (rule,))
    if "not" in rule:
        inner = rule["not"]
        return Group("none", tuple(inner["any"]) if "any" in inner else (inner,))
    joined = "any" if "any" in rule else "all"
    return Group(joined, tuple(rule[joined]))
