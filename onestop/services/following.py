"""Following a case that a ministry handles on its own system: nothing of it is ours but what we were told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from identity.models import Account
from onestop.errors import ActionNotAllowedError
from onestop.models import FollowedCase
from onestop.providers import ministries
from portal.core import outbox
from procedures.models import Procedure

ASK_TOPIC: Final = "onestop.ministry"
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9./-]{2,58}", re.ASCII)
_EVERY: Final = timedelta(minutes=30)
_UNKNOWN_EVERY: Final = timedelta(days=1)  # a ministry may know a case a while after its applicant does
_PATIENCE: Final = timedelta(days=14)


@transaction.atomic
def follow(*, account: Account, procedure: Procedure, code: str, at: datetime) -> FollowedCase:
    """Follow the case `code` of the ministry's; it is asked at once. Following twice is following once.

    Raises `ActionNotAllowedError` for what is no code, or a person without a personal number to ask with.
    """
    tidied = code.strip().upper()
    if not _CODE.fullmatch(tidied) or not account.national_id:
        raise ActionNotAllowedError
    found, _created = FollowedCase.objects.get_or_create(
        account=account, procedure=procedure, code=tidied, defaults={"added_at": at}
    )
    payload = {"followed_id": found.pk}
    key = f"ministry:{found.uuid}:{at.isoformat()}"
    outbox.record(topic=ASK_TOPIC, group=f"ministry:{found.uuid}", key=key, payload=payload, at=at)
    return found


def stop(*, account: Account, followed_id: int) -> None:
    """Follow a case no longer."""
    FollowedCase.objects.filter(account=account, pk=followed_id).delete()


def ask(*, followed_id: int, at: datetime) -> None:
    """Ask the ministry where the case stands and keep its answer; nothing to do when nobody follows it any more.

    Raises what the system raises: the last answer stays.
    """
    known = FollowedCase.objects.select_related("account", "procedure__listed").defer("procedure__listed__document")
    found = known.filter(pk=followed_id).first()
    version = found.procedure.listed if found else None
    elsewhere = version.definition.elsewhere if version else None
    if found is None or elsewhere is None or not elsewhere.system:
        return
    standing = ministries.system_called(elsewhere.system).standing(found.code, found.account.national_id)
    said = {"words": standing.words, "since": standing.since, "has_ended": standing.has_ended} if standing else {}
    FollowedCase.objects.filter(pk=found.pk).update(checked_at=at, is_unknown=standing is None, **said)


def to_ask(now: datetime) -> list[int]:
    """Return the keys of followed cases that have not been asked about for a while, the longest waiting first.

    What a ministry does not know it is asked once a day, in the beginning.
    """
    waiting = Q(checked_at=None) | Q(checked_at__lte=now - _EVERY)
    unknown = Q(is_unknown=True, checked_at__lte=now - _UNKNOWN_EVERY, added_at__gte=now - _PATIENCE)
    open_ones = FollowedCase.objects.filter(Q(waiting, is_unknown=False) | unknown, has_ended=False)
    return list(open_ones.order_by(F("checked_at").asc(nulls_first=True)).values_list("pk", flat=True)[:200])
