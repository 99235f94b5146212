"""Addresses of the catalogue, for people and for machines."""

from __future__ import annotations

from django.urls import path

from identity.access import declare
from procedures import api, views

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", views.procedure_list, name="list"),
    path("thu-tuc/<str:code>/", views.detail, name="detail"),
    path("thu-tuc/<str:code>/mau-don.pdf", views.blank_form, name="blank_form"),
    path("thu-tuc/<str:code>.jsonld", views.linked_data, name="linked_data"),
    path("api/v1/thu-tuc/", declare(api.ProcedureList.as_view(), is_public=True), name="api_list"),
    path("api/v1/thu-tuc/<str:code>/", declare(api.ProcedureDetail.as_view(), is_public=True), name="api_detail"),
    path("api/v1/linh-vuc/", declare(api.SectorList.as_view(), is_public=True), name="api_sectors"),
    path("api/v1/co-quan/", declare(api.AgencyList.as_view(), is_public=True), name="api_agencies"),
]
