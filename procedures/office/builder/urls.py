"""Addresses of the builder; they stand before those of the sections."""

from __future__ import annotations

from django.urls import path

from procedures.office.builder import (
    copying,
    editors,
    facts,
    preview,
    process,
    refusals,
    revisions,
    samples,
    starting,
    terms,
    views,
    ways,
)

_DRAFT = "quan-tri/de-xuat/<uuid:uuid>/"
_STEP = f"{_DRAFT}sua/quy-trinh/buoc/<str:step>/"
_FORM = f"{_DRAFT}sua/bieu-mau/"

urlpatterns = [
    path("quan-tri/thu-tuc-moi/", starting.new, name="new"),
    path(_FORM, views.form, name="form"),
    path(f"{_FORM}trang-moi/", editors.new_page, name="new_page"),
    path(f"{_FORM}trang/<slug:page>/", editors.page, name="page"),
    path(f"{_FORM}trang/<slug:page>/dieu-kien/<slug:rule>/", editors.page_rule, name="page_rule"),
    path(f"{_FORM}trang/<slug:page>/viec/<slug:act>/", views.page_act, name="page_act"),
    path(f"{_FORM}them/<str:where>/", editors.new_question, name="new_question"),
    path(f"{_FORM}cau-hoi/<str:question>/", editors.question, name="question"),
    path(f"{_FORM}cau-hoi/<str:question>/dieu-kien/<slug:rule>/", editors.question_rule, name="question_rule"),
    path(f"{_FORM}cau-hoi/<str:question>/viec/<slug:act>/", views.question_act, name="question_act"),
    path(f"{_FORM}xoa/<slug:what>/<str:path>/", views.remove, name="remove"),
    path(f"{_FORM}gom/", views.group, name="group"),
    path(f"{_FORM}khoi/", views.share, name="share"),
    path(f"{_FORM}khoi/<uuid:block>/bo/", copying.forget, name="forget_block"),
    path(f"{_FORM}chep/", copying.copy, name="copy"),
    path(f"{_FORM}quy-tac/<slug:sort>/<slug:place>/", refusals.refusal, name="refusal"),
    path(f"{_FORM}quy-tac/<slug:sort>/<slug:place>/bo/", refusals.remove_refusal, name="remove_refusal"),
    path(f"{_FORM}so-phut/", views.minutes, name="minutes"),
    path(f"{_FORM}ghi-mau-thu/", samples.record, name="record_sample"),
    path(f"{_FORM}mau-thu/<slug:place>/bo/", samples.remove_sample, name="remove_sample"),
    path(f"{_DRAFT}sua/quy-trinh/", process.process, name="process"),
    path(f"{_DRAFT}sua/quy-trinh/mau/", process.use_ready, name="ready_process"),
    path(f"{_DRAFT}sua/quy-trinh/chung/", terms.whole, name="process_terms"),
    path(f"{_STEP}dieu-kien/", ways.taken, name="step_rule"),
    path(f"{_STEP}dieu-khoan/", terms.terms, name="step_terms"),
    path(f"{_STEP}dan-den/", ways.ways, {"sort": ways.LEADS}, name="leads"),
    path(f"{_STEP}dan-den/<slug:place>/", ways.way, {"sort": ways.LEADS}, name="lead"),
    path(f"{_STEP}dan-den/<slug:place>/<slug:act>/", ways.way_act, {"sort": ways.LEADS}, name="lead_act"),
    path(f"{_STEP}co-quan/", ways.ways, {"sort": ways.ROUTES}, name="routes"),
    path(f"{_STEP}co-quan/<slug:place>/", ways.way, {"sort": ways.ROUTES}, name="route"),
    path(f"{_STEP}co-quan/<slug:place>/<slug:act>/", ways.way_act, {"sort": ways.ROUTES}, name="route_act"),
    path(f"{_STEP}ghi-nhan/", facts.facts, name="facts"),
    path(f"{_STEP}ghi-nhan/<slug:place>/", facts.fact, name="fact"),
    path(f"{_STEP}ghi-nhan/<slug:place>/<slug:act>/", facts.fact_act, name="fact_act"),
    path(f"{_DRAFT}xem-thu/<slug:page>/", preview.preview, name="preview"),
    path(f"{_DRAFT}lich-su/", revisions.revisions, name="revisions"),
    path(f"{_DRAFT}di/<slug:act>/", views.go, name="go"),
]
