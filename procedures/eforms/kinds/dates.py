"""Days and times."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.eforms import fields
from procedures.eforms.kinds.base import Asking, Kind, register
from procedures.eforms.question import FieldDefinition, FormDefinitionError
from procedures.rules import Answer

PRECISION: Final = {"partial": {"type": "boolean"}, "unknown": {"type": "boolean"}}
_LIMIT: Final = {"type": ["integer", "string"]}


@register
class DateKind(Kind):
    """A date; with `partial` a year is enough, or a month and a year; with `unknown` so is a tick."""

    code = "date"
    name = _("Date")
    properties = {"max": _LIMIT, **PRECISION}
    answer = Answer.DATE
    on_paper = "date"

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return fields.DateField(
            latest=asking.today if question.maximum == "today" else None,
            partial=question.settings.get("partial", False),
            can_be_unknown=question.settings.get("unknown", False),
            **common,
        )

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        if name not in data and f"{name}_year" not in data:
            return before
        try:
            return self.field(question, None, Asking(date.max, {}), {"required": False}).clean(
                fields.DateWidget().value_from_datadict(data, None, name)
            )
        except forms.ValidationError:
            return None

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return date_text(str(value))


@register
class TimeKind(Kind):
    """A time of the day; `min` and `max` bound it."""

    code = "time"
    name = _("Time of the day")
    properties = {"min": _LIMIT, "max": _LIMIT}
    answer = Answer.TIME

    def check(self, question: FieldDefinition) -> None:
        for limit in (question.minimum, question.maximum):
            if limit is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(limit), re.ASCII):
                raise FormDefinitionError(f"{question.code}: min and max of a time are written 08:00")

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        earliest, latest = str(question.minimum or ""), str(question.maximum or "")
        return fields.TimeField(earliest=earliest, latest=latest, max_length=30, **common)


def date_text(value: str) -> str:
    """Return a date, or what is known of it: `15/03/1975`, `3/1975`, `1975`, that it is unknown."""
    if value == fields.UNKNOWN:
        return gettext("unknown")
    year, month, day = (*value.split("-"), "", "")[:3]
    if day:
        return f"{day}/{month}/{year}"
    if month:
        return gettext("month %(month)s/%(year)s") % {"month": month.lstrip("0"), "year": year}
    return gettext("year %(year)s") % {"year": year}
