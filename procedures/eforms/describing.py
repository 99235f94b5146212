"""A form told to programs: what its answers look like (JSON Schema), its questions, and answers of another shape.

The schema says how each answer is written; which questions are asked, and required, depends on other answers and is
judged by the form itself (`clean_answers`) once the shape is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from procedures.eforms.compile import person_fields
from procedures.eforms.definition import FieldDefinition, FormDefinition, StepDefinition
from procedures.eforms.uploads import demands_of

Place = tuple[str | int, ...]
_STRING: Final = {"type": "string"}
_FORMATS: Final = FormatChecker(formats=[])
_MESSAGES: Final[dict[str, Promise]] = {
    "type": _("This answer is written in another way; see the form's description."),
    "enum": _("This is not one of the possible answers."),
    "format": _("A day is written as year, month, day: 2026-03-15."),
    "additionalProperties": _("The form has no such question."),
}
_OTHERWISE: Final = _("This answer is too long, too many or out of range.")


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))


def answers_schema(form: FormDefinition) -> dict[str, Any]:
    """Return the JSON Schema of the answers to the whole form."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object(tuple(form.fields.values())),
    }


def steps_described(form: FormDefinition) -> list[dict[str, Any]]:
    """Return the pages of the form with their questions, in the reader's language."""
    return [_step(step) for step in form.steps]


def misshapen(form: FormDefinition, answers: Mapping[str, Any]) -> dict[Place, str]:
    """Return what is wrong with the shape of answers, by place; nothing when the form can judge them."""
    validator = Draft202012Validator(answers_schema(form), format_checker=_FORMATS)
    found: dict[Place, str] = {}
    for error in validator.iter_errors(answers):
        found |= {place: str(_MESSAGES.get(str(error.validator), _OTHERWISE)) for place in _places(error)}
    return found


def _places(error: ValidationError) -> list[Place]:
    place = tuple(error.absolute_path)
    if error.validator != "additionalProperties":
        return [place]
    known: Mapping[str, Any] = error.schema["properties"] if isinstance(error.schema, Mapping) else {}
    given: Mapping[str, Any] = error.instance if isinstance(error.instance, Mapping) else {}
    return [(*place, name) for name in given if name not in known]


def _object(questions: tuple[FieldDefinition, ...]) -> dict[str, Any]:
    asked = {question.code: _answer(question) for question in questions if question.kind != "note"}
    return {"type": "object", "properties": asked, "additionalProperties": False}


def _answer(question: FieldDefinition) -> dict[str, Any]:
    words = {"title": str(question.label), **({"description": str(question.hint)} if question.hint else {})}
    return words | _shape(question)


def _shape(question: FieldDefinition) -> dict[str, Any]:
    options = [option.value for option in question.options]
    match question.kind:
        case "text" | "long_text":
            return _STRING | {"maxLength": question.max_length}
        case "date":
            return _STRING | {"format": "date"}
        case "number" | "money":
            limits = {"minimum": question.minimum, "maximum": question.maximum}
            return {"type": "integer"} | {name: limit for name, limit in limits.items() if isinstance(limit, int)}
        case "yes_no":
            return {"enum": ["YES", "NO"]}
        case "choice":
            return {"enum": options}
        case "several":
            return {"type": "array", "items": {"enum": options}, "uniqueItems": True}
        case "statement":
            return {"type": "boolean"}
        case "person":
            return _object(person_fields(question))
        case "address":
            parts = {"province": _STRING, "commune": _STRING, "detail": _STRING | {"maxLength": 250}}
            return {"type": "object", "properties": parts, "additionalProperties": False}
        case "group":
            return {"type": "array", "items": _object(question.fields), "maxItems": question.max_rows}
        case "file":
            most = demands_of(question).most_files
            return {"type": "array", "items": _STRING | {"format": "uuid"}, "uniqueItems": True, "maxItems": most}
    return _STRING  # phones, numbers of people, codes of agencies, and what is written as a text


def _step(step: StepDefinition) -> dict[str, Any]:
    return {
        "code": step.code,
        "title": str(step.title),
        "why": str(step.why),
        "show_if": step.show_if,
        "questions": [_question(question) for question in step.fields],
    }


def _question(question: FieldDefinition) -> dict[str, Any]:
    return {
        "code": question.code,
        "kind": question.kind,
        "label": str(question.label),
        "hint": str(question.hint),
        "required": question.required,
        "show_if": question.show_if,
        "required_if": question.required_if,
        "options": [{"value": option.value, "label": str(option.label)} for option in question.options],
    }
