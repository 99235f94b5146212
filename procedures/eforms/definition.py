"""The definition of an e-form: steps of fields, as frozen dataclasses read from a checked document.

A text is either a plain Vietnamese string or `{"vi": …, "en": …}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from jsonschema import Draft202012Validator

from procedures import rules
from procedures.eforms import checking
from procedures.eforms.kinds import KINDS, kind_of
from procedures.eforms.kinds.base import TEXT
from procedures.eforms.question import FieldDefinition, FormDefinitionError, Option, Text, text_of

__all__ = [
    "SCHEMA",
    "FieldDefinition",
    "FormDefinition",
    "FormDefinitionError",
    "Option",
    "Refusal",
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
# A rule that refuses: when it holds, the message is shown.
_REFUSAL: Final = {"when": {"type": "object"}, "message": TEXT}
SCHEMA["properties"]["eligible"] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["when", "message"],
        "additionalProperties": False,
        "properties": {**_REFUSAL, "instead": TEXT},
    },
}
SCHEMA["properties"]["validate"] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["when", "message", "at"],
        "additionalProperties": False,
        "properties": {**_REFUSAL, "at": {"type": "string"}},
    },
}
_FIELDS_SCHEMA: Final = {"$defs": {"field": _FIELD}, "type": "array", "items": {"$ref": "#/$defs/field"}}


@dataclass(frozen=True)
class Refusal:
    """A rule that refuses answers: when it holds, `message` is shown at the question `at`.

    A barrier (`eligible`) says that somebody cannot apply at all, and what to do `instead`; it has no question.
    """

    when: rules.Rule
    message: Text
    instead: Text
    at: str

    @property
    def is_barrier(self) -> bool:
        return not self.at


@dataclass(frozen=True)
class StepDefinition:
    """A page: one theme, its question as the title; `refusals` are those that can be judged once it is answered."""

    code: str
    title: Text
    why: Text
    show_if: rules.Rule | None
    fields: tuple[FieldDefinition, ...]
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class FormDefinition:
    """A whole form. `minutes` is how long filling it takes most people."""

    steps: tuple[StepDefinition, ...]
    minutes: int = 5

    @cached_property
    def fields(self) -> dict[str, FieldDefinition]:
        """All questions outside of groups, by code."""
        return {field.code: field for step in self.steps for field in step.fields}

    @cached_property
    def shapes(self) -> dict[str, rules.Shape]:
        """What the answers are to rules, by code."""
        return shapes_of(self.fields.values())

    def step(self, code: str) -> StepDefinition:
        """Return the step; raises `KeyError`."""
        return {step.code: step for step in self.steps}[code]


def shapes_of(fields: Iterable[FieldDefinition]) -> dict[str, rules.Shape]:
    """Return what the answers to some questions are to rules, by code."""
    return {field.code: kind_of(field).shape(field) for field in fields}


def load_form(document: Mapping[str, Any]) -> FormDefinition:
    """Return the form that `document` defines; raises `FormDefinitionError` naming what is wrong where."""
    _validate(document, SCHEMA)
    steps = [_step(step) for step in document["steps"]]
    _check_codes([step.code for step in steps], "step")
    _check_codes([field.code for step in steps for field in step.fields], "field")
    refusals = [_refusal(one) for name in ("eligible", "validate") for one in document.get(name, [])]
    form = FormDefinition(tuple(_with_refusals(steps, refusals)), document.get("minutes", 5))
    checking.check_rules(form.steps, form.shapes)
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


def _refusal(document: Mapping[str, Any]) -> Refusal:
    return Refusal(
        when=document["when"],
        message=text_of(document["message"]),
        instead=text_of(document.get("instead")),
        at=document.get("at", ""),
    )


def _with_refusals(steps: list[StepDefinition], refusals: list[Refusal]) -> Iterator[StepDefinition]:
    """Yield the steps, each with the refusals whose last question it asks."""
    place = {field.code: number for number, step in enumerate(steps) for field in step.fields}
    last = [
        max((place.get(path.split(".")[0], 0) for path in [*rules.fields_of(one.when), one.at]), default=0)
        for one in refusals
    ]
    for number, step in enumerate(steps):
        yield replace(step, refusals=tuple(one for one, at in zip(refusals, last, strict=True) if at == number))


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
        settings={name: document[name] for name in kind.properties if name in document},
        without_effect=tuple(name for name in document if name not in _EVERY and name not in kind.properties),
    )
    kind.check(question)
    return question
