"""A forecast that does not mislead: from when until when a case will probably be decided, and the risk of being late.

Learnt from the working minutes between entering a step and the decision, of cases decided and of cases still open
(`onestop.survival`). A case that a pause interrupted was watched until the pause: what comes after it depends on the
applicant. Under twenty decided cases nothing is said, nor of what took longer than anybody was watched for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from identity.clock import WorkingClock
from identity.models import Agency, WorkCalendar
from identity.queries import calendar_of
from onestop.models import Case, CaseEvent, CaseStep, StepCurve
from onestop.states import CLOCK_STOPS, State
from onestop.survival import Curve, estimate
from portal.core.formatting import ZONE
from procedures.models import Procedure

FEWEST: Final = 20  # decided cases
EARLY: Final = 0.10
LATE: Final = 0.90  # between them lie four of five
_WATCHED: Final = timedelta(days=540)
_MOST_STEPS: Final = 20_000  # of a procedure, the newest: habits change
_AHEAD: Final = timedelta(days=400)
_AT_ONCE: Final = 2000

Key = tuple[str, int | None]  # step, agency


@dataclass(frozen=True)
class Forecast:
    """From when until when a case is decided in four of five cases, and how many of a hundred like it are late: None
    where that is not known.
    """

    early: datetime
    late: datetime
    risk: int | None


@dataclass(frozen=True)
class Clocks:
    """The working clocks of all agencies, drawn once."""

    by_calendar: Mapping[int, WorkingClock]
    calendars: Mapping[int, int]  # by agency

    def of(self, agency_id: int) -> WorkingClock:
        return self.by_calendar[self.calendars[agency_id]]


def learn(*, now: datetime) -> int:
    """Learn all curves anew from what is known at `now`; returns how many there are."""
    clocks, count = _clocks(now), 0
    for procedure_id in Procedure.objects.values_list("pk", flat=True):
        curves = curves_of(procedure_id, clocks=clocks, now=now)
        with transaction.atomic():
            StepCurve.objects.filter(procedure=procedure_id).delete()
            StepCurve.objects.bulk_create(
                StepCurve(
                    procedure_id=procedure_id,
                    step=step,
                    agency_id=agency,
                    minutes=curve.minutes,
                    open_share=[round(share, 4) for share in curve.open_share],
                    ended=curve.ended,
                    learnt_at=now,
                )
                for (step, agency), curve in curves.items()
            )
        count += len(curves)
    return count


def rate(*, now: datetime) -> int:
    """Write the risk of being late on every open step and its case, for the lists; returns how many have one.

    What is late is late, whatever is known of others.
    """
    clocks, rated = _clocks(now), 0
    curves = _by_procedure(StepCurve.objects.all())
    batch: list[CaseStep] = []
    for step in CaseStep.objects.filter(finished_at=None).select_related("case").iterator(chunk_size=_AT_ONCE):
        curve = _best(curves[step.case.procedure_id], step)
        risk = risk_by(curve, step, clocks.of(step.agency_id), now)
        rated += risk is not None
        if step.risk != risk:
            step.risk = step.case.risk = risk
            batch.append(step)
        if len(batch) == _AT_ONCE:
            _write_risks(batch)
            batch = []
    _write_risks(batch)
    return rated


def _write_risks(steps: list[CaseStep]) -> None:
    CaseStep.objects.bulk_update(steps, ["risk"])
    Case.objects.bulk_update([step.case for step in steps], ["risk"])


def forecast_of(step: CaseStep, now: datetime) -> Forecast | None:
    """Return the forecast of a case that stands in `step`; None where too little is known, or the clock stands."""
    return forecasts_of([step], now).get(step.pk)


def forecasts_of(steps: Collection[CaseStep], now: datetime) -> dict[int, Forecast]:
    """Return the forecasts of the cases that stand in `steps`, by the step's key, with the same few reads however
    many they are; nothing where too little is known, or the clock stands.
    """
    known = StepCurve.objects.filter(
        procedure__in={step.case.procedure_id for step in steps}, step__in={step.code for step in steps}
    )
    curves = _by_procedure(known)
    first = min([now, *(step.started_at for step in steps)]).astimezone(ZONE).date()
    last = now.astimezone(ZONE).date() + _AHEAD
    clocks: dict[int, WorkingClock] = {}
    forecasts = {}
    for step in steps:
        curve, calendar = _best(curves[step.case.procedure_id], step), step.agency.calendar_id
        if curve is None:
            continue
        if calendar not in clocks:
            clocks[calendar] = WorkingClock(calendar_of(step.agency_id), first, last)
        forecast = forecast_by(curve, step, clocks[calendar], now)
        if forecast is not None:
            forecasts[step.pk] = forecast
    return forecasts


def forecast_by(curve: Curve, step: CaseStep, clock: WorkingClock, now: datetime) -> Forecast | None:
    """Return what the curve says of a case that has stood in `step` until `now`; None while its clock stands, once
    it is decided, and where too few were seen to take so long.
    """
    span = None if _is_still(step.case) else _range(curve, _elapsed(step, clock, now), clock, now)
    return Forecast(*span, risk_by(curve, step, clock, now)) if span else None


def risk_by(curve: Curve | None, step: CaseStep, clock: WorkingClock, now: datetime) -> int | None:
    """Return how many of a hundred cases like this one are late; None where there is no forecast of it."""
    due = step.case.due_at
    if _is_still(step.case):
        return None
    if due is not None and due <= now:
        return 100
    if curve is None:
        return None
    if due is None:
        return 0
    elapsed = _elapsed(step, clock, now)
    chance = curve.late_after(elapsed + clock.minutes(now.timestamp(), due.timestamp()), elapsed=elapsed)
    return None if chance is None else round(100 * chance)


def back_test(*, now: datetime, days: int) -> tuple[int, int]:
    """Forecast what was open `days` ago by what was known then; returns (decided within the range, decided at all).

    Cases that a pause interrupted afterwards are left out: the forecast says nothing about them.
    """
    then = now - timedelta(days=days)
    clocks, inside, decided = _clocks(then), 0, 0
    for procedure_id in Procedure.objects.values_list("pk", flat=True):
        curves = curves_of(procedure_id, clocks=clocks, now=then)
        pauses = _pauses(procedure_id, then - _WATCHED, now)
        open_then = CaseStep.objects.filter(
            Q(finished_at=None) | Q(finished_at__gt=then), case__procedure=procedure_id, started_at__lte=then
        )
        for step in open_then.filter(case__decided_at__gt=then).select_related("case").iterator(chunk_size=_AT_ONCE):
            curve, end = _best(curves, step), step.case.decided_at
            if curve is None or end is None or any(step.started_at <= at <= end for at in pauses[step.case_id]):
                continue
            clock = clocks.of(step.agency_id)
            span = _range(curve, _elapsed(step, clock, then), clock, then)
            if span:
                decided += 1
                inside += span[0] <= end <= span[1]
    return inside, decided


def curves_of(procedure_id: int, *, clocks: Clocks, now: datetime) -> dict[Key, Curve]:
    """Return the curves of a procedure's steps from what is known at `now`, those with enough decided cases."""
    seen: dict[Key, list[tuple[int, bool]]] = defaultdict(list)
    for step, minutes, has_ended in _observations(procedure_id, clocks, now):
        seen[step.code, step.agency_id].append((minutes, has_ended))
        seen[step.code, None].append((minutes, has_ended))
    curves = {key: estimate(minutes) for key, minutes in seen.items()}
    return {key: curve for key, curve in curves.items() if curve.ended >= FEWEST}


