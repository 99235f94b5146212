"""Kinds that repeat: a group of questions, a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.eforms.kinds.base import NOTHING, Asking, Kind, kind_of, register
from procedures.eforms.kinds.composite import lowered, part_of
from procedures.eforms.question import FieldDefinition, FormDefinitionError, Leaf, Line, Path
from procedures.rules import Answer, Shape


@register
class GroupKind(Kind):
    """Rows of the same questions. Rows that are left blank are dropped; those begun must be whole."""

    code = "group"
    name = _("Repeated group")
    properties = {
        "min_rows": {"type": "integer", "minimum": 0},
        "max_rows": {"type": "integer", "minimum": 1, "maximum": 50},
        "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
    }
    answer = Answer.ROWS
    is_composite = True
    fits_in_group = False
    fits_in_table = False
    on_paper = "table"

    def check(self, question: FieldDefinition) -> None:
        if not question.fields:
            raise FormDefinitionError(f"{question.code}: a {self.code} needs fields")
        codes = [part.code for part in question.fields]
        for part in question.fields:
            if not self.takes(kind_of(part)):
                raise FormDefinitionError(f"{question.code}.{part.code}: a {self.code} holds no {part.kind}")
            if codes.count(part.code) > 1:
                raise FormDefinitionError(f"{question.code}: field code given twice: {part.code}")

    def takes(self, kind: Kind) -> bool:
        """Return whether questions of `kind` may stand in a row."""
        return kind.fits_in_group

    def check_references(self, question: FieldDefinition, fields: Mapping[str, Shape]) -> None:
        inside = {**fields, **self.shape(question).parts}
        for part in question.fields:
            kind_of(part).check_references(part, inside)

    def parts(self, question: FieldDefinition) -> tuple[FieldDefinition, ...]:
        return question.fields

    def row_count(self, question: FieldDefinition, value: Any) -> int:
        """Return how many rows are shown: those answered, at least the minimum (and one)."""
        rows = len(value) if isinstance(value, list) else 0
        return min(max(rows, question.min_rows, 1), question.max_rows)

    def leaves(
        self, question: FieldDefinition, value: Any, asking: Asking, *, required: bool, path: Path
    ) -> list[Leaf]:
        return [
            leaf
            for place in range(self.row_count(question, value))
            for leaf in self._row(question, place, value, asking, required=required, path=(*path, place))
        ]

    def _row(
        self, question: FieldDefinition, place: int, rows: Any, asking: Asking, *, required: bool, path: Path
    ) -> Iterator[Leaf]:
        row = rows[place] if isinstance(rows, list) and place < len(rows) else {}
        around = asking.inside(row)
        must = place < max(question.min_rows, int(required)) or self._is_begun(question, row)
        for part in question.fields:
            if around.holds(part.show_if):
                needed = part.required if part.required_if is None else around.holds(part.required_if)
                yield from kind_of(part).leaves(
                    part, part_of(row, part), around, required=must and needed, path=(*path, part.code)
                )

    def _is_begun(self, question: FieldDefinition, row: Any) -> bool:
        asked = [part for part in question.fields if not kind_of(part).is_computed]
        return any(kind_of(part).is_filled(part, part_of(row, part)) for part in asked)

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        count = min(_posted_rows(name, data), question.max_rows)
        known = before if isinstance(before, list) else []
        return [
            {
                part.code: kind_of(part).posted(
                    part, f"{name}__{place}__{part.code}", data, part_of(_at(known, place), part)
                )
                for part in question.fields
            }
            for place in range(count)
        ]

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        return isinstance(value, list) and any(self._is_begun(question, row) for row in value)

    def finish(self, question: FieldDefinition, value: Any) -> Any:
        rows = [row for row in value or [] if self._is_begun(question, row)]
        return [
            {name: kind_of(part).finish(part, row[name]) for part in question.fields if (name := part.code) in row}
            for row in rows
        ]

    def settle(self, question: FieldDefinition, value: Any, asking: Asking) -> Any:
        if not isinstance(value, list):
            return value
        return [self._settled(question, row, asking) for row in value if isinstance(row, Mapping)]

    def _settled(self, question: FieldDefinition, row: Mapping[str, Any], asking: Asking) -> dict[str, Any]:
        found = dict(row)
        for part in question.fields:
            around = asking.inside(found)
            value = kind_of(part).settle(part, found.get(part.code), around) if around.holds(part.show_if) else None
            if value is not None:
                found[part.code] = value
        return found

    def contradictions(
        self, question: FieldDefinition, value: Any, asking: Asking
    ) -> Iterator[tuple[Path, str | Promise]]:
        for place, row in enumerate(value or []):
            for part in question.fields:
                found = kind_of(part).contradictions(part, part_of(row, part), asking.inside(row))
                for path, message in found:
                    yield (place, part.code, *path), message

    def lines(self, question: FieldDefinition, value: Any, asking: Asking, *, mask: bool) -> list[Line]:
        return [
            Line(
                f"{question.code}.{place}.{line.code}",
                f"{question.label} {place + 1}: {lowered(line.label)}",
                line.value,
            )
            for place, row in enumerate(value or [])
            for line in self.row_lines(question, row, asking, mask=mask)
        ]

    def row_lines(self, question: FieldDefinition, row: Any, asking: Asking, *, mask: bool) -> list[Line]:
        """Return the answers of one row."""
        around = asking.inside(row)
        return [
            line
            for part in question.fields
            if around.holds(part.show_if)
            for line in kind_of(part).lines(part, part_of(row, part), around, mask=mask)
        ]


@register
class TableKind(GroupKind):
    """Rows under fixed columns; on a phone each row is a card."""

    code = "table"
    name = _("Table")

    def takes(self, kind: Kind) -> bool:
        return kind.fits_in_table

    def leaves(
        self, question: FieldDefinition, value: Any, asking: Asking, *, required: bool, path: Path
    ) -> list[Leaf]:
        found = super().leaves(question, value, asking, required=required, path=path)
        for leaf in found:
            if isinstance(leaf.field, forms.ChoiceField) and isinstance(leaf.field.widget, forms.RadioSelect):
                choices = list(leaf.field.widget.choices)
                leaf.field.widget = forms.Select()
                leaf.field.choices = [("", _("Choose")), *choices]
        return found

    def lines(self, question: FieldDefinition, value: Any, asking: Asking, *, mask: bool) -> list[Line]:
        rows = [self.row_lines(question, row, asking, mask=mask) for row in value or []]
        label = str(question.label)
        if not rows:
            return [Line(question.code, label, NOTHING)]
        return [
            Line(
                f"{question.code}.{place}",
                f"{label} {place + 1}",
                "; ".join(f"{line.label}: {line.value}" for line in row if line.value != NOTHING),
            )
            for place, row in enumerate(rows)
        ]


def _at(rows: list[Any], place: int) -> Any:
    return rows[place] if place < len(rows) else None


def _posted_rows(name: str, data: Any) -> int:
    depth = name.count("__") + 1
    places = [key.split("__")[depth] for key in data if key.startswith(f"{name}__") and key.count("__") > depth]
    return max((int(place) + 1 for place in places if place.isdecimal() and len(place) < 3), default=0)
