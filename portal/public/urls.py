"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path
from django_prometheus.exports import ExportToDjangoView

from identity.access import declare
from portal.public import sitemaps, views

urlpatterns = [
    path("", views.home, name="home"),
    path("co-quan/", views.agencies, name="agencies"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("tra-cuu/", views.track, name="track"),
    path("xin-loi/", views.apologies, name="apologies"),
    path("xac-thuc/", views.verify, name="verify"),
    path("xac-thuc/<uuid:uuid>/", views.verify_document, name="verify_document"),
    path("quan-tri/hop-thu-di/", views.outbox, name="outbox"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    # Figures for the monitoring on the same host or network; docs/operations.md says how the proxy closes it.
    path("metrics", declare(ExportToDjangoView, is_public=True), name="metrics"),
]
