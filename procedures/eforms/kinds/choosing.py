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
from procedures.code_lists import queries as code_lists
from procedures.eforms import fields
from procedures.eforms.kinds.base import TEXT, Asking, Kind, register
from procedures.eforms.question import FieldDefinition, FormDefinitionError
from procedures.rules import Answer

_FEW: Final = 7  # choices that stand as radio buttons; more are a list to open
_MANY: Final = 20  # from here on the list is one to search in
OPTIONS: Final = {
    "options": {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["value", "label"],
            "additionalProperties": False,
            "properties": {"value": {"type": "string"}, "label": TEXT, "hint": TEXT},
        },
    },
    "list": {"type": "string"},
}


@register
class YesNoKind(Kind):
    code = "yes_no"
    name = _("Yes or no")
    answer = Answer.FLAG
    on_paper = "boxes"

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return _choice([("YES", _("Yes")), ("NO", _("No"))], common)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return gettext("Yes") if value == "YES" else gettext("No")


@register
class ChoiceKind(Kind):
    """One of `options`, or of the entries of the code list named by `list`; `search` makes a list to search in."""

    code = "choice"
    name = _("Choice of one")
    properties = {**OPTIONS, "search": {"type": "boolean"}}
    answer = Answer.CHOICE
    on_paper = "boxes"

    def check(self, question: FieldDefinition) -> None:
        code_list = question.settings.get("list")
        if bool(question.options) == bool(code_list):
            raise FormDefinitionError(f"{question.code}: a {self.code} needs options, or the name of a list")
        if code_list and code_list not in code_lists.known_lists():
            raise FormDefinitionError(f"{question.code}: there is no code list {code_list!r}")

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return _choice(choices_of(question, asking), common, search=question.settings.get("search", False))

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return words_of(question, value, day)


@register
class SeveralKind(ChoiceKind):
    code = "several"
    name = _("Choice of several")
    properties = OPTIONS
    answer = Answer.SEVERAL
    fits_in_table = False

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        choices = fields.Pairs(choices_of(question, asking))
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple(), **common)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return data.getlist(name)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return ", ".join(words_of(question, one, day) for one in value)


@register
class AgencyQuestionKind(Kind):
    code = "agency"
    name = _("Agency")
    properties = {"agency_kind": {"enum": ["COMMUNE", "CENTRE", "DEPARTMENT"]}}
    answer = Answer.CHOICE

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        offices = agency_choices(AgencyKind(question.agency_kind), asking.today)
        return _list([("", _("Choose")), *offices], common)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        offered = dict(agency_choices(AgencyKind(question.agency_kind), day))
        named = Agency.objects.filter(code=value).values_list("name", flat=True)
        return offered.get(value) or named.first() or str(value)


def choices_of(question: FieldDefinition, asking: Asking) -> list[tuple[str, Any]]:
    """Return what can be chosen: the question's own options, or the entries of its code list that are in force.

    A case that was filed already may keep what was in force then. The labels are put into words when they are shown.
    """
    if not question.settings.get("list"):
        return [(option.value, option.label) for option in question.options]
    now = code_lists.entries(question.settings["list"], asking.today)
    then = code_lists.entries(question.settings["list"], asking.since) if asking.since else ()
    return [(entry.code, entry) for entry in {entry.code: entry for entry in (*then, *now)}.values()]


def words_of(question: FieldDefinition, value: Any, day: date) -> str:
    """Return what a choice was called on `day`."""
    if question.settings.get("list"):
        return code_lists.words(question.settings["list"], str(value), day)
    labels = {option.value: str(option.label) for option in question.options}
    return labels.get(str(value), str(value))


def _choice(choices: list[tuple[str, Any]], common: dict[str, Any], *, search: bool = False) -> forms.ChoiceField:
    if len(choices) <= _FEW and not search:
        return forms.ChoiceField(choices=fields.Pairs(choices), widget=forms.RadioSelect(), **common)
    return _list([("", _("Choose")), *choices], common, search=search)


def _list(choices: list[tuple[str, Any]], common: dict[str, Any], *, search: bool = False) -> forms.ChoiceField:
    widget = fields.SearchableSelect() if search or len(choices) > _MANY else forms.Select()
    return forms.ChoiceField(choices=fields.Pairs(choices), widget=widget, **common)
