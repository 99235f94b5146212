from django.urls import path

from portal.sandbox.dvcqg import pages, views

app_name = "dvcqg"
urlpatterns = [
    path("auth", views.auth),
    path("api", views.api),
    path("so-cai/", pages.ledger_page, name="ledger"),
    path("so-cai.json", views.ledger_json),
    path("danh-muc/", pages.catalogue_page, name="catalogue"),
    path("nop-ho-so/", pages.file_page, name="file"),
    path("nop-ho-so.json", pages.file_json),
    path("het-phien", views.end_sessions),
]
