"""The queues, one table: what waits for whom.

A seat at a centre sees the open cases that its centre received; an inspector's those that the agencies received or
are competent for; any other seat sees the steps that lie with its agency. Each queue narrows either, and each
narrowing walks one of the partial indexes over what is open (`case_open_*`, `step_open_*`): closed cases, however
many, are not on the way. A test holds the plans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.officers import Officer, Seat
from identity.states import DESK, AgencyKind, Role
from onestop.kinds import RequestKind
from onestop.models import Case, CaseMessage, CaseQuerySet, CaseRequest, CaseStep
from onestop.states import CLOCK_RUNS, State

_CENTRE: Final = frozenset({Role.CLERK, Role.CENTRE_HEAD, Role.INSPECTOR})
_ALL: Final = frozenset(DESK) | {Role.INSPECTOR}
_SUPPLEMENT: Final = (State.SUPPLEMENT_REQUESTED, State.SUPPLEMENT_BEFORE_ACCEPTANCE)

Branch = QuerySet[Case] | QuerySet[CaseStep]
NarrowCases = Callable[[datetime], Q]
NarrowSteps = Callable[[Seat, datetime], Q]


@dataclass(frozen=True)
class Queue:
    """A queue: its code in the address, its words, who sees it, and how it narrows cases and steps (None: not)."""

    code: str
    title: str | Promise
    empty: str | Promise
    roles: frozenset[Role]
    cases: NarrowCases | None
    steps: NarrowSteps | None

    def branches(self, officer: Officer, now: datetime) -> list[Branch]:
        """Return what the queue holds for each of the officer's seats, each narrowed to the seat's agency."""
        found: list[Branch] = []
        for seat in self._seats(officer):
            if not _sees_cases(seat):
                found += (
                    [CaseStep.objects.open_at(seat.agency.pk).filter(self.steps(seat, now))] if self.steps else []
                )
            elif self.cases:
                found += [cases.filter(self.cases(now)) for cases in _open_cases(officer, seat)]
        return found

    def is_seen_by(self, officer: Officer) -> bool:
        """Return whether the queue is any of the officer's business."""
        return any(self.cases if _sees_cases(seat) else self.steps for seat in self._seats(officer))

    def _seats(self, officer: Officer) -> list[Seat]:
        """Return the seats from which the officer sees the queue, one a place and holder."""
        mine = [seat for seat in officer.seats if seat.role in self.roles]
        return list({(seat.agency.pk, seat.role, seat.holder): seat for seat in mine}.values())


def queues_of(officer: Officer) -> list[Queue]:
    """Return the queues that the officer sees, in the order of the desk."""
    return [queue for queue in QUEUES.values() if queue.is_seen_by(officer)]


def _sees_cases(seat: Seat) -> bool:
    return seat.role == Role.INSPECTOR or seat.agency.kind == AgencyKind.CENTRE


def _open_cases(officer: Officer, seat: Seat) -> list[CaseQuerySet]:
    """Return the open cases that a seat sees; an inspector's one by one agency, so that each walks its own index.

    A case that one agency received and another is competent for is found by both, at the very same place.
    """
    cases = Case.objects.open()
    if seat.role != Role.INSPECTOR:
        return [cases.filter(receiving_centre=seat.agency.pk)]
    if officer.inspects_all:
        return [cases]
    return [
        cases.filter(receiving_centre=agency)
        if agency.kind == AgencyKind.CENTRE
        else cases.filter(competent_agency=agency)
        for agency in officer.inspected
    ]


def _mine(seat: Seat, now: datetime) -> Q:
    """What the seat may act in: the steps of its role that nobody else holds, where it is the office's turn."""
    turn = CLOCK_RUNS | {State.WITHDRAWAL_REQUESTED}
    return Q(Q(holder=None) | Q(holder__in=seat.people), role=seat.role, case__state__in=turn)


def _today(now: datetime) -> tuple[datetime, datetime]:
    midnight = timezone.make_aware(datetime.combine(timezone.localtime(now).date() + timedelta(days=1), time()))
    return now, midnight


def _asked_elsewhere(case: str) -> Exists:
    kinds = (RequestKind.VERIFICATION, RequestKind.CONSULTATION)
    return Exists(CaseRequest.objects.filter(case=OuterRef(case), kind__in=kinds, answered_at=None))


def _unread(case: str) -> Exists:
    return Exists(CaseMessage.objects.unread_by_office().filter(case=OuterRef(case)))


def _table(*queues: Queue) -> dict[str, Queue]:
    return {queue.code: queue for queue in queues}


QUEUES: Final = _table(
    Queue(
        "viec-cua-toi",
        _("My work"),
        _("Nothing waits for you."),
        frozenset(DESK),
        cases=lambda now: Q(state__in=[State.SUBMITTED, State.DECIDED, State.AT_COUNTER]),
        steps=_mine,
    ),
    Queue(
        "don-vi",
        _("My unit"),
        _("Your unit has no open case."),
        frozenset(DESK),
        cases=lambda now: Q(),
        steps=lambda seat, now: Q(),
    ),
    Queue(
        "kiem-tra",
        _("Open cases of the agencies you inspect"),
        _("The agencies that you inspect have no open case."),
        frozenset({Role.INSPECTOR}),
        cases=lambda now: Q(),
        steps=None,
    ),
    Queue(
        "tiep-nhan",
        _("To receive"),
        _("No application waits for reception."),
        _CENTRE,
        cases=lambda now: Q(state=State.SUBMITTED),
        steps=None,
    ),
    Queue(
        "den-han",
        _("Due today"),
        _("Nothing more is due today."),
        _ALL,
        cases=lambda now: Q(state__in=CLOCK_RUNS, until__range=_today(now)),
        steps=lambda seat, now: Q(case__state__in=CLOCK_RUNS, until__range=_today(now)),
    ),
    Queue(
        "qua-han",
        _("Overdue"),
        _("Nothing is overdue. Thank you."),
        _ALL,
        cases=lambda now: Q(state__in=CLOCK_RUNS, until__lt=now),
        steps=lambda seat, now: Q(case__state__in=CLOCK_RUNS, until__lt=now),
    ),
    Queue(
        "cho-cong-dan",
        _("Waiting for the citizen"),
        _("No case waits for a supplement."),
        _ALL,
        cases=lambda now: Q(state__in=_SUPPLEMENT),
        steps=lambda seat, now: Q(case__state__in=_SUPPLEMENT),
    ),
    Queue(
        "cho-co-quan",
        _("Waiting for another agency"),
        _("No case waits for another agency."),
        _ALL,
        cases=lambda now: Q(_asked_elsewhere("pk")),
        steps=lambda seat, now: Q(_asked_elsewhere("case")),
    ),
    Queue(
        "tin-nhan",
        _("Unread messages"),
        _("Every message of an applicant has been read."),
        _ALL,
        cases=lambda now: Q(_unread("pk")),
        steps=lambda seat, now: Q(_unread("case")),
    ),
    Queue(
        "cho-ky",
        _("To sign"),
        _("Nothing waits for your signature."),
        frozenset({Role.LEADER}),
        cases=None,
        steps=_mine,
    ),
    Queue(
        "cho-tra",
        _("To return"),
        _("No result waits at the counter."),
        _CENTRE,
        cases=lambda now: Q(state__in=[State.DECIDED, State.AT_COUNTER]),
        steps=None,
    ),
)
