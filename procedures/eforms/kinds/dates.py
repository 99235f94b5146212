"""Days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.eforms import fields
from procedures.eforms.kinds.base import Kind, register
from procedures.eforms.question import FieldDefinition


@register
class DateKind(Kind):
    code = "date"
    name = _("Date")
    properties = {"max": {"type": ["integer", "string"]}}
    on_paper = "date"

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return fields.DateField(latest=today if question.maximum == "today" else None, **common)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return before

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
