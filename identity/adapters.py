"""How signing in becomes an account."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody opens an account with a password by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class VneidAdapter(DefaultSocialAccountAdapter):
    """A first sign-in through VNeID opens the account."""
