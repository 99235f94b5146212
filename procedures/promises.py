"""When a case would be ready if it were filed now."""

from __future__ import annotations

from datetime import datetime, time

from identity.calendar import Calendar
from identity.models import Agency
from identity.queries import calendar_of
from identity.states import AgencyKind
from procedures.definition import ProcedureDefinition, TimeLimit


def due_at(limit: TimeLimit, calendar: Calendar, received_at: datetime) -> datetime | None:
    """Return the promised time of a case received at `received_at`; None when the law sets no time.

    SAME_DAY: by the close of the working day, or of the next one when received after the cut-off (published
    procedures: "nhận hồ sơ sau 15 giờ mà không giải quyết được ngay thì trả kết quả trong ngày làm việc tiếp theo").
    A cut-off of another limit lets what comes later count as received on the next working day.
    """
    value = limit.value or 0
    if limit.kind != "SAME_DAY":
        received_at = calendar.counted_from(received_at, limit.cut_off)
    match limit.kind:
        case "SAME_DAY":
            return calendar.same_day_due(received_at, limit.cut_off or time(15))
        case "WORKING_HOURS":
            return calendar.add_working_minutes(received_at, value * 60)
        case "WORKING_DAYS":
            return calendar.add_working_days(received_at, value)
        case "CALENDAR_DAYS":
            return calendar.add_calendar_days(received_at, value)
        case "MONTHS":
            return calendar.add_months(received_at, value)
    return None


def province_calendar() -> Calendar | None:
    """Return the calendar that the province works by; None before there is a province."""
    province = Agency.objects.filter(kind=AgencyKind.PROVINCE, valid_to=None).values_list("pk", flat=True).first()
    return calendar_of(province) if province else None


def promised_for(definition: ProcedureDefinition, now: datetime) -> datetime | None:
    """Return when the result would usually be ready if the case were received now, by the province's calendar."""
    calendar = province_calendar()
    return due_at(definition.time, calendar, now) if calendar else None
