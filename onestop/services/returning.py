"""At the counter's last desk: the result goes to the person whose identity was checked, or off by post."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onestop.actors import Actor
from onestop.errors import ActionNotAllowedError
from onestop.kinds import Delivery
from onestop.models import Case
from onestop.services import stepping
from onestop.services.advancing import advance, lock
from onestop.states import Action
from portal.core.crypto import blind_index
from portal.core.fields import digits


@transaction.atomic
def return_result(
    *,
    case_id: int,
    actor: Actor,
    at: datetime,
    checked_id_number: str = "",
    waybill: str = "",
    seen_version: int | None = None,
) -> Case:
    """Hand the result over (a line of form 07): in person with the ID checked, by post with the waybill number.

    `checked_id_number` is read from the card shown; it must be the applicant's. Raises `ActionNotAllowedError`
    when it is not, or when a posted result has no waybill.
    """
    case = lock(case_id, seen_version=seen_version)
    stepping.require(case, Action.RETURN_RESULT, actor)
    data = _proof(case, checked_id_number, waybill)
    advance(case, action=Action.RETURN_RESULT, actor=actor, at=at, data=data)
    stepping.move_on(case, at, by=Action.RETURN_RESULT)
    return case


def _proof(case: Case, checked_id_number: str, waybill: str) -> dict[str, str]:
    if case.delivery == Delivery.POST:
        if not waybill.strip():
            raise ActionNotAllowedError(_("Please enter the number of the waybill."))
        return {"waybill": waybill.strip()}
    if blind_index(digits(checked_id_number)) != blind_index(digits(case.applicant_id_number)):
        raise ActionNotAllowedError(_("This is not the identity number of the applicant. Please check the card."))
    return {"id_checked": "yes"}
