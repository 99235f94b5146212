"""Addresses of payments."""

from __future__ import annotations

from django.urls import path

from payments import views

app_name = "payments"

urlpatterns = [
    path("thanh-toan/<uuid:uuid>/", views.fee, name="fee"),
    path("thanh-toan/<uuid:uuid>/bien-lai/<str:series>/<int:number>/", views.receipt, name="receipt"),
    path("thanh-toan/ket-qua/<str:reference>/", views.result, name="result"),
    path("api/v1/thanh-toan/paygov/xac-nhan", views.paygov_confirmation, name="paygov_confirmation"),
]
