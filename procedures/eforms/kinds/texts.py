"""Kinds that are typed: text, phone, e-mail, the personal number."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.formatting import id_in_groups, masked, phone_in_groups
from procedures.eforms import fields
from procedures.eforms.kinds.base import Kind, register
from procedures.eforms.question import FieldDefinition


@register
class TextKind(Kind):
    code = "text"
    name = _("Text")
    properties = {"max_length": {"type": "integer", "minimum": 1, "maximum": 10000}}

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return fields.TidyField(max_length=question.max_length, **common)


@register
class LongTextKind(TextKind):
    code = "long_text"
    name = _("Long text")
    on_paper = "long_text"
    default_max_length = 2000

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return fields.TidyField(lines=True, max_length=question.max_length, **common)


@register
class PhoneKind(Kind):
    code = "phone"
    name = _("Phone number")
    is_personal = True
    account_knows = True

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return fields.PhoneField(max_length=30, **common)

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return masked(str(value)) if mask else phone_in_groups(str(value))


@register
class EmailKind(Kind):
    code = "email"
    name = _("E-mail")
    is_personal = True
    account_knows = True

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return forms.EmailField(max_length=254, **common)


@register
class NationalIdKind(Kind):
    code = "national_id"
    name = _("Personal identity number")
    is_personal = True

    def field(self, question: FieldDefinition, value: Any, today: date, common: dict[str, Any]) -> forms.Field:
        return fields.NationalIdField(max_length=30, **common)

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return masked(str(value)) if mask else id_in_groups(str(value))