def _observations(procedure_id: int, clocks: Clocks, now: datetime) -> Iterator[tuple[CaseStep, int, bool]]:
    """Yield each step entered, how long its case was watched from then on, and whether it was decided then."""
    since = now - _WATCHED
    steps = CaseStep.objects.filter(case__procedure=procedure_id, started_at__gte=since, started_at__lt=now)
    newest = steps.select_related("case").only(
        "code", "agency_id", "started_at", "case__decided_at", "case__state", "case__changed_at"
    )
    pauses = _pauses(procedure_id, since, now)
    for step in newest.order_by("-started_at")[:_MOST_STEPS].iterator(chunk_size=_AT_ONCE):
        pause = next((at for at in pauses.get(step.case_id, ()) if at >= step.started_at), now)
        watched_until, has_ended = min(pause, now), False
        decided, case = step.case.decided_at, step.case
        if decided is not None and decided <= watched_until:
            watched_until, has_ended = decided, True
        elif decided is None and case.has_ended:
            watched_until = min(watched_until, case.changed_at)
        clock = clocks.of(step.agency_id)
        yield step, clock.minutes(step.started_at.timestamp(), watched_until.timestamp()), has_ended


def _pauses(procedure_id: int, since: datetime, now: datetime) -> dict[int, list[datetime]]:
    stops = CaseEvent.objects.filter(
        case__procedure=procedure_id, to_state__in=CLOCK_STOPS, at__gte=since, at__lt=now
    ).exclude(from_state__in=CLOCK_STOPS)
    found: dict[int, list[datetime]] = defaultdict(list)
    for case_id, at in stops.order_by("at").values_list("case_id", "at"):
        found[case_id].append(at)
    return found


