"""Addresses of cases: filing, one's own cases, the desk, and one's own cases for programs."""

from __future__ import annotations

from django.urls import path

from identity.access import with_key
from onestop.api import views as api
from onestop.views import bulk, confirming, desk, drafts, filing, lists, mine, notices, papers, taking, telling

app_name = "onestop"

urlpatterns = [
    path("nop-ho-so/<uuid:uuid>/kiem-tra/", filing.check, name="check"),
    path("nop-ho-so/<uuid:uuid>/nho-xac-nhan/", confirming.ask, name="ask_confirmation"),
    path("xac-nhan/<str:token>/", confirming.confirm, name="confirm"),
    path("nop-ho-so/<uuid:uuid>/da-nop/", filing.filed, name="filed"),
    path("nop-ho-so/<uuid:uuid>/xoa/", drafts.discard, name="discard"),
    path("nop-ho-so/<uuid:uuid>/tiep-tuc/", drafts.resume, name="resume"),
    path("nop-ho-so/<uuid:uuid>/thay-doi/", drafts.read_news, name="read_news"),
    path("nop-ho-so/<uuid:uuid>/<slug:step>/dung-lai/", filing.reuse, name="reuse"),
    path("nop-ho-so/<uuid:uuid>/<slug:step>/luu-tam/", drafts.autosave, name="autosave"),
    path("nop-ho-so/<uuid:uuid>/<slug:step>/", filing.step, name="step"),
    path("nop-ho-so/<str:code>/", filing.start, name="start"),
    path("ho-so/", mine.my_cases, name="my_cases"),
    path("ho-so/thong-bao/", telling.told, name="told"),
    path("ho-so/cach-bao/", telling.preferences, name="preferences"),
    path("ho-so/<uuid:uuid>/", mine.case, name="case"),
    path("ho-so/<uuid:uuid>/bo-sung/", mine.supplement, name="supplement"),
    path("ho-so/<uuid:uuid>/du-thao/", mine.consent, name="consent"),
    path("ho-so/<uuid:uuid>/rut/", mine.withdraw, name="withdraw"),
    path("ho-so/<uuid:uuid>/tin-nhan/", mine.write, name="write"),
    path("ho-so/<uuid:uuid>/danh-gia/", mine.rate, name="rate"),
    path("ho-so/<uuid:uuid>/huy/", mine.cancel, name="cancel"),
    path("ho-so/<uuid:uuid>/ban-sao.pdf", papers.my_copy, name="copy"),
    path("ho-so/<uuid:uuid>/giay-to/<uuid:paper>/", papers.my_paper, name="my_paper"),
    path("ho-so/<uuid:uuid>/giay-to/<uuid:paper>/anh-nho/", papers.my_thumbnail, name="my_thumbnail"),
    path("ho-so/<uuid:uuid>/van-ban/<uuid:document>/", papers.my_document, name="my_document"),
    path("api/v1/ho-so/", with_key(api.Cases.as_view()), name="api_cases"),
    path("api/v1/ho-so/<str:code>/", with_key(api.OneCase.as_view()), name="api_case"),
    path("api/v1/ho-so/<str:code>/su-kien/", with_key(api.CaseEvents.as_view()), name="api_events"),
    path("api/v1/ho-so/<str:code>/bo-sung/", with_key(api.Supplement.as_view()), name="api_supplement"),
    path("api/v1/ho-so/<str:code>/du-thao/", with_key(api.Consent.as_view()), name="api_consent"),
    path("api/v1/ho-so/<str:code>/rut/", with_key(api.Withdrawal.as_view()), name="api_withdrawal"),
    path("api/v1/ho-so/<str:code>/huy/", with_key(api.Cancellation.as_view()), name="api_cancellation"),
    path("api/v1/ho-so/<str:code>/giay-to/<uuid:paper>/", with_key(api.PaperFile.as_view()), name="api_paper"),
    path(
        "api/v1/ho-so/<str:code>/van-ban/<uuid:document>/",
        with_key(api.DocumentFile.as_view()),
        name="api_document",
    ),
    path("api/v1/giay-to/", with_key(api.Papers.as_view()), name="api_papers"),
    path("mot-cua/", lists.home, name="desk"),
    path("mot-cua/danh-sach/<slug:queue>/", lists.queue, name="desk_queue"),
    path("mot-cua/danh-sach/<slug:queue>/luu/", lists.save_view, name="desk_save_view"),
    path("mot-cua/goc-nhin/<uuid:uuid>/xoa/", lists.delete_view, name="desk_delete_view"),
    path("mot-cua/thong-bao/", notices.notices, name="desk_notices"),
    path("mot-cua/danh-gia/", notices.ratings, name="desk_ratings"),
    path("mot-cua/tim/", lists.find, name="desk_find"),
    path("mot-cua/hang-loat/", bulk.choose, name="desk_bulk"),
    path("mot-cua/hang-loat/lam/", bulk.order, name="desk_bulk_order"),
    path("mot-cua/hang-loat/<uuid:uuid>/", bulk.job, name="desk_bulk_job"),
    path("mot-cua/ho-so/<str:code>/", desk.case, name="desk_case"),
    path("mot-cua/ho-so/<str:code>/bao-lai/", telling.send_again, name="desk_send_again"),
    path("mot-cua/ho-so/<str:code>/tat-ca/", taking.take_away, name="desk_take_away"),
    path("mot-cua/ho-so/<str:code>/giay-to/<uuid:paper>/", papers.desk_paper, name="desk_paper"),
    path("mot-cua/ho-so/<str:code>/giay-to/<uuid:paper>/anh-nho/", papers.desk_thumbnail, name="desk_thumbnail"),
    path("mot-cua/ho-so/<str:code>/van-ban/<uuid:document>/", papers.desk_document, name="desk_document"),
    path("mot-cua/ho-so/<str:code>/<slug:act>/", desk.act, name="desk_act"),
    path("quan-tri/loi-bao/", telling.wordings, name="wordings"),
    path("quan-tri/loi-bao/<str:about>/", telling.wording, name="wording"),
]
