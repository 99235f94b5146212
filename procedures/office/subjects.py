"""What a condition may look at: the answers there are at some place of a form, and rules on them in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from procedures import wording
from procedures.eforms import FieldDefinition, FormDefinition, kind_of
from procedures.eforms.definition import shapes_of
from procedures.rules import Answer, Rule, Shape

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Subject:
    """An answer: the path of the question, its words, and what there is to choose.

    A column stands for the answers of all rows of a group.
    """

    path: str
    label: str
    answer: Answer
    options: Options = ()
    is_column: bool = False

    @property
    def is_countable(self) -> bool:
        """Whether something can be computed from it."""
        return self.answer in {Answer.NUMBER, Answer.DATE, Answer.ROWS, Answer.SEVERAL}


@dataclass(frozen=True)
class Scope:
    """The answers at one place: those that a condition may be chosen on, and all that have words."""

    offered: tuple[Subject, ...] = ()
    known: tuple[Subject, ...] = ()
    shapes: Mapping[str, Shape] | None = None

    def words(self, rule: Rule | None) -> str:
        """Return a rule in words that name questions and choices as the form does; empty without a rule."""
        if not rule:
            return ""
        choices = {subject.path: dict(subject.options) for subject in self.known}
        labels = {subject.path: subject.label for subject in self.known}
        return wording.rule_text(wording.with_choices(rule, choices), labels)


def whole(form: FormDefinition | None) -> Scope:
    """Return the scope of what is judged when everything is answered; empty without a form."""
    if form is None:
        return Scope()
    found = tuple(_all(form.fields.values()))
    return Scope(found, found, form.shapes)


def with_facts(form: FormDefinition | None, facts: Sequence[FieldDefinition]) -> Scope:
    """Return the scope of the process: every answer, and what its steps record (once, where several do)."""
    recorded = {fact.code: fact for fact in facts}.values()
    answers = whole(form)
    found = (*_all(recorded), *_beside(answers.known, recorded))
    return Scope(found, found, {**(answers.shapes or {}), **shapes_of(recorded)})


def before(form: FormDefinition, page: str, question: str = "") -> Scope:
    """Return the scope of a page, or of a question on it: what is answered before.

    For a question of a group (`group.code`) that is also what stands before it in the same row.
    """
    code, _dot, inner = question.partition(".")
    outer = tuple(_all(_earlier(form, page, code)))
    if not inner:
        return Scope(outer, whole(form).known, form.shapes)
    row = form.fields[code].fields
    earlier = row[: [part.code for part in row].index(inner)]
    scope = in_row(form, code)
    return Scope((*_all(earlier), *_beside(outer, row)), scope.known, scope.shapes)


def in_row(form: FormDefinition, group: str) -> Scope:
    """Return the scope of a row of a group: its answers, and those of the form that they do not hide."""
    row = form.fields[group].fields
    found = (*_all(row), *_beside(whole(form).known, row))
    return Scope(found, found, {**form.shapes, **shapes_of(row)})


def of_fields(fields: Sequence[FieldDefinition], question: str) -> Scope:
    """Return the scope of a question among some fields: those before it."""
    codes = [field.code for field in fields]
    place = codes.index(question) if question in codes else len(fields)
    return Scope(tuple(_all(fields[:place])), tuple(_all(fields)), shapes_of(fields))


def computable(form: FormDefinition, page: str, question: str = "") -> list[tuple[str, str]]:
    """Return the paths and words of what `question`, or a new one at the end of a page, may be computed from."""
    fields = _earlier(form, page, question or "\0")
    found = [(one.path, one.label) for one in _all(fields) if one.is_countable and not one.is_column]
    rows = [field for field in fields if kind_of(field).shape(field).answer == Answer.ROWS]
    return found + [
        (f"{field.code}.{part.code}", f"{field.label} – {part.label}") for field in rows for part in field.fields
    ]


def _earlier(form: FormDefinition, page: str, question: str) -> list[FieldDefinition]:
    found: list[FieldDefinition] = []
    for step in form.steps:
        if step.code == page and not question:
            return found
        for field in step.fields:
            if step.code == page and field.code == question:
                return found
            found.append(field)
        if step.code == page:
            return found
    return found


def _beside(subjects: Iterable[Subject], row: Iterable[FieldDefinition]) -> tuple[Subject, ...]:
    """Return the subjects that no question of the row hides by having the same code."""
    names = {part.code for part in row}
    return tuple(subject for subject in subjects if subject.path.split(".")[0] not in names)


def _all(fields: Iterable[FieldDefinition]) -> Iterator[Subject]:
    for field in fields:
        answer = kind_of(field).shape(field).answer
        if answer == Answer.NOTHING:
            continue
        parts = kind_of(field).parts(field)
        if answer != Answer.PARTS or not parts:
            yield Subject(field.code, str(field.label), answer, _options(field))
        if answer not in {Answer.PARTS, Answer.ROWS}:
            continue
        is_column = answer == Answer.ROWS
        for part in parts:
            found = Answer.SEVERAL if is_column else kind_of(part).shape(part).answer
            label = f"{field.label} – {part.label}"
            yield Subject(f"{field.code}.{part.code}", label, found, _options(part), is_column)


def _options(field: FieldDefinition) -> Options:
    if field.kind == "yes_no":
        return (("YES", _("Yes")), ("NO", _("No")))
    return tuple((option.value, str(option.label)) for option in field.options)
