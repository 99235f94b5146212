"""What a browser sent for a page of a form, by the names of its inputs, before anybody has checked it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.datastructures import MultiValueDict

from procedures.eforms import FieldDefinition, StepDefinition

Values = dict[str, list[str]]
_DATE_PARTS: Final = ("_day", "_month", "_year")


def asks(question: FieldDefinition, name: str) -> bool:
    """Return whether an input of this name belongs to the question."""
    code = question.code
    return name == code or name.startswith(f"{code}__") or name in {code + part for part in _DATE_PARTS}


def typed_on(step: StepDefinition, data: MultiValueDict[str, Any]) -> Values:
    """Return what was sent for the questions of a page, and nothing else that came with it; files are never typed."""
    questions = [question for question in step.fields if question.kind not in {"file", "note"}]
    return {
        name: [str(value) for value in values]
        for name, values in data.lists()
        if any(asks(question, name) for question in questions)
    }
