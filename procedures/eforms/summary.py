"""Answers as people read them: for "check your answers", the desk and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from identity.models import Agency
from identity.queries import unit_names
from portal.core.formatting import dong, id_in_groups, masked, phone_in_groups
from procedures.eforms.compile import person_fields
from procedures.eforms.definition import FieldDefinition, FormDefinition
from procedures.eforms.submission import visible_steps
from procedures.rules import evaluate


@dataclass(frozen=True)
class Line:
    """A question with its answer; `files` carries the identifiers of uploaded papers."""

    code: str
    label: str
    value: str
    files: tuple[str, ...] = ()

    @property
    def input(self) -> str:
        """The name of the input that asks for it."""
        return self.code.replace(".", "__")


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    step: str
    title: str
    lines: tuple[Line, ...]


def summary(form: FormDefinition, answers: Mapping[str, Any], today: date, *, mask: bool = False) -> list[Section]:
    """Return the answers section by section; with `mask`, identity numbers and phones show their last four digits."""
    return [
        Section(step.code, str(step.title), tuple(_lines(step.fields, answers, today, mask=mask)))
        for step in visible_steps(form, answers, today)
    ]


def _lines(
    questions: tuple[FieldDefinition, ...], answers: Mapping[str, Any], today: date, *, mask: bool
) -> list[Line]:
    lines: list[Line] = []
    for question in questions:
        if question.kind == "note" or (
            question.show_if is not None and not evaluate(question.show_if, answers, today)
        ):
            continue
        lines += _of(question, answers.get(question.code), today, mask=mask)
    return lines


def _of(question: FieldDefinition, value: Any, today: date, *, mask: bool) -> list[Line]:
    label = str(question.label)
    if question.kind == "person":
        parts = _lines(person_fields(question), value or {}, today, mask=mask)
        return [Line(f"{question.code}.{line.code}", f"{label}: {_lower(line.label)}", line.value) for line in parts]
    if question.kind == "group":
        return [
            Line(f"{question.code}.{place}.{line.code}", f"{label} {place + 1}: {_lower(line.label)}", line.value)
            for place, row in enumerate(value or [])
            for line in _lines(question.fields, row, today, mask=mask)
        ]
    if question.kind == "file":
        count = len(value or [])
        text = _("%(count)d file(s)") % {"count": count} if count else _("none")
        return [Line(question.code, label, text, tuple(value or []))]
    return [Line(question.code, label, display(question, value, mask=mask))]


def display(question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
    """Return one simple answer as text; "–" when there is none."""
    if value in (None, "", [], {}):
        return "–"
    labels = {option.value: str(option.label) for option in question.options}
    match question.kind:
        case "date":
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case "money":
            return dong(int(value))
        case "yes_no":
            return _("Yes") if value == "YES" else _("No")
        case "statement":
            return _("Agreed")
        case "choice":
            return labels.get(value, str(value))
        case "several":
            return ", ".join(labels.get(item, str(item)) for item in value)
        case "phone":
            return masked(value) if mask else phone_in_groups(value)
        case "national_id":
            return masked(value) if mask else id_in_groups(value)
        case "agency":
            return Agency.objects.filter(code=value).values_list("name", flat=True).first() or str(value)
        case "address":
            return address_text(value)
    return str(value)


def address_text(value: Mapping[str, str]) -> str:
    """Return an address from the smallest part to the province; older units keep their names."""
    codes = [value.get("commune", ""), value.get("province", "")]
    names = unit_names([code for code in codes if code])
    parts = [value.get("detail", ""), *(names.get(code, "") for code in codes)]
    return ", ".join(part for part in parts if part) or "–"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
