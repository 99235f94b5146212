"""A seeded case with everything that happened to it: what every act leaves behind, as the services would write it.

Nothing is read or written here. Moments are seconds since 1970 (`identity.clock`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from uuid import UUID

from identity.clock import WorkingClock
from identity.models import Agency
from identity.states import Role
from onestop import deadlines
from onestop.kinds import RequestKind, RequestOutcome
from onestop.models import Case, CaseEvent, CaseRequest, CaseStep
from onestop.seeding.roads import Place, Road
from onestop.seeding.rows import made
from onestop.seeding.staff import Seats
from onestop.services.advancing import STAMPS, hashed_fields
from onestop.states import CLOCK_RUNS, ENDS_STEP, Action, State, next_state
from portal.core import ledger
from procedures.definition import ProcessStep

Seat = tuple[Role, int | None, int | None]  # role, account, agency
_EVENT: Final = CaseEvent()
_STEP: Final = CaseStep()
_REQUEST: Final = CaseRequest()


class Over(Exception):
    """The next act lies in the future: today cuts the life here."""


@dataclass(frozen=True)
class World:
    """What all lives share."""

    seed: str
    now: float
    clock: WorkingClock
    seats: Seats

    def pace(self, agency: Agency, step: str) -> float:
        """Return how slow an agency is at a step beside the others: of a step there it is always the same."""
        return Random(f"{self.seed}:pace:{agency.code}:{step}").lognormvariate(0, 0.3)  # noqa: S311 - nothing secret


@dataclass
class Record:
    """A case, its history, its steps and its requests."""

    world: World
    road: Road
    place: Place
    rng: Random
    case: Case
    events: list[CaseEvent] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)
    requests: list[CaseRequest] = field(default_factory=list)
    due: float | None = None
    accepted: float = 0.0
    awaits_signature: bool = False
    _national: int = 0

    def act(
        self,
        action: Action,
        role: Role,
        actor: int | None,
        agency: int | None,
        at: float,
        *,
        note: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        """As `advancing.advance`: the table, the stamps, one history row whose hash covers the row before."""
        if at > self.world.now:
            raise Over
        case, when = self.case, datetime.fromtimestamp(at, UTC)
        if self.events:
            when = max(when, self.events[-1].at)
        before = State(case.state)
        case.state = after = next_state(before, action, role)
        case.changed_at = when
        stamp = STAMPS.get(after)
        if stamp and before != after and getattr(case, stamp) is None:
            setattr(case, stamp, when)
        self._national = max(int(at), self._national + 1)
        event = made(
            _EVENT,
            case_id=case.pk,
            sequence=len(self.events) + 1,
            at=when,
            action=action,
            from_state=before,
            to_state=after,
            actor_id=actor,
            role=role,
            agency_id=agency,
            step=self.steps[-1].code if self.steps and self.steps[-1].finished_at is None else "",
            note=note,
            data=(data or {}) | {"national_time": datetime.fromtimestamp(self._national, UTC).isoformat()},
            previous_hash=self.events[-1].hash if self.events else ledger.GENESIS,
        )
        event.hash = ledger.chain(bytes(event.previous_hash), hashed_fields(event))
        self.events.append(event)
        if action in ENDS_STEP and self.steps:
            self.steps[-1].holder_id = actor

    def open(self, step: ProcessStep, at: float, share: int) -> None:
        due = None
        if share and self.due is not None:
            budget = self.world.clock.minutes(self.accepted, self.due)
            due = min(self.world.clock.add_minutes(self.accepted, budget * share // 100), self.due)
        self.steps.append(
            made(
                _STEP,
                case_id=self.case.pk,
                sequence=len(self.steps) + 1,
                code=step.code,
                name=step.name,
                role=step.role,
                agency_id=self.road.agency_of(step, self.place).pk,
                started_at=datetime.fromtimestamp(at, UTC),
                due_at=moment(due),
            )
        )

    def give_time(self, step: CaseStep) -> None:
        """Let the open step be warned of from now on; what is past was told in its time."""
        calendar = self.world.clock.calendar
        deadlines.give_time(step, step.due_at, calendar)
        for stage in (*deadlines.WARNINGS, deadlines.ESCALATION):
            if step.warn_at is not None and step.warn_at.timestamp() <= self.world.now:
                step.warned = stage
                step.warn_at = deadlines.next_warning_at(step, calendar)
        if self.case.state not in CLOCK_RUNS:
            step.warn_at = None

    def finish(self, at: float) -> None:
        self.steps[-1].finished_at = datetime.fromtimestamp(at, UTC)

    def ask(
        self,
        kind: RequestKind,
        by: int | None,
        of: int | None,
        at: float,
        due: float,
        text: str,
        items: Sequence[str] = (),
        *,
        silence_is_consent: bool = False,
    ) -> CaseRequest:
        asked = made(
            _REQUEST,
            uuid=UUID(int=self.rng.getrandbits(128), version=4),
            case_id=self.case.pk,
            kind=kind,
            asked_by_id=by,
            asked_of_id=of,
            asked_at=datetime.fromtimestamp(at, UTC),
            due_at=datetime.fromtimestamp(due, UTC),
            text=text,
            items=list(items),
            silence_is_consent=silence_is_consent,
        )
        self.requests.append(asked)
        return asked

    def close(self, asked: CaseRequest, outcome: RequestOutcome, at: float) -> None:
        asked.outcome, asked.answered_at = outcome, datetime.fromtimestamp(at, UTC)

    def stop_clock(self, at: float) -> None:
        if self.due is not None and at <= self.world.now:
            self.case.remaining_minutes = self.world.clock.minutes(at, self.due)

    def restart_clock(self, at: float) -> None:
        left = self.case.remaining_minutes
        if self.due is None or left is None:
            return
        due = self.world.clock.add_minutes(at, left) if left else self.due
        step = self.steps[-1]
        if step.due_at is not None and due > self.due:
            shift = self.world.clock.minutes(self.due, due)
            step.due_at = moment(self.world.clock.add_minutes(step.due_at.timestamp(), shift))
        self.due, self.case.remaining_minutes = due, None


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
