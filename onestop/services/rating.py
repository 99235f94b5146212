"""How the applicant found the service, said once a case, after the result."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity.models import Account
from onestop.errors import ActionNotAllowedError, RatedAlreadyError, RatingMissingError
from onestop.models import CaseRating
from onestop.services.advancing import lock
from onestop.wording import STARS


@transaction.atomic
def rate(*, case_id: int, account: Account, stars: int | None, reason: str, at: datetime) -> CaseRating:
    """Keep the rating of a case that has its result.

    Raises `RatingMissingError`, `RatedAlreadyError`, `ActionNotAllowedError`.
    """
    if stars not in STARS:
        raise RatingMissingError
    case = lock(case_id)
    if case.applicant_id != account.pk or not case.has_result:
        raise ActionNotAllowedError
    rating, is_new = CaseRating.objects.get_or_create(
        case=case, defaults={"stars": stars, "reason": reason, "rated_at": at}
    )
    if not is_new:
        raise RatedAlreadyError
    return rating
