"""Leaders sign some of what waits for them, so that something waits for the seal: each signature is real."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.utils import timezone

from identity.models import Account
from identity.officers import seats_of
from identity.states import Role
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import CaseStep
from onestop.services import deciding, turns
from onestop.states import Action

_EVERY: Final = 3  # the others still wait


def order_signatures(*, by: Collection[str], at: datetime) -> int:
    """Order the signature on every third draft that waits for one of the leaders `by`; returns how many.

    A worker makes them, then or when there is one.
    """
    day = timezone.localdate(at)
    seats = [seat for account in Account.objects.filter(username__in=by) for seat in seats_of(account, day)]
    ordered = 0
    for leader in (seat for seat in seats if seat.role == Role.LEADER):
        waiting = CaseStep.objects.filter(
            agency=leader.agency,
            role=Role.LEADER,
            finished_at=None,
            case__documents__kind=DocumentKind.RESULT,
            case__documents__state=DocumentState.DRAFT,
        )
        steps = waiting.select_related("case__procedure_version").order_by("due_at", "pk")
        to_sign = [step.case_id for step in steps if Action.SIGN in turns.actions_for(step.case, leader)]
        for case_id in to_sign[::_EVERY]:
            deciding.order_signature(case_id=case_id, actor=leader, at=at)
        ordered += len(to_sign[::_EVERY])
    return ordered
