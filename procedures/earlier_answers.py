"""What somebody answered before may be offered again: whoever keeps answers registers here, and the form asks.

Cases stand above the catalogue; which question of one form means the same as one of another is the catalogue's to
say. Nothing is filled in by itself: an offer shows what it would fill in, and its reader takes it or leaves it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol

from identity.models import Account
from procedures.eforms import FieldDefinition, FormDefinition, Line, StepDefinition, summary

_NEVER: Final = frozenset({"statement", "note"})  # a statement is made anew each time
_MOST_OFFERS: Final = 2


@dataclass(frozen=True)
class Answered:
    """Answers that somebody gave before; `key` is what their keeper knows them by."""

    key: str
    title: str
    on: date
    procedure: str
    form: FormDefinition
    answers: Mapping[str, Any]


class KeepsAnswers(Protocol):
    """Who keeps what people answered."""

    def answered_by(self, account: Account) -> Sequence[Answered]:
        """Return what `account`, and nobody else, answered before, the newest first."""
        ...


@dataclass(frozen=True)
class Offer:
    """Earlier answers to questions of a page, as values and as words."""

    key: str
    title: str
    on: date
    values: Mapping[str, Any]
    questions: tuple[FieldDefinition, ...]
    lines: tuple[Line, ...]


_registered: list[KeepsAnswers] = []


def register(who: KeepsAnswers) -> None:
    """Let `who` be asked from now on."""
    _registered.append(who)


def offers(
    account: Account, *, procedure: str, step: StepDefinition, wanted: Collection[str], today: date
) -> list[Offer]:
    """Return what could be used again for the questions `wanted` on a page; an answer is offered once."""
    questions = [question for question in step.fields if question.code in wanted and question.kind not in _NEVER]
    if not questions:
        return []
    found: list[Offer] = []
    seen: list[tuple[Line, ...]] = []
    for earlier in (answered for who in _registered for answered in who.answered_by(account)):
        values = _values(questions, earlier, same_procedure=earlier.procedure == procedure)
        asked = tuple(question for question in questions if question.code in values)
        lines = _lines(step, asked, values, today)
        words = tuple(replace(line, files=()) for line in lines)
        if words and words not in seen:
            seen.append(words)
            found.append(Offer(earlier.key, earlier.title, earlier.on, values, asked, lines))
    return found[:_MOST_OFFERS]


def means_the_same(question: FieldDefinition, other: FieldDefinition, *, same_procedure: bool) -> bool:
    """Return whether an answer to `other` answers `question`: same code, kind and words.

    The words of a question may change between versions of one procedure; between procedures they tell what is meant.
    """
    alike = (question.code, question.kind, question.parts, question.paper) == (
        other.code,
        other.kind,
        other.parts,
        other.paper,
    )
    return alike and (same_procedure or question.label.vi.casefold() == other.label.vi.casefold())


def _values(questions: Sequence[FieldDefinition], earlier: Answered, *, same_procedure: bool) -> dict[str, Any]:
    found = {}
    for question in questions:
        other = earlier.form.fields.get(question.code)
        value = earlier.answers.get(question.code)
        if other is None or not value or not means_the_same(question, other, same_procedure=same_procedure):
            continue
        if question.kind == "choice" and question.options and value not in {o.value for o in question.options}:
            continue
        found[question.code] = value
    return found


def _lines(
    step: StepDefinition, questions: Sequence[FieldDefinition], values: Mapping[str, Any], today: date
) -> tuple[Line, ...]:
    fields = tuple(replace(question, show_if=None) for question in questions)
    form = FormDefinition((replace(step, show_if=None, fields=fields),))
    return tuple(line for section in summary(form, values, today) for line in section.lines if line.value != "–")
