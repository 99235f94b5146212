"""The authorization code flow with PKCE (RFC 6749, RFC 7636) and id_tokens (OpenID Connect Core 1.0).

Written here and not taken from `allauth.idp.oidc`, which asks for PKCE of public clients only and keeps users,
consents and codes in places of its own: the portal must be seen to send PKCE and a nonce, so both are required.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction

from portal.sandbox import citizens, settings
from portal.sandbox.faults import knobs
from portal.sandbox.vneid import keys
from portal.sandbox.vneid.models import Grant

CODE_LASTS: Final = timedelta(minutes=2)
TOKEN_LASTS: Final = timedelta(minutes=10)


class FatalError(Exception):
    """The request names a client or an address that is not registered: nobody may be redirected."""


class FlowError(Exception):
    """A refusal of RFC 6749; `code` is the name that the standard gives it."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asks the citizen's browser to bring."""

    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str

    def location(self, **answer: str) -> str:
        """Return the address that takes `answer` back to the client."""
        joint = "&" if "?" in self.redirect_uri else "?"
        parameters = {**answer, **({"state": self.state} if self.state else {})}
        return f"{self.redirect_uri}{joint}{urlencode(parameters)}"


def issuer() -> str:
    return f"{settings.SANDBOX_URL}/vneid"


def is_ours(address: str) -> bool:
    """Say whether `address` lies below the portal's: those are what the sandbox counts as registered.

    On a laptop the portal is opened as localhost and as 127.0.0.1: both are meant.
    """
    registered = knobs.value("public_url")
    twin = registered.replace("://localhost", "://127.0.0.1")
    return address.replace("://localhost", "://127.0.0.1").startswith((f"{registered}/", f"{twin}/"))


def read_authorization(query: Mapping[str, str]) -> AuthorizationRequest:
    """Return the request in `query`; raises `FatalError` when it must not be answered by a redirect."""
    if query.get("client_id") != settings.VNEID_CLIENT_ID:
        raise FatalError("client_id không được đăng ký.")
    if not is_ours(query.get("redirect_uri", "")):
        raise FatalError("redirect_uri không được đăng ký.")
    return AuthorizationRequest(
        redirect_uri=query["redirect_uri"],
        state=query.get("state", ""),
        nonce=query.get("nonce", ""),
        code_challenge=query.get("code_challenge", ""),
    )


def check_authorization(query: Mapping[str, str]) -> None:
    """Raise `FlowError` for a request that is refused by a redirect back to its client."""
    if query.get("response_type") != "code":
        raise FlowError("unsupported_response_type", "Only response_type=code.")
    if "openid" not in query.get("scope", "").split():
        raise FlowError("invalid_scope", "scope must contain openid.")
    if not query.get("code_challenge") or query.get("code_challenge_method") != "S256":
        raise FlowError("invalid_request", "PKCE with S256 is required.")
    if not query.get("nonce"):
        raise FlowError("invalid_request", "nonce is required.")


def grant(asked: AuthorizationRequest, citizen: str, *, at: datetime) -> str:
    """Return a new code for the citizen who agreed; it is good once, for two minutes."""
    if citizen not in citizens.everyone():
        raise FatalError("Không có công dân này.")
    row = Grant.objects.create(
        code=secrets.token_urlsafe(32),
        citizen=citizen,
        redirect_uri=asked.redirect_uri,
        nonce=asked.nonce,
        code_challenge=asked.code_challenge,
        issued_at=at,
    )
    return row.code


def authenticate(header: str, form: Mapping[str, str]) -> None:
    """Check the client by HTTP Basic or by form fields; raises `FlowError`."""
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    if header.startswith("Basic "):
        try:
            name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        except ValueError as error:
            raise FlowError("invalid_client", "Unreadable credentials.") from error
    known = name == settings.VNEID_CLIENT_ID
    if not hmac.compare_digest(secret.encode(), settings.VNEID_CLIENT_SECRET.encode()) or not known:
        raise FlowError("invalid_client", "Unknown client or wrong secret.")


@transaction.atomic
def exchange(form: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """Return the tokens for a code, which is thereby used up; raises `FlowError`."""
    if form.get("grant_type") != "authorization_code":
        raise FlowError("unsupported_grant_type", "Only authorization_code.")
    row = Grant.objects.filter(code=form.get("code", ""), used_at=None, issued_at__gt=at - CODE_LASTS).first()
    if row is None or row.redirect_uri != form.get("redirect_uri"):
        raise FlowError("invalid_grant", "The code is unknown, used, too old or for another address.")
    if not hmac.compare_digest(row.code_challenge, _challenge(form.get("code_verifier", ""))):
        raise FlowError("invalid_grant", "code_verifier does not fit code_challenge.")
    row.used_at, row.access_token = at, secrets.token_urlsafe(32)
    row.save(update_fields=["used_at", "access_token"])
    return {
        "access_token": row.access_token,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "scope": "openid",
        "id_token": keys.sign(_id_token(row, at=at)),
    }


def userinfo(header: str, *, at: datetime) -> dict[str, Any]:
    """Return the claims of the citizen whose access token the header carries; raises `FlowError`."""
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
    row = Grant.objects.filter(access_token=token, used_at__gt=at - TOKEN_LASTS).first() if token else None
    if row is None:
        raise FlowError("invalid_token", "The access token is unknown or too old.")
    return citizens.everyone()[row.citizen].claims


def discovery() -> dict[str, Any]:
    base = issuer()
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/jwks.json",
        "end_session_endpoint": f"{base}/logout",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


def _id_token(row: Grant, *, at: datetime) -> dict[str, Any]:
    claims = citizens.everyone()[row.citizen].claims
    return {
        "iss": issuer(),
        "aud": settings.VNEID_CLIENT_ID,
        "sub": claims["sub"],
        "iat": at,
        "exp": at + TOKEN_LASTS,
        "auth_time": int(row.issued_at.timestamp()),
        "nonce": row.nonce,
        "TechID": claims["TechID"],
        "IAL": claims["IAL"],
    }


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
