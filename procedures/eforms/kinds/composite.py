"""Kinds whose answer has parts: a person, an organisation, an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.queries import unit_choices, unit_names
from procedures.eforms import fields
from procedures.eforms.kinds.base import NOTHING, Asking, Kind, kind_of, register
from procedures.eforms.kinds.dates import PRECISION
from procedures.eforms.kinds.texts import CONTRADICTS
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
from procedures.rules import Answer, Shape

DEFAULT_PROVINCE: Final = "79"  # Thành phố Hồ Chí Minh, of which the demo province's communes are part since 2025-07
THREE_TIERS: Final = "THREE"
_PERSON: Final = {
    "full_name": ("text", Text("Họ, chữ đệm, tên", "Full name")),
    "birth_date": ("date", Text("Ngày sinh", "Date of birth")),
    "sex": ("choice", Text("Giới tính", "Sex")),
    "national_id": ("national_id", Text("Số định danh cá nhân", "Personal identity number")),
    "ethnicity": ("choice", Text("Dân tộc", "Ethnicity")),
    "nationality": ("choice", Text("Quốc tịch", "Nationality")),
}
_LISTS: Final = {"ethnicity": "ETHNIC_GROUPS", "nationality": "COUNTRIES"}
_ORGANISATION: Final = {
    "name": ("text", Text("Tên tổ chức", "Name of the organisation")),
    "tax_code": ("tax_code", Text("Mã số thuế", "Tax code")),
    "address": ("address", Text("Địa chỉ trụ sở", "Address of the seat")),
    "representative": ("text", Text("Người đại diện theo pháp luật", "Legal representative")),
}
_SEX: Final = (
    Option("MALE", Text("Nam", "Male"), Text()),
    Option("FEMALE", Text("Nữ", "Female"), Text()),
)
_PART: Final = {"enum": [*_PERSON, *_ORGANISATION]}
_PARTS: Final = {
    "parts": {"type": "array", "items": _PART, "minItems": 1},
    "optional_parts": {"type": "array", "items": _PART},
}


class Composed(Kind):
    """A kind whose answer is a mapping of the answers to its parts."""

    answer = Answer.PARTS
    is_composite = True
    fits_in_table = False
    on_paper = "rows"
    known: ClassVar[Mapping[str, tuple[str, Text]]]  # the kind and the label of each part
    usual: ClassVar[tuple[str, ...]]

    def check(self, question: FieldDefinition) -> None:
        for part in (*question.parts, *question.optional_parts):
            if part not in self.known:
                raise FormDefinitionError(f"{question.code}: a {self.code} has no part {part!r}")

    def parts(self, question: FieldDefinition) -> tuple[FieldDefinition, ...]:
        return tuple(self.part(question, name, *self.known[name]) for name in question.parts or self.usual)

    def part(self, question: FieldDefinition, name: str, kind: str, label: Text) -> FieldDefinition:
        """Return the question for a part of the answer."""
        return FieldDefinition(code=name, kind=kind, label=label, required=name not in question.optional_parts)

    def leaves(
        self, question: FieldDefinition, value: Any, asking: Asking, *, required: bool, path: Path
    ) -> list[Leaf]:
        return [
            leaf
            for part in self.parts(question)
            for leaf in kind_of(part).leaves(
                part,
                part_of(value, part),
                asking,
                required=required and part.required,
                path=(*path, part.code),
            )
        ]

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return {
            part.code: kind_of(part).posted(part, f"{name}__{part.code}", data, part_of(before, part))
            for part in self.parts(question)
        }

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        return any(kind_of(part).is_filled(part, part_of(value, part)) for part in self.parts(question))

    def contradictions(
        self, question: FieldDefinition, value: Any, asking: Asking
    ) -> Iterator[tuple[Path, str | Promise]]:
        for part in self.parts(question):
            for path, message in kind_of(part).contradictions(part, part_of(value, part), asking):
                yield (part.code, *path), message

    def lines(self, question: FieldDefinition, value: Any, asking: Asking, *, mask: bool) -> list[Line]:
        return [
            Line(f"{question.code}.{line.code}", f"{question.label}: {lowered(line.label)}", line.value)
            for part in self.parts(question)
            for line in kind_of(part).lines(part, part_of(value, part), asking, mask=mask)
        ]


@register
class PersonKind(Composed):
    """A person; `partial` and `unknown` are those of the date of birth."""

    code = "person"
    name = _("Person")
    properties = {**_PARTS, **PRECISION}
    is_personal = True
    account_knows = True
    known = _PERSON
    usual = ("full_name", "birth_date", "sex", "national_id")

    def part(self, question: FieldDefinition, name: str, kind: str, label: Text) -> FieldDefinition:
        is_birth = name == "birth_date"
        precision = {key: question.settings.get(key, False) for key in PRECISION} if is_birth else {}
        return FieldDefinition(
            code=name,
            kind=kind,
            label=label,
            required=name not in question.optional_parts,
            options=_SEX if name == "sex" else (),
            maximum="today" if is_birth else None,
            settings=precision | ({"list": _LISTS[name]} if name in _LISTS else {}),
        )

    def contradictions(
        self, question: FieldDefinition, value: Any, asking: Asking
    ) -> Iterator[tuple[Path, str | Promise]]:
        part = {name: str(text or "") for name, text in value.items()} if isinstance(value, Mapping) else {}
        number, born, sex = part.get("national_id", ""), part.get("birth_date", ""), part.get("sex", "")
        if fields.id_contradicts(number, birth_date=born, sex=sex):
            yield ("national_id",), CONTRADICTS


@register
class OrganisationKind(Composed):
    code = "organisation"
    name = _("Organisation")
    properties = _PARTS
    known = _ORGANISATION
    usual = tuple(_ORGANISATION)
    reloads = True


@register
class AddressKind(Kind):
    """An address in two tiers, as since 2025-07-01; with `older` also one in three, as old papers have it."""

    code = "address"
    name = _("Address")
    properties = {"older": {"type": "boolean"}}
    answer = Answer.PARTS
    is_personal = True
    is_composite = True
    fits_in_table = False
    reloads = True
    on_paper = "rows"

    def shape(self, question: FieldDefinition) -> Shape:
        names = ["tiers", "province", "commune", "detail", "province_name", "district_name", "commune_name"]
        texts = dict.fromkeys(names[3:], Shape(Answer.TEXT))
        return Shape(Answer.PARTS, dict.fromkeys(names[:3], Shape(Answer.CHOICE)) | texts)

    def leaves(
        self, question: FieldDefinition, value: Any, asking: Asking, *, required: bool, path: Path
    ) -> list[Leaf]:
        given = value if isinstance(value, Mapping) else {}
        found: dict[str, forms.Field] = {}
        if question.settings.get("older"):
            found["tiers"] = forms.ChoiceField(
                label=_("How is the address written?"),
                choices=[
                    ("TWO", _("As now: commune, province")),
                    (THREE_TIERS, _("As before 1 July 2025: commune, district, province")),
                ],
                widget=forms.RadioSelect(),
                required=required,
                initial="TWO",
            )
        found |= _older(required) if _is_older(question, given) else _present(given, asking.today, required)
        found["detail"] = fields.TidyField(label=_("House number, street, hamlet"), max_length=250, required=required)
        return [Leaf(page_name((*path, part)), (*path, part), field) for part, field in found.items()]

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        return {part: data.get(f"{name}__{part}") for part in self.shape(question).parts}

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        given = value if isinstance(value, Mapping) else {}
        return any(given.get(part) for part in ("commune", "commune_name", "detail"))

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        return address_text(value)


def _is_older(question: FieldDefinition, given: Mapping[str, Any]) -> bool:
    return bool(question.settings.get("older")) and given.get("tiers") == THREE_TIERS


def _present(given: Mapping[str, Any], today: date, required: bool) -> dict[str, forms.Field]:
    province = str(given.get("province") or DEFAULT_PROVINCE)
    provinces = unit_choices("", today)
    communes = unit_choices(province, today) if province in dict(provinces) else ()
    return {
        "province": forms.ChoiceField(
            label=_("Province or city"), choices=fields.Pairs(provinces), required=required, initial=province
        ),
        "commune": forms.ChoiceField(
            label=_("Ward or commune"),
            choices=fields.Pairs([("", _("Choose")), *communes]),
            widget=fields.SearchableSelect(),
            required=required,
        ),
    }


def _older(required: bool) -> dict[str, forms.Field]:
    labels = {
        "province_name": _("Province or city, as it was called"),
        "district_name": _("District, town or city of the province"),
        "commune_name": _("Ward or commune, as it was called"),
    }
    return {part: fields.TidyField(label=label, max_length=100, required=required) for part, label in labels.items()}


def address_text(value: Mapping[str, str]) -> str:
    """Return an address from the smallest part to the province; older units keep their names."""
    if value.get("tiers") == THREE_TIERS:
        written = [value.get(part) for part in ("detail", "commune_name", "district_name", "province_name")]
        return ", ".join(part for part in written if part) or NOTHING
    codes = [value.get("commune", ""), value.get("province", "")]
    names = unit_names([code for code in codes if code])
    parts = [value.get("detail", ""), *(names.get(code, "") for code in codes)]
    return ", ".join(part for part in parts if part) or NOTHING


def part_of(value: Any, part: FieldDefinition) -> Any:
    """Return the answer to a part of a composed answer, None when there is none."""
    return value.get(part.code) if isinstance(value, Mapping) else None


def lowered(label: str) -> str:
    """Return a label as it stands inside a longer one."""
    return label[:1].lower() + label[1:]
