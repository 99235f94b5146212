"""How much waits in each queue, without counting any table: at most `BOUND` rows of each are looked at."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from django.db.models import F, Value

from identity.access import Officer
from onestop.lists.queues import queues_of
from onestop.models import CaseStep

BOUND: Final = 99  # what the desk shows; more is "99+"


def counts(officer: Officer, now: datetime) -> dict[str, str]:
    """Return for each queue that the officer sees how much waits there, in words: "12", "99+". One query."""
    parts = [
        branch.values(queue=Value(queue.code), of=F("case_id" if branch.model is CaseStep else "id"))[: BOUND + 1]
        for queue in queues_of(officer)
        for branch in queue.branches(officer, now)
    ]
    if not parts:
        return {}
    first, *others = parts
    found = Counter(row["queue"] for row in (first.union(*others) if others else first))
    return {code: str(count) if count <= BOUND else f"{BOUND}+" for code, count in found.items()}
