"""Closed unless opened: every view declares its rule, and a test fails on one that does not.

`@public` opens a page to everybody, `@citizen` to anyone signed in, `@serves_as(...)` to those who serve in one
of the roles today, `with_key` an address of the API to programs with a key. The rule is kept on the view as
`access_rule`, where the test of all addresses reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Agency
from identity.queries import Seat, seats_of, with_those_below
from identity.states import AgencyKind, Role

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class AccessRule:
    """Who may open a page: everybody, anyone signed in, those who serve in `roles`, or programs with a key."""

    public: bool = False
    roles: frozenset[Role] = field(default_factory=frozenset)
    by_key: bool = False


@dataclass(frozen=True)
class Officer:
    """A civil servant at work: the account, and the seats from which it works today."""

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
        """The agencies served; an inspector only looks at theirs."""
        return sorted({seat.agency.pk for seat in self.seats if seat.role != Role.INSPECTOR})

    @property
    def desk_ids(self) -> list[int]:
        """The agencies at which they handle cases or decide them: whose opinion they may give."""
        return sorted({seat.agency.pk for seat in self.seats if seat.role in {Role.OFFICER, Role.LEADER}})

    @cached_property
    def reads(self) -> list[int]:
        """The agencies whose cases they may read: those served; of a leader and of an inspector also those below."""
        over = [seat.agency.pk for seat in self.seats if seat.role in {Role.LEADER, Role.INSPECTOR}]
        return sorted({*with_those_below(over), *self.agency_ids}) if over else self.agency_ids

    @cached_property
    def inspected(self) -> list[Agency]:
        """The agencies that an inspector looks over: their own and those below."""
        own = [seat.agency.pk for seat in self.seats if seat.role == Role.INSPECTOR]
        return list(Agency.objects.filter(pk__in=with_those_below(own))) if own else []

    @property
    def inspects_all(self) -> bool:
        """Whether an inspector looks over the whole province."""
        kinds = {seat.agency.kind for seat in self.seats if seat.role == Role.INSPECTOR}
        return AgencyKind.PROVINCE in kinds

    @property
    def agencies(self) -> list[Agency]:
        """The agencies served."""
        return list({seat.agency.pk: seat.agency for seat in self.seats}.values())

    def agencies_as(self, *roles: Role) -> list[int]:
        """Return the agencies served in one of `roles`; an inspector looks over everybody's shoulder."""
        if self.is_inspector:
            return sorted({*self.agency_ids, *(agency.pk for agency in self.inspected)})
        return sorted({seat.agency.pk for seat in self.seats if seat.role in roles})


def public(view: View) -> View:
    """Open the view to everybody."""
    return _declared(login_not_required(view), AccessRule(public=True))


def citizen(view: View) -> View:
    """Open the view to anyone who is signed in; it narrows its objects to the asker itself."""
    return _declared(view, AccessRule())


def serves_as(*roles: Role) -> Callable[[View], View]:
    """Open the view to civil servants who serve in one of `roles` today; 403 for others.

    An inspector may look at every such page, and send nothing to any.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            at_work = officer(request)
            looks = at_work.is_inspector and request.method in {"GET", "HEAD"}
            if not looks and not at_work.roles & frozenset(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _declared(guarded, AccessRule(roles=frozenset(roles)))

    return decorate


def declare(view: View, *, is_public: bool) -> View:
    """Declare the rule of a view that another package wrote."""
    return public(view) if is_public else citizen(view)


def with_key(view: View) -> View:
    """Open an address of the API to programs that bring a key; the view asks for it, and for its scopes."""
    return _declared(login_not_required(view), AccessRule(by_key=True))


class OwnPasswordFirst:
    """Leads whoever still has the password that an admin gave them to choose their own, before any closed page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_args: object) -> HttpResponseBase | None:
        page = reverse("account_change_password")
        if not getattr(view, "login_required", True) or request.path == page:
            return None
        if not getattr(request.user, "must_change_password", False):
            return None
        return redirect_to_login(request.get_full_path(), page)


def officer(request: HttpRequest) -> Officer:
    """Return who is at work; somebody without a seat has no roles. Read once a request."""
    cached = getattr(request, "_officer", None)
    if cached is None:
        account = cast("Account", request.user)
        seats = seats_of(account, timezone.localdate()) if account.is_authenticated else []
        cached = Officer(account, tuple(seats))
        request._officer = cached  # type: ignore[attr-defined]
    return cast("Officer", cached)


def account_of(request: HttpRequest) -> Account:
    """Return the signed-in account of a page that is not public."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def _declared(view: View, rule: AccessRule) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]
    return view
