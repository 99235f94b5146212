"""How applicants found the service; nobody's words can be told from another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from onestop.models import CaseRating
from onestop.queries.limits import MOST_COUNTED
from onestop.wording import STARS


@dataclass(frozen=True)
class Ratings:
    """How a procedure's applicants found the service: how many said so, and how many chose each number of stars."""

    procedure: str
    stars: Counter[int]

    @property
    def count(self) -> int:
        return self.stars.total()

    @property
    def mean(self) -> float:
        return sum(number * count for number, count in self.stars.items()) / self.count

    @property
    def by_stars(self) -> list[int]:
        """How many chose each number, from 5 down to 1."""
        return [self.stars[number] for number in STARS]


def ratings_at(agencies: Collection[int]) -> list[Ratings]:
    """Return how the service of `agencies` was found, by procedure, what was rated most first."""
    found: dict[str, Counter[int]] = {}
    rated = CaseRating.objects.of_agencies(agencies).values_list("case__procedure__name", "stars")
    for procedure, stars, count in rated.annotate(count=Count("pk")).order_by():
        found.setdefault(procedure, Counter())[stars] = count
    return sorted((Ratings(*each) for each in found.items()), key=lambda one: (-one.count, one.procedure))


def reasons_at(agencies: Collection[int]) -> list[CaseRating]:
    """Return why people rated the service as they did, in no order that tells whose words they are."""
    said = CaseRating.objects.of_agencies(agencies).order_by("stars", "-rated_at")
    return [rating for rating in said.only("stars", "reason")[:MOST_COUNTED] if rating.reason]
