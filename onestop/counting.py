"""How many cases are open: the catalogue asks before it publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count

from onestop.models import Case
from onestop.services import recomputing
from onestop.states import ENDED, State
from procedures import open_cases


class Cases:
    """The cases of this one-stop system."""

    def filed_and_open(self, code: str) -> Mapping[int, int]:
        """Return how many filed cases of the procedure are open, by version."""
        running = Case.objects.filter(procedure__code=code).exclude(state__in=[State.DRAFT, *ENDED])
        return dict(running.values_list("procedure_version").annotate(n=Count("pk")).order_by())

    def drafts(self, code: str) -> int:
        """Return how many drafts of the procedure there are."""
        return Case.objects.filter(procedure__code=code, state=State.DRAFT).count()

    def open_now(self, codes: Sequence[str]) -> Mapping[str, int]:
        """Return how many filed cases of these procedures are open, by the procedure's code."""
        running = Case.objects.filter(procedure__code__in=codes).exclude(state__in=[State.DRAFT, *ENDED])
        return dict(running.values_list("procedure__code").annotate(n=Count("pk")).order_by())

    def dated_by(self, calendar_id: int, at: datetime) -> int:
        """Return how many open cases get another due time when this working calendar changes at `at`, at most."""
        return recomputing.running_under(calendar_id, at).count()


open_cases.register(Cases())
