"""The definition of an e-form: steps of fields, as frozen dataclasses read from a checked document.

A text is either a plain Vietnamese string or `{"vi": …, "en": …}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.translation import get_language
from jsonschema import Draft202012Validator

from procedures import rules

KINDS: Final = (
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "yes_no",
    "choice",
    "several",
    "phone",
    "email",
    "national_id",
    "address",
    "agency",
    "person",
    "file",
    "group",
    "statement",
    "note",
)
PERSON_PARTS: Final = ("full_name", "birth_date", "sex", "national_id", "ethnicity", "nationality")

_TEXT: Final = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["vi"],
            "additionalProperties": False,
            "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
        },
    ]
}
_CODE: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$"}
_FIELD: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["code", "kind", "label"],
    "additionalProperties": False,
    "properties": {
        "code": _CODE,
        "kind": {"enum": list(KINDS)},
        "label": _TEXT,
        "hint": _TEXT,
        "required": {"type": "boolean"},
        "required_if": {"type": "object"},
        "show_if": {"type": "object"},
        "personal": {"type": "boolean"},
        "prefill": {"type": "string"},
        "default": {},
        "options": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["value", "label"],
                "additionalProperties": False,
                "properties": {"value": {"type": "string"}, "label": _TEXT, "hint": _TEXT},
            },
        },
        "min": {"type": ["integer", "string"]},
        "max": {"type": ["integer", "string"]},
        "max_length": {"type": "integer", "minimum": 1, "maximum": 10000},
        "parts": {"type": "array", "items": {"enum": list(PERSON_PARTS)}, "minItems": 1},
        "optional_parts": {"type": "array", "items": {"enum": list(PERSON_PARTS)}},
        "agency_kind": {"enum": ["COMMUNE", "CENTRE", "DEPARTMENT"]},
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
        "min_rows": {"type": "integer", "minimum": 0},
        "max_rows": {"type": "integer", "minimum": 1, "maximum": 50},
        "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
    },
}
SCHEMA: Final[dict[str, Any]] = {
    "$defs": {"field": _FIELD},
    "type": "object",
    "required": ["steps"],
    "additionalProperties": False,
    "properties": {
        "minutes": {"type": "integer", "minimum": 1},
        "steps": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["code", "title", "fields"],
                "additionalProperties": False,
                "properties": {
                    "code": _CODE,
                    "title": _TEXT,
                    "why": _TEXT,
                    "show_if": {"type": "object"},
                    "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
                },
            },
        },
    },
}
_FIELDS_SCHEMA: Final = {"$defs": {"field": _FIELD}, "type": "array", "items": {"$ref": "#/$defs/field"}}


class FormDefinitionError(ValueError):
    """A definition is wrong; the message names the place."""


@dataclass(frozen=True)
class Text:
    """A text of the definition in its languages; empty when the definition has none."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return (self.en if (get_language() or "vi").startswith("en") else "") or self.vi

    def __bool__(self) -> bool:
        return bool(self.vi)


@dataclass(frozen=True)
class Option:
    value: str
    label: Text
    hint: Text


@dataclass(frozen=True)
class FieldDefinition:
    """A question. `code` names its answer; what each kind understands beside it stands in the schema."""

    code: str
    kind: str
    label: Text
    hint: Text
    required: bool
    required_if: rules.Rule | None
    show_if: rules.Rule | None
    personal: bool
    prefill: str
    default: Any
    options: tuple[Option, ...]
    minimum: int | str | None
    maximum: int | str | None
    max_length: int
    parts: tuple[str, ...]
    optional_parts: tuple[str, ...]
    agency_kind: str
    paper: str
    upload: Mapping[str, Any]  # what a file may be: accepts, max_files, max_megabytes, max_pages
    min_rows: int
    max_rows: int
    fields: tuple[FieldDefinition, ...]


@dataclass(frozen=True)
class StepDefinition:
    """A page: one theme, its question as the title."""

    code: str
    title: Text
    why: Text
    show_if: rules.Rule | None
    fields: tuple[FieldDefinition, ...]


