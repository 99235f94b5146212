"""Papers that are uploaded; what becomes of the files is `portal.core.files`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.eforms import fields
from procedures.eforms.kinds.base import Asking, Kind, register
from procedures.eforms.question import FieldDefinition, Line
from procedures.eforms.uploads import accepted_types, demands_of
from procedures.rules import Answer


@register
class FileKind(Kind):
    code = "file"
    name = _("File")
    properties = {
        "paper": {"type": "string"},
        "upload": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "accepts": {"type": "array", "minItems": 1, "items": {"enum": ["photo", "pdf", "zip"]}},
                "max_files": {"type": "integer", "minimum": 1, "maximum": 50},
                "max_megabytes": {"type": "integer", "minimum": 1},
                "max_pages": {"type": "integer", "minimum": 1},
            },
        },
    }
    on_paper = "file"
    answer = Answer.SEVERAL
    fits_in_group = False
    fits_in_table = False

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        accept = accepted_types(demands_of(question))
        return fields.KeptFilesField(kept=list(value or []), accept=accept, **common)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return before

    def lines(self, question: FieldDefinition, value: Any, asking: Asking, *, mask: bool) -> list[Line]:
        count = len(value or [])
        text = gettext("%(count)d file(s)") % {"count": count} if count else gettext("none")
        return [Line(question.code, str(question.label), text, tuple(value or []))]
