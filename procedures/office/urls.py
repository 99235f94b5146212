"""Addresses of the catalogue's office."""

from __future__ import annotations

from django.urls import path

from procedures.office import calendars, code_lists, drafts, imports, national, sheets, views, words
from procedures.office.builder import urls as builder

app_name = "office"

urlpatterns = [
    *builder.urlpatterns,
    path("quan-tri/", views.home, name="home"),
    path("quan-tri/nhap/", imports.runs, name="imports"),
    path("quan-tri/nhap/<int:number>/", imports.report, name="import"),
    path("quan-tri/nhap/<int:number>/tai-ve/<slug:kind>/", imports.download, name="import_download"),
    path("quan-tri/bang-tinh/", sheets.home, name="sheets"),
    path("quan-tri/bang-tinh/danh-muc.xlsx", sheets.download, name="sheet_download"),
    path("quan-tri/bang-tinh/<uuid:uuid>/", sheets.plan, name="sheet"),
    path("quan-tri/bang-tinh/<uuid:uuid>/de-xuat/", sheets.confirm, name="sheet_confirm"),
    path("quan-tri/quoc-gia/", national.changes, name="national"),
    path("quan-tri/quoc-gia/hoi-ngay/", national.look_now, name="national_look"),
    path("quan-tri/quoc-gia/moi/", national.newcomers, name="newcomers"),
    path("quan-tri/quoc-gia/moi/<str:code>/", national.newcomer, name="newcomer"),
    path("quan-tri/quoc-gia/moi/<str:code>/nhan/", national.take_over, name="newcomer_take_over"),
    path("quan-tri/quoc-gia/moi/<str:code>/xem-lai/", national.decide_again, name="newcomer_again"),
    path("quan-tri/quoc-gia/<str:code>/<slug:act>/", national.act, name="national_act"),
    path("quan-tri/thu-tuc/", views.procedures, name="procedures"),
    path("quan-tri/thu-tuc/<str:code>/", views.history, name="history"),
    path("quan-tri/thu-tuc/<str:code>/soan/", views.start, name="start"),
    path("quan-tri/thu-tuc/<str:code>/tro-lai/<int:number>/", views.roll_back, name="roll_back"),
    path("quan-tri/tu-dong-nghia/", words.synonyms, name="synonyms"),
    path("quan-tri/tu-dong-nghia/moi/", words.new_synonym, name="new_synonym"),
    path("quan-tri/tu-dong-nghia/<int:number>/", words.synonym, name="synonym"),
    path("quan-tri/tim-khong-thay/", words.fruitless, name="fruitless"),
    path("quan-tri/tim-khong-thay/<int:number>/bo/", words.dismiss, name="dismiss"),
    path("quan-tri/lich/", calendars.calendars, name="calendars"),
    path("quan-tri/lich/<str:code>/", calendars.calendar, name="calendar"),
    path("quan-tri/lich/<str:code>/ngay/<str:day>/", calendars.day, name="calendar_day"),
    path("quan-tri/lich/<str:code>/ngay/<str:day>/bo/", calendars.unset_day, name="calendar_unset_day"),
    path("quan-tri/lich/<str:code>/gio/<int:weekday>/", calendars.hours, name="calendar_hours"),
    path("quan-tri/de-xuat/<uuid:uuid>/", views.proposal, name="proposal"),
    path("quan-tri/de-xuat/<uuid:uuid>/viec/<slug:act>/", views.act, name="act"),
    path("quan-tri/de-xuat/<uuid:uuid>/sua/<slug:section>/", drafts.section, name="section"),
    path("quan-tri/de-xuat/<uuid:uuid>/sua/<slug:section>/<slug:place>/", drafts.part, name="part"),
    path(
        "quan-tri/de-xuat/<uuid:uuid>/sua/<slug:section>/<slug:place>/<slug:act>/", drafts.part_act, name="part_act"
    ),
    path("quan-tri/danh-muc/", code_lists.lists, name="code_lists"),
    path("quan-tri/danh-muc/<str:code>/", code_lists.entries, name="code_list"),
    path("quan-tri/danh-muc/<str:code>/them/", code_lists.add, name="code_list_add"),
    path("quan-tri/danh-muc/<str:code>/<str:entry>/sua/", code_lists.reword, name="code_list_reword"),
    path("quan-tri/danh-muc/<str:code>/<str:entry>/ket-thuc/", code_lists.end, name="code_list_end"),
]
