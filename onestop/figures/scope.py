"""Whose cases somebody counts: a leader those of the agency and of those below it, the head of a centre what the
centre received, a leader of the province all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from identity.access import Officer
from identity.models import Agency
from identity.states import AgencyKind, Role

LOOKS_OVER: Final = (Role.LEADER, Role.CENTRE_HEAD)


@dataclass(frozen=True)
class Scope:
    """The agencies whose cases count, and the centres whose receptions do; `whole`: everything."""

    agencies: frozenset[int] = frozenset()
    centres: frozenset[int] = frozenset()
    whole: bool = False

    @property
    def cases(self) -> Q:
        """The scope as a condition on cases."""
        if self.whole:
            return Q()
        return Q(competent_agency__in=self.agencies) | Q(receiving_centre__in=self.centres)

    @property
    def steps(self) -> Q:
        """The scope as a condition on steps: those that lie, or lay, with one of the agencies."""
        return Q() if self.whole else Q(agency__in=self.agencies | self.centres)


def scope_of(officer: Officer) -> Scope:
    """Return whose cases the officer counts."""
    led = [seat.agency for seat in officer.appointments if seat.role == Role.LEADER]
    if any(agency.kind == AgencyKind.PROVINCE for agency in led):
        return Scope(whole=True)
    centres = frozenset(seat.agency_id for seat in officer.appointments if seat.role == Role.CENTRE_HEAD)
    return Scope(agencies=_with_those_below({agency.pk for agency in led}), centres=centres)


def _with_those_below(agencies: Collection[int]) -> frozenset[int]:
    below: dict[int | None, set[int]] = defaultdict(set)
    for pk, parent in Agency.objects.values_list("pk", "parent"):
        below[parent].add(pk)
    found, fresh = set(agencies), set(agencies)
    while fresh:
        fresh = set().union(*(below[pk] for pk in fresh)) - found
        found |= fresh
    return frozenset(found)
