"""What can be chosen about an answer, and a comparison as a line of such choices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.office.subjects import Scope, Subject
from procedures.rules import Answer, Rule

_NOT: Final = "not_"  # before an operator: the comparison is denied
_ORDER: Final = (
    ("ge", _("is at least")),
    ("le", _("is at most")),
    ("gt", _("is more than")),
    ("lt", _("is less than")),
    ("eq", _("is exactly")),
    ("ne", _("is not")),
)
_DATES: Final = (
    ("ge", _("is on or after")),
    ("le", _("is on or before")),
    ("gt", _("is after")),
    ("lt", _("is before")),
)
# (operator, words) of each aspect of an answer.
ASPECTS: Final[dict[str, tuple[tuple[str, Promise], ...]]] = {
    "choice": (("is", _("is (one of)")), ("ne", _("is none of"))),
    "among": (("contains", _("has ticked")), ("not_contains", _("has not ticked"))),
    "number": _ORDER,
    "count": _ORDER,
    "date": _DATES,
    "time": _DATES,
    "text": (("eq", _("is exactly")), ("ne", _("is not"))),
    "age": (
        ("age_at_least", _("makes the person at least … years old")),
        ("not_age_at_least", _("makes the person less than … years old, or is not answered")),
        ("days_ago_more_than", _("is more than … days ago")),
        ("not_days_ago_more_than", _("is at most … days ago, or is not answered")),
    ),
    "other": (*_ORDER[:4], ("eq", _("is the same as")), ("ne", _("is another than"))),
    "answered": (("filled", _("has been answered")), ("empty", _("has not been answered"))),
}
WORDS_OF_ASPECTS: Final = {
    "choice": _("what was chosen"),
    "among": _("what was ticked"),
    "number": _("the number"),
    "count": _("how many there are"),
    "date": _("the date itself"),
    "time": _("the time"),
    "text": _("what was written"),
    "age": _("age, or how long ago"),
    "other": _("compared with another answer"),
    "answered": _("whether it is answered"),
}
_ASPECTS_OF: Final[dict[Answer, tuple[str, ...]]] = {
    Answer.CHOICE: ("choice", "answered"),
    Answer.FLAG: ("choice", "answered"),
    Answer.SEVERAL: ("among", "count", "answered"),
    Answer.ROWS: ("count", "answered"),
    Answer.NUMBER: ("number", "other", "answered"),
    Answer.DATE: ("date", "age", "other", "answered"),
    Answer.TIME: ("time", "other", "answered"),
    Answer.TEXT: ("text", "other", "answered"),
}


@dataclass(frozen=True)
class Line:
    """A comparison as it is chosen: of which answer, in which aspect, how, and with what."""

    subject: Subject
    aspect: str
    op: str
    value: Any = None

    def as_rule(self) -> dict[str, Any]:
        """Return the line as a rule of the document."""
        if self.aspect == "choice":
            return self._choice()
        op = self.op.removeprefix(_NOT)
        subject: dict[str, Any] = {"field": self.subject.path}
        about = {"of": {"op": "count", "of": [subject]}} if self.aspect == "count" else subject
        value = {"field": self.value} if self.aspect == "other" else self.value
        rule = about | {"op": op} | ({} if value is None else {"value": value})
        return {"not": rule} if self.op != op else rule

    def _choice(self) -> dict[str, Any]:
        is_one = len(self.value) == 1
        op = "in" if not is_one else "eq" if self.op == "is" else "ne"
        rule = {"field": self.subject.path, "op": op, "value": self.value[0] if is_one else list(self.value)}
        return {"not": rule} if self.op == "ne" and not is_one else rule


def aspects_of(subject: Subject, scope: Scope) -> list[str]:
    """Return the aspects in which an answer can be looked at."""
    if subject.is_column:
        return ["among"] if subject.options else []
    found = _ASPECTS_OF.get(subject.answer, ("answered",))
    fitting = {
        "choice": bool(subject.options),
        "among": bool(subject.options),
        "other": bool(others(subject, scope)),
    }
    return [aspect for aspect in found if fitting.get(aspect, True)]


def line_of(rule: Rule, scope: Scope) -> Line | None:
    """Return a rule as a line that can be chosen; None when it is none."""
    inner, denied = (rule["not"], _NOT) if "not" in rule else (rule, "")
    if not isinstance(inner, Mapping) or "op" not in inner:
        return None
    counted, value = _counted(inner.get("of")), inner.get("value")
    path = counted or str(inner.get("field", ""))
    subject = next((one for one in scope.offered if one.path == path), None)
    for aspect in aspects_of(subject, scope) if subject else ():
        op, given = _as_chosen(aspect, denied + str(inner["op"]), value)
        is_about = (aspect == "count") == bool(counted) and op in dict(ASPECTS[aspect])
        if subject and is_about and _fits(aspect, given, subject, scope):
            return Line(subject, aspect, op, given)
    return None


def others(subject: Subject, scope: Scope) -> list[Subject]:
    """Return the answers that one can be compared with."""
    return [one for one in scope.offered if one.answer == subject.answer and one.path != subject.path]


def _counted(expression: Any) -> str:
    """Return the path of what an expression counts, empty when it is no count of one thing."""
    of = expression.get("of") if isinstance(expression, Mapping) and expression.get("op") == "count" else None
    return str(of[0].get("field", "")) if isinstance(of, list) and len(of) == 1 and isinstance(of[0], Mapping) else ""


def _as_chosen(aspect: str, op: str, value: Any) -> tuple[str, Any]:
    """Return an operator and its value as the aspect's lists have them."""
    if aspect == "choice":
        op = {"eq": "is", "in": "is", "not_eq": "ne", "not_in": "ne"}.get(op, op)
        return op, value if isinstance(value, list) else [value]
    if aspect == "other":
        return op, value.get("field") if isinstance(value, Mapping) and len(value) == 1 else None
    return op, value


def _fits(aspect: str, value: Any, subject: Subject, scope: Scope) -> bool:
    """Return whether a value can be shown in the field of the aspect."""
    match aspect:
        case "answered":
            return value is None
        case "choice":
            return bool(value) and set(map(str, value)) <= set(dict(subject.options))
        case "among":
            return str(value) in dict(subject.options)
        case "number" | "count" | "age":
            return isinstance(value, int) and not isinstance(value, bool)
        case "other":
            return value in {one.path for one in others(subject, scope)}
        case "date":
            return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII))
    return isinstance(value, str)
