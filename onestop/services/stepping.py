"""Walking the process of the version: opening, finishing and re-opening steps, and who may act in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Agency
from identity.queries import calendar_of
from onestop import deadlines
from onestop.actors import Actor
from onestop.errors import ActionNotAllowedError
from onestop.kinds import FILED_AS, Channel
from onestop.models import Case, CaseStep
from onestop.states import STANDING, Action
from procedures.definition import FeeLine, ProcedureDefinition, ProcessStep
from procedures.promises import due_at, province_calendar
from procedures.rules import evaluate


def definition_of(case: Case) -> ProcedureDefinition:
    """Return the definition of the version that the case was filed under."""
    return case.procedure_version.definition


def promised(case: Case, received_at: datetime) -> datetime | None:
    """Return until when the result is promised (hẹn trả) if the case is taken in at `received_at`.

    None where the law sets no time. By the calendar of the competent agency; for a draft, which has none yet, by that
    of the province.
    """
    agency = case.competent_agency_id or case.receiving_centre_id
    calendar = calendar_of(agency) if agency else province_calendar()
    today = timezone.localtime(received_at).date()
    limit = definition_of(case).time_for(case.answers, today, FILED_AS[Channel(case.channel)])
    return due_at(limit, calendar, received_at) if calendar else None


def filing_fees(case: Case, at: datetime) -> tuple[FeeLine, ...]:
    """Return what is paid with the filing of the case, in the way in which it is filed."""
    today = timezone.localtime(at).date()
    return definition_of(case).fee_lines(case.answers, "FILING", today, FILED_AS[Channel(case.channel)])


def steps_of(case: Case, at: datetime) -> list[ProcessStep]:
    """Return the steps that this case takes, in order: those whose condition holds."""
    process = definition_of(case).process
    if process is None:
        raise ActionNotAllowedError(_("This procedure is not handled on this system."))
    known: Mapping[str, Any] = case.answers | case.facts
    today = timezone.localtime(at).date()
    return [step for step in process.steps if step.when is None or evaluate(step.when, known, today)]


def open_step_of(case: Case) -> CaseStep | None:
    """Return the step the case stands in, or None."""
    return case.steps.select_related("agency", "holder").filter(finished_at=None).first()


def definition_of_step(case: Case, step: CaseStep) -> ProcessStep:
    """Return what the version says of a running step."""
    process = definition_of(case).process
    found = next((s for s in process.steps if s.code == step.code), None) if process else None
    if found is None:
        raise ActionNotAllowedError
    return found


def require(case: Case, action: Action, actor: Actor) -> CaseStep:
    """Return the open step when `actor` may do `action` in it.

    Raises `ActionNotAllowedError` when the step belongs to another role or agency, is held by a colleague, does
    not offer the action, or is closed to somebody who acted in a step that it excludes ("who decides is never
    who received").
    """
    step = require_place(case, actor)
    defined = definition_of_step(case, step)
    if action not in defined.actions and action not in STANDING:
        raise ActionNotAllowedError
    if is_excluded(case, step, actor):
        raise ActionNotAllowedError(
            _("Somebody else must do this step: you have acted in an earlier one that excludes it.")
        )
    return step


def actions_for(case: Case, actor: Actor) -> frozenset[str]:
    """Return what the actor may do in the open step: nothing when `require` would refuse them everything."""
    try:
        step = require_place(case, actor)
    except ActionNotAllowedError:
        return frozenset()
    return frozenset() if is_excluded(case, step, actor) else STANDING.union(definition_of_step(case, step).actions)


def is_excluded(case: Case, step: CaseStep, actor: Actor) -> bool:
    """Return whether the actor acted in a step that closes this one to them."""
    codes = definition_of_step(case, step).not_same_as
    return bool(codes) and case.events.filter(step__in=codes, actor=actor.account).exists()


def require_place(case: Case, actor: Actor) -> CaseStep:
    """Return the open step when it is the actor's, or nobody's yet; raises `ActionNotAllowedError`."""
    step = open_step_of(case)
    if step is None or step.role != actor.role or actor.agency is None or step.agency_id != actor.agency.pk:
        raise ActionNotAllowedError
    if step.holder_id is not None and actor.account is not None and step.holder_id != actor.account.pk:
        raise ActionNotAllowedError(_("A colleague holds this step."))
    return step


def enter_first_step(case: Case, at: datetime) -> CaseStep:
    """Open the first step of the process."""
    return _open(case, steps_of(case, at)[0], at, share=0)


def move_on(case: Case, at: datetime) -> CaseStep | None:
    """Finish the open step and open the next; returns None when the process has ended."""
    steps = steps_of(case, at)
    place = _finish(case, at, steps)
    if place + 1 >= len(steps):
        return None
    return _open(case, steps[place + 1], at, share=sum(step.share for step in steps[: place + 2]))


def move_back(case: Case, to: str, at: datetime) -> CaseStep:
    """Finish the open step and open the earlier step `to` once more.

    Raises `ActionNotAllowedError` when `to` is not an earlier step of this case.
    """
    steps = steps_of(case, at)
    current = open_step_of(case)
    codes = [step.code for step in steps]
    if current is None or to not in codes[: codes.index(current.code)]:
        raise ActionNotAllowedError
    _finish(case, at, steps)
    place = codes.index(to)
    return _open(case, steps[place], at, share=sum(step.share for step in steps[: place + 1]))


def reopen(case: Case, action: Action, at: datetime) -> CaseStep:
    """Open the last step whose holder may do `action` once more; nothing was promised for what is done anew.

    Raises `ActionNotAllowedError` when the process has no such step.
    """
    step = next((step for step in reversed(steps_of(case, at)) if action in step.actions), None)
    if step is None:
        raise ActionNotAllowedError
    end(case, at)
    return _open(case, step, at, share=0)


def end(case: Case, at: datetime) -> None:
    """Finish the open step, if there is one: nobody has the case any more, or somebody else."""
    case.steps.filter(finished_at=None).update(finished_at=at)


def earlier_steps(case: Case, at: datetime) -> list[ProcessStep]:
    """Return the handling steps to which the case may be sent back (never the counter's)."""
    current = open_step_of(case)
    steps = steps_of(case, at)
    codes = [step.code for step in steps]
    if current is None:
        return []
    return [step for step in steps[: codes.index(current.code)] if step.agency != "RECEIVING"]


def redate(case: Case, at: datetime) -> None:
    """Give the open step the due time that follows from the case's own."""
    step, steps = open_step_of(case), steps_of(case, at)
    if step is None or step.due_at is None:
        return
    place = next(place for place, defined in enumerate(steps) if defined.code == step.code)
    calendar = calendar_of(step.agency_id)
    step.due_at = deadlines.step_due_at(case, calendar, sum(defined.share for defined in steps[: place + 1]))
    step.warn_at = deadlines.next_warning_at(step, calendar)
    step.save(update_fields=["due_at", "warn_at"])


def _finish(case: Case, at: datetime, steps: list[ProcessStep]) -> int:
    current = open_step_of(case)
    if current is None:
        raise ActionNotAllowedError
    current.finished_at = at
    current.save(update_fields=["finished_at"])
    return next(place for place, step in enumerate(steps) if step.code == current.code)


def _open(case: Case, step: ProcessStep, at: datetime, *, share: int) -> CaseStep:
    agency = _agency_of(case, step)
    opened = CaseStep(
        case=case,
        sequence=case.steps.count() + 1,
        code=step.code,
        name=step.name,
        role=step.role,
        agency=agency,
        started_at=at,
    )
    if share:
        calendar = calendar_of(agency.pk)
        deadlines.give_time(opened, deadlines.step_due_at(case, calendar, share), calendar)
    opened.save(force_insert=True)
    return opened


def _agency_of(case: Case, step: ProcessStep) -> Agency:
    if step.agency == "NAMED":
        return Agency.objects.get(code=step.agency_code)
    agency = case.receiving_centre if step.agency == "RECEIVING" else case.competent_agency
    if agency is None:
        raise ActionNotAllowedError(_("The case has no competent agency yet."))
    return agency
