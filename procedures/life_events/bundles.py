"""The procedures that the answers lead to: in order, with papers once, fees, offices and the longest way in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from identity.calendar import Calendar
from portal.core.text import unaccented
from procedures import queries, rules
from procedures.definition import Fee, Paper, ProcedureDefinition
from procedures.life_events.definition import LifeEvent, Line
from procedures.promises import due_at, province_calendar


@dataclass(frozen=True)
class Reason:
    """Why a procedure is there: the answers that led to it (empty: it always is), plain words, the law."""

    answers: str
    because: str
    source: str


@dataclass(frozen=True)
class Step:
    """A procedure of the bundle. `ready_at` counts from the day on which those before it are done."""

    number: int
    code: str
    name: str
    definition: ProcedureDefinition | None  # None: it is not published here
    takes_cases: bool
    reasons: tuple[Reason, ...]
    after: tuple[int, ...]
    starts_at: datetime
    ready_at: datetime | None

    @property
    def is_published(self) -> bool:
        return self.definition is not None

    @property
    def ends_at(self) -> datetime:
        """When the next may begin: without a promised time, at once."""
        return self.ready_at or self.starts_at


@dataclass
class SharedPaper:
    """A paper of one or more steps; originals are handed in for each, what is only shown serves all."""

    name: str
    is_shown_only: bool
    originals: int = 0
    copies: int = 0
    steps: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bundle:
    """Everything that the answers lead to."""

    steps: tuple[Step, ...]
    papers: tuple[SharedPaper, ...]
    longest: tuple[Step, ...]  # the way through the steps that ends last

    @property
    def ready_at(self) -> datetime | None:
        return self.longest[-1].ends_at if self.longest else None

    @property
    def without_time(self) -> int:
        """How many steps have no time that could be counted."""
        return sum(step.ready_at is None for step in self.steps)

    @property
    def fee_total(self) -> int:
        """What certainly has to be paid, once each."""
        return sum(fee.amount for step in self.steps for fee in certain_fees(step.definition))

    @property
    def offices(self) -> tuple[str, ...]:
        """The agencies to deal with, each once."""
        return tuple(
            dict.fromkeys(
                str(step.definition.says(step.definition.competent))
                for step in self.steps
                if step.definition and step.definition.competent
            )
        )


def certain_fees(definition: ProcedureDefinition | None) -> tuple[Fee, ...]:
    """Return the fees of every case: under no condition, and not only on demand."""
    fees = definition.fees if definition else ()
    return tuple(fee for fee in fees if fee.when is None and fee.timing in {"FILING", "RETURN"})


def bundle_for(event: LifeEvent, answers: Mapping[str, str], *, now: datetime, today: date) -> Bundle:
    """Return what `answers` lead to, if one began now."""
    lines = [line for line in event.lines if line.when is None or rules.evaluate(line.when, answers, today)]
    calendar = province_calendar(today)
    published = {
        code: version.definition
        for code, version in queries.versions_in_force({line.procedure for line in lines}, today).items()
    }
    steps: dict[str, Step] = {}
    for code in dict.fromkeys(line.procedure for line in lines):
        same = [line for line in lines if line.procedure == code]
        before = [steps[other] for line in same for other in line.after if other in steps]
        starts_at = max((step.ends_at for step in before), default=now)
        definition = published.get(code)
        steps[code] = Step(
            number=len(steps) + 1,
            code=code,
            name=str(definition.title) if definition else str(same[0].name) or code,
            definition=definition,
            takes_cases=definition is not None and definition.availability.takes_cases_on(today),
            reasons=tuple(_reason(event, line) for line in same),
            after=tuple(sorted({step.number for step in before})),
            starts_at=starts_at,
            ready_at=_ready(definition, calendar, starts_at),
        )
    ordered = tuple(steps.values())
    return Bundle(ordered, _papers(ordered), _longest(ordered))


def _reason(event: LifeEvent, line: Line) -> Reason:
    return Reason(event.rule_text(line.when) if line.when else "", str(line.because), line.source)


def _ready(definition: ProcedureDefinition | None, calendar: Calendar | None, start: datetime) -> datetime | None:
    return due_at(definition.time, calendar, start) if definition and calendar else None


def _longest(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that decide when all is done, first to last."""
    if not any(step.ready_at for step in steps):
        return ()
    way = [max(steps, key=lambda step: step.ends_at)]
    while way[0].after:
        way.insert(0, max((steps[number - 1] for number in way[0].after), key=lambda step: step.ends_at))
    return tuple(way)


def _papers(steps: Iterable[Step]) -> tuple[SharedPaper, ...]:
    """Return the papers of all steps, the same name once; what the agencies look up is left out."""
    found: dict[str, SharedPaper] = {}
    for step in steps:
        for paper in step.definition.papers if step.definition else ():
            if step.definition is not None and paper.mode != "LOOK_UP":
                key = unaccented(paper.name)
                name = str(step.definition.says(paper.name))
                shared = found.setdefault(key, SharedPaper(name, is_shown_only=True))
                _add(shared, paper, step.number, _notes(step.definition, paper))
    return tuple(found.values())


def _notes(definition: ProcedureDefinition, paper: Paper) -> list[str]:
    names = {variant.code: variant.name for variant in definition.variants}
    return [str(definition.says(note)) for note in (names.get(paper.variant, ""), paper.when) if note]


def _add(shared: SharedPaper, paper: Paper, number: int, notes: list[str]) -> None:
    if paper.mode == "SUBMIT":
        shared.is_shown_only = False
        shared.originals += paper.originals
        shared.copies += paper.copies
    if number not in shared.steps:
        shared.steps.append(number)
    shared.notes.extend(note for note in notes if note not in shared.notes)
