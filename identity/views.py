"""Doors: signing in and out."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.views.generic import TemplateView

from identity.access import public
from identity.provider import VneidOAuth2Adapter

sign_in = public(LoginView.as_view(template_name="identity/sign_in.html"))
sign_out = public(LogoutView.as_view(template_name="identity/sign_out.html"))
sign_in_declined = public(TemplateView.as_view(template_name="socialaccount/login_cancelled.html"))
vneid_login = public(OAuth2LoginView.adapter_view(VneidOAuth2Adapter))
vneid_callback = public(OAuth2CallbackView.adapter_view(VneidOAuth2Adapter))
