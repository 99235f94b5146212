"""Filing in a browser's words: what bad input gets, and that nothing is lost or filed twice."""

from __future__ import annotations

import io
import re
import resource
import signal
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from onestop.models import Case
from onestop.states import State
from portal.core.models import StoredFile
from procedures.services import retire
from tests import factories

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def draft(client: Client) -> Case:
    factories.office()
    factories.published(factories.EXTRACT)
    factories.published(factories.BIRTH)
    person = factories.citizen()
    client.force_login(person, backend=BACKEND)
    return factories.draft(person, factories.BIRTH)


def _send(client: Client, case: Case, step: str, **data: Any) -> Any:
    return client.post(reverse("onestop:step", args=[case.uuid, step]), data)


def test_good_answers_go_on_to_the_next_page(client: Client, draft: Case) -> None:
    answer = _send(client, draft, "child", **factories.child_typed())
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["child"]["full_name"] == "Nguyễn Minh Khôi"


@pytest.mark.parametrize(
    "changes",
    [
        {"child__full_name": ""},
        {"child__full_name": "x" * 10_000},
        {"child__full_name": "a\0b"},
        {"child__birth_date_day": "31", "child__birth_date_month": "2"},
        {"child__birth_date_year": "1800"},
        {"child__birth_date_year": "2999"},
        {"child__birth_date_day": "٣"},
        {"child__birth_date_day": "-1"},
        {"child__sex": "OTHER"},
    ],
)
def test_bad_answers_get_a_message_at_the_field_and_save_nothing(
    client: Client, draft: Case, changes: dict[str, str]
) -> None:
    before = dict(draft.answers)
    answer = _send(client, draft, "child", **factories.child_typed(**changes))
    assert answer.status_code == 200
    assert 'class="error-summary"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers == before


def test_what_was_typed_is_kept_beside_the_error(client: Client, draft: Case) -> None:
    page = _send(client, draft, "child", **factories.child_typed(child__full_name="")).content.decode()
    assert "Bệnh viện Đa khoa tỉnh" in page


def test_decomposed_vietnamese_is_stored_composed_and_control_signs_are_dropped(client: Client, draft: Case) -> None:
    _send(
        client,
        draft,
        "child",
        **factories.child_typed(child__full_name=unicodedata.normalize("NFD", "Nguyễn\u200b Ánh\x07")),
    )
    draft.refresh_from_db()
    assert draft.answers["child"]["full_name"] == "Nguyễn Ánh"


def test_a_script_is_shown_as_text(client: Client, draft: Case) -> None:
    _send(client, draft, "child", **factories.child_typed(child__full_name="<script>alert(1)</script>"))
    page = client.get(reverse("onestop:check", args=[draft.uuid])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.pdf", b""),
        ("virus.pdf", b"MZ\x90\0" + b"\0" * 200),
        ("trang.html", b"<html><script>alert(1)</script></html>"),
        ("hong.pdf", b"%PDF-1.7\nnothing more"),
        ("hong.png", b"\x89PNG\r\n\x1a\nnothing more"),
    ],
)
def test_a_file_that_is_not_a_paper_is_refused_with_words(
    client: Client, draft: Case, name: str, content: bytes
) -> None:
    before = draft.papers.count()
    upload = SimpleUploadedFile(name, content)
    answer = _send(client, draft, "proof", proof="CERTIFICATE", giay_chung_sinh=upload)
    assert answer.status_code == 200
    assert draft.papers.count() == before


def test_a_refused_file_alone_gets_its_message(client: Client, draft: Case) -> None:
    answer = _send(client, draft, "proof", giay_chung_sinh=SimpleUploadedFile("x.pdf", b""))
    assert answer.status_code == 200
    assert "Tệp trống" in answer.content.decode()


