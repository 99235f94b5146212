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
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from identity.models import Account
from identity.officers import Officer, officer_on
from identity.states import Role

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class AccessRule:
    """Who may open a page: everybody, anyone signed in, those who serve in `roles`, or programs with a key."""

    public: bool = False
    roles: frozenset[Role] = field(default_factory=frozenset)
    by_key: bool = False


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
        cached = officer_on(account, timezone.localdate()) if account.is_authenticated else Officer(account, ())
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
