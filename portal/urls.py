"""Every address of the portal, app by app."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from identity.access import declare

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.public.urls")),
    path("", include("onestop.urls")),
    path("", include("payments.urls")),
    path("", include("procedures.urls")),
    path("", include("procedures.office.urls")),
    path("", include("identity.urls")),
    path("api/schema/", declare(SpectacularAPIView.as_view(), is_public=True), name="schema"),
    path(
        "api/docs/",
        declare(SpectacularSwaggerSplitView.as_view(url_name="schema"), is_public=True),
        name="api_docs",
    ),
    path("quan-tri/he-thong/", admin.site.urls),
]

handler400 = "portal.public.views.bad_request"
