from django.urls import path

from portal.sandbox.tinnhan import views

app_name = "tinnhan"

urlpatterns = [
    path("", views.sent, name="sent"),
    path("sms", views.sms),
    path("vneid", views.vneid),
]
