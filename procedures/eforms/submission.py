"""Filling in: which steps and questions are asked, the Django form of a step, and the check of a whole submission.

A page and a whole submission are validated by the same forms: there is one truth about what is acceptable.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from procedures.eforms.definition import FormDefinition, StepDefinition
from procedures.eforms.kinds import composite, kind_of
from procedures.eforms.question import FieldDefinition, Leaf, Path, page_name
from procedures.rules import evaluate, look_up


@dataclass(frozen=True)
class CleanResult:
    """Answers fit for storing, or what is wrong: messages by field, and the first step in need."""

    answers: dict[str, Any]
    errors: dict[str, list[str]] = field(default_factory=dict)
    first_step: str = ""


@dataclass(frozen=True)
class Block:
    """A question as the page shows it: its definition and its bound fields, in rows for a group."""

    definition: FieldDefinition
    rows: list[list[forms.BoundField]]

    @property
    def fields(self) -> list[forms.BoundField]:
        return [bound for row in self.rows for bound in row]

    @property
    def is_composite(self) -> bool:
        return kind_of(self.definition).is_composite

    @property
    def is_group(self) -> bool:
        return isinstance(kind_of(self.definition), composite.GroupKind)

    @property
    def is_note(self) -> bool:
        return self.definition.kind == "note"

    @property
    def is_address(self) -> bool:
        return self.definition.kind == "address"

    @property
    def can_grow(self) -> bool:
        return self.is_group and len(self.rows) < self.definition.max_rows


class StepForm(forms.Form):
    """The Django form of one page. `answers` after validation is what this page adds to the submission."""

    def __init__(self, step: StepDefinition, known: Mapping[str, Any], today: date, data: Any = None) -> None:
        super().__init__(data)
        self.step, self.known, self.today = step, known, today
        self.questions = [
            question
            for question in step.fields
            if question.show_if is None or evaluate(question.show_if, known, today)
        ]
        self.leaves: list[Leaf] = []
        for question in self.questions:
            self._ask(question)

    def as_typed(self) -> StepForm:
        """Return the page as it was typed, without complaints: more was asked for, nothing was sent yet."""
        again = StepForm(self.step, self.known, self.today)
        again.initial.update({leaf.name: self[leaf.name].value() for leaf in self.leaves})
        return again

    def _ask(self, question: FieldDefinition) -> None:
        required = question.required
        if question.required_if is not None:
            required = evaluate(question.required_if, self.known, self.today)
        value, path = self.known.get(question.code), (question.code,)
        for leaf in kind_of(question).leaves(question, value, self.today, required=required, path=path):
            leaf.field.error_messages["required"] = _("Please answer this question.")
            self.leaves.append(leaf)
            self.fields[leaf.name] = leaf.field
            self.initial[leaf.name] = _answer_at(self.known, leaf.path) or leaf.field.initial or question.default

    def clean(self) -> dict[str, Any]:
        given = self._given()
        for question in self.questions:
            for path, message in kind_of(question).contradictions(question, given.get(question.code)):
                self.add_error(page_name((question.code, *path)), message)
        return self.cleaned_data

    def _given(self) -> dict[str, Any]:
        """The cleaned values so far, nested as they are stored."""
        found: dict[str, Any] = {}
        for leaf in self.leaves:
            _put(found, leaf.path, self.cleaned_data.get(leaf.name))
        return found

    @property
    def answers(self) -> dict[str, Any]:
        """The cleaned answers of this page, nested as they are stored."""
        found = self._given()
        for question in self.questions:
            if question.code in found:
                found[question.code] = kind_of(question).finish(question, found[question.code])
        return found

    @property
    def blocks(self) -> list[Block]:
        """The questions of the page in order, for the template."""
        return [Block(question, self._rows(question)) for question in self.questions]

    def _rows(self, question: FieldDefinition) -> list[list[forms.BoundField]]:
        mine = [leaf for leaf in self.leaves if leaf.path[0] == question.code]
        kind = kind_of(question)
        if not isinstance(kind, composite.GroupKind):
            return [[self[leaf.name] for leaf in mine]]
        count = kind.row_count(question, self.known.get(question.code))
        return [[self[leaf.name] for leaf in mine if leaf.path[1] == place] for place in range(count)]


def step_form(form: FormDefinition, code: str, answers: Mapping[str, Any], today: date, data: Any = None) -> StepForm:
    """Return the form of step `code`, bound to `data` (what a browser posted) when given.

    Raises `KeyError` for an unknown step. What a page shows may depend on what was just posted on it.
    """
    step = form.step(code)
    known = dict(answers)
    if data is not None:
        known |= {
            question.code: kind_of(question).posted(question, question.code, data, answers.get(question.code))
            for question in step.fields
        }
        grown = data.get("add")
        if isinstance(known.get(grown), list):
            known[grown] = [*known[grown], {}]
    return StepForm(step, known, today, data)


def visible_steps(form: FormDefinition, answers: Mapping[str, Any], today: date) -> list[StepDefinition]:
    """Return the steps that these answers lead through, in order."""
    return [step for step in form.steps if step.show_if is None or evaluate(step.show_if, answers, today)]


def clean_answers(form: FormDefinition | None, answers: Mapping[str, Any], today: date) -> CleanResult:
    """Validate a whole submission; answers to questions that are not asked are dropped."""
    if form is None:
        return CleanResult({})
    kept: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    first = ""
    for step in form.steps:
        if step.show_if is not None and not evaluate(step.show_if, kept, today):
            continue
        page = StepForm(step, kept | _own(step, answers), today, as_data(step, answers))
        if page.is_valid():
            kept |= page.answers
            continue
        first = first or step.code
        errors |= {name: [str(message) for message in messages] for name, messages in page.errors.items()}
    return CleanResult(kept, errors, first)


def as_data(step: StepDefinition, answers: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """Return stored answers in the shape in which a browser would post them."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for question in step.fields:
        _flatten(question.code, answers.get(question.code), data)
    return data


def _flatten(name: str, value: Any, data: MultiValueDict[str, Any]) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten(f"{name}__{key}", inner, data)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for place, inner in enumerate(value):
            _flatten(f"{name}__{place}", inner, data)
    elif isinstance(value, list):
        data.setlist(name, [str(item) for item in value])
    elif value is True:
        data[name] = "on"
    elif value not in (None, False):
        data[name] = str(value)


def _own(step: StepDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {question.code: answers[question.code] for question in step.fields if question.code in answers}


def _answer_at(answers: Mapping[str, Any], path: Path) -> Any:
    value: Any = answers
    for piece in path:
        if isinstance(piece, int):
            value = value[piece] if isinstance(value, list) and piece < len(value) else None
        else:
            value = look_up(value, piece) if isinstance(value, Mapping) else None
    return value


def _put(found: dict[str, Any], path: Path, value: Any) -> None:
    target: Any = found
    for piece, following in itertools.pairwise(path):
        if isinstance(target, list):
            while len(target) <= int(piece):
                target.append({})
            target = target[int(piece)]
        else:
            target = target.setdefault(piece, [] if isinstance(following, int) else {})
    target[path[-1]] = value
