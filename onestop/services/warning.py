"""Before it is too late: who holds a step and who leads them are told while its time is used up, and each morning.

Half, four fifths and all of a step's working time are told to its holder (to everybody of the role while nobody holds
it) and to the leader; when a fifth more has passed and the step still stands, to the leader of the agency above. Who
stands in for somebody absent is told what they are told.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from identity.models import Account, Agency, Appointment, Delegation
from identity.queries import calendar_of, people_in_seats
from identity.states import DESK, AgencyKind, Purpose, Role
from onestop import deadlines
from onestop.kinds import NoticeKind
from onestop.models import CaseEvent, CaseMessage, CaseStep, DeskNotice
from onestop.services import notices
from onestop.services.advancing import lock
from portal.core.formatting import ZONE

DELEGATION_TOPIC: Final = "onestop.delegation"
_KINDS: Final = {100: NoticeKind.TIME_OVER, deadlines.ESCALATION: NoticeKind.ESCALATED}
_LEADS: Final = {Role.CLERK: Role.CENTRE_HEAD}  # of the others, the leader leads
_COUNTED: Final = ("overdue", "today", "open")

Desk = tuple[int | None, int, Role]  # who holds the steps (None: nobody does), their agency and role


def steps_to_warn_of(now: datetime) -> QuerySet[CaseStep, int]:
    """Return the keys of open steps of whose time another part is used up, the longest waiting first."""
    return (
        CaseStep.objects.filter(finished_at=None, warn_at__lte=now).order_by("warn_at").values_list("pk", flat=True)
    )


@transaction.atomic
def warn(*, step_id: int, at: datetime) -> None:
    """Tell of the parts of a step's time that are used up at `at`, the last of them only. Safe to call twice."""
    case = lock(CaseStep.objects.values_list("case_id", flat=True).get(pk=step_id))
    step = case.steps.select_related("agency__parent", "holder").get(pk=step_id)
    if step.finished_at is not None or case.has_ended:
        CaseStep.objects.filter(pk=step_id).update(warn_at=None)
        return
    calendar, told = calendar_of(step.agency_id), step.warned
    while step.warn_at is not None and step.warn_at <= at:
        step.warned = next(stage for stage in (*deadlines.WARNINGS, deadlines.ESCALATION) if stage > step.warned)
        step.warn_at = deadlines.next_warning_at(step, calendar)
    if step.warned == told or step.due_at is None:
        return
    step.save(update_fields=["warned", "warn_at"])
    is_escalated = step.warned == deadlines.ESCALATION
    notices.tell_office(
        _leaders_above(step, at) if is_escalated else _concerned(step, at),
        kind=_KINDS.get(step.warned, NoticeKind.TIME_USED),
        key=f"step:{step.pk}:{step.warned}",
        case=case,
        data={
            "percent": step.warned,
            "step": step.name,
            "agency": step.agency.name,
            "due": step.due_at.isoformat(),
        },
        at=at,
    )


def tell_of_message(message: CaseMessage) -> None:
    """Tell who has the case that its applicant has written; before and after handling, its centre."""
    case, at = message.case, message.written_at
    step = case.steps.select_related("agency", "holder").filter(finished_at=None).first()
    counter = _at(case.receiving_centre, Role.CLERK, at) if case.receiving_centre else []
    notices.tell_office(
        _holders(step, at) if step else counter,
        kind=NoticeKind.MESSAGE,
        key=f"message:{message.pk}",
        case=case,
        data={},
        at=at,
    )


def tell_of_giving(step: CaseStep, event: CaseEvent) -> None:
    """Tell the new holder of a step that they have it."""
    notices.tell_office(
        [step.holder] if step.holder else [],
        kind=NoticeKind.GIVEN,
        key=f"given:{event.pk}",
        case=step.case,
        data={"step": step.name},
        at=event.at,
    )


