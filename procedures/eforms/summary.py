"""Answers as people read them: for "check your answers", the desk and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.eforms.definition import FormDefinition
from procedures.eforms.kinds import kind_of
from procedures.eforms.question import FieldDefinition, Line
from procedures.eforms.submission import visible_steps
from procedures.rules import evaluate


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    step: str
    title: str
    lines: tuple[Line, ...]


def summary(form: FormDefinition, answers: Mapping[str, Any], today: date, *, mask: bool = False) -> list[Section]:
    """Return the answers section by section; with `mask`, identity numbers and phones show their last four digits."""
    return [
        Section(step.code, str(step.title), tuple(_lines(step.fields, answers, today, mask=mask)))
        for step in visible_steps(form, answers, today)
    ]


def _lines(
    questions: tuple[FieldDefinition, ...], answers: Mapping[str, Any], today: date, *, mask: bool
) -> list[Line]:
    return [
        line
        for question in questions
        if question.show_if is None or evaluate(question.show_if, answers, today)
        for line in kind_of(question).lines(question, answers.get(question.code), mask=mask)
    ]