def test_a_refused_file_keeps_the_other_answers_of_the_page(client: Client, draft: Case) -> None:
    answer = _send(client, draft, "proof", proof="WITNESS", giay_chung_sinh=SimpleUploadedFile("x.pdf", b"MZ" * 50))
    shown = [
        answer.content.decode(),
        client.get(reverse("onestop:step", args=[draft.uuid, "proof"])).content.decode(),
    ]
    for page in shown:
        assert re.search(r'value="WITNESS"[^>]*checked', page)
    assert 'class="error-summary"' in shown[0] and 'class="error-summary"' not in shown[1]


def test_a_file_that_goes_up_by_itself_is_refused_without_other_complaints(client: Client, draft: Case) -> None:
    upload = SimpleUploadedFile("x.pdf", b"MZ" * 50)
    answer = _send(client, draft, "proof", paper_act="add:", giay_chung_sinh=upload)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count('<p class="error"') == 1 and "Chỉ nhận tệp PDF và ảnh" in page


def test_a_good_file_beside_a_wrong_answer_stays(client: Client, draft: Case) -> None:
    upload = SimpleUploadedFile("hai.png", factories.PNG)
    assert _send(client, draft, "proof", giay_chung_sinh=upload).status_code == 200
    page = client.get(reverse("onestop:step", args=[draft.uuid, "proof"])).content.decode()
    assert "hai.png" in page and 'class="error-summary"' not in page


def test_enter_in_a_box_goes_on_and_presses_no_button_beside_a_file(client: Client, draft: Case) -> None:
    page = client.get(reverse("onestop:step", args=[draft.uuid, "proof"])).content.decode()
    form = page[page.index("data-autosave") :]
    assert "name=" not in form[form.index("<button") : form.index("</button>")]


def test_a_name_with_folders_in_it_is_only_a_name(client: Client, draft: Case) -> None:
    upload = SimpleUploadedFile("x.png", factories.PNG)
    upload.name = "..\\..\\etc\\giấy.exe"
    _send(client, draft, "proof", proof="CERTIFICATE", giay_chung_sinh=upload)
    paper = draft.papers.order_by("-pk").first()
    assert paper is not None
    assert paper.file.display_name == "giấy.png"


