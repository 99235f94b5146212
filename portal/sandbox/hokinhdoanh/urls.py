from django.urls import path

from portal.sandbox.hokinhdoanh import views

urlpatterns = [
    path("", views.register, name="household_businesses"),
    path("tra-cuu-ho-so", views.look_up),
    path("<str:code>", views.move, name="household_business"),
]
