"""How allauth's sign-in becomes ours: no accounts by password, citizens by TechID."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from identity.errors import AccountClosedError, SignInRefusedError
from identity.models import Account
from identity.services import account_from_claims, choose_password, remember_language

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody opens an account with a password by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        choose_password(account_id=user.pk, password=password, at=timezone.now())
        user.refresh_from_db()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def respond_user_inactive(self, request: HttpRequest, user: object) -> HttpResponse:
        return _closed(request)


class VneidAdapter(DefaultSocialAccountAdapter):
    """A sign-in through VNeID opens, or refreshes, the account of that TechID.

    The account itself carries the key, encrypted where personal, so allauth's own tables, which would keep the
    claims in plain text, stay empty.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        try:
            account = account_from_claims(claims=sociallogin.account.extra_data["userinfo"])
        except AccountClosedError as error:
            raise ImmediateHttpResponse(_closed(request)) from error
        except SignInRefusedError as error:
            page = render(request, "socialaccount/authentication_error.html", status=403)
            raise ImmediateHttpResponse(page) from error
        login(request, account, backend=_BACKEND)
        _note_language(request, account)
        raise ImmediateHttpResponse(HttpResponseRedirect(_local(sociallogin.state.get("next"))))


def _note_language(request: HttpRequest, account: Account) -> None:
    """Write in the language that was chosen in this browser; at the first sign-in, in that of its pages."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not account.language:
        remember_language(account=account, language=get_language() or settings.LANGUAGE_CODE)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/closed.html", {"text": AccountClosedError.message}, status=403)


def _local(address: str | None) -> str:
    local = address and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if address and local else resolve_url("/")
