"""Kinds that consist of others: a person, an address, a group of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.queries import unit_choices, unit_names
from procedures.eforms import fields
from procedures.eforms.kinds.base import NOTHING, Kind, kind_of, register
from procedures.eforms.question import (
    FieldDefinition,
    FormDefinitionError,
    Leaf,
    Line,
    Option,
    Path,
    Text,
    page_name,
)

DEFAULT_PROVINCE: Final = "79"  # Thành phố Hồ Chí Minh, of which the demo province's communes are part since 2025-07
PERSON_PARTS: Final = ("full_name", "birth_date", "sex", "national_id", "ethnicity", "nationality")
_PERSON: Final = {
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
_PARTS_OF_A_PERSON: Final = {"type": "array", "items": {"enum": list(PERSON_PARTS)}}


class Composed(Kind):
    """A kind whose answer is a mapping of the answers to its parts."""

    is_composite = True

    def leaves(self, question: FieldDefinition, value: Any, today: date, *, required: bool, path: Path) -> list[Leaf]:
        return [
            leaf
            for part in self.parts(question)
            for leaf in _inside(part, value, today, required=required, path=path)
        ]

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        known = before if isinstance(before, Mapping) else {}
        return {
            part.code: kind_of(part).posted(part, f"{name}__{part.code}", data, known.get(part.code))
            for part in self.parts(question)
        }

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        given = value if isinstance(value, Mapping) else {}
        return any(kind_of(part).is_filled(part, given.get(part.code)) for part in self.parts(question))

    def lines(self, question: FieldDefinition, value: Any, *, mask: bool) -> list[Line]:
        given = value if isinstance(value, Mapping) else {}
        return [
            Line(f"{question.code}.{line.code}", f"{question.label}: {_lower(line.label)}", line.value)
            for part in self.parts(question)
            for line in kind_of(part).lines(part, given.get(part.code), mask=mask)
        ]


@register
class PersonKind(Composed):
    code = "person"
    name = _("Person")
    properties = {
        "parts": {**_PARTS_OF_A_PERSON, "minItems": 1},
        "optional_parts": _PARTS_OF_A_PERSON,
    }
    is_personal = True
    account_knows = True
    on_paper = "rows"

    def parts(self, question: FieldDefinition) -> tuple[FieldDefinition, ...]:
        return tuple(
            FieldDefinition(
                code=part,
                kind=_PERSON[part][0],
                label=_PERSON[part][1],
                required=part not in question.optional_parts,
                options=_SEX if part == "sex" else (),
                maximum="today" if part == "birth_date" else None,
            )
            for part in question.parts or PERSON_PARTS[:4]
        )

    def contradictions(self, question: FieldDefinition, value: Any) -> Iterator[tuple[Path, str | Promise]]:
        part = {name: str(text or "") for name, text in value.items()}
        if fields.id_contradicts(
            part.get("national_id", ""), birth_date=part.get("birth_date", ""), sex=part.get("sex", "")
        ):
            yield ("national_id",), _("This number does not fit the date of birth or the sex that were entered.")


@register
class AddressKind(Kind):
    code = "address"
    name = _("Address")
    is_personal = True
    is_composite = True
    on_paper = "rows"

    def leaves(self, question: FieldDefinition, value: Any, today: date, *, required: bool, path: Path) -> list[Leaf]:
        chosen = value.get("province") if isinstance(value, Mapping) else None
        province = str(chosen or DEFAULT_PROVINCE)
        provinces = unit_choices("", today)
        communes = unit_choices(province, today) if province in dict(provinces) else ()
        found = {
            "province": forms.ChoiceField(
                label=_("Province or city"), choices=list(provinces), required=required, initial=province
            ),
            "commune": forms.ChoiceField(
                label=_("Ward or commune"), choices=[("", _("Choose")), *communes], required=required
            ),
            "detail": fields.TidyField(label=_("House number, street, hamlet"), max_length=250, required=required),
        }
        return [Leaf(page_name((*path, part)), (*path, part), field) for part, field in found.items()]

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return {part: data.get(f"{name}__{part}") for part in ("province", "commune", "detail")}

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        given = value if isinstance(value, Mapping) else {}
        return bool(given.get("commune") or given.get("detail"))

    def display(self, question: FieldDefinition, value: Any, *, mask: bool = False) -> str:
        return address_text(value)


@register
class GroupKind(Kind):
    code = "group"
    name = _("Repeated group")
    properties = {
        "min_rows": {"type": "integer", "minimum": 0},
        "max_rows": {"type": "integer", "minimum": 1, "maximum": 50},
        "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
    }
    is_composite = True
    fits_in_group = False
    on_paper = "table"

    def check(self, question: FieldDefinition) -> None:
        if not question.fields:
            raise FormDefinitionError(f"{question.code}: a group needs fields")

    def parts(self, question: FieldDefinition) -> tuple[FieldDefinition, ...]:
        return question.fields

    def row_count(self, question: FieldDefinition, value: Any) -> int:
        """Return how many rows are shown: those answered, at least the minimum (and one)."""
        rows = len(value) if isinstance(value, list) else 0
        return min(max(rows, question.min_rows, 1), question.max_rows)

    def leaves(self, question: FieldDefinition, value: Any, today: date, *, required: bool, path: Path) -> list[Leaf]:
        rows = value if isinstance(value, list) else []
        return [
            leaf
            for place in range(self.row_count(question, rows))
            for part in question.fields
            for leaf in _inside(
                part, rows[place] if place < len(rows) else {}, today, required=required, path=(*path, place)
            )
        ]

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return [{} for _row in range(_posted_rows(name, data))]

    def finish(self, question: FieldDefinition, value: Any) -> Any:
        return [row for row in value or [] if any(row.values())]

    def lines(self, question: FieldDefinition, value: Any, *, mask: bool) -> list[Line]:
        return [
            Line(
                f"{question.code}.{place}.{line.code}",
                f"{question.label} {place + 1}: {_lower(line.label)}",
                line.value,
            )
            for place, row in enumerate(value or [])
            for part in question.fields
            for line in kind_of(part).lines(part, row.get(part.code), mask=mask)
        ]


def address_text(value: Mapping[str, str]) -> str:
    """Return an address from the smallest part to the province; older units keep their names."""
    codes = [value.get("commune", ""), value.get("province", "")]
    names = unit_names([code for code in codes if code])
    parts = [value.get("detail", ""), *(names.get(code, "") for code in codes)]
    return ", ".join(part for part in parts if part) or NOTHING


def _inside(part: FieldDefinition, value: Any, today: date, *, required: bool, path: Path) -> list[Leaf]:
    own = value.get(part.code) if isinstance(value, Mapping) else None
    return kind_of(part).leaves(part, own, today, required=required and part.required, path=(*path, part.code))


def _posted_rows(name: str, data: Any) -> int:
    depth = name.count("__") + 1
    places = [key.split("__")[depth] for key in data if key.startswith(f"{name}__") and key.count("__") > depth]
    return max((int(place) + 1 for place in places if place.isdecimal() and len(place) < 3), default=0)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