def _is_still(case: Case) -> bool:
    """Return whether nothing runs that could be forecast: the clock stands, or the case is decided or ended."""
    return State(case.state) in CLOCK_STOPS or case.has_ended or case.decided_at is not None


def _range(curve: Curve, elapsed: int, clock: WorkingClock, now: datetime) -> tuple[datetime, datetime] | None:
    """Return from when until when four of five cases that are open after `elapsed` minutes are decided; None where so
    many were not seen to be.
    """
    early, late = (curve.ended_by(share, elapsed=elapsed) for share in (EARLY, LATE))
    if early is None or late is None:
        return None
    first, last = (clock.add_minutes(now.timestamp(), minutes - elapsed) for minutes in (early, late))
    return datetime.fromtimestamp(first, tz=ZONE), datetime.fromtimestamp(last, tz=ZONE)


def _elapsed(step: CaseStep, clock: WorkingClock, now: datetime) -> int:
    """Return the working minutes since the step began, without the pauses that moved its due time."""
    start = step.started_at.timestamp()
    paused = clock.minutes(start, step.due_at.timestamp()) - step.minutes if step.due_at and step.minutes else 0
    return max(clock.minutes(start, now.timestamp()) - max(paused, 0), 0)


def _by_procedure(kept: QuerySet[StepCurve]) -> dict[int, dict[Key, Curve]]:
    curves: dict[int, dict[Key, Curve]] = defaultdict(dict)
    for one in kept:
        curves[one.procedure_id][one.step, one.agency_id] = one.curve
    return curves


def _best(curves: Mapping[Key, Curve], step: CaseStep) -> Curve | None:
    return curves.get((step.code, step.agency_id)) or curves.get((step.code, None))


def _clocks(now: datetime) -> Clocks:
    first, last = (now - _WATCHED * 2).astimezone(ZONE).date(), (now + _AHEAD).astimezone(ZONE).date()
    calendars = dict(Agency.objects.values_list("pk", "calendar_id"))
    agency_of = {calendar: agency for agency, calendar in calendars.items()}
    drawn = {pk: agency_of[pk] for pk in WorkCalendar.objects.values_list("pk", flat=True) if pk in agency_of}
    return Clocks({pk: WorkingClock(calendar_of(agency), first, last) for pk, agency in drawn.items()}, calendars)
