"""Cases that are handled on a ministry's own system, and that a citizen follows here."""

from __future__ import annotations

from django.db.models import F, QuerySet

from identity.models import Account
from onestop.models import FollowedCase


def followed(account: Account, code: str = "") -> QuerySet[FollowedCase]:
    """Return the cases at ministries that a citizen follows, of one procedure or of all, the newest first."""
    mine = FollowedCase.objects.filter(account=account).select_related("procedure").order_by("-pk")
    return mine.filter(procedure__code=code) if code else mine


def followed_called(code: str) -> FollowedCase | None:
    """Return what a ministry said last of a case of its own, by the ministry's code."""
    known = FollowedCase.objects.filter(code=code, is_unknown=False).select_related("procedure")
    return known.order_by(F("checked_at").desc(nulls_last=True)).first()
