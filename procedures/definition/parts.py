"""The parts of a procedure's definition, as frozen dataclasses. Money is whole VND."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from procedures.eforms.definition import FieldDefinition, FormDefinition
from procedures.rules import Rule, evaluate, look_up


@dataclass(frozen=True)
class Paper:
    """A paper (thành phần hồ sơ): to submit, to show, or to look up in a register."""

    code: str
    name: str
    mode: str
    originals: int
    copies: int
    when: str
    note: str
    basis: str


@dataclass(frozen=True)
class Fee:
    """What is charged: `amount` VND per case, or per unit of the answer that `per` names."""

    code: str
    name: str
    kind: str
    amount: int
    per: str
    timing: str
    illustrative: bool
    note: str
    when: Rule | None


@dataclass(frozen=True)
class FeeLine:
    """A fee as it applies to one case."""

    code: str
    name: str
    kind: str
    unit_amount: int
    quantity: int

    @property
    def amount(self) -> int:
        return self.unit_amount * self.quantity

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "unit_amount": self.unit_amount,
            "quantity": self.quantity,
            "amount": self.amount,
        }


@dataclass(frozen=True)
class TimeLimit:
    """How long handling may take. `kind` is a unit of the law; see `onestop.deadlines.due_at`."""

    kind: str
    value: int | None
    cut_off: time | None
    illustrative: bool
    note: str


@dataclass(frozen=True)
class LegalBasis:
    number: str
    title: str


@dataclass(frozen=True)
class Result:
    """What the applicant gets; `template` names the document, `context` which answers and facts it shows."""

    name: str
    code: str
    template: str
    context: Mapping[str, str]


@dataclass(frozen=True)
class ProcessStep:
    """A step of handling: who, where, which share (percent) of the time, and what its holder may do."""

    code: str
    name: str
    role: str
    agency: str
    agency_code: str
    share: int
    actions: tuple[str, ...]
    facts: tuple[FieldDefinition, ...]
    requires: tuple[str, ...]
    not_same_as: tuple[str, ...]
    when: Rule | None


@dataclass(frozen=True)
class Process:
    """The steps in order, and the limits of the questions that may be asked on the way."""

    steps: tuple[ProcessStep, ...]
    consent_hours: int | None
    verification_days: int | None


@dataclass(frozen=True)
class ProcedureDefinition:
    """Everything a version says."""

    code: str
    name: str
    name_en: str
    summary: str
    sector_code: str
    sector_name: str
    decision: str
    online_level: str
    levels: tuple[str, ...]
    audiences: tuple[str, ...]
    applicants: str
    competent: str
    papers: tuple[Paper, ...]
    fees: tuple[Fee, ...]
    fees_illustrative: bool  # that there is none is itself a demo value
    time: TimeLimit
    legal_basis: tuple[LegalBasis, ...]
    results: tuple[Result, ...]
    steps: tuple[str, ...]
    conditions: str
    keywords: tuple[str, ...]
    popularity: int
    form: FormDefinition | None
    process: Process | None

    @property
    def is_fileable(self) -> bool:
        """Whether a case can be filed and handled here."""
        return self.form is not None and self.process is not None

    def fee_lines(self, answers: Mapping[str, Any], timing: str, today: date) -> tuple[FeeLine, ...]:
        """Return what is due at `timing` (FILING, SUPPLEMENT, RETURN, ON_DEMAND) for these answers."""
        return tuple(
            FeeLine(fee.code, fee.name, fee.kind, fee.amount, quantity)
            for fee in self.fees
            if fee.timing == timing and (fee.when is None or evaluate(fee.when, answers, today))
            if (quantity := _quantity(fee, answers)) > 0
        )


def _quantity(fee: Fee, answers: Mapping[str, Any]) -> int:
    if fee.per == "CASE":
        return 1
    count = look_up(answers, fee.per)
    return count if isinstance(count, int) and not isinstance(count, bool) else 0
