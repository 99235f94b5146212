"""Filling in: which steps and questions are asked, the Django form of a step, and the check of a whole submission.

A page and a whole submission are validated by the same forms: there is one truth about what is acceptable.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from procedures.eforms.definition import FormDefinition, Refusal, StepDefinition
from procedures.eforms.dependencies import in_order, waits_for
from procedures.eforms.kinds import Asking, kind_of, rows
from procedures.eforms.question import FieldDefinition, Leaf, Path, page_name
from procedures.rules import evaluate, is_certain

_DEEPEST: Final = 4  # answers nest no deeper: group, row, part, its part


@dataclass(frozen=True)
class CleanResult:
    """Answers fit for storing, or what is wrong: messages by field, the first step in need, why somebody cannot
    apply at all.
    """

    answers: dict[str, Any]
    errors: dict[str, list[str]] = field(default_factory=dict)
    first_step: str = ""
    barriers: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Block:
    """A question as the page shows it: its definition and its bound fields, in rows for a group."""

    definition: FieldDefinition
    rows: list[list[forms.BoundField]]
    beside: frozenset[str] = frozenset()  # the codes of the questions of its page

    @property
    def fields(self) -> list[forms.BoundField]:
        return [bound for row in self.rows for bound in row]

    @property
    def is_composite(self) -> bool:
        return kind_of(self.definition).is_composite

    @property
    def is_group(self) -> bool:
        return isinstance(kind_of(self.definition), rows.GroupKind)

    @property
    def is_table(self) -> bool:
        return isinstance(kind_of(self.definition), rows.TableKind)

    @property
    def is_note(self) -> bool:
        return not kind_of(self.definition).is_asked

    @property
    def cells(self) -> list[list[forms.BoundField | None]]:
        """The rows of a table with a place for each column; what is not asked in a row leaves it empty."""
        columns = [part.code for part in self.definition.fields]
        found = [{bound.name.rpartition("__")[2]: bound for bound in row} for row in self.rows]
        return [[row.get(column) for column in columns] for row in found]

    @property
    def reloads(self) -> bool:
        """Whether what it offers depends on what was chosen in it: there is a button for those without scripts."""
        return _reloads(self.definition)

    @property
    def is_computed_here(self) -> bool:
        """Whether it may change with an answer on its own page: there is a button to compute it again."""
        own = {part.code for part in self.definition.fields}
        parts = (self.definition, *self.definition.fields)
        return any(waits_for(part) & (self.beside | own) for part in parts if kind_of(part).is_computed)

    @property
    def can_grow(self) -> bool:
        return self.is_group and len(self.rows) < self.definition.max_rows


@dataclass(frozen=True)
class Station:
    """A step on the way through a form: the questions that are asked there, and all answers up to it."""

    step: StepDefinition
    questions: list[FieldDefinition]
    answers: Mapping[str, Any]


class StepForm(forms.Form):
    """The Django form of one page. `answers` after validation is what this page adds to the submission.

    `known` holds the answers of the pages before, and of this page what is stored or was posted.
    """

    def __init__(
        self,
        step: StepDefinition,
        known: Mapping[str, Any],
        today: date,
        data: Any = None,
        *,
        since: date | None = None,
    ) -> None:
        super().__init__(data)
        self.step, self.today = step, today
        self.questions, self.known = asked(step.fields, known, today)
        self.asking = Asking(today, self.known, since)
        self.barriers: list[Refusal] = []
        self.leaves: list[Leaf] = []
        for question in self.questions:
            self._ask(question)

    def as_typed(self) -> StepForm:
        """Return the page as it was typed, without complaints: more was asked for, nothing was sent yet."""
        again = StepForm(self.step, self.known, self.today)
        typed = {leaf.name: self[leaf.name].value() for leaf in self.leaves if not leaf.field.disabled}
        again.initial.update(typed)
        return again

    def _ask(self, question: FieldDefinition) -> None:
        needed = question.required if question.required_if is None else self.asking.holds(question.required_if)
        value, path = self.known.get(question.code), (question.code,)
        for leaf in kind_of(question).leaves(question, value, self.asking, required=needed, path=path):
            leaf.field.error_messages["required"] = _("Please answer this question.")
            self.leaves.append(leaf)
            self.fields[leaf.name] = leaf.field
            stored = _answer_at(self.known, leaf.path)
            usual = leaf.field.initial or question.default
            self.initial[leaf.name] = usual if stored in (None, "", [], {}) else stored

    def clean(self) -> dict[str, Any]:
        around = Asking(self.today, self._around(self._settled(self._given())))
        typed = self._typed()
        for question in self.questions:
            for path, message in kind_of(question).contradictions(question, typed.get(question.code), around):
                self._complain(page_name((question.code, *path)), message)
        for refusal in self.step.refusals:
            if is_certain(refusal.when, around.answers, self.today):
                self._refuse(refusal)
        return self.cleaned_data

    def _refuse(self, refusal: Refusal) -> None:
        if refusal.is_barrier:
            self.barriers.append(refusal)
            self.add_error(None, str(refusal.message))
            return
        mine = [leaf.name for leaf in self.leaves if leaf.path[0] == refusal.at]
        self._complain(mine[0] if mine else "", str(refusal.message))

    def _complain(self, name: str, message: Any) -> None:
        self.add_error(name if name in self.fields else None, message)

    def _typed(self) -> dict[str, Any]:
        """The cleaned values so far, nested, every row in its place."""
        found: dict[str, Any] = {}
        for leaf in self.leaves:
            _put(found, leaf.path, self.cleaned_data.get(leaf.name))
        return found

    def _given(self) -> dict[str, Any]:
        """The cleaned values so far as they are stored: blank rows left out."""
        found = self._typed()
        return {
            question.code: kind_of(question).finish(question, found[question.code])
            for question in self.questions
            if question.code in found
        }

    def _around(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of the pages before, and those of this page in place of what was known of it."""
        here = {question.code for question in self.step.fields}
        return {code: value for code, value in self.known.items() if code not in here} | dict(given)

    def _settled(self, given: dict[str, Any]) -> dict[str, Any]:
        around = self._around(given)
        for question in in_order(self.questions):
            if question.code in given:
                asking = Asking(self.today, around)
                value = kind_of(question).settle(question, given[question.code], asking)
                given[question.code] = around[question.code] = value
        return given

    @property
    def answers(self) -> dict[str, Any]:
        """The cleaned answers of this page, nested as they are stored."""
        return self._settled(self._given())

    @property
    def blocks(self) -> list[Block]:
        """The questions of the page in order, for the template."""
        codes = frozenset(question.code for question in self.questions)
        return [Block(question, self._rows(question), codes) for question in self.questions]

    def _rows(self, question: FieldDefinition) -> list[list[forms.BoundField]]:
        mine = [leaf for leaf in self.leaves if leaf.path[0] == question.code]
        kind = kind_of(question)
        if not isinstance(kind, rows.GroupKind):
            return [[self[leaf.name] for leaf in mine]]
        count = kind.row_count(question, self.known.get(question.code))
        return [[self[leaf.name] for leaf in mine if leaf.path[1] == place] for place in range(count)]


