"""Addresses of signing in and out (named as allauth looks them up), the language, API keys, and the organisation."""

from __future__ import annotations

from django.urls import path

from identity.views import absence, doors, organisation, tables

urlpatterns = [
    path("dang-nhap/", doors.sign_in, name="account_login"),
    path("dang-xuat/", doors.sign_out, name="account_logout"),
    path("dang-nhap/vneid/khong/", doors.sign_in_declined, name="socialaccount_login_cancelled"),
    path("dang-nhap/vneid/", doors.vneid_login, name="vneid_login"),
    path("dang-nhap/vneid/xong/", doors.vneid_callback, name="vneid_callback"),
    path("ngon-ngu/", doors.set_language, name="set_language"),
    path("tai-khoan/mat-khau/", doors.own_password, name="account_change_password"),
    path("tai-khoan/vang-mat/", absence.home, name="absence"),
    path("tai-khoan/vang-mat/<int:number>/", absence.lend, name="absence_lend"),
    path("tai-khoan/vang-mat/<int:number>/ket-thuc/", absence.end, name="absence_end"),
    path("tai-khoan/khoa-api/", doors.api_keys, name="api_keys"),
    path("tai-khoan/khoa-api/<uuid:uuid>/thu-hoi/", doors.revoke_api_key, name="revoke_api_key"),
    path("quan-tri/to-chuc/", organisation.home, name="organisation"),
    path("quan-tri/to-chuc/moi/", organisation.new_agency, name="organisation_new_agency"),
    path("quan-tri/to-chuc/bang/", tables.home, name="organisation_tables"),
    path("quan-tri/to-chuc/bang/to-chuc.xlsx", tables.download, name="organisation_download"),
    path("quan-tri/to-chuc/bang/mau.xlsx", tables.blank, name="organisation_blank"),
    path("quan-tri/to-chuc/bang/<uuid:uuid>/", tables.plan, name="organisation_import"),
    path("quan-tri/to-chuc/co-quan/<str:code>/", organisation.agency, name="organisation_agency"),
    path("quan-tri/to-chuc/co-quan/<str:code>/sua/", organisation.change_agency, name="organisation_change_agency"),
    path("quan-tri/to-chuc/co-quan/<str:code>/phan-cong/", organisation.appoint, name="organisation_appoint"),
    path("quan-tri/to-chuc/phan-cong/<int:number>/thoi/", organisation.end_appointment, name="organisation_end"),
    path(
        "quan-tri/to-chuc/phan-cong/<int:number>/mat-khau/", organisation.first_password, name="organisation_password"
    ),
    path("quan-tri/to-chuc/phan-cong/<int:number>/uy-nhiem/", organisation.delegate, name="organisation_delegate"),
    path(
        "quan-tri/to-chuc/uy-nhiem/<int:number>/thu-hoi/", organisation.revoke_delegation, name="organisation_revoke"
    ),
]
