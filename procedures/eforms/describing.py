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

from procedures.eforms.definition import FieldDefinition, FormDefinition, StepDefinition
from procedures.eforms.kinds import kind_of, rows
from procedures.eforms.uploads import demands_of
from procedures.rules import Answer

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
    answered = [one for one in questions if kind_of(one).is_asked and not kind_of(one).is_computed]
    return _parts({question.code: _answer(question) for question in answered})


def _parts(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _answer(question: FieldDefinition) -> dict[str, Any]:
    words = {"title": str(question.label), **({"description": str(question.hint)} if question.hint else {})}
    return words | _shape(question)


def _shape(question: FieldDefinition) -> dict[str, Any]:
    kind = kind_of(question)
    if question.kind == "file":
        most = demands_of(question).most_files
        return {"type": "array", "items": _STRING | {"format": "uuid"}, "uniqueItems": True, "maxItems": most}
    if isinstance(kind, rows.GroupKind):
        return {"type": "array", "items": _object(question.fields), "maxItems": question.max_rows}
    if kind.parts(question):
        return _object(kind.parts(question))
    if kind.answer == Answer.PARTS:
        return _parts(dict.fromkeys(kind.shape(question).parts, _STRING))
    return _simple(question, kind.answer)


def _simple(question: FieldDefinition, answer: Answer) -> dict[str, Any]:
    options = [option.value for option in question.options]  # none: a code list, which the form judges by
    one = {"enum": options} if options else _STRING
    match question.kind, answer:
        case "statement", _:
            return {"type": "boolean"}
        case "yes_no", _:
            return {"enum": ["YES", "NO"]}
        case "date", _ if not question.settings.get("partial") and not question.settings.get("unknown"):
            return _STRING | {"format": "date"}
        case _, Answer.NUMBER:
            limits = {"minimum": question.minimum, "maximum": question.maximum}
            return {"type": "integer"} | {name: limit for name, limit in limits.items() if isinstance(limit, int)}
        case _, Answer.CHOICE:
            return one
        case _, Answer.SEVERAL:
            return {"type": "array", "items": one, "uniqueItems": True}
        case "text" | "long_text", _:
            return _STRING | {"maxLength": question.max_length}
    return _STRING  # phones, numbers of people, times: written as a text


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
