"""What a schema cannot say of a form: whether its rules refer to what there is, in an order that can be followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from procedures import rules
from procedures.eforms.dependencies import circle, waits_for
from procedures.eforms.kinds import kind_of
from procedures.eforms.question import FieldDefinition, FormDefinitionError


class Refusal(Protocol):
    """A rule that refuses answers at a question (empty: altogether)."""

    @property
    def when(self) -> rules.Rule: ...
    @property
    def at(self) -> str: ...


class Step(Protocol):
    """A page of a form."""

    @property
    def code(self) -> str: ...
    @property
    def show_if(self) -> rules.Rule | None: ...
    @property
    def fields(self) -> tuple[FieldDefinition, ...]: ...
    @property
    def refusals(self) -> Sequence[Refusal]: ...


def check_rules(steps: Sequence[Step], shapes: Mapping[str, rules.Shape]) -> None:
    """Raise `FormDefinitionError` naming the place of the first rule that cannot be followed."""
    for step in steps:
        if step.show_if is not None:
            _at(step.code, rules.check, step.show_if, shapes)
        for field in step.fields:
            check_field(field, shapes)
        for refusal in step.refusals:
            place = f"validate {refusal.at}" if refusal.at else "eligible"
            _at(place, rules.check, refusal.when, shapes)
            if refusal.at and refusal.at not in shapes:
                raise FormDefinitionError(f"{place}: there is no such question")
    _check_order(steps)


def check_field(field: FieldDefinition, shapes: Mapping[str, rules.Shape], place: str = "") -> None:
    """Raise `FormDefinitionError` when a rule of a question, or of one in its rows, cannot be followed."""
    place = f"{place}{field.code}"
    for rule in (field.show_if, field.required_if):
        if rule is not None:
            _at(place, rules.check, rule, shapes)
    _at(place, kind_of(field).check_references, field, shapes)
    inside = {**shapes, **{part.code: kind_of(part).shape(part) for part in field.fields}}
    for part in field.fields:
        check_field(part, inside, f"{place}.")
    _refuse_circle(field.fields)


def _check_order(steps: Sequence[Step]) -> None:
    fields = [field for step in steps for field in step.fields]
    _refuse_circle(fields)
    known: set[str] = set()
    for step in steps:
        known |= {field.code for field in step.fields}
        for field in step.fields:
            late = waits_for(field) - known if _computes(field) else set()
            if late:
                raise FormDefinitionError(f"{field.code}: it is computed from what is asked later: {_list(late)}")


def _computes(field: FieldDefinition) -> bool:
    return kind_of(field).is_computed or any(kind_of(part).is_computed for part in field.fields)


def _refuse_circle(fields: Sequence[FieldDefinition]) -> None:
    codes = circle(fields)
    if codes:
        raise FormDefinitionError(f"{codes[0]}: these wait for one another in a circle: {_list(codes)}")


def _list(codes: Sequence[str] | set[str]) -> str:
    return ", ".join(sorted(codes))


def _at(place: str, check: Callable[..., None], *about: object) -> None:
    try:
        check(*about)
    except rules.RuleError as error:
        raise FormDefinitionError(f"{place}: {error}") from error
