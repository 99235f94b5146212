"""What is read rather than answered: a statement to accept, a plain text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.eforms.kinds.base import Asking, Kind, register
from procedures.eforms.question import FieldDefinition, Leaf, Line, Path
from procedures.rules import Answer


@register
class StatementKind(Kind):
    code = "statement"
    name = _("Statement to accept")
    answer = Answer.FLAG
    fits_in_table = False
    on_paper = "statement"

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        return forms.BooleanField(**common)

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        return bool(value)

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return gettext("Agreed")


@register
class NoteKind(Kind):
    code = "note"
    name = _("Plain text")
    answer = Answer.NOTHING
    is_asked = False
    fits_in_table = False
    on_paper = "note"

    def leaves(
        self, question: FieldDefinition, value: Any, asking: Asking, *, required: bool, path: Path
    ) -> list[Leaf]:
        return []

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return None

    def lines(self, question: FieldDefinition, value: Any, asking: Asking, *, mask: bool) -> list[Line]:
        return []
