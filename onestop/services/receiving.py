"""At the counter's first desk: accept with an appointment, or refuse with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.officers import Seat
from onestop.errors import ActionNotAllowedError, ReasonMissingError
from onestop.kinds import DocumentKind
from onestop.models import Case
from onestop.services import documents, stepping
from onestop.services.advancing import advance, lock
from onestop.states import Action
from portal.core.crypto import blind_index
from portal.core.fields import digits


@transaction.atomic
def accept(
    *, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None, with_receipt: bool = False
) -> Case:
    """Accept the case and hand it over to handling: the clock starts, form 01 is written, form 06 opens.

    What is done at once (`receipt_on_request` of the process) has form 01 only when the applicant asks for it
    (`with_receipt`). Raises `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    if case.competent_agency_id is None:
        raise ActionNotAllowedError
    require_centre(case, actor)
    advance(case, action=Action.ACCEPT, actor=actor, at=at)
    case.due_at = stepping.promised(case, at)
    case.save(update_fields=["due_at"])
    stepping.enter_first_step(case, at)
    if with_receipt or not stepping.process_of(case).receipt_on_request:
        documents.write_form(case, DocumentKind.FORM_01, actor=actor, at=at)
    # In the clerk's name and step: the history then says who must not appraise this case.
    advance(case, action=Action.HAND_OVER, actor=actor, at=at)
    stepping.move_on(case, at, by=Action.HAND_OVER)
    return case


@transaction.atomic
def reject(*, case_id: int, actor: Seat, reason: str, at: datetime, seen_version: int | None = None) -> Case:
    """Refuse to receive the case, with the reason on form 03.

    Raises `ReasonMissingError` when no reason is given, `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    require_centre(case, actor)
    if not reason.strip():
        raise ReasonMissingError
    advance(case, action=Action.REJECT, actor=actor, at=at, note=reason)
    documents.write_form(case, DocumentKind.FORM_03, actor=actor, at=at, reason=reason)
    return case


def require_centre(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor serves at the centre that received the case."""
    if not actor.is_at(case.receiving_centre_id):
        raise ActionNotAllowedError


def require_applicant(case: Case, id_number: str) -> None:
    """Raise `ActionNotAllowedError` unless this is the number on the card of the case's applicant."""
    shown = digits(id_number)
    if not shown or blind_index(shown) != blind_index(digits(case.applicant_id_number)):
        raise ActionNotAllowedError(_("This is not the identity number of the applicant. Please check the card."))
