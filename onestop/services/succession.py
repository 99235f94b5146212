"""Cases of agencies that ended pass to those that go on with their work, which accept them.

Passing on changes nothing in a case but its history: until the successor accepts, everything can be taken back.
Accepting moves the case with its open step. It keeps its code, its due time and what was issued in it; only a result
that nobody has sealed yet is drafted anew, in the name of the agency that will answer for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity import services
from identity.errors import UnknownAgencyError
from identity.models import Account, Agency, Reorganisation
from identity.officers import Seat
from identity.queries import centre_of, successor_of
from onestop import queries
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, NotTakenBackError
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case, CaseDocument, CaseTransfer
from onestop.services import custody, documents, stepping
from onestop.services.advancing import advance, lock
from onestop.states import AT_OFFICE, Action, State, is_allowed
from portal.core.errors import DomainError

BATCH: Final = 200
MOST: Final = 500
_BEING_SIGNED: Final = CaseDocument.objects.filter(
    case=OuterRef("pk"), state__in=[DocumentState.SIGNING, DocumentState.SEALING]
)


@transaction.atomic
def pass_on(*, reorganisation: Reorganisation, at: datetime) -> int:
    """Pass a batch of open cases on to the successors of their agencies; returns how many, 0 when none is left.

    Call it until it returns 0; begun again after a stop it goes on. A result that is being signed holds its case back
    until the signature is there.
    """
    # Whoever takes the plan back meanwhile waits, and finds what was passed on.
    Reorganisation.objects.select_for_update().get(pk=reorganisation.pk)
    todo = (
        queries.not_passed_on(reorganisation)
        .filter(~Exists(_BEING_SIGNED))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    batch = list(todo[:BATCH])
    for case_id in batch:
        _pass_on(lock(case_id), reorganisation, at)
    return len(batch)


def held_back(reorganisation: Reorganisation) -> int:
    """Return how many cases pass on only when a signature has been made that is under way."""
    return queries.not_passed_on(reorganisation).filter(Exists(_BEING_SIGNED)).count()


def require_waiting(case: Case, actor: Seat) -> CaseTransfer:
    """Return the transfer that the actor's agency is to accept; raises `ActionNotAllowedError` when there is none."""
    transfer = case.open_transfer
    if transfer is None or not actor.is_at(transfer.to_agency_id):
        raise ActionNotAllowedError(_("This case does not wait for your agency to take it over."))
    return transfer


