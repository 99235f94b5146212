"""Originals page by page, the longest held first, and the records by which they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q

from identity.models import Account
from identity.officers import Officer
from identity.queries import with_predecessors, with_those_below
from identity.states import Role
from onestop.lists.paging import PAGE, Place
from onestop.models import Handover, HandoverQuerySet, Original, OriginalQuerySet

MOST_IN_A_RECORD: Final = 200
_LARGE: Final = ("case__answers", "case__facts")
_KEEP_PEOPLE: Final = (Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN)
_RECORD: Final = ("from_agency", "to_agency", "to_person", "giver")


@dataclass(frozen=True)
class OriginalsPage:
    """A page of originals, and where the next one begins."""

    originals: list[Original]
    after: Place | None


def originals(found: OriginalQuerySet, after: Place | None = None) -> OriginalsPage:
    """Return a page of these originals."""
    if after is not None:
        # The first condition is where the index is entered, the second leaves out those of the very same moment.
        found = found.filter(Q(since__gte=after.at), Q(since__gt=after.at) | Q(pk__gt=after.pk))
    rows = list(_shown(found)[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return OriginalsPage(rows[:PAGE], Place(last.since, last.pk) if last else None)


def left_behind(officer: Officer, day: date) -> list[Original]:
    """Return what somebody who has gone still holds: at the officer's agencies and those whose files they keep, and
    for who keeps the people of an agency also at those below it.
    """
    kept = with_those_below(officer.agencies_in(*_KEEP_PEOPLE))
    agencies = with_predecessors([*officer.agency_ids, *kept])
    return list(_shown(Original.objects.left_behind(day).filter(agency__in=agencies))[:PAGE])


def to_hand_over(officer: Officer, codes: list[str]) -> list[Original]:
    """Return what the officer can put into a record of the cases of these codes."""
    held = Original.objects.held_by(officer.people).filter(handover=None, case__code__in=codes)
    return list(_shown(held)[:MOST_IN_A_RECORD])


def awaited(officer: Officer) -> HandoverQuerySet:
    """Return the records that wait for the officer's signature, the oldest first."""
    return Handover.objects.awaiting(officer.people, officer.agency_ids).order_by("pk")


def records(found: HandoverQuerySet) -> list[Handover]:
    """Return a page of records and one more; `count` originals are in each, of which `missing` were not there."""
    missing = Count("items", filter=Q(items__was_there=False))
    return list(found.select_related(*_RECORD).annotate(count=Count("items"), missing=missing)[: PAGE + 1])


def made_by(account: Account, before: int | None) -> HandoverQuerySet:
    """Return the records that the account gave by, the newest first, those before a key."""
    made = Handover.objects.filter(giver=account).order_by("-pk")
    return made if before is None else made.filter(pk__lt=before)


def _shown(found: OriginalQuerySet) -> OriginalQuerySet:
    with_all = found.select_related("case", "agency", "keeper", "handover__from_agency", "handover__to_agency")
    return with_all.defer(*_LARGE).order_by("since", "pk")
