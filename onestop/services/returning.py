"""At the counter's last desk: the result comes from the agency, goes to the person whose identity was checked, or off
by post, and back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from identity.officers import Seat
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import Channel, Delivery
from onestop.models import Case
from onestop.services import charging, custody, stepping, turns
from onestop.services.advancing import advance, lock
from onestop.services.receiving import require_applicant, require_centre
from onestop.states import Action
from portal.core.fields import digits


@transaction.atomic
def arrive(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> Case:
    """The result has come from the agency, on paper: the applicant is told to collect it, or it goes off by post.

    Raises `ActionNotAllowedError`, also for a result that is sent to the applicant's account; `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.ARRIVE, actor)
    if not is_on_paper(case):
        raise ActionNotAllowedError
    advance(case, action=Action.ARRIVE, actor=actor, at=at)
    return case


def is_on_paper(case: Case) -> bool:
    """Return whether the applicant wants the result in their hands."""
    return case.delivery != Delivery.ELECTRONIC


@transaction.atomic
def recall_arrival(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> Case:
    """It was recorded by mistake that the result had come: the applicant, who was told to collect it, is told so.

    Raises `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    require_arrival(case, actor)
    advance(case, action=Action.RECALL_ARRIVAL, actor=actor, at=at)
    return case


def require_arrival(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor is the one who would record the arrival."""
    turns.require(case, Action.ARRIVE, actor)


@transaction.atomic
def return_result(
    *,
    case_id: int,
    actor: Seat,
    at: datetime,
    checked_id_number: str = "",
    collected_by: str = "",
    authorisation: str = "",
    compared: Collection[str] = (),
    waybill: str = "",
    postage: int | None = None,
    seen_version: int | None = None,
) -> Case:
    """Hand the result over (a line of form 07): in person with the ID checked, by post with the waybill number.

    `checked_id_number` is read from the card shown: the applicant's, or that of `collected_by`, to whom the applicant
    gave an `authorisation` (Bộ luật Dân sự 2015, Điều 138), named in the history. `compared` are the papers of an
    online case whose originals were taken in and compared with the scans. Raises `ActionNotAllowedError` when
    something of this is missing, or when a posted result has no waybill; `FeesUnpaidError`.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.RETURN_RESULT, actor)
    charging.require_paid(case)
    note = ""
    if case.delivery == Delivery.POST:
        data = _by_post(waybill, postage)
    else:
        note = _collector(case, checked_id_number, collected_by.strip(), authorisation.strip())
        data = {"id_checked": "yes"} | _compared(case, compared)
    advance(case, action=Action.RETURN_RESULT, actor=actor, at=at, note=note, data=data)
    if "originals" in data:
        custody.keep(case, originals_to_compare(case), actor=actor, at=at, is_for_file=True)
    return case


@transaction.atomic
def record_undelivered(
    *, case_id: int, actor: Seat, reason: str, collects: bool, at: datetime, seen_version: int | None = None
) -> Case:
    """The post brought the result back: it lies at the counter again, to be collected or to be sent once more.

    Raises `ReasonMissingError`, `ActionNotAllowedError` when it was not sent by post.
    """
    case = lock(case_id, seen_version=seen_version)
    require_posted(case, actor)
    if not reason.strip():
        raise ReasonMissingError
    case.returned_at = None
    if collects:
        case.delivery = Delivery.PICK_UP
    advance(case, action=Action.RECORD_UNDELIVERED, actor=actor, at=at, note=reason)
    stepping.reopen(case, Action.RETURN_RESULT, at)
    return case


def require_posted(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor serves at the counter that sent the result by post."""
    require_centre(case, actor)
    if case.delivery != Delivery.POST:
        raise ActionNotAllowedError


def originals_to_compare(case: Case) -> dict[str, str]:
    """Return the papers, by code, whose originals the applicant of an online case brings when they collect.

    A paper with digital signatures is an original itself.
    """
    if case.channel in {Channel.COUNTER, Channel.POST}:
        return {}
    papers = {paper.code: paper for paper in stepping.definition_of(case).papers}
    given = case.papers.filter(replaced_at=None).select_related("file").order_by("pk")
    scanned = [papers[one.code] for one in given if one.code in papers and not one.is_signed]
    return {paper.code: paper.name for paper in scanned if paper.mode == "SUBMIT" and paper.originals}


def can_authorise(case: Case) -> bool:
    """Return whether the applicant may let somebody else collect the result."""
    return not stepping.process_of(case).collected_in_person


def _by_post(waybill: str, postage: int | None) -> dict[str, Any]:
    if not waybill.strip():
        raise ActionNotAllowedError(_("Please enter the number of the waybill."))
    return {"waybill": waybill.strip()} | ({"postage": postage} if postage else {})


def _collector(case: Case, id_number: str, name: str, authorisation: str) -> str:
    """Return who collects in the applicant's place, in words for the history; nothing for the applicant."""
    if not name:
        require_applicant(case, id_number)
        return ""
    if not can_authorise(case):
        raise ActionNotAllowedError(
            _("In this procedure nobody can be authorised: the applicant collects in person.")
        )
    shown = digits(id_number)
    if not shown or not authorisation:
        raise ActionNotAllowedError(
            _("Please enter the number on the card of whoever collects, and the authorisation that they show.")
        )
    words = {"name": name, "card": shown[-4:], "authorisation": authorisation}
    return _("Collected by %(name)s (card ending in %(card)s), authorised by: %(authorisation)s") % words


def _compared(case: Case, compared: Collection[str]) -> dict[str, Any]:
    wanted = originals_to_compare(case)
    if set(wanted) - set(compared):
        raise ActionNotAllowedError(_("Please take in the originals first and compare them with what was filed."))
    return {"originals": sorted(wanted)} if wanted else {}
