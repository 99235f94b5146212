"""Addresses of signing in and out (their names are those that allauth looks up), the language, and API keys."""

from __future__ import annotations

from django.urls import path

from identity import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="account_login"),
    path("dang-xuat/", views.sign_out, name="account_logout"),
    path("dang-nhap/vneid/khong/", views.sign_in_declined, name="socialaccount_login_cancelled"),
    path("dang-nhap/vneid/", views.vneid_login, name="vneid_login"),
    path("dang-nhap/vneid/xong/", views.vneid_callback, name="vneid_callback"),
    path("ngon-ngu/", views.set_language, name="set_language"),
    path("tai-khoan/khoa-api/", views.api_keys, name="api_keys"),
    path("tai-khoan/khoa-api/<uuid:uuid>/thu-hoi/", views.revoke_api_key, name="revoke_api_key"),
]
