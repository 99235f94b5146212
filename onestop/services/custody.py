"""Originals: taken in, given back, taken charge of. Each move is a line of their way, which is never edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from identity.models import Account, Agency
from identity.officers import Seat
from identity.queries import with_predecessors
from identity.states import LEADS
from onestop.actors import is_clerk_of
from onestop.errors import (
    ActionNotAllowedError,
    HeldAlreadyError,
    NotDueBackError,
    NotHeldError,
    NothingChosenError,
    OnItsWayError,
)
from onestop.kinds import Move
from onestop.models import Case, Custody, Handover, Original
from onestop.queries import papers_to_take_in
from onestop.services.advancing import lock
from onestop.services.receiving import require_applicant


@transaction.atomic
def take_in(*, case_id: int, code: str, actor: Seat, at: datetime) -> Original:
    """Take in the original of a published paper at the counter that received the case.

    Raises `HeldAlreadyError`, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    if not is_clerk_of(case, actor):
        raise ActionNotAllowedError
    name = papers_to_take_in(case).get(code)
    if name is None:
        raise ActionNotAllowedError
    if case.originals.held().filter(code=code).exists():
        raise HeldAlreadyError
    return keep(case, {code: name}, actor=actor, at=at)[0]


def keep(
    case: Case, papers: Mapping[str, str], *, actor: Seat, at: datetime, is_for_file: bool = False
) -> list[Original]:
    """Record that the actor now holds these originals of a locked case, by code and name; what is held already
    stays as it is.
    """
    held = set(case.originals.held().values_list("code", flat=True))
    taken = Original.objects.bulk_create(
        Original(
            case=case,
            code=code,
            name=name[:500],
            is_for_file=is_for_file,
            agency=actor.agency,
            keeper=actor.account,
            since=at,
            last_move=Move.TAKEN_IN,
        )
        for code, name in papers.items()
        if code not in held
    )
    _write(taken, by=actor.account)
    return taken


@transaction.atomic
def give_back(
    *, originals: Collection[int], actor: Seat, at: datetime, id_number: str = "", waybill: str = ""
) -> list[Original]:
    """Give originals that are due back to the applicant: in person, whose card was checked, or by post.

    Raises `NothingChosenError`, `NotHeldError`, `OnItsWayError`, `NotDueBackError`, and `ActionNotAllowedError` when
    the number is not the applicant's.
    """
    found = locked(originals)
    require_holder(found, actor)
    for one in found:
        if not one.is_due_back:
            raise NotDueBackError
        if not waybill.strip():
            require_applicant(one.case, id_number)
    move(
        found, Move.POSTED if waybill.strip() else Move.HANDED_BACK, by=actor.account, at=at, waybill=waybill.strip()
    )
    return found


@transaction.atomic
def take_charge(*, originals: Collection[int], actor: Seat, at: datetime) -> list[Original]:
    """Take charge, as the leader there, of what is held by somebody who serves at the agency no longer.

    Raises `NothingChosenError`, `NotHeldError`, `OnItsWayError`, `ActionNotAllowedError`.
    """
    if actor.role not in LEADS:
        raise ActionNotAllowedError
    found = locked(originals)
    left = Original.objects.left_behind(timezone.localtime(at).date()).filter(
        pk__in=[one.pk for one in found], agency__in=with_predecessors([actor.agency.pk])
    )
    if left.count() != len(found):
        raise NotHeldError
    _refuse_on_their_way(found)
    move(found, Move.TAKEN_CHARGE, by=actor.account, at=at, keeper=actor.account, agency=actor.agency)
    return found


def inherit(case: Case, *, actor: Seat, at: datetime) -> None:
    """Let the originals of a locked case that lie at an agency which has ended go along with the case, to whoever
    takes it over. What is on its way stays with its record: the successor of its receiver signs that.
    """
    day = timezone.localtime(at).date()
    held = case.originals.held().filter(handover=None).values_list("pk", flat=True)
    found = [one for one in _lock(held) if one.agency and not one.agency.is_in_force(day)]
    move(found, Move.INHERITED, by=actor.account, at=at, keeper=actor.account, agency=actor.agency)


def locked(originals: Collection[int]) -> list[Original]:
    """Return these originals locked for this transaction, in one order everywhere.

    Raises `NothingChosenError`, and `NotHeldError` when one does not exist.
    """
    if not originals:
        raise NothingChosenError
    found = _lock(originals)
    if len(found) != len(set(originals)):
        raise NotHeldError
    return found


def holds(originals: Collection[Original], actor: Seat) -> bool:
    """Return whether the actor, or for whom they act, holds all of these."""
    return all(one.keeper in actor.people for one in originals)


def require_holder(originals: Collection[Original], actor: Seat) -> None:
    """Raise `NotHeldError` unless the actor, or for whom they act, holds all of these, and `OnItsWayError`."""
    if not holds(originals, actor):
        raise NotHeldError
    _refuse_on_their_way(originals)


def move(
    originals: Collection[Original],
    how: Move,
    *,
    by: Account,
    at: datetime,
    keeper: Account | None = None,
    agency: Agency | None = None,
    handover: Handover | None = None,
    waybill: str = "",
) -> None:
    """Write the next line of the way of these locked originals; without a keeper they leave the office."""
    for one in originals:
        one.agency, one.keeper = agency, keeper
        one.since, one.last_move, one.handover = at, how, None
    Original.objects.bulk_update(originals, ["agency", "keeper", "since", "last_move", "handover"])
    _write(originals, by=by, handover=handover, waybill=waybill)


def _write(
    originals: Collection[Original], *, by: Account, handover: Handover | None = None, waybill: str = ""
) -> None:
    lines = Custody.objects.filter(original__in=originals).order_by().values_list("original")
    last = dict(lines.annotate(last=Max("sequence")))
    Custody.objects.bulk_create(
        Custody(
            original=one,
            sequence=last.get(one.pk, 0) + 1,
            move=one.last_move,
            agency=one.agency,
            keeper=one.keeper,
            since=one.since,
            by=by,
            handover=handover,
            waybill=waybill,
        )
        for one in originals
    )


def _lock(originals: Collection[int]) -> list[Original]:
    rows = Original.objects.filter(pk__in=originals).order_by("pk")
    list(rows.select_for_update().values_list("pk"))  # who waited here reads what the one before has left
    return list(rows.select_related("case", "agency", "keeper", "handover__to_agency", "handover__to_person"))


def _refuse_on_their_way(originals: Collection[Original]) -> None:
    if any(one.handover_id for one in originals):
        raise OnItsWayError
