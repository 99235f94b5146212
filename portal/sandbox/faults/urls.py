from django.urls import path

from portal.sandbox.faults import views

app_name = "faults"
urlpatterns = [
    path("faults", views.faults, name="plan"),
    path("faults/", views.page, name="page"),
    path("settings", views.settings, name="settings"),
]
