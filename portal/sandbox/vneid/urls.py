from django.urls import path

from portal.sandbox.vneid import views

urlpatterns = [
    path(".well-known/openid-configuration", views.discovery, name="discovery"),
    path("jwks.json", views.jwks),
    path("authorize", views.authorize, name="authorize"),
    path("token", views.token),
    path("userinfo", views.userinfo),
    path("logout", views.logout),
]
