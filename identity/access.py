"""Closed unless opened: every view declares its rule, and a test fails on one that does not.

`@public` opens a page to everybody, `@citizen` to anyone signed in, `@serves_as(...)` to those who serve in one
of the roles today, `with_key` an address of the API to programs with a key. The rule is kept on the view as
`access_rule`, where the test of all addresses reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from identity.models import Account, Agency, Appointment
from identity.queries import appointments_of
from identity.states import Role

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class AccessRule:
    """Who may open a page: everybody, anyone signed in, those who serve in `roles`, or programs with a key."""

    public: bool = False
    roles: frozenset[Role] = field(default_factory=frozenset)
    by_key: bool = False


@dataclass(frozen=True)
class Officer:
    """A civil servant at work: the account and what it is appointed to today."""

    account: Account
    appointments: tuple[Appointment, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(appointment.role) for appointment in self.appointments)

    @property
    def agency_ids(self) -> list[int]:
        return sorted({appointment.agency_id for appointment in self.appointments})

    @property
    def agencies(self) -> list[Agency]:
        return list({appointment.agency_id: appointment.agency for appointment in self.appointments}.values())


def public(view: View) -> View:
    """Open the view to everybody."""
    return _declared(login_not_required(view), AccessRule(public=True))


def citizen(view: View) -> View:
    """Open the view to anyone who is signed in; it narrows its objects to the asker itself."""
    return _declared(view, AccessRule())


def serves_as(*roles: Role) -> Callable[[View], View]:
    """Open the view to civil servants who serve in one of `roles` today; 403 for others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not officer(request).roles & frozenset(roles):
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


def officer(request: HttpRequest) -> Officer:
    """Return who is at work; somebody without an appointment has no roles. Read once a request."""
    cached = getattr(request, "_officer", None)
    if cached is None:
        account = cast("Account", request.user)
        appointments = appointments_of(account, timezone.localdate()) if account.is_authenticated else []
        cached = Officer(account, tuple(appointments))
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
