"""Kinds that are typed: text, phone, e-mail, the personal number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.formatting import id_in_groups, masked, phone_in_groups
from procedures.eforms import fields as eform_fields
from procedures.eforms.kinds.base import Asking, Kind, register
from procedures.eforms.question import FieldDefinition, Path
from procedures.rules import Answer, RuleError, Shape, look_up, shape_at

CONTRADICTS: Final = _("This number does not fit the date of birth or the sex that were entered.")


@register
class TextKind(Kind):
    code = "text"
    name = _("Text")
    properties = {"max_length": {"type": "integer", "minimum": 1, "maximum": 10000}}

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return eform_fields.TidyField(max_length=question.max_length, **common)


@register
class LongTextKind(TextKind):
    code = "long_text"
    fits_in_table = False
    name = _("Long text")
    on_paper = "long_text"
    default_max_length = 2000

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return eform_fields.TidyField(lines=True, max_length=question.max_length, **common)


@register
class PhoneKind(Kind):
    code = "phone"
    name = _("Phone number")
    is_personal = True
    account_knows = True

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return eform_fields.PhoneField(max_length=30, **common)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return masked(str(value)) if mask else phone_in_groups(str(value))


@register
class EmailKind(Kind):
    code = "email"
    name = _("E-mail")
    is_personal = True
    account_knows = True

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return forms.EmailField(max_length=254, **common)


@register
class NationalIdKind(Kind):
    """The personal number; `belongs_to` names the questions of the same person that it must agree with."""

    code = "national_id"
    name = _("Personal identity number")
    properties = {
        "belongs_to": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"birth_date": {"type": "string"}, "sex": {"type": "string"}},
        }
    }
    is_personal = True

    def check_references(self, question: FieldDefinition, fields: Mapping[str, Shape]) -> None:
        wanted = {"birth_date": Answer.DATE, "sex": Answer.CHOICE}
        for part, path in question.settings.get("belongs_to", {}).items():
            if shape_at(path, fields).answer != wanted[part]:
                raise RuleError(f"{path!r} is no question whose answer is a {wanted[part]}.")

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return eform_fields.NationalIdField(max_length=30, **common)

    def contradictions(
        self, question: FieldDefinition, value: Any, asking: Asking
    ) -> Iterator[tuple[Path, str | Promise]]:
        belongs_to = question.settings.get("belongs_to", {})
        known = {part: str(look_up(asking.answers, path) or "") for part, path in belongs_to.items()}
        number, born, sex = str(value or ""), known.get("birth_date", ""), known.get("sex", "")
        if eform_fields.id_contradicts(number, birth_date=born, sex=sex):
            yield (), CONTRADICTS

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return masked(str(value)) if mask else id_in_groups(str(value))


@register
class TaxCodeKind(Kind):
    code = "tax_code"
    name = _("Tax code")

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return eform_fields.TaxCodeField(max_length=30, **common)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        is_of_a_person = len(str(value)) == 12
        return masked(str(value)) if mask and is_of_a_person else str(value)


@register
class PassportKind(Kind):
    code = "passport"
    name = _("Passport number")
    is_personal = True

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return eform_fields.PassportField(max_length=30, **common)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return masked(str(value)) if mask else str(value)
