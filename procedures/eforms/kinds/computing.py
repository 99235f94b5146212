"""A value that follows from other answers: computed on the server, whenever it is shown or stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.eforms.fields import ComputedField
from procedures.eforms.kinds.base import NOTHING, Asking, Kind, register
from procedures.eforms.kinds.dates import date_text
from procedures.eforms.kinds.numbers import money_text
from procedures.eforms.question import FieldDefinition, FormDefinitionError
from procedures.rules import CALCULATIONS, Answer, RuleError, Shape, calculate, check_value


@register
class ComputedKind(Kind):
    """`value` is an expression of `procedures.rules`; `shown_as: MONEY` shows an amount of VND."""

    code = "computed"
    name = _("Computed value")
    properties = {"value": {"type": "object"}, "shown_as": {"enum": ["NUMBER", "MONEY"]}}
    is_computed = True

    def check(self, question: FieldDefinition) -> None:
        if question.settings.get("value", {}).get("op") not in CALCULATIONS:
            raise FormDefinitionError(f"{question.code}: a {self.code} needs a value with an operator")

    def check_references(self, question: FieldDefinition, fields: Mapping[str, Shape]) -> None:
        gives = check_value(question.settings["value"], fields)
        if question.settings.get("shown_as") and gives != Answer.NUMBER:
            raise RuleError(f"Only a number is shown as {question.settings['shown_as']}.")

    def shape(self, question: FieldDefinition) -> Shape:
        return Shape(CALCULATIONS[question.settings["value"]["op"]].gives)

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        now = self.settle(question, value, asking)
        shown = self.display(question, now, asking.today) if self.is_filled(question, now) else NOTHING
        if _is_money(question):  # the words stand where it is read again: on the check page, on paper
            shown = shown.partition(" (")[0]
        return ComputedField(shown=shown, **common)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return None

    def settle(self, question: FieldDefinition, value: Any, asking: Asking) -> Any:
        return calculate(question.settings["value"], asking.answers, asking.today)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        if _is_money(question) and isinstance(value, int):
            return money_text(value)
        is_date = self.shape(question).answer == Answer.DATE and isinstance(value, str)
        return date_text(value) if is_date else f"{value:g}" if isinstance(value, float) else str(value)


def _is_money(question: FieldDefinition) -> bool:
    return question.settings.get("shown_as") == "MONEY"