@dataclass(frozen=True)
class FormDefinition:
    """A whole form. `minutes` is how long filling it takes most people."""

    steps: tuple[StepDefinition, ...]
    minutes: int = 5

    @cached_property
    def fields(self) -> dict[str, FieldDefinition]:
        """All questions outside of groups, by code."""
        return {field.code: field for step in self.steps for field in step.fields}

    def step(self, code: str) -> StepDefinition:
        """Return the step; raises `KeyError`."""
        return {step.code: step for step in self.steps}[code]


def load_form(document: Mapping[str, Any]) -> FormDefinition:
    """Return the form that `document` defines; raises `FormDefinitionError` naming what is wrong where."""
    _validate(document, SCHEMA)
    steps = tuple(_step(step) for step in document["steps"])
    form = FormDefinition(steps, document.get("minutes", 5))
    _check_codes([step.code for step in steps], "step")
    _check_codes([field.code for step in steps for field in step.fields], "field")
    _check_rules(form)
    return form


def load_fields(documents: Sequence[Mapping[str, Any]]) -> tuple[FieldDefinition, ...]:
    """Return bare fields (what a step's holder fills in); raises `FormDefinitionError`."""
    _validate(documents, _FIELDS_SCHEMA)
    return tuple(_field(document) for document in documents)


def _validate(document: object, schema: dict[str, Any]) -> None:
    error = next(iter(Draft202012Validator(schema).iter_errors(document)), None)
    if error is not None:
        raise FormDefinitionError(f"{error.json_path}: {error.message}")


def _check_codes(codes: list[str], what: str) -> None:
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise FormDefinitionError(f"{what} code given twice: {', '.join(sorted(twice))}")


def _check_rules(form: FormDefinition) -> None:
    known = set(form.fields)
    for step in form.steps:
        places = [(step.code, step.show_if)]
        places += [(field.code, rule) for field in step.fields for rule in (field.show_if, field.required_if)]
        for place, rule in places:
            if rule is not None:
                _check_rule(place, rule, known)


def _check_rule(place: str, rule: rules.Rule, known: set[str]) -> None:
    try:
        rules.check(rule, known)
    except rules.RuleError as error:
        raise FormDefinitionError(f"{place}: {error}") from error


def _step(document: Mapping[str, Any]) -> StepDefinition:
    return StepDefinition(
        code=document["code"],
        title=_text(document["title"]),
        why=_text(document.get("why")),
        show_if=document.get("show_if"),
        fields=tuple(_field(field) for field in document["fields"]),
    )


def _field(document: Mapping[str, Any]) -> FieldDefinition:
    kind = document["kind"]
    if kind in {"choice", "several"} and "options" not in document:
        raise FormDefinitionError(f"{document['code']}: a {kind} needs options")
    if kind == "group" and "fields" not in document:
        raise FormDefinitionError(f"{document['code']}: a group needs fields")
    return FieldDefinition(
        code=document["code"],
        kind=kind,
        label=_text(document["label"]),
        hint=_text(document.get("hint")),
        required=document.get("required", "required_if" not in document and kind != "note"),
        required_if=document.get("required_if"),
        show_if=document.get("show_if"),
        personal=document.get("personal", kind in {"person", "national_id", "phone", "email", "address"}),
        prefill=document.get("prefill", ""),
        default=document.get("default"),
        options=tuple(
            Option(option["value"], _text(option["label"]), _text(option.get("hint")))
            for option in document.get("options", [])
        ),
        minimum=document.get("min"),
        maximum=document.get("max"),
        max_length=document.get("max_length", 2000 if kind == "long_text" else 250),
        parts=tuple(document.get("parts", PERSON_PARTS[:4])),
        optional_parts=tuple(document.get("optional_parts", ())),
        agency_kind=document.get("agency_kind", "COMMUNE"),
        paper=document.get("paper", document["code"]),
        upload=document.get("upload", {}),
        min_rows=document.get("min_rows", 0),
        max_rows=document.get("max_rows", 10),
        fields=tuple(_field(field) for field in document.get("fields", [])),
    )


def _text(value: object) -> Text:
    if isinstance(value, Mapping):
        return Text(value["vi"], value.get("en", ""))
    return Text(str(value or ""))
