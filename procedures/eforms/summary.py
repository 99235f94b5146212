"""Answers as people read them: for "check your answers", the desk and paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.eforms.definition import FieldDefinition, FormDefinition
from procedures.eforms.kinds import Asking, kind_of
from procedures.eforms.question import Line
from procedures.eforms.submission import Station, road


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    step: str
    title: str
    lines: tuple[Line, ...]


def summary(form: FormDefinition, answers: Mapping[str, Any], today: date, *, mask: bool = False) -> list[Section]:
    """Return the answers section by section, in the words of the day `today` on which they were given.

    With `mask`, identity numbers and phones show their last four digits.
    """
    return [
        Section(station.step.code, str(station.step.title), tuple(_lines(station, today, mask=mask)))
        for station in road(form, answers, today)
    ]


def recorded(questions: Iterable[FieldDefinition], answers: Mapping[str, Any], today: date) -> list[Line]:
    """Return bare questions (what a step's holder records) with their answers, whole."""
    asking = Asking(today, answers)
    return [
        line
        for question in questions
        for line in kind_of(question).lines(question, answers.get(question.code), asking, mask=False)
    ]


def _lines(station: Station, today: date, *, mask: bool) -> list[Line]:
    asking = Asking(today, station.answers)
    return [
        line
        for question in station.questions
        for line in kind_of(question).lines(question, station.answers.get(question.code), asking, mask=mask)
    ]
