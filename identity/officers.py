"""Who acts: somebody in a role, at an agency, perhaps for somebody else; and civil servants with all their seats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from identity.models import Account, Agency, Appointment, Delegation
from identity.queries import with_those_below
from identity.states import DESK, AgencyKind, Role

_AT_DESKS: Final = frozenset(DESK) | {Role.INSPECTOR}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody doing something, in one of their roles: whoever serves in a seat, the applicant, or the system."""

    role: Role
    account: Account | None
    agency: Agency | None
    delegation: Delegation | None = None

    @property
    def holder(self) -> Account | None:
        """On whose behalf they act; None when it is their own."""
        return self.delegation.appointment.account if self.delegation else None

    @property
    def people(self) -> list[Account]:
        """Whoever acts, and on whose behalf."""
        return [person for person in (self.account, self.holder) if person is not None]

    def is_at(self, *agencies: int | None) -> bool:
        """Return whether they act at one of these agencies."""
        return self.agency is not None and self.agency.pk in agencies


@dataclass(frozen=True, kw_only=True)
class Seat(Actor):
    """A civil servant at work, by their own appointment or by another's that was delegated to them."""

    account: Account
    agency: Agency  # for a counter its centre
    title: str = ""


@dataclass(frozen=True)
class Officer:
    """A civil servant with the seats of a day: their own, then those lent for signing, then those of the absent."""

    account: Account
    seats: tuple[Seat, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(seat.role for seat in self.seats)

    @property
    def people(self) -> list[int]:
        """The officer, and for whom they work while these are away."""
        return [self.account.pk, *(seat.holder.pk for seat in self.seats if seat.holder)]

    @property
    def is_inspector(self) -> bool:
        return Role.INSPECTOR in self.roles

    @property
    def agency_ids(self) -> list[int]:
        """The agencies at whose desks they serve; who inspects one, or keeps its people, has none of its cases."""
        return self.agencies_in(*DESK)

    @property
    def counters(self) -> list[int]:
        """The centres at which they receive people."""
        return self.agencies_in(Role.CLERK)

    @cached_property
    def looks_over(self) -> list[int]:
        """The agencies that a leader or an inspector looks over: their own and those below."""
        return with_those_below(self.agencies_in(Role.LEADER, Role.INSPECTOR))

    @property
    def reads(self) -> list[int]:
        """The agencies whose cases they may read: those served, and those that they look over."""
        return sorted({*self.looks_over, *self.agency_ids})

    @cached_property
    def inspected(self) -> list[Agency]:
        """The agencies that an inspector looks over: their own and those below."""
        return list(Agency.objects.filter(pk__in=with_those_below(self.agencies_in(Role.INSPECTOR))))

    @property
    def inspects_all(self) -> bool:
        """Whether an inspector looks over the whole province."""
        kinds = {seat.agency.kind for seat in self.seats if seat.role == Role.INSPECTOR}
        return AgencyKind.PROVINCE in kinds

    @property
    def agencies(self) -> list[Agency]:
        """The agencies at whose desks they serve, or which they inspect."""
        return list({seat.agency.pk: seat.agency for seat in self.seats if seat.role in _AT_DESKS}.values())

    def agencies_in(self, *roles: Role) -> list[int]:
        """Return the agencies served in one of `roles`."""
        return sorted({seat.agency.pk for seat in self.seats if seat.role in roles})

    def seat(self, *wishes: Callable[[Seat], object]) -> Seat:
        """Return the seat from which something is done: the one that meets the first wish, of several the second, …

        Whoever is at work has one; whether it may be done from there, the service says.
        """
        return min(self.seats, key=lambda seat: [not wish(seat) for wish in wishes])


def seats_of(account: Account, day: date) -> list[Seat]:
    """Return from where the account works on `day`: its own seats, those lent for signing, those of the absent."""
    own = Appointment.objects.on(day).filter(account=account).select_related("agency__parent").order_by("pk")
    given = Delegation.objects.on(day).filter(to=account).order_by("-purpose", "pk")
    lent = given.select_related("appointment__agency__parent", "appointment__account")
    return [*(_seat(account, one) for one in own), *(_seat(account, one.appointment, one) for one in lent)]


def officer_on(account: Account, day: date) -> Officer:
    """Return the account as a civil servant on `day`; who serves nowhere has no seats."""
    return Officer(account, tuple(seats_of(account, day)))


def _seat(account: Account, served: Appointment, delegation: Delegation | None = None) -> Seat:
    return Seat(
        role=Role(served.role), account=account, agency=served.serves_at, title=served.title, delegation=delegation
    )
