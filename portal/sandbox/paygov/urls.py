from django.urls import path

from portal.sandbox.paygov import views

app_name = "paygov"
urlpatterns = [
    path("", views.index, name="index"),
    path("init", views.init),
    path("query", views.query),
    path("bill", views.get_bill),
    path("pay/<str:token>", views.pay, name="pay"),
    path("giao-dich.json", views.listing),
    path("bao-lai", views.replay),
]