def asked(
    fields: Iterable[FieldDefinition], known: Mapping[str, Any], today: date
) -> tuple[list[FieldDefinition], dict[str, Any]]:
    """Return which of a page's questions are asked, and the answers that count: of these, with what is computed."""
    fields, answers, found = list(fields), dict(known), set[str]()
    for question in in_order(fields):
        asking = Asking(today, answers)
        if not asking.holds(question.show_if):
            answers.pop(question.code, None)
            continue
        found.add(question.code)
        value = kind_of(question).settle(question, answers.get(question.code), asking)
        if value is not None:
            answers[question.code] = value
    return [question for question in fields if question.code in found], answers


def road(form: FormDefinition, answers: Mapping[str, Any], today: date) -> Iterator[Station]:
    """Yield the steps that these answers lead through; what was answered to questions not asked does not count."""
    kept: dict[str, Any] = {}
    for step in form.steps:
        if step.show_if is None or evaluate(step.show_if, kept, today):
            questions, kept = asked(step.fields, kept | _own(step, answers), today)
            yield Station(step, questions, kept)


def visible_steps(form: FormDefinition, answers: Mapping[str, Any], today: date) -> list[StepDefinition]:
    """Return the steps that these answers lead through, in order."""
    return [station.step for station in road(form, answers, today)]


