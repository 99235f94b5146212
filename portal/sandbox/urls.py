from django.urls import include, path

from portal.sandbox import views

urlpatterns = [
    path("", views.index, name="index"),
    path("livez", views.livez),
    path("reset", views.reset),
    path("sandbox.css", views.stylesheet, name="stylesheet"),
    path("vneid/", include("portal.sandbox.vneid.urls")),
    path("paygov/", include("portal.sandbox.paygov.urls")),
    path("dvcqg/", include("portal.sandbox.dvcqg.urls")),
    path("dan-cu/", include("portal.sandbox.dancu.urls")),
    path("tin-nhan/", include("portal.sandbox.tinnhan.urls")),
    path("ho-kinh-doanh/", include("portal.sandbox.hokinhdoanh.urls")),
    path("", include("portal.sandbox.faults.urls")),
]
