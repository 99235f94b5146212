"""How much waits in each list, without counting any table: at most `BOUND` rows of each are looked at."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from django.db.models import F, QuerySet, Value

from identity.officers import Officer
from identity.states import Role
from onestop.lists.queues import queues_of
from onestop.models import CaseRequest, CaseStep, CaseTransfer, DeskNotice, Handover

BOUND: Final = 99  # what the desk shows; more is "99+"
SUCCESSION, NOTICES = "succession", "notices"  # what waits beside the queues
ORIGINALS, OPINIONS = "originals", "opinions"


def counts(officer: Officer, now: datetime) -> dict[str, str]:
    """Return how much waits in each queue that the officer sees, what came by succession, the unread notices, the
    originals to sign for and the opinions to give: in words, "12", "99+", and nothing of what is empty. One query.
    """
    desks = officer.agencies_in(Role.OFFICER, Role.LEADER)
    waiting: dict[str, list[QuerySet[Any]]] = {
        SUCCESSION: [CaseTransfer.objects.waiting_at(officer.agency_ids)],
        OPINIONS: [CaseRequest.objects.opinions_awaited().of_officer(officer.account, desks)],
        ORIGINALS: [Handover.objects.awaiting(officer.people, officer.agency_ids)],
        NOTICES: [DeskNotice.objects.of(officer.account).unread().order_by()],
        **{queue.code: [*queue.branches(officer, now)] for queue in queues_of(officer)},
    }
    first, *others = (
        rows.values(list=Value(code), of=F("case_id" if rows.model is CaseStep else "id"))[: BOUND + 1]
        for code, branches in waiting.items()
        for rows in branches
    )
    found = Counter(row["list"] for row in first.union(*others))
    return {code: str(count) if count <= BOUND else f"{BOUND}+" for code, count in found.items()}
