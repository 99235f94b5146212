"""Kinds with given answers: yes or no, a choice, several, an agency."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from identity.models import Agency
from identity.queries import agency_choices
from identity.states import AgencyKind
from procedures.eforms.kinds.base import TEXT, Kind, register
from procedures.eforms.question import FieldDefinition, FormDefinitionError

_FEW: Final = 7  # choices that stand as radio buttons; more are a list to open
OPTIONS: Final = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["value", "label"],
        "additionalProperties": False,
        "properties": {"value": {"type": "string"}, "label": TEXT, "hint": TEXT},
    },
}


@register
class YesNoKind(Kind):
    code = "yes_no"
    name = _("Yes or no")
    on_paper = "boxes"

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return _choice([("YES", _("Yes")), ("NO", _("No"))], common)

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return gettext("Yes") if value == "YES" else gettext("No")


@register
class ChoiceKind(Kind):
    code = "choice"
    name = _("Choice of one")
    properties = {"options": OPTIONS}
    on_paper = "boxes"

    def check(self, question: FieldDefinition) -> None:
        if not question.options:
            raise FormDefinitionError(f"{question.code}: a {self.code} needs options")

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return _choice([(option.value, str(option.label)) for option in question.options], common)

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        labels = {option.value: str(option.label) for option in question.options}
        return labels.get(str(value), str(value))


@register
class SeveralKind(ChoiceKind):
    code = "several"
    name = _("Choice of several")

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        choices = [(option.value, str(option.label)) for option in question.options]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple(), **common)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return data.getlist(name)

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return ", ".join(super(SeveralKind, self).display(question, one) for one in value)


@register
class AgencyKindOfQuestion(Kind):
    code = "agency"
    name = _("Agency")
    properties = {"agency_kind": {"enum": ["COMMUNE", "CENTRE", "DEPARTMENT"]}}

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        offices = agency_choices(AgencyKind(question.agency_kind), today)
        return forms.ChoiceField(choices=[("", _("Choose")), *offices], **common)

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return Agency.objects.filter(code=value).values_list("name", flat=True).first() or str(value)


def _choice(choices: list[tuple[str, Any]], common: dict[str, Any]) -> forms.ChoiceField:
    widget = forms.RadioSelect() if len(choices) <= _FEW else forms.Select()
    return forms.ChoiceField(choices=choices, widget=widget, **common)
