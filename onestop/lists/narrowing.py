"""What narrows and orders a list: read from the address, and the same for cases and steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import Q
from django.utils import timezone

from onestop.models import CaseStep

DUE, CAME, RISK = "han", "den", "rui-ro"
NOBODY: Final = 0


@dataclass(frozen=True)
class Narrowing:
    """Filters that hold together, and the order: by due time, by when it came to the unit, or the riskiest first."""

    procedure: int | None = None
    sector: int | None = None
    agency: int | None = None  # competent
    state: str = ""
    channel: str = ""
    due_from: date | None = None
    due_to: date | None = None
    holder: int | None = None  # NOBODY: whoever takes it
    order: str = DUE

    def condition(self, model: type) -> Q:
        """Return the filters as a condition on cases, or on steps."""
        case = "case__" if model is CaseStep else ""
        wanted = {
            f"{case}procedure": self.procedure,
            f"{case}procedure__sector": self.sector,
            f"{case}competent_agency": self.agency,
            f"{case}state": self.state or None,
            f"{case}channel": self.channel or None,
            "until__gte": self.due_from and _midnight(self.due_from),
            "until__lt": self.due_to and _midnight(date.fromordinal(self.due_to.toordinal() + 1)),
        }
        return Q(**{name: value for name, value in wanted.items() if value is not None}) & self._held(model)

    def _held(self, model: type) -> Q:
        if self.holder is None:
            return Q()
        holder = self.holder or None
        if model is CaseStep:
            return Q(holder=holder)
        return Q(pk__in=CaseStep.objects.filter(holder=holder, finished_at=None).values("case"))

    @property
    def is_empty(self) -> bool:
        return self.condition(CaseStep) == Q()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