@transaction.atomic
def tell_of_delegation(*, delegation_id: int, has_ended: bool, at: datetime) -> None:
    """Tell who lent a seat and who works from it that this begins, or is over. Safe to call twice."""
    lent = Delegation.objects.select_related("appointment__account", "appointment__agency", "to").get(
        pk=delegation_id
    )
    seat = lent.appointment
    data = {
        "title": seat.title,
        "agency": seat.agency.name,
        "first": f"{lent.valid_from:%d/%m/%Y}",
        "last": f"{lent.last_day:%d/%m/%Y}",
    }
    key = f"delegation:{lent.pk}:{'ended' if has_ended else 'begun'}"
    holder, stand_in = (
        (NoticeKind.COVER_ENDED, NoticeKind.LENT_ENDED) if has_ended else (NoticeKind.COVERED, NoticeKind.LENT)
    )
    notices.tell_office([seat.account], kind=holder, key=key, case=None, data=data, at=at)
    notices.tell_office([lent.to], kind=stand_in, key=key, case=None, data=data, at=at)


def tell_the_day(*, now: datetime) -> int:
    """Tell everybody at a desk what the day holds, if anything does; returns how many were told. Once a day."""
    today = now.astimezone(ZONE).date()
    counted, told = _open_steps(now), 0
    for account, desks in _at_work(now).items():
        counts: Counter[str] = Counter()
        for desk in desks:
            counts.update(counted.get(desk, {}))
        if counts["open"]:
            told += 1
            day = {name: counts[name] for name in _COUNTED}
            notices.tell_office([account], kind=NoticeKind.DIGEST, key=f"day:{today}", case=None, data=day, at=now)
    return told


@transaction.atomic
def mark_read(*, account: Account, at: datetime) -> int:
    """Note that `account` has read what it was told; returns how many notices that were."""
    return DeskNotice.objects.of(account).unread().update(read_at=at)


def _concerned(step: CaseStep, at: datetime) -> list[Account]:
    return [*_holders(step, at), *_at(step.agency, _LEADS.get(Role(step.role), Role.LEADER), at)]


def _holders(step: CaseStep, at: datetime) -> list[Account]:
    held = [step.holder] if step.holder else []
    return [*held, *people_in_seats(step.agency, Role(step.role), timezone.localdate(at), of=step.holder)]


def _leaders_above(step: CaseStep, at: datetime) -> list[Account]:
    above = step.agency.parent
    leaders = _at(above, Role.LEADER, at) if above else []
    if leaders:
        return leaders
    province = Agency.objects.on(timezone.localdate(at)).filter(kind=AgencyKind.PROVINCE).first()
    return _at(province, Role.LEADER, at) if province else []


def _at(agency: Agency, role: Role, at: datetime) -> list[Account]:
    return people_in_seats(agency, role, timezone.localdate(at))


def _at_work(now: datetime) -> dict[Account, set[Desk]]:
    """Return who is at work today, at desks whose agency works today: with what is theirs there, with what nobody
    holds, and with what is of those for whom they stand in.
    """
    today = timezone.localdate(now)
    own = Appointment.objects.on(today).filter(role__in=DESK, account__is_active=True)
    lent = Delegation.objects.on(today).filter(
        purpose=Purpose.ABSENCE, appointment__role__in=DESK, to__is_active=True
    )
    seats = [(one.account, one) for one in own.select_related("account", "agency__parent")]
    seats += [(one.to, one.appointment) for one in lent.select_related("to", "appointment__agency__parent")]
    works: dict[int, bool] = {}
    desks: dict[Account, set[Desk]] = {}
    for account, seat in sorted(seats, key=lambda one: one[0].pk):
        agency = seat.serves_at
        if agency.calendar_id not in works:
            works[agency.calendar_id] = calendar_of(agency.pk).is_working_day(today)
        if works[agency.calendar_id]:
            places = {(holder, agency.pk, Role(seat.role)) for holder in (None, seat.account_id)}
            desks.setdefault(account, set()).update(places)
    return desks


def _open_steps(now: datetime) -> dict[Desk, dict[str, int]]:
    """Return how many steps are open, due today and overdue, by who holds them and the seat."""
    tonight = datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time(), ZONE)
    counted = (
        CaseStep.objects.filter(finished_at=None)
        .values("holder_id", "agency_id", "role")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=tonight)),
        )
    )
    return {
        (row["holder_id"], row["agency_id"], Role(row["role"])): {name: row[name] for name in _COUNTED}
        for row in counted
    }
