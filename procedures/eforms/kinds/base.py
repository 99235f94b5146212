"""What a kind of question is: a small class, registered once, that answers everything the portal asks about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, TypeVar

from django import forms
from django.utils.functional import Promise

from procedures.eforms.question import FieldDefinition, Leaf, Line, Path, page_name
from procedures.rules import Answer, Rule, Shape, evaluate

NOTHING: Final = "–"
TEXT: Final = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["vi"],
            "additionalProperties": False,
            "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
        },
    ]
}


@dataclass(frozen=True)
class Asking:
    """The circumstances in which something is asked: the day, the answers that rules may refer to, and since when
    the answers of a case that was filed already are held.
    """

    today: date
    answers: Mapping[str, Any]
    since: date | None = None

    def inside(self, row: object) -> Asking:
        """Return the circumstances inside a row, whose own answers come first."""
        return replace(self, answers={**self.answers, **row}) if isinstance(row, Mapping) else self

    def holds(self, rule: Rule | None) -> bool:
        """Return whether a rule holds; where there is none, everything does."""
        return rule is None or evaluate(rule, self.answers, self.today)


class Kind:
    """A kind of question. What a subclass leaves out is that of a line of text.

    `properties` is the JSON Schema of what the kind understands beside the properties of every question.
    """

    code: ClassVar[str]
    name: ClassVar[str | Promise]
    properties: ClassVar[Mapping[str, Any]] = {}
    answer: ClassVar[Answer] = Answer.TEXT  # what it is to the operators of rules
    is_personal: ClassVar[bool] = False
    is_composite: ClassVar[bool] = False  # several inputs under one legend
    is_asked: ClassVar[bool] = True  # something is to be answered
    is_computed: ClassVar[bool] = False  # the server answers it
    fits_in_group: ClassVar[bool] = True
    fits_in_table: ClassVar[bool] = True  # in a cell
    reloads: ClassVar[bool] = False  # what it offers depends on what was chosen in it
    account_knows: ClassVar[bool] = False  # the signed-in account can fill it in
    on_paper: ClassVar[str] = "line"  # how the blank form has it: see `procedures.showing.blank_forms`
    default_max_length: ClassVar[int] = 250

    def check(self, question: FieldDefinition) -> None:
        """Raise `FormDefinitionError` for what a schema cannot say."""

    def check_references(self, question: FieldDefinition, fields: Mapping[str, Shape]) -> None:
        """Raise `RuleError` when the question refers to a field that does not exist or does not fit."""

    def shape(self, question: FieldDefinition) -> Shape:
        """Return what the answer is to rules, part by part."""
        return Shape(self.answer, {part.code: kind_of(part).shape(part) for part in self.parts(question)})

    def parts(self, question: FieldDefinition) -> tuple[FieldDefinition, ...]:
        """Return the questions that an answer consists of, if it is composed."""
        return ()

    def leaves(
        self, question: FieldDefinition, value: Any, asking: Asking, *, required: bool, path: Path
    ) -> list[Leaf]:
        """Return the Django fields of the question, given what was answered (and posted) so far."""
        common = {"label": str(question.label), "help_text": str(question.hint), "required": required}
        return [Leaf(page_name(path), path, self.field(question, value, asking, common))]

    def field(self, question: FieldDefinition, value: Any, asking: Asking, common: dict[str, Any]) -> forms.Field:
        """Return the Django field of a kind that has one."""
        raise NotImplementedError

    def posted(self, question: FieldDefinition, name: str, data: Any, before: Any) -> Any:
        """Return, unchecked, what was posted, enough to decide what else to ask; `before` is the answer so far."""
        return data.get(name)

    def is_filled(self, question: FieldDefinition, value: Any) -> bool:
        """Return whether somebody has answered, well or badly."""
        return value not in (None, "", [], {})

    def finish(self, question: FieldDefinition, value: Any) -> Any:
        """Return the answer as it is stored, given the cleaned values of its fields."""
        return value

    def settle(self, question: FieldDefinition, value: Any, asking: Asking) -> Any:
        """Return the answer with what is computed in it."""
        return value

    def contradictions(
        self, question: FieldDefinition, value: Any, asking: Asking
    ) -> Iterator[tuple[Path, str | Promise]]:
        """Yield the parts of a cleaned answer that deny one another, or other answers, with a message each."""
        return iter(())

    def display(self, question: FieldDefinition, value: Any, day: date, *, mask: bool = False) -> str:
        """Return one answer that is there as people read it; `day` is that on which it was given."""
        return str(value)

    def lines(self, question: FieldDefinition, value: Any, asking: Asking, *, mask: bool) -> list[Line]:
        """Return the answer, or that there is none, for a summary."""
        filled = self.is_filled(question, value)
        shown = self.display(question, value, asking.today, mask=mask) if filled else NOTHING
        return [Line(question.code, str(question.label), shown)]


KINDS: Final[dict[str, Kind]] = {}
_Found = TypeVar("_Found", bound=type[Kind])


def register(kind: _Found) -> _Found:
    """Make a kind known under its code."""
    KINDS[kind.code] = kind()
    return kind


def kind_of(question: FieldDefinition) -> Kind:
    """Return the kind of a question that was read from a checked document."""
    return KINDS[question.kind]
