"""Numbers and money."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.formatting import dong
from procedures.eforms import fields
from procedures.eforms.kinds.base import Kind, register
from procedures.eforms.question import FieldDefinition

_LIMIT: Final = {"type": ["integer", "string"]}


@register
class NumberKind(Kind):
    code = "number"
    name = _("Whole number")
    properties = {"min": _LIMIT, "max": _LIMIT}

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return fields.WholeNumberField(min_value=question.minimum, max_value=question.maximum, **common)


@register
class MoneyKind(NumberKind):
    code = "money"
    name = _("Amount of money")

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return dong(int(value))
