"""The definition of an e-form: steps of fields, as frozen dataclasses read from a checked document.

A text is either a plain Vietnamese string or `{"vi": …, "en": …}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from jsonschema import Draft202012Validator

from procedures import rules
from procedures.eforms.kinds import KINDS
from procedures.eforms.kinds.base import TEXT
from procedures.eforms.question import FieldDefinition, FormDefinitionError, Option, Text, text_of

__all__ = [
    "SCHEMA",
    "FieldDefinition",
    "FormDefinition",
    "FormDefinitionError",
    "Option",
    "StepDefinition",
    "Text",
    "load_fields",
    "load_form",
]

_CODE: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$"}
_EVERY: Final[dict[str, Any]] = {  # what every question understands
    "code": _CODE,
    "kind": {"enum": list(KINDS)},
    "label": TEXT,
    "hint": TEXT,
    "required": {"type": "boolean"},
    "required_if": {"type": "object"},
    "show_if": {"type": "object"},
    "personal": {"type": "boolean"},
    "prefill": {"type": "string"},
    "default": {},
}
_OF_A_KIND: Final[dict[str, Any]] = {
    name: schema for kind in KINDS.values() for name, schema in kind.properties.items()
}
_FIELD: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["code", "kind", "label"],
    "additionalProperties": False,
    "properties": _EVERY | _OF_A_KIND,
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
                    "title": TEXT,
                    "why": TEXT,
                    "show_if": {"type": "object"},
                    "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
                },
            },
        },
    },
}
_FIELDS_SCHEMA: Final = {"$defs": {"field": _FIELD}, "type": "array", "items": {"$ref": "#/$defs/field"}}


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


def load_fields(documents: list[Mapping[str, Any]]) -> tuple[FieldDefinition, ...]:
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
        title=text_of(document["title"]),
        why=text_of(document.get("why")),
        show_if=document.get("show_if"),
        fields=tuple(_field(field) for field in document["fields"]),
    )


def _field(document: Mapping[str, Any]) -> FieldDefinition:
    kind = KINDS[document["kind"]]
    question = FieldDefinition(
        code=document["code"],
        kind=kind.code,
        label=text_of(document["label"]),
        hint=text_of(document.get("hint")),
        required=document.get("required", "required_if" not in document and kind.is_asked),
        required_if=document.get("required_if"),
        show_if=document.get("show_if"),
        personal=document.get("personal", kind.is_personal),
        prefill=document.get("prefill", ""),
        default=document.get("default"),
        options=tuple(
            Option(option["value"], text_of(option["label"]), text_of(option.get("hint")))
            for option in document.get("options", [])
        ),
        minimum=document.get("min"),
        maximum=document.get("max"),
        max_length=document.get("max_length", kind.default_max_length),
        parts=tuple(document.get("parts", ())),
        optional_parts=tuple(document.get("optional_parts", ())),
        agency_kind=document.get("agency_kind", "COMMUNE"),
        paper=document.get("paper", document["code"]),
        upload=document.get("upload", {}),
        min_rows=document.get("min_rows", 0),
        max_rows=document.get("max_rows", 10),
        fields=tuple(_field(field) for field in document.get("fields", [])),
    )
    kind.check(question)
    return question
