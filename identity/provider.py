"""Signing in through VNeID: OpenID Connect's code flow with PKCE, the nonce checked, the id_token verified.

allauth's own OpenID Connect client neither sends a nonce nor verifies the id_token's signature, because it fetched
the token itself over TLS; a public service wants both. allauth finds `provider_classes` by this module's name.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse

_NONCES: Final = "vneid_nonces"
_TABS: Final = 5  # sign-ins that may be under way in one browser at once


class VneidOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Turns the answer of VNeID's token endpoint into claims that can be trusted."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, VneidProvider.id)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(request.build_absolute_uri(reverse("vneid_callback")))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return the login of the person named by the id_token; raises `OAuth2Error` when it is not genuine."""
        config = self.openid_config
        verified = jwtkit.verify_and_decode(
            credential=kwargs["response"].get("id_token", ""),
            keys_url=config["jwks_uri"],
            issuer=config["issuer"],
            audience=[app.client_id],
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        _use_nonce(request, str(verified.get("nonce", "")))
        claims = self._fetch_user_info(token.token)
        if claims.get("sub") != verified.get("sub") or not claims.get("TechID"):
            raise OAuth2Error("The claims are not those of the person who signed in.")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": claims})


class VneidProvider(OpenIDConnectProvider):
    """VNeID, the national identity application."""

    id = "vneid"
    name = "VNeID"
    oauth2_adapter_class = VneidOAuth2Adapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("vneid_login")

    def get_callback_url(self) -> str:
        return reverse("vneid_callback")

    def get_oauth2_adapter(self, request: HttpRequest) -> VneidOAuth2Adapter:
        return VneidOAuth2Adapter(request)

    def get_default_scope(self) -> list[str]:
        return ["openid"]

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        nonce = secrets.token_urlsafe(24)
        request.session[_NONCES] = [*request.session.get(_NONCES, []), nonce][-_TABS:]
        return {"nonce": nonce}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # the adapter makes the account; nothing personal goes into allauth's tables

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


def _use_nonce(request: HttpRequest, nonce: str) -> None:
    nonces = request.session.get(_NONCES, [])
    if not nonce or nonce not in nonces:
        raise OAuth2Error("The nonce of the id_token was not ours, or was used before.")
    request.session[_NONCES] = [other for other in nonces if other != nonce]


provider_classes = [VneidProvider]
