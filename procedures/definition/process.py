"""The process of a version: its steps, where the outcome of each leads, and all the roads that this makes.

Steps follow one another as they stand. Where that is not enough a step names its leads: the first whose rule holds
is taken, and `END` ends the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from procedures.definition.terms import Route, TimeLimit
from procedures.eforms.definition import FieldDefinition
from procedures.rules import Rule, evaluate

END: Final = "END"
# Acts that end a step whatever it says; another act ends it only where a lead names it.
ENDING_ACTS: Final = ("HAND_OVER", "FORWARD", "PROPOSE", "SIGN", "ISSUE", "RETURN_RESULT")
_MAIN_ACTS: Final = ("PROPOSE", "SIGN", "ISSUE", "RETURN_RESULT", "HAND_OVER", "FORWARD")


@dataclass(frozen=True)
class Lead:
    """Where a step leads: to which step (or `END`), by which act (empty: any that ends it), under which rule."""

    to: str
    by: str
    when: Rule | None = field(hash=False)


@dataclass(frozen=True)
class Consultation:
    """How a step asks for opinions: until when, whom it proposes, what silence means, whether the clock stands.

    `confidential` opinions are not shown to the applicant; others are, unless who asks or answers says otherwise.
    """

    time: TimeLimit | None  # None: who asks chooses the days
    agencies: tuple[str, ...]
    silence_is_consent: bool
    stops_clock: bool
    confidential: bool = False


@dataclass(frozen=True)
class ProcessStep:
    """A step of handling: who, where, how much of the time, and what its holder may do.

    `share` is a percentage of the working time; `time`, where there is one, is a time of its own from its beginning.
    `at_most` says how often an act may be done in it.
    """

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
    when: Rule | None = field(hash=False)
    time: TimeLimit | None = None
    route: tuple[Route, ...] = ()
    leads: tuple[Lead, ...] = ()
    at_most: Mapping[str, int] = field(default_factory=dict, hash=False)
    consultation: Consultation | None = None

    def is_taken(self, known: Mapping[str, Any], today: date) -> bool:
        """Return whether a case of which this is known comes to the step at all."""
        return self.when is None or evaluate(self.when, known, today)

    def lead(self, by: str, known: Mapping[str, Any], today: date) -> Lead | None:
        """Return the lead that the act `by` takes; None where it goes on in order, or does not end the step."""
        fitting = (lead for lead in self.leads if lead.by == by or (not lead.by and by in ENDING_ACTS))
        return next((lead for lead in fitting if lead.when is None or evaluate(lead.when, known, today)), None)

    @property
    def main_act(self) -> str:
        """The act that usually ends it."""
        return next((act for act in _MAIN_ACTS if act in self.actions), "FORWARD")


@dataclass(frozen=True)
class Edge:
    """A way from one step to another (or `END`); `lead` is None where it is the order in which they stand."""

    source: str
    target: str
    lead: Lead | None


@dataclass(frozen=True)
class Process:
    """The steps in order, and the limits of the questions that may be asked on the way."""

    steps: tuple[ProcessStep, ...]
    consent_hours: int | None
    verification_days: int | None
    receipt_on_request: bool = False  # done the same day: form 01 is written only when somebody asks for it
    collected_in_person: bool = False  # nobody can be authorised to collect the result

    def step(self, code: str) -> ProcessStep | None:
        """Return the step of this code, or None."""
        return next((step for step in self.steps if step.code == code), None)

    def first(self, known: Mapping[str, Any], today: date) -> ProcessStep | None:
        """Return the step in which a case begins."""
        return next((step for step in self.steps if step.is_taken(known, today)), None)

    def after(self, code: str, by: str, known: Mapping[str, Any], today: date) -> ProcessStep | None:
        """Return the step to which the act `by` leads from the step `code`; None when the process ends there."""
        place = next(place for place, step in enumerate(self.steps) if step.code == code)
        lead = self.steps[place].lead(by, known, today)
        if lead is not None:
            return self.step(lead.to)
        return next((step for step in self.steps[place + 1 :] if step.is_taken(known, today)), None)

    def road(self, known: Mapping[str, Any], today: date) -> list[ProcessStep]:
        """Return the steps that a case takes by each step's main act, as far as it does not come back to one."""
        road, step = [], self.first(known, today)
        while step is not None and step not in road:
            road.append(step)
            step = self.after(step.code, step.main_act, known, today)
        return road

    def edges(self) -> list[Edge]:
        """Return every way that a case may take from each step, whatever is answered."""
        return [edge for place, step in enumerate(self.steps) for edge in self._edges_of(place, step)]

    def _edges_of(self, place: int, step: ProcessStep) -> Iterator[Edge]:
        left = {act for act in step.actions if act in ENDING_ACTS}  # acts that no lead has taken whatever is known
        taken: set[str] = set()
        for lead in step.leads:
            acts = {lead.by} - taken if lead.by else left
            if acts:
                yield Edge(step.code, lead.to, lead)
            if lead.when is None:
                taken, left = taken | acts, left - acts
        if not left:
            return
        for later in self.steps[place + 1 :]:
            yield Edge(step.code, later.code, None)
            if later.when is None:
                return
        yield Edge(step.code, END, None)


def reached_from(start: Iterable[str], edges: Iterable[Edge], *, besides: Iterable[str] = ()) -> set[str]:
    """Return what can be reached from the steps `start`, themselves included, without passing `besides`."""
    ways, closed = list(edges), set(besides)
    reached = set(start) - closed
    while more := {edge.target for edge in ways if edge.source in reached} - reached - closed:
        reached |= more
    return reached


def heaviest_road(process: Process, weights: Mapping[str, int]) -> int:
    """Return the largest sum of `weights` along a road from the first step; ways back are not taken."""
    ways: dict[str, list[str]] = {}
    for edge in process.edges():
        ways.setdefault(edge.source, []).append(edge.target)
    found: dict[str, int] = {}

    def most(code: str, passed: frozenset[str]) -> int:
        if code not in found:
            onward = [most(to, passed | {to}) for to in ways.get(code, []) if to not in passed]
            found[code] = weights.get(code, 0) + max(onward, default=0)
        return found[code]

    first = process.steps[0].code
    return most(first, frozenset({first}))