@transaction.atomic
def take_over(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> Case:
    """Accept a case that came by succession: it moves to the actor's agency, with the same code and due time.

    Raises `ActionNotAllowedError` when it does not wait there, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    transfer = require_waiting(case, actor)
    day = timezone.localtime(at).date()
    centre, agency, step = case.receiving_centre, case.competent_agency, case.open_step
    transfer.accepted_at, transfer.accepted_by, transfer.received_by = at, actor.account, centre
    transfer.save(update_fields=["accepted_at", "accepted_by", "received_by"])
    case.competent_agency = _after(case, agency, day) if agency else None
    case.receiving_centre = _centre_after(case, day)
    advance(
        case,
        action=Action.TAKE_OVER,
        actor=actor,
        at=at,
        note=transfer.reorganisation.reason,
        data={"centre": _codes(centre, case.receiving_centre), "agency": _codes(agency, case.competent_agency)},
    )
    custody.inherit(case, actor=actor, at=at)
    if step is not None:
        at_counter = step.agency_id == (centre.pk if centre else None)
        to = case.receiving_centre if at_counter else _after(case, step.agency, day)
        stepping.hand_on(case, to or step.agency, at)
    if agency != case.competent_agency:
        _draft_anew(case, at)
    return case


def take_over_many(*, actors: Sequence[Seat], chosen: Collection[int] | None, at: datetime) -> int:
    """Accept the chosen transfers, or all, `MOST` at a time and each by itself; returns how many were accepted.

    What a colleague was faster with, and what cannot be moved just now, is left where it is.
    """
    takers = (one for one in actors if is_allowed(State.PROCESSING, Action.TAKE_OVER, one.role))
    seats = {actor.agency.pk: actor for actor in takers}
    waiting = CaseTransfer.objects.waiting_at(seats).order_by("pk")
    if chosen is not None:
        waiting = waiting.filter(pk__in=chosen)
    count = 0
    for case_id, agency_id in list(waiting.values_list("case", "to_agency")[:MOST]):
        try:
            take_over(case_id=case_id, actor=seats[agency_id], at=at)
        except DomainError:
            continue
        count += 1
    return count


@transaction.atomic
def roll_back(*, reorganisation: Reorganisation, reason: str, at: datetime, by: Account | None = None) -> int:
    """Take every case back and put the organisation as it was before; returns how many cases. All or nothing.

    Raises `NotTakenBackError` once a successor has accepted a case, cases were filed at an agency that it began, or
    something later rests on it.
    """
    Reorganisation.objects.select_for_update().get(pk=reorganisation.pk)  # nothing more passes on
    transfers = CaseTransfer.objects.filter(reorganisation=reorganisation, taken_back_at=None)
    # From here on nobody accepts: to accept, the case is locked and its transfer must wait.
    case_ids = list(transfers.waiting().order_by("case").values_list("case", flat=True))
    cases = [lock(case_id) for case_id in case_ids]
    accepted = transfers.exclude(accepted_at=None).count()
    if accepted:
        raise NotTakenBackError(_("%(count)d case(s) were accepted by the successor already.") % {"count": accepted})
    begun = services.begun_by(reorganisation)
    filed = Case.objects.filter(Q(receiving_centre__in=begun) | Q(competent_agency__in=begun)).count()
    if filed:
        raise NotTakenBackError(_("%(count)d case(s) were filed at agencies that the plan began.") % {"count": filed})
    if later := services.built_upon(reorganisation):
        raise NotTakenBackError(
            _("What came later rests on it, and is to be changed back first: %(what)s.") % {"what": ", ".join(later)}
        )
    for case in cases:
        if case.state in AT_OFFICE:
            advance(case, action=Action.TAKE_BACK, actor=SYSTEM, at=at, note=reason)
    transfers.waiting().update(taken_back_at=at)
    services.undo_reorganisation(reorganisation_id=reorganisation.pk, reason=reason, at=at, by=by)
    return len(cases)


def _pass_on(case: Case, reorganisation: Reorganisation, at: datetime) -> None:
    if case.state not in AT_OFFICE or case.transfers.waiting().exists():
        return  # it ended meanwhile, or another run was faster
    day = timezone.localtime(at).date()
    step = case.open_step
    at_hand = [step.agency if step else case.receiving_centre, case.competent_agency, case.receiving_centre]
    rests = next(one for one in at_hand if one is not None and not one.is_in_force(day))
    heir = _after(case, rests, day)
    CaseTransfer.objects.create(
        case=case, reorganisation=reorganisation, from_agency=rests, to_agency=heir, offered_at=at
    )
    data = {"from": rests.code, "to": heir.code}
    advance(case, action=Action.HAND_DOWN, actor=SYSTEM, at=at, note=reorganisation.reason, data=data)


def _after(case: Case, agency: Agency, day: date) -> Agency:
    """Return who does the agency's work of the case's sector on `day`."""
    return successor_of(agency, day, case.procedure.sector.code)


def _centre_after(case: Case, day: date) -> Agency | None:
    """Return the centre that goes on: the successor of the one that received, else that of the competent agency."""
    if case.receiving_centre is None:
        return None
    try:
        return _after(case, case.receiving_centre, day)
    except UnknownAgencyError:
        return centre_of(case.competent_agency, day) if case.competent_agency else None


def _codes(before: Agency | None, after: Agency | None) -> list[str]:
    return [agency.code if agency else "" for agency in (before, after)]


def _draft_anew(case: Case, at: datetime) -> None:
    """Draft a result that nobody has sealed again, in the name of the agency that now decides; who had signed for the
    one that ended has signed a draft.
    """
    result = case.documents.filter(kind=DocumentKind.RESULT).order_by("-version").first()
    if result is None or result.state not in {DocumentState.DRAFT, DocumentState.SIGNED}:
        return
    was_signed = result.state == DocumentState.SIGNED
    documents.draft_result(case, at=at)
    if was_signed:
        signing = next(step.code for step in reversed(stepping.earlier_steps(case)) if Action.SIGN in step.actions)
        stepping.move_back(case, signing, at)