def with_computed(form: FormDefinition | None, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the answers with everything that is computed from them computed anew."""
    if form is None:
        return dict(answers)
    last = Station(form.steps[0], [], {})
    for station in road(form, answers, today):
        last = station
    return dict(answers) | dict(last.answers)


def step_form(form: FormDefinition, code: str, answers: Mapping[str, Any], today: date, data: Any = None) -> StepForm:
    """Return the form of step `code`, bound to `data` (what a browser posted) when given.

    Raises `KeyError` for an unknown step. What a page shows may depend on what was just posted on it.
    """
    step = form.step(code)
    known = _before(form, code, answers, today)
    if data is None:
        return StepForm(step, known | _own(step, answers), today)
    known |= {
        question.code: kind_of(question).posted(question, question.code, data, answers.get(question.code))
        for question in step.fields
    }
    grown = data.get("add")
    if isinstance(known.get(grown), list) and grown in {question.code for question in step.fields}:
        known[grown] = [*known[grown], {}]
    return StepForm(step, known, today, data)


def clean_answers(
    form: FormDefinition | None, answers: Mapping[str, Any], today: date, *, since: date | None = None
) -> CleanResult:
    """Validate a whole submission; answers to questions that are not asked are dropped.

    `since` is the day on which a case was filed whose answers are validated again.
    """
    if form is None:
        return CleanResult({})
    kept: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    first, barriers = "", list[Refusal]()
    for step in form.steps:
        if step.show_if is not None and not evaluate(step.show_if, kept, today):
            continue
        page = StepForm(step, kept | _own(step, answers), today, as_data(step, answers), since=since)
        if page.is_valid():
            kept |= page.answers
            continue
        first = first or step.code
        barriers += page.barriers
        errors |= {name: [str(message) for message in messages] for name, messages in page.errors.items()}
    return CleanResult(kept, errors, first, tuple(barriers))


def as_data(step: StepDefinition, answers: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """Return stored answers in the shape in which a browser would post them."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for question in step.fields:
        _flatten(question.code, answers.get(question.code), data, _DEEPEST)
    return data


def _flatten(name: str, value: Any, data: MultiValueDict[str, Any], depth: int) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items() if depth else ():
            _flatten(f"{name}__{key}", inner, data, depth - 1)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for place, inner in enumerate(value if depth else []):
            _flatten(f"{name}__{place}", inner, data, depth - 1)
    elif isinstance(value, list):
        data.setlist(name, [str(item) for item in value if not isinstance(item, list)])
    elif value is True:
        data[name] = "on"
    elif value is not None and value is not False:
        data[name] = str(value)


def _own(step: StepDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {question.code: answers[question.code] for question in step.fields if question.code in answers}


def _before(form: FormDefinition, code: str, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the answers of the pages before step `code` that count."""
    kept: dict[str, Any] = {}
    for station in road(form, answers, today):
        if station.step.code == code:
            break
        kept = dict(station.answers)
    return kept


def _reloads(question: FieldDefinition) -> bool:
    return kind_of(question).reloads or any(_reloads(part) for part in question.fields)


def _answer_at(answers: Mapping[str, Any], path: Path) -> Any:
    value: Any = answers
    for piece in path:
        if isinstance(piece, int):
            value = value[piece] if isinstance(value, list) and piece < len(value) else None
        else:
            value = value.get(piece) if isinstance(value, Mapping) else None
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
