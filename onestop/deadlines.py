"""Until when: the due times of steps, and what a pause does to them (`procedures.promises` has the case's own).

The calendar is that of the competent agency. While the clock
stands (supplement, suspension, a withdrawal under consideration) working minutes are kept, and run on afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from identity.calendar import Calendar
from identity.queries import calendar_of
from onestop.models import Case, CaseEvent, CaseStep
from onestop.states import CLOCK_STOPS, ENDED, Action, State
from procedures.definition import TimeLimit
from procedures.promises import due_at

ANSWER_MINUTES: Final = 8 * 60
WARNINGS: Final = (50, 80, 100)  # percent of a step's working time: its holder and the leader are told
ESCALATION: Final = 120  # percent: the leader above is told


def answer_due_at(calendar: Calendar, submitted_at: datetime) -> datetime:
    """Return until when the centre says whether it accepts what was filed online: 8 working hours (NĐ 61/2018)."""
    return calendar.add_working_minutes(submitted_at, ANSWER_MINUTES)


def erased_on(case: Case, now: datetime) -> date | None:
    """Return the day on which a draft is erased if nobody goes on with it; None while that is far."""
    if now < case.changed_at + timedelta(days=settings.DRAFT_REMINDER_DAYS):
        return None
    day = max(case.changed_at + timedelta(days=settings.DRAFT_LIFETIME_DAYS), now)
    return timezone.localtime(day).date()


def step_due_at(case: Case, calendar: Calendar, share_so_far: int) -> datetime | None:
    """Return until when a step should end, as its share (percent, running total) of the case's working time."""
    if case.due_at is None or case.accepted_at is None or case.is_being_corrected:
        return None
    budget = calendar.working_minutes_between(case.accepted_at, case.due_at)
    return min(calendar.add_working_minutes(case.accepted_at, budget * share_so_far // 100), case.due_at)


def own_due_at(case: Case, limit: TimeLimit, calendar: Calendar, started_at: datetime) -> datetime | None:
    """Return until when a step with a time of its own should end: pauses since then kept, never after the case."""
    promised = due_at(limit, calendar, started_at)
    if promised is None:
        return case.due_at
    events = case.events.filter(at__gt=started_at).order_by("sequence")
    due = replayed(promised, events, calendar)
    return min(due, case.due_at) if case.due_at else due


def give_time(step: CaseStep, due: datetime | None, calendar: Calendar) -> None:
    """Let a step that has not been saved yet end by `due`, and be warned of on the way."""
    step.due_at = due
    step.minutes = calendar.working_minutes_between(step.started_at, due) if due else None
    step.warn_at = next_warning_at(step, calendar)


def next_warning_at(step: CaseStep, calendar: Calendar) -> datetime | None:
    """Return when the next part of a step's working time is used up; None when there is nothing more to tell.

    Counted back from the due time, so that a pause, which moves it, uses up nothing.
    """
    stage = next((percent for percent in (*WARNINGS, ESCALATION) if percent > step.warned), None)
    if stage is None or step.due_at is None or step.minutes is None:
        return None
    if stage > 100:
        return calendar.add_working_minutes(step.due_at, step.minutes * (stage - 100) // 100)
    left = step.minutes * (100 - stage) // 100
    whole = calendar.working_minutes_between(step.started_at, step.due_at)
    return calendar.add_working_minutes(step.started_at, max(whole - left, 0))


def stop_clock(case: Case, at: datetime) -> None:
    """Keep the working minutes that are left (none when the case is late already); no warning goes out meanwhile.

    What stands already stands on.
    """
    case.steps.filter(finished_at=None).update(warn_at=None)
    if case.due_at is not None and case.remaining_minutes is None:
        calendar = _calendar(case)
        case.remaining_minutes = calendar.working_minutes_between(at, case.due_at) if at < case.due_at else 0


def restart_clock(case: Case, at: datetime) -> None:
    """Let the kept minutes run on from `at`; the open step moves with the case.

    While opinions are awaited for which the clock stands, it stands on.
    """
    if case.due_at is None or case.remaining_minutes is None or case.requests.clock_stands():
        return
    calendar = _calendar(case)
    was_late = case.remaining_minutes == 0
    due = case.due_at if was_late else calendar.add_working_minutes(at, case.remaining_minutes)
    shift = calendar.working_minutes_between(case.due_at, due) if due > case.due_at else 0
    for step in case.steps.filter(finished_at=None):
        if step.due_at is not None and shift:
            step.due_at = calendar.add_working_minutes(step.due_at, shift)
        step.warn_at = next_warning_at(step, calendar)
        step.save(update_fields=["due_at", "warn_at"])
    case.due_at, case.remaining_minutes = due, None


def put_off(case: Case, days: int) -> None:
    """Put the case's due time off by working days, if it has one; while the clock stands, what is kept grows."""
    if case.due_at is None:
        return
    calendar, before = _calendar(case), case.due_at
    case.due_at = calendar.postpone(before, days)
    if case.remaining_minutes is not None:
        case.remaining_minutes += calendar.working_minutes_between(before, case.due_at)


@dataclass(frozen=True)
class Pause:
    """A stretch in which the clock stood; `until` is None while it stands."""

    since: datetime
    until: datetime | None
    why: str


@dataclass(frozen=True)
class Clock:
    """The working minutes of a case: what it has in all, what is left, by how much it is late, and its pauses."""

    total: int
    left: int
    late: int
    is_late: bool
    stands: bool
    pauses: tuple[Pause, ...]

    @property
    def used(self) -> int:
        return max(self.total - self.left, 0)


def clock_of(case: Case, history: Sequence[CaseEvent], at: datetime) -> Clock | None:
    """Return the case's clock at `at`; None when nothing was promised, or the case is decided or has ended."""
    if case.due_at is None or case.accepted_at is None or case.decided_at is not None or case.state in ENDED:
        return None
    calendar, pauses = _calendar(case), _pauses(history)
    stood = sum(calendar.working_minutes_between(pause.since, pause.until) for pause in pauses if pause.until)
    kept = case.remaining_minutes  # while the clock stands
    return Clock(
        total=max(calendar.working_minutes_between(case.accepted_at, case.due_at) - stood, 0),
        left=calendar.working_minutes_between(at, case.due_at) if kept is None else kept,
        late=calendar.working_minutes_between(case.due_at, at) if kept is None else 0,
        is_late=kept is None and case.due_at < at,
        stands=kept is not None,
        pauses=tuple(pauses),
    )


def _pauses(history: Iterable[CaseEvent]) -> list[Pause]:
    pauses: list[Pause] = []
    for event in history:
        stood, stands = State(event.from_state) in CLOCK_STOPS, State(event.to_state) in CLOCK_STOPS
        if stands and not stood:
            pauses.append(Pause(event.at, None, event.title))
        elif stood and not stands and pauses:
            pauses[-1] = replace(pauses[-1], until=event.at)
    return pauses


def replayed(promised: datetime, events: Iterable[CaseEvent], calendar: Calendar) -> datetime:
    """Return the due time that a case promised for `promised` has after `events`, its history since acceptance.

    Pauses keep the working minutes that are left, verifications and extensions add their working days: what
    `stop_clock`, `restart_clock`, `requesting.ask_verification` and `extending.extend` did then is counted again by
    `calendar`. An event about opinions says in `holds_clock` whether the clock stands for them from then on.
    """
    due, left, held = promised, 0, False
    for event in events:
        stood = held or State(event.from_state) in CLOCK_STOPS
        held = event.data.get("holds_clock", held)
        stands = held or State(event.to_state) in CLOCK_STOPS
        if stands and not stood:
            left = calendar.working_minutes_between(event.at, due)
        elif stood and not stands and left:
            due = calendar.add_working_minutes(event.at, left)
        elif event.action in {Action.ASK_VERIFICATION, Action.EXTEND} and "days" in event.data:
            before, due = due, calendar.postpone(due, event.data["days"])
            left += calendar.working_minutes_between(before, due) if stands else 0
    return due


def _calendar(case: Case) -> Calendar:
    agency = case.competent_agency_id or case.receiving_centre_id
    if agency is None:
        raise LookupError("A case with a due time belongs to an agency.")
    return calendar_of(agency)
