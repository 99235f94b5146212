"""Addresses of the catalogue, for people and for machines."""

from __future__ import annotations

from django.urls import path

from identity.access import declare
from procedures import api, guiding, open_data, views

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", views.procedure_list, name="list"),
    path("thu-tuc/goi-y.json", views.suggest, name="suggest"),
    path("thu-tuc/<str:code>/", views.detail, name="detail"),
    path("thu-tuc/<str:code>/mau-don.pdf", views.blank_form, name="blank_form"),
    path("thu-tuc/<str:code>.jsonld", views.linked_data, name="linked_data"),
    path("su-kien/", guiding.events, name="events"),
    path("su-kien/<slug:code>/", guiding.event, name="event"),
    path("du-lieu-mo/", open_data.about, name="open_data"),
    path("du-lieu-mo/thu-tuc.json", open_data.pages, name="data_pages"),
    path("du-lieu-mo/tat-ca-thu-tuc.json", open_data.whole, name="data_whole"),
    path("du-lieu-mo/tat-ca-thu-tuc.jsonld", open_data.whole_linked, name="data_linked"),
    path("api/v1/thu-tuc/", declare(api.ProcedureList.as_view(), is_public=True), name="api_list"),
    path("api/v1/thu-tuc/<str:code>/", declare(api.ProcedureDetail.as_view(), is_public=True), name="api_detail"),
    path(
        "api/v1/thu-tuc/<str:code>/bieu-mau/", declare(api.ProcedureForm.as_view(), is_public=True), name="api_form"
    ),
    path("api/v1/linh-vuc/", declare(api.SectorList.as_view(), is_public=True), name="api_sectors"),
    path("api/v1/co-quan/", declare(api.AgencyList.as_view(), is_public=True), name="api_agencies"),
]
