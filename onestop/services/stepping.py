"""Walking the process of the version: opening, finishing and re-opening steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from identity.calendar import Calendar
from identity.models import Agency
from identity.queries import agency_by_code, calendar_of
from onestop import deadlines
from onestop.errors import ActionNotAllowedError
from onestop.kinds import FILED_AS, Channel
from onestop.models import Case, CaseStep
from onestop.states import Action
from procedures.definition import FeeLine, ProcedureDefinition, Process, ProcessStep, routed
from procedures.promises import due_at, province_calendar
from procedures.states import AgencyRule


def definition_of(case: Case) -> ProcedureDefinition:
    """Return the definition of the version that the case was filed under."""
    return case.procedure_version.definition


def promised(case: Case, received_at: datetime) -> datetime | None:
    """Return until when the result is promised (hẹn trả) if the case is taken in at `received_at`.

    None where the law sets no time. By the calendar of the competent agency; for a draft, which has none yet, by that
    of the province.
    """
    agency = case.competent_agency_id or case.receiving_centre_id
    today = timezone.localtime(received_at).date()
    calendar = calendar_of(agency) if agency else province_calendar(today)
    limit = definition_of(case).time_for(case.answers, today, FILED_AS[Channel(case.channel)])
    return due_at(limit, calendar, received_at) if calendar else None


def filing_fees(case: Case, at: datetime) -> tuple[FeeLine, ...]:
    """Return what is paid with the filing of the case, in the way in which it is filed."""
    today = timezone.localtime(at).date()
    return definition_of(case).fee_lines(case.answers, "FILING", today, FILED_AS[Channel(case.channel)])


def process_of(case: Case) -> Process:
    """Return the process of the version; raises `ActionNotAllowedError` when the case is not handled here."""
    process = definition_of(case).process
    if process is None:
        raise ActionNotAllowedError(_("This procedure is not handled on this system."))
    return process


def definition_of_step(case: Case, step: CaseStep) -> ProcessStep:
    """Return what the version says of a running step."""
    found = process_of(case).step(step.code)
    if found is None:
        raise ActionNotAllowedError
    return found


def enter_first_step(case: Case, at: datetime) -> CaseStep:
    """Open the first step of the process."""
    step = process_of(case).first(_known(case), timezone.localtime(at).date())
    if step is None:
        raise ActionNotAllowedError
    return _open(case, step, at)


def move_on(case: Case, at: datetime, *, by: Action = Action.FORWARD) -> CaseStep | None:
    """Finish the open step and open the one to which the act `by` leads; returns None when the process has ended."""
    current = _finish(case, at)
    step = process_of(case).after(current.code, by, _known(case), timezone.localtime(at).date())
    return _open(case, step, at) if step else None


def follow(case: Case, at: datetime, *, by: Action) -> None:
    """Move on when the open step says where an act leads that does not end a step by itself (a supplement came)."""
    current = case.open_step
    defined = process_of(case).step(current.code) if current else None
    if defined and defined.lead(by, _known(case), timezone.localtime(at).date()):
        move_on(case, at, by=by)


def move_back(case: Case, to: str, at: datetime) -> CaseStep:
    """Finish the open step and open the earlier step `to` once more.

    Raises `ActionNotAllowedError` when the case has not come through `to`.
    """
    found = next((step for step in _steps_before(case) if step.code == to), None)
    if found is None:
        raise ActionNotAllowedError
    _finish(case, at)
    return _open(case, found, at)


def hand_on(case: Case, to: Agency, at: datetime) -> None:
    """Let the open step go on at another agency, until the same time: a new line of form 06."""
    step = case.open_step
    if step is None or step.agency_id == to.pk:
        return
    end(case, at)
    _go_on(step, at, agency=to, holder=None)


def step_back(case: Case, at: datetime) -> None:
    """Leave the open step for the one before it, with who held it and until the same time: a new line of form 06.

    Raises `ActionNotAllowedError` when there is none.
    """
    before = case.steps.exclude(finished_at=None).order_by("-sequence").first()
    if before is None:
        raise ActionNotAllowedError
    end(case, at)
    _go_on(before, at)


def reopen(case: Case, action: Action, at: datetime) -> CaseStep:
    """Open the last step that the case came through whose holder may do `action` once more; nothing was promised for
    what is done anew.

    Raises `ActionNotAllowedError` when it came through no such step.
    """
    passed = (process_of(case).step(code) for code in reversed(_passed(case)))
    step = next((step for step in passed if step and action in step.actions), None)
    if step is None:
        raise ActionNotAllowedError
    end(case, at)
    return _open(case, step, at, is_promised=False)


def end(case: Case, at: datetime) -> None:
    """Finish the open step, if there is one: nobody has the case any more, or somebody else."""
    case.steps.filter(finished_at=None).update(finished_at=at)


def earlier_steps(case: Case) -> list[ProcessStep]:
    """Return the handling steps to which the case may be sent back (never the counter's)."""
    return [step for step in _steps_before(case) if step.agency != AgencyRule.RECEIVING]


def redate(case: Case) -> None:
    """Give the open step the due time that follows from the case's own."""
    step = case.open_step
    if step is None or step.due_at is None or case.clock_stands:
        return
    calendar = calendar_of(step.agency_id)
    step.due_at = _due_of(case, definition_of_step(case, step), calendar, step.started_at)
    step.warn_at = deadlines.next_warning_at(step, calendar)
    step.save(update_fields=["due_at", "warn_at"])


def _known(case: Case) -> Mapping[str, Any]:
    known: Mapping[str, Any] = case.answers | case.facts
    return known


def _finish(case: Case, at: datetime) -> CaseStep:
    current = case.open_step
    if current is None:
        raise ActionNotAllowedError
    current.finished_at = at
    current.save(update_fields=["finished_at"])
    return current


def _open(case: Case, step: ProcessStep, at: datetime, *, is_promised: bool = True) -> CaseStep:
    agency = _agency_of(case, step, at)
    calendar = calendar_of(agency.pk)
    opened = CaseStep(
        case=case,
        sequence=case.steps.count() + 1,
        code=step.code,
        name=step.name,
        role=step.role,
        agency=agency,
        started_at=at,
        risk=case.risk,
    )
    if is_promised:
        deadlines.give_time(opened, _due_of(case, step, calendar, at), calendar)
    opened.save(force_insert=True)
    return opened


def _go_on(step: CaseStep, at: datetime, **changes: Any) -> None:
    """Open a step once more, with the time that it had."""
    kept = ("case", "code", "name", "role", "agency", "holder", "due_at", "minutes", "risk", "warned", "warn_at")
    values = {name: getattr(step, name) for name in kept}
    sequence = CaseStep.objects.filter(case=step.case_id).count() + 1
    CaseStep.objects.create(**values | changes, sequence=sequence, started_at=at)


def _steps_before(case: Case) -> list[ProcessStep]:
    """Return the steps through which the case came to the open one, in the order in which it first came to each."""
    current = case.open_step
    passed = _passed(case)
    before = passed[: passed.index(current.code)] if current else []
    return [step for step in map(process_of(case).step, before) if step]


def _passed(case: Case) -> list[str]:
    walked = sorted(case.steps.all(), key=lambda step: step.sequence)
    return list(dict.fromkeys(step.code for step in walked))


def _due_of(case: Case, step: ProcessStep, calendar: Calendar, started_at: datetime) -> datetime | None:
    """Return until when a step should end: its own time from its beginning, or the shares of the steps so far."""
    if step.time:
        return deadlines.own_due_at(case, step.time, calendar, started_at)
    passed = _passed(case)
    before = passed[: passed.index(step.code)] if step.code in passed else passed
    share = step.share + sum(one.share for one in process_of(case).steps if one.code in before)
    return deadlines.step_due_at(case, calendar, share) if share else None


def _agency_of(case: Case, step: ProcessStep, at: datetime) -> Agency:
    today = timezone.localtime(at).date()
    match step.agency:
        case AgencyRule.NAMED:
            return agency_by_code(step.agency_code, today)
        case AgencyRule.ROUTED:
            return agency_by_code(routed(step.route, _known(case), today), today)
        case AgencyRule.RECEIVING:
            agency = case.receiving_centre
        case AgencyRule.PARENT:
            agency = case.competent_agency.parent if case.competent_agency else None
        case _:
            agency = case.competent_agency
    if agency is None:
        raise ActionNotAllowedError(_("The case has no competent agency yet."))
    return agency
