"""Handing originals over (bàn giao hồ sơ): a record that the giver signs, then the receiver who has looked.

Until the receiver signs, the giver holds everything, and may take the record back. A signature is the act of somebody
signed in: docs/decisions/0013.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from identity.models import Account, Agency
from identity.officers import Seat, seats_of
from identity.queries import with_predecessors
from identity.states import DESK, LEADS
from onestop.errors import (
    ActionNotAllowedError,
    HandoverClosedError,
    NothingChosenError,
    OwnHandoverError,
    SeveralHoldersError,
    WrongReceiverError,
)
from onestop.kinds import Move, NoticeKind, Side
from onestop.models import Case, Handover, HandoverItem, HandoverSignature, Original
from onestop.queries import receivers_of
from onestop.services import custody, notices
from portal.core import ledger
from portal.core.errors import DomainError


@transaction.atomic
def hand_over(
    *,
    originals: Collection[int],
    actor: Seat,
    to_agency: Agency,
    at: datetime,
    to_person: Account | None = None,
) -> Handover:
    """Make and sign, as the giver, the record by which these originals go to an agency, or to a person there.

    Twice is once. Raises `NothingChosenError`, `NotHeldError`, `OnItsWayError`, `SeveralHoldersError`,
    `WrongReceiverError`, `OwnHandoverError`.
    """
    found = custody.locked(originals)
    again = _made_already(found, actor, to_agency, to_person)
    if again is not None:
        return again
    custody.require_holder(found, actor)
    (giver, from_agency), *others = {(one.keeper, one.agency) for one in found}
    if others or giver is None or from_agency is None:
        raise SeveralHoldersError
    if to_person is not None and to_person in {giver, actor.account}:
        raise OwnHandoverError
    _refuse_strangers(found, to_agency, to_person, at)
    handover = _numbered(giver, from_agency, to_agency, to_person, at)
    HandoverItem.objects.bulk_create(HandoverItem(handover=handover, original=one) for one in found)
    Original.objects.filter(pk__in=[one.pk for one in found]).update(handover=handover)
    _sign(handover, Side.GIVER, actor, at)
    awaiting = [one for one in receivers_of(handover, timezone.localdate(at)) if one not in {giver, actor.account}]
    _tell(awaiting, NoticeKind.ORIGINALS_SENT, handover, from_agency, at, count=len(found))
    return handover


@transaction.atomic
def receive(*, handover_id: int, actor: Seat, there: Collection[int], at: datetime, remark: str = "") -> Handover:
    """Sign, as the receiver, for the originals that were `there`; what was missing stays with the giver.

    `remark` says what was surplus or damaged. Twice is once. Raises `HandoverClosedError`, `OwnHandoverError`,
    `ActionNotAllowedError` for whom it is not, `NothingChosenError` when nothing was there.
    """
    handover = _locked(handover_id)
    if _has_signed(handover, Side.RECEIVER, actor):
        return handover
    require_receiver(handover, actor)
    items = list(handover.items.order_by("original"))
    for item in items:
        item.was_there = item.original_id in there
    HandoverItem.objects.bulk_update(items, ["was_there"])
    originals = custody.locked([item.original_id for item in items])
    found = [one for one in originals if one.pk in there]
    if not found:
        raise NothingChosenError
    handover.accepted_at, handover.remark = at, remark.strip()
    handover.save(update_fields=["accepted_at", "remark"])
    handover.originals.update(handover=None)
    _ask_no_more(handover, at)
    _sign(handover, Side.RECEIVER, actor, at)
    account, agency = actor.account, actor.agency
    custody.move(found, Move.HANDED_OVER, by=account, at=at, keeper=account, agency=agency, handover=handover)
    if len(found) < len(items):
        givers = [handover.giver, handover.signatures.select_related("account").get(side=Side.GIVER).account]
        missing = len(items) - len(found)
        _tell(givers, NoticeKind.ORIGINALS_SHORT, handover, handover.to_agency, at, count=len(items), missing=missing)
    return handover


@transaction.atomic
def take_back(*, handover_id: int, actor: Seat, at: datetime) -> Handover:
    """Take a record back that the receiver has not signed: nothing has happened. Twice is once.

    The giver does it, or whoever leads there. Raises `HandoverClosedError`, `ActionNotAllowedError`.
    """
    handover = _locked(handover_id)
    if not may_take_back(handover, actor):
        raise ActionNotAllowedError
    if handover.accepted_at is not None:
        raise HandoverClosedError
    if handover.is_open:
        custody.locked(handover.items.values_list("original", flat=True))
        handover.taken_back_at = at
        handover.save(update_fields=["taken_back_at"])
        handover.originals.update(handover=None)
        _ask_no_more(handover, at)
    return handover


def require_receiver(handover: Handover, actor: Seat) -> None:
    """Raise unless the actor may sign the record as the receiver: `HandoverClosedError`, `OwnHandoverError`,
    `ActionNotAllowedError`.
    """
    if not handover.is_open:
        raise HandoverClosedError
    signed = handover.signatures.get(side=Side.GIVER)
    givers = {handover.giver_id, signed.account_id, signed.on_behalf_of_id}
    people = {person.pk for person in actor.people}
    if givers & people:
        raise OwnHandoverError
    if actor.role not in DESK or handover.to_agency_id not in with_predecessors([actor.agency.pk]):
        raise ActionNotAllowedError
    if handover.to_person_id is not None and handover.to_person_id not in people:
        raise ActionNotAllowedError


def may_receive(handover: Handover, actor: Seat) -> bool:
    """Return whether the actor may sign the record as the receiver."""
    try:
        require_receiver(handover, actor)
    except DomainError:
        return False
    return True


def may_take_back(handover: Handover, actor: Seat) -> bool:
    """Return whether the actor is the giver, works for them, or leads where it was given."""
    if any(person.pk == handover.giver_id for person in actor.people):
        return True
    return actor.role in LEADS and handover.from_agency_id in with_predecessors([actor.agency.pk])


def signed_hash(signature: HandoverSignature) -> bytes:
    """Return the hash of what is signed: by the giver the list, by the receiver what was there of it. The receiver's
    covers the giver's.
    """
    handover = signature.handover
    items = handover.items.order_by("original").select_related("original__case")
    signer: dict[str, object] = {
        "account": signature.account_id,
        "on_behalf_of": signature.on_behalf_of_id,
        "agency": signature.agency_id,
        "role": str(signature.role),
        "title": signature.title,
        "at": signature.at.astimezone(UTC).isoformat(),
    }
    if signature.side == Side.GIVER:
        record: dict[str, object] = {
            "record": str(handover.uuid),
            "number": [handover.from_agency_id, handover.year, handover.number],
            "to": [handover.to_agency_id, handover.to_person_id],
            "originals": [[str(one.case.uuid), one.code, one.name] for one in (item.original for item in items)],
        }
        return ledger.chain(ledger.GENESIS, signer | record)
    given = bytes(handover.signatures.get(side=Side.GIVER).hash)
    found: dict[str, object] = {
        "there": [[str(item.original.uuid), item.was_there] for item in items],
        "remark": handover.remark,
    }
    return ledger.chain(given, signer | found)


def _made_already(
    originals: Collection[Original], actor: Seat, to_agency: Agency, to_person: Account | None
) -> Handover | None:
    """Return the open record that the actor has made of exactly these originals for the same receiver, or None."""
    handover, *others = {one.handover for one in originals}
    if others or handover is None or not _has_signed(handover, Side.GIVER, actor):
        return None
    is_same = (handover.to_agency, handover.to_person) == (to_agency, to_person)
    return handover if is_same and handover.items.count() == len(originals) else None


def _refuse_strangers(
    originals: Collection[Original], to_agency: Agency, to_person: Account | None, at: datetime
) -> None:
    """Raise `WrongReceiverError` unless the agency may read every case, and the person serves there."""
    day, cases = timezone.localtime(at).date(), {one.case_id for one in originals}
    readable = Case.objects.open_to([to_agency.pk]) | Case.objects.of_counters([to_agency.pk])
    if not to_agency.is_in_force(day) or readable.filter(pk__in=cases).distinct().count() != len(cases):
        raise WrongReceiverError
    if to_person is not None and all(seat.agency != to_agency for seat in seats_of(to_person, day)):
        raise WrongReceiverError


def _numbered(
    giver: Account, from_agency: Agency, to_agency: Agency, to_person: Account | None, at: datetime
) -> Handover:
    """Return a new record with the next number of the agency; its lock keeps numbers unique and dense."""
    giving = Agency.objects.select_for_update(no_key=True, of=("self",)).get(pk=from_agency.pk)
    year = timezone.localtime(at).year
    last = Handover.objects.filter(from_agency=giving, year=year).aggregate(last=Max("number"))["last"]
    return Handover.objects.create(
        year=year,
        number=(last or 0) + 1,
        giver=giver,
        from_agency=giving,
        to_agency=to_agency,
        to_person=to_person,
        made_at=at,
    )


def _sign(handover: Handover, side: Side, actor: Seat, at: datetime) -> None:
    """Put the actor's signature under the record as it stands."""
    signature = HandoverSignature(
        handover=handover,
        side=side,
        account=actor.account,
        on_behalf_of=actor.holder,
        agency=actor.agency,
        role=actor.role,
        title=actor.title,
        at=at,
    )
    signature.hash = signed_hash(signature)
    signature.save(force_insert=True)


def _tell(
    people: Iterable[Account],
    kind: NoticeKind,
    handover: Handover,
    other_side: Agency,
    at: datetime,
    **figures: int,
) -> None:
    data = {"record": str(handover), "agency": other_side.name, **figures}
    notices.tell_office(people, kind=kind, key=_key(handover, kind), case=None, data=data, at=at)


def _ask_no_more(handover: Handover, at: datetime) -> None:
    """Of those who were asked to sign nobody needs to any more."""
    asked = receivers_of(handover, timezone.localdate(handover.made_at))
    notices.mark_settled(asked, key=_key(handover, NoticeKind.ORIGINALS_SENT), at=at)


def _key(handover: Handover, kind: NoticeKind) -> str:
    return f"record:{handover.pk}:{kind}"


def _has_signed(handover: Handover, side: Side, actor: Seat) -> bool:
    return handover.signatures.filter(side=side, account=actor.account).exists()


def _locked(handover_id: int) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("from_agency", "to_agency", "giver")
    return rows.get(pk=handover_id)
