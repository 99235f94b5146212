"""Whose cases somebody counts: a leader those of the agency and of those below it, the head of a centre what the
centre received, a leader of the province all.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from identity.officers import Officer
from identity.states import AgencyKind, Role


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
    led = {seat.agency.kind for seat in officer.seats if seat.role in {Role.LEADER, Role.INSPECTOR}}
    if AgencyKind.PROVINCE in led:
        return Scope(whole=True)
    centres = officer.agencies_in(Role.CENTRE_HEAD)
    return Scope(agencies=frozenset(officer.looks_over), centres=frozenset(centres))