def test_a_file_over_the_limit_is_refused(client: Client, draft: Case, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    upload = SimpleUploadedFile("x.png", factories.PNG + b"\0" * 500)
    assert _send(client, draft, "proof", proof="CERTIFICATE", giay_chung_sinh=upload).status_code == 200


def test_a_session_that_ran_out_loses_no_saved_page(client: Client, draft: Case) -> None:
    _send(client, draft, "child", **factories.child_typed())
    client.logout()
    answer = _send(client, draft, "mother", mother__full_name="x")
    assert answer.status_code == 302 and "/dang-nhap/" in answer["Location"]
    person = draft.applicant
    assert person is not None
    client.force_login(person, backend=BACKEND)
    assert "Nguyễn Minh Khôi" in client.get(reverse("onestop:step", args=[draft.uuid, "child"])).content.decode()


def test_a_procedure_retired_in_the_middle_says_so_and_keeps_the_draft(client: Client, draft: Case) -> None:
    retire(code=factories.BIRTH, on=date(2025, 8, 1), at=factories.NOW)
    answer = client.post(reverse("onestop:check", args=[draft.uuid]), follow=True)
    assert "hiện chưa nhận hồ sơ trực tuyến" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_submitting_twice_and_coming_back_is_one_case(client: Client, draft: Case) -> None:
    first = client.post(reverse("onestop:check", args=[draft.uuid]))
    again = client.post(reverse("onestop:check", args=[draft.uuid]))
    back = client.get(reverse("onestop:check", args=[draft.uuid]))
    assert first.status_code == again.status_code == back.status_code == 302
    assert Case.objects.exclude(code=None).count() == 1


def test_the_back_button_after_filing_leads_to_the_case_and_says_why(client: Client, draft: Case) -> None:
    client.post(reverse("onestop:check", args=[draft.uuid]))
    answer = client.post(reverse("onestop:step", args=[draft.uuid, "child"]), factories.child_typed(), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("onestop:case", args=[draft.uuid])
    assert "Hồ sơ này đã được nộp" in answer.content.decode()


def test_a_deleted_draft_leaves_no_paper_behind(client: Client, draft: Case) -> None:
    assert StoredFile.objects.exists()
    client.post(reverse("onestop:discard", args=[draft.uuid]))
    assert not StoredFile.objects.exists()


def test_an_unknown_province_has_no_communes(client: Client, draft: Case) -> None:
    for province in ("\0", "x" * 10_000, "00"):
        answer = _send(client, draft, "mother", mother__full_name="x", mother_address__province=province)
        assert answer.status_code == 200
        assert 'class="error-summary"' in answer.content.decode()


def test_beginning_in_two_tabs_is_one_draft(client: Client, draft: Case) -> None:
    for _tab in range(2):
        client.post(reverse("onestop:start", args=[factories.EXTRACT]))
    assert Case.objects.filter(procedure__code=factories.EXTRACT, state=State.DRAFT).count() == 1


def test_nobody_elses_draft_can_be_opened(client: Client, draft: Case) -> None:
    client.force_login(factories.citizen("074085009999", "Người Lạ"), backend=BACKEND)
    assert client.get(reverse("onestop:step", args=[draft.uuid, "child"])).status_code == 404
    assert _send(client, draft, "child", **factories.child_typed()).status_code == 404


def test_the_list_of_cases_takes_the_same_queries_however_long(
    client: Client, draft: Case, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7):
        client.get(reverse("onestop:my_cases"))


def test_what_cannot_be_filed_online_leads_to_its_page(client: Client, draft: Case) -> None:
    factories.published(factories.EXTRACT, online_level="INFORMATION", process=None)
    retire(code=factories.BIRTH, on=date(2025, 8, 1), at=factories.NOW)
    for code in (factories.EXTRACT, factories.BIRTH):
        answer = client.get(reverse("onestop:start", args=[code]))
        assert answer["Location"] == reverse("procedures:detail", args=[code])
    assert client.get(reverse("onestop:start", args=["9.999999"])).status_code == 404


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (State.AWAITING_PAYMENT, "Nộp phí"),
        (State.SUPPLEMENT_REQUESTED, "Bổ sung hồ sơ"),
        (State.SUBMITTED, ""),
    ],
)
def test_the_list_of_cases_offers_what_the_applicant_has_to_do(
    client: Client, draft: Case, state: State, action: str
) -> None:
    Case.objects.filter(pk=draft.pk).update(state=state, code="H09.25747-261126-0001", submitted_at=factories.NOW)
    page = client.get("/ho-so/").content.decode()
    offered = [words for words in ("Nộp phí", "Bổ sung hồ sơ") if words in page]
    assert offered == ([action] if action else [])


def test_a_full_disk_is_said_and_leaves_neither_row_nor_file(
    client: Client, draft: Case, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "full")
    before = StoredFile.objects.count()
    picture = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(picture, "PNG")
    upload = SimpleUploadedFile("x.png", picture.getvalue())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        answer = _send(client, draft, "proof", proof="CERTIFICATE", giay_chung_sinh=upload)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert answer.status_code == 200
    assert "chưa lưu được" in answer.content.decode()
    assert StoredFile.objects.count() == before
    assert [path for path in (tmp_path / "full").rglob("*") if path.is_file()] == []
    upload.seek(0)
    assert _send(client, draft, "proof", proof="CERTIFICATE", giay_chung_sinh=upload).status_code == 302


def test_filing_reads_the_case_once_and_its_version_never(
    client: Client, draft: Case, django_assert_num_queries: Any
) -> None:
    other = factories.citizen("074085009999", "Người Khác")
    factories.filed(other, factories.BIRTH, at=timezone.now())  # today's lists and the version are known now
    with django_assert_num_queries(23) as queries:
        client.post(reverse("onestop:check", args=[draft.uuid]))
    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    reads = [query["sql"] for query in queries if '"answers"' in query["sql"].partition("FROM")[0]]
    assert sum(read.startswith("SELECT") for read in reads) == 1
    assert not any('"document"' in query["sql"] for query in queries)
