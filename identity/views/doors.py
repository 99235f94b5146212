"""Doors: signing in and out, one's password, the language; and the keys that people make for programs."""

from __future__ import annotations

import base64
from typing import Final
from uuid import UUID

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView
from django.views.i18n import set_language as set_cookie

from identity.access import account_of, citizen, public
from identity.errors import KeyNotIssuedError
from identity.forms.keys import KeyForm
from identity.forms.password import PasswordForm
from identity.models import ApiKey
from identity.provider import VneidOAuth2Adapter
from identity.services import issue_key, remember_language, revoke_key
from portal.core.crypto import decrypt, encrypt

sign_in = public(LoginView.as_view(template_name="identity/sign_in.html"))
sign_out = public(LogoutView.as_view(template_name="identity/sign_out.html"))
sign_in_declined = public(TemplateView.as_view(template_name="socialaccount/login_cancelled.html"))
vneid_login = public(OAuth2LoginView.adapter_view(VneidOAuth2Adapter))
vneid_callback = public(OAuth2CallbackView.adapter_view(VneidOAuth2Adapter))
_password_page = PasswordChangeView.as_view(template_name="identity/password.html", form_class=PasswordForm)

_SHOWN_ONCE: Final = "new_api_key"


@public
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Change the language of the pages here, and of our letters to whoever is signed in."""
    language = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and check_for_language(language):
        remember_language(account=account_of(request), language=language)
    return set_cookie(request)


@citizen
@never_cache
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponseBase:
    """One's own password; whoever signs in through VNeID has none here."""
    if not account_of(request).has_usable_password():
        raise Http404
    page: HttpResponseBase = _password_page(request)
    return page


@citizen
@never_cache
@require_http_methods(["GET", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys, and a new one; its token is shown on the next page, once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _key, token = issue_key(account=account_of(request), at=timezone.now(), **form.asked)
        except KeyNotIssuedError as error:
            form.add_error("name", str(error.message))
        else:
            sealed = encrypt(token.encode(), context=_SHOWN_ONCE)
            request.session[_SHOWN_ONCE] = base64.b64encode(sealed).decode()
            return redirect("api_keys")
    context = {
        "form": form,
        "keys": ApiKey.objects.of(account_of(request)),
        "token": _take_token(request),
        "now": timezone.now(),
    }
    return render(request, "identity/api_keys.html", context)


@citizen
@require_POST
def revoke_api_key(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a key at once."""
    revoke_key(account=account_of(request), uuid=uuid, at=timezone.now())
    messages.success(request, _("The key was revoked. Programs that use it are refused from now on."))
    return redirect("api_keys")


def _take_token(request: HttpRequest) -> str:
    sealed = request.session.pop(_SHOWN_ONCE, "")
    return decrypt(base64.b64decode(sealed), context=_SHOWN_ONCE).decode() if sealed else ""
