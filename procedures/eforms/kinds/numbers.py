"""Numbers and money."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.formatting import dong, dong_in_words
from procedures.eforms import fields
from procedures.eforms.kinds.base import Asking, Kind, register
from procedures.eforms.question import FieldDefinition, FormDefinitionError
from procedures.rules import Answer

_LIMIT: Final = {"type": ["integer", "string"]}


@register
class NumberKind(Kind):
    code = "number"
    name = _("Whole number")
    properties = {"min": _LIMIT, "max": _LIMIT}
    answer = Answer.NUMBER

    def check(self, question: FieldDefinition) -> None:
        if isinstance(question.minimum, str) or isinstance(question.maximum, str):
            raise FormDefinitionError(f"{question.code}: min and max of a {self.code} are numbers")

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return fields.WholeNumberField(min_value=question.minimum, max_value=question.maximum, **common)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        try:
            return fields.WholeNumberField(required=False).clean(data.get(name))
        except forms.ValidationError:
            return data.get(name)


@register
class MoneyKind(NumberKind):
    code = "money"
    name = _("Amount of money")
    on_paper = "money"

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return money_text(value)


def money_text(value: Any) -> str:
    """Return an amount of VND in figures and in words: `50.000 đồng (Năm mươi nghìn đồng)`."""
    amount = int(value)
    is_english = (get_language() or "vi").startswith("en")
    return f"{f'{amount:,} VND' if is_english else dong(amount)} ({dong_in_words(amount)})"
