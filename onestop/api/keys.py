"""Who asks: the key in the Authorization header, what it may do, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.parsers import BaseParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.errors import KeyRefusedError
from identity.models import Account, ApiKey
from identity.services import key_of
from identity.states import Scope
from portal.core.api import CarefulJSONParser, Forgiving


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer bdp_…`, and nothing else: no cookie opens these addresses, and no query string."""

    def authenticate(self, request: Request) -> tuple[Account, ApiKey]:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        try:
            key = key_of(token=token.strip() if kind.lower() == "bearer" else "", at=timezone.now())
        except KeyRefusedError as error:
            raise AuthenticationFailed(str(error.message)) from error
        return key.account, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema calls it."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A key made at /tai-khoan/khoa-api/."}


class PerKey(Forgiving):
    """So many calls a minute and key."""

    scope = "key"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"api-key:{key_behind(request).pk}"


class KeyApi(APIView):
    """Open to programs whose key has the scope of the method; answers belong to one person and are not kept."""

    authentication_classes: Sequence[type[BaseAuthentication]] = (KeyAuthentication,)
    permission_classes = [IsAuthenticated]
    throttle_classes = [PerKey]
    parser_classes: Sequence[type[BaseParser]] = (CarefulJSONParser,)
    scopes: ClassVar[dict[str, Scope]] = {}
    problems: tuple[int, ...] = (401, 403, 406, 429)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        needed = self.scopes.get(request.method or "")
        if needed is not None and needed not in key_behind(request).scopes:
            raise PermissionDenied(_("The key does not have the permission “%(scope)s”.") % {"scope": needed})

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return super().finalize_response(request, response, *args, **kwargs)


def account_behind(request: Request) -> Account:
    """Return the person for whom the program asks."""
    return key_behind(request).account


def key_behind(request: Request) -> ApiKey:
    """Return the key that opened this address."""
    if not isinstance(request.auth, ApiKey):
        raise AuthenticationFailed
    return request.auth
