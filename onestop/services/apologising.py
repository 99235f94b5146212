"""The apology (form 04) drafted before somebody asks for it: what the case waits for, and until when it needs time.

The new time is the forecast's later end where there is one, else that of the working time planned for what is still
to be done; it is proposed in whole working days, as the law promises it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from identity.calendar import Calendar
from identity.models import Agency
from identity.queries import calendar_of
from onestop.kinds import RequestKind
from onestop.models import CaseRequest, CaseStep
from onestop.services import forecasting
from portal.core.formatting import local, short_date

MOST_DAYS: Final = 90
_ELSEWHERE: Final = (RequestKind.VERIFICATION, RequestKind.CONSULTATION)


@dataclass(frozen=True)
class Apology:
    """Words for the applicant, and by how many working days the time is put off: until when, and by what judged.

    A case that is late already is promised nothing new: it has no days.
    """

    reason: str
    days: int | None = None
    until: datetime | None = None
    is_forecast: bool = False


def drafted(steps: Collection[CaseStep], now: datetime) -> dict[int, Apology]:
    """Return the apologies of the cases that stand in `steps`, by the case's key; the same few reads for any number.

    `steps` know their agency, their case and who decides it: by whose calendar the time is promised.
    """
    calendars: dict[int, Calendar] = {}
    for agency in map(_deciding, steps):
        if agency.calendar_id not in calendars:
            calendars[agency.calendar_id] = calendar_of(agency.pk)
    forecasts = forecasting.forecasts_of(steps, now)
    awaited = _awaited(steps)
    apologies = {}
    for step in steps:
        calendar = calendars[_deciding(step).calendar_id]
        reason = _reason(step, awaited[step.case_id], calendar, now)
        apologies[step.case_id] = _until(step, reason, forecasts.get(step.pk), calendar, now)
    return apologies


def _deciding(step: CaseStep) -> Agency:
    return step.case.competent_agency or step.agency


def _awaited(steps: Collection[CaseStep]) -> dict[int, list[CaseRequest]]:
    """Return what the cases wait for from other agencies, by case; nothing of what is asked in confidence."""
    asked = CaseRequest.objects.awaited().filter(
        case__in={step.case_id for step in steps}, kind__in=_ELSEWHERE, is_confidential=False
    )
    found: dict[int, list[CaseRequest]] = defaultdict(list)
    for request in asked.select_related("asked_of").order_by("asked_at", "pk"):
        found[request.case_id].append(request)
    return found


def _reason(step: CaseStep, awaited: Sequence[CaseRequest], calendar: Calendar, now: datetime) -> str:
    with override("vi"):  # a form is official paper
        if awaited:
            agencies = dict.fromkeys(request.asked_of.name for request in awaited if request.asked_of)
            since = {"agencies": ", ".join(agencies), "day": short_date(local(awaited[0].asked_at).date())}
            return _("The case awaits the answer of %(agencies)s, who were asked on %(day)s.") % since
        days = calendar.working_minutes_between(step.started_at, now) // (8 * 60)
        place = {"step": step.name, "agency": step.agency.name, "day": short_date(local(step.started_at).date())}
        lasting = ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}
        if days:
            return _(
                "The case has been in the step “%(step)s” at %(agency)s since %(day)s (%(lasting)s), "
                "and more time is needed to finish it."
            ) % {**place, "lasting": lasting}
        return (
            _("The case came to the step “%(step)s” at %(agency)s on %(day)s, and more time is needed to finish it.")
            % place
        )


def _until(
    step: CaseStep, reason: str, forecast: forecasting.Forecast | None, calendar: Calendar, now: datetime
) -> Apology:
    due = step.case.due_at
    if due is None or due < now:
        return Apology(reason)
    needed = forecast.late if forecast else _planned(step, due, calendar, now)
    days = next((days for days in range(1, MOST_DAYS) if calendar.postpone(due, days) >= needed), MOST_DAYS)
    return Apology(reason, days, calendar.postpone(due, days), forecast is not None)


def _planned(step: CaseStep, due: datetime, calendar: Calendar, now: datetime) -> datetime:
    """Return when the case is done if the open step ends now, or in its time, and the others take theirs."""
    ends = max(step.due_at or now, now)
    return calendar.add_working_minutes(ends, calendar.working_minutes_between(step.due_at or now, due))
