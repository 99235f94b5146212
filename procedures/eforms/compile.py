"""From a question's definition to Django form fields: composites become several fields with dotted paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.queries import agency_choices, unit_choices
from identity.states import AgencyKind
from procedures.eforms import fields as kinds
from procedures.eforms.definition import FieldDefinition, Option, Text
from procedures.eforms.uploads import accepted_types, demands_of
from procedures.rules import look_up

DEFAULT_PROVINCE: Final = "79"  # Thành phố Hồ Chí Minh, of which the demo province's communes are part since 2025-07
_PERSON: Final[dict[str, tuple[str, Text]]] = {
    "full_name": ("text", Text("Họ, chữ đệm, tên", "Full name")),
    "birth_date": ("date", Text("Ngày sinh", "Date of birth")),
    "sex": ("choice", Text("Giới tính", "Sex")),
    "national_id": ("national_id", Text("Số định danh cá nhân", "Personal identity number")),
    "ethnicity": ("text", Text("Dân tộc", "Ethnicity")),
    "nationality": ("text", Text("Quốc tịch", "Nationality")),
}
_SEX: Final = (
    Option("MALE", Text("Nam", "Male"), Text()),
    Option("FEMALE", Text("Nữ", "Female"), Text()),
)


@dataclass(frozen=True)
class Leaf:
    """One Django field: its name in the page, the path of its answer, the question it belongs to."""

    name: str
    path: tuple[str | int, ...]
    field: forms.Field


def leaves(definition: FieldDefinition, answers: Mapping[str, Any], today: date, *, required: bool) -> list[Leaf]:
    """Return the Django fields of a question, given what was answered (and posted) so far."""
    return _leaves(definition, answers.get(definition.code), today, required, (definition.code,))


def person_fields(definition: FieldDefinition) -> tuple[FieldDefinition, ...]:
    """Return the questions that a person consists of."""
    return tuple(
        replace(
            definition,
            code=part,
            kind=_PERSON[part][0],
            label=_PERSON[part][1],
            hint=Text(),
            required=part not in definition.optional_parts,
            options=_SEX if part == "sex" else (),
            maximum="today" if part == "birth_date" else None,
            minimum=None,
            default=None,
        )
        for part in definition.parts
    )


def row_count(definition: FieldDefinition, value: object) -> int:
    """Return how many rows a group shows: those answered, at least its minimum (and one)."""
    rows = len(value) if isinstance(value, list) else 0
    return min(max(rows, definition.min_rows, 1), definition.max_rows)


def _leaves(
    definition: FieldDefinition, value: Any, today: date, required: bool, path: tuple[str | int, ...]
) -> list[Leaf]:
    if definition.kind == "note":
        return []
    if definition.kind == "person":
        parts = person_fields(definition)
        return [leaf for part in parts for leaf in _inside(part, value, today, required, path)]
    if definition.kind == "address":
        return _address(definition, value, today, required, path)
    if definition.kind == "group":
        rows = value if isinstance(value, list) else []
        return [
            leaf
            for place in range(row_count(definition, rows))
            for part in definition.fields
            for leaf in _inside(part, rows[place] if place < len(rows) else {}, today, required, (*path, place))
        ]
    return [Leaf(_name(path), path, _simple(definition, value, today, required=required))]


def _inside(
    part: FieldDefinition, value: Any, today: date, required: bool, path: tuple[str | int, ...]
) -> list[Leaf]:
    own = value.get(part.code) if isinstance(value, Mapping) else None
    return _leaves(part, own, today, required and part.required, (*path, part.code))


def _name(path: tuple[str | int, ...]) -> str:
    return "__".join(str(piece) for piece in path)


def _address(
    definition: FieldDefinition, value: Any, today: date, required: bool, path: tuple[str | int, ...]
) -> list[Leaf]:
    chosen = value.get("province") if isinstance(value, Mapping) else None
    province = str(chosen or DEFAULT_PROVINCE)
    provinces = unit_choices("", today)
    communes = unit_choices(province, today) if province in dict(provinces) else ()
    choices: dict[str, list[tuple[str, Any]]] = {
        "province": list(provinces),
        "commune": [("", _("Choose")), *communes],
    }
    labels = {"province": _("Province or city"), "commune": _("Ward or commune")}
    found = [
        Leaf(
            _name((*path, part)),
            (*path, part),
            forms.ChoiceField(
                label=labels[part],
                choices=choices[part],
                required=required,
                initial=province if part == "province" else None,
            ),
        )
        for part in ("province", "commune")
    ]
    detail = kinds.TidyField(label=_("House number, street, hamlet"), max_length=250, required=required)
    return [*found, Leaf(_name((*path, "detail")), (*path, "detail"), detail)]


def _simple(definition: FieldDefinition, value: Any, today: date, *, required: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": str(definition.label),
        "help_text": str(definition.hint),
        "required": required,
    }
    match definition.kind:
        case "date":
            latest = today if definition.maximum == "today" else None
            return kinds.DateField(latest=latest, **common)
        case "number" | "money":
            return kinds.WholeNumberField(min_value=definition.minimum, max_value=definition.maximum, **common)
        case "yes_no":
            return _choice([("YES", _("Yes")), ("NO", _("No"))], common)
        case "choice":
            return _choice([(option.value, str(option.label)) for option in definition.options], common)
        case "several":
            choices = [(option.value, str(option.label)) for option in definition.options]
            widget = forms.CheckboxSelectMultiple()
            return forms.MultipleChoiceField(choices=choices, widget=widget, **common)
        case "agency":
            offices = agency_choices(AgencyKind(definition.agency_kind), today)
            return forms.ChoiceField(choices=[("", _("Choose")), *offices], **common)
        case "phone":
            return kinds.PhoneField(max_length=30, **common)
        case "email":
            return forms.EmailField(max_length=254, **common)
        case "national_id":
            return kinds.NationalIdField(max_length=30, **common)
        case "file":
            accept = accepted_types(demands_of(definition))
            return kinds.KeptFilesField(kept=list(value or []), accept=accept, **common)
        case "statement":
            return forms.BooleanField(**common)
    return kinds.TidyField(lines=definition.kind == "long_text", max_length=definition.max_length, **common)


def _choice(choices: list[tuple[str, Any]], common: dict[str, Any]) -> forms.ChoiceField:
    widget = forms.RadioSelect() if len(choices) <= 7 else forms.Select()
    return forms.ChoiceField(choices=choices, widget=widget, **common)


def answer_at(answers: Mapping[str, Any], path: tuple[str | int, ...]) -> Any:
    """Return what was answered at a path of codes and row numbers, or None."""
    value: Any = answers
    for piece in path:
        if isinstance(piece, int):
            value = value[piece] if isinstance(value, list) and piece < len(value) else None
        else:
            value = look_up(value, piece) if isinstance(value, Mapping) else None
    return value
