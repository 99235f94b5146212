"""The seven forms as PDFs: what stands on them, letter by letter, and which print says that it is a copy."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import segno
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from identity.models import Account
from onestop.form_sets import CONTROL_SHEET, REGISTER, form_on
from onestop.kinds import DocumentKind
from onestop.models import Case, CaseDocument, FormIssue
from onestop.services import documents, filing, receiving
from onestop.services.papers import attach_paper
from onestop.states import State
from portal.core import files
from portal.core.pdf import render_pdf
from portal.core.qr import svg
from tests import factories
from tests.core import paper
from tests.factories import NOW, Office
from tests.onestop.lists.conftest import sign_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) reads the papers"),
]
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
REASON = "Thiếu giấy ủy quyền đã chứng thực"
HEADINGS = {
    "01": "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "02": "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
    "03": "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    "04": "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
    "05": "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
}
DAY = {"first": "2026-11-01", "last": "2026-11-30"}


def text_of(content: bytes) -> str:
    run = ["pdftotext", "-", "-"]
    text = subprocess.run(run, input=content, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", text)


def printed(case: Case, form: str, office: Office) -> CaseDocument:
    """Return a form that the worker has printed."""
    kind = DocumentKind(f"FORM_{form}")
    written = documents.write_form(case, kind, actor=office.officer, at=NOW, reason=REASON)
    factories.deliver_all(topic=documents.PRINT_TOPIC)
    written.refresh_from_db()
    return written


@pytest.mark.parametrize("form", list(HEADINGS))
def test_a_form_has_state_motto_agency_number_and_its_words(office: Office, by: Account, form: str) -> None:
    case = factories.accepted(office, by)
    document = printed(case, form, office)
    assert document.file is not None
    text = text_of(files.read(document.file))

    for words in (STATE, MOTTO, HEADINGS[form], f"Mẫu số {form}", str(case.code), "Nguyễn Văn An", "năm 2026"):
        assert words in text
    assert (office.committee if form in {"04", "05"} else office.centre).name.upper() in text.upper()
    assert (REASON in text) == (form != "01")
    assert "BẢN SAO" not in text


def test_form_01_names_the_papers_that_came_and_no_others(office: Office, by: Account) -> None:
    draft = factories.draft(by, factories.BIRTH)
    more = attach_paper(case_id=draft.pk, code="giay_chung_sinh", file=factories.stored_file(), at=NOW)
    assert str(more.uuid) in Case.objects.get(pk=draft.pk).answers["giay_chung_sinh"]
    case = factories.paid(filing.submit(draft_id=draft.pk, account=by, at=NOW))
    receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    factories.deliver_all(topic=documents.PRINT_TOPIC)

    text = text_of(files.read(case.documents.get(kind=DocumentKind.FORM_01).file))  # type: ignore[arg-type]
    assert "Thành phần hồ sơ đã nhận: 1. Tờ khai đăng ký khai sinh" in text
    assert "2. Giấy chứng sinh" in text and "(2 tệp)" in text
    assert "ủy quyền" not in text


def drawn_as(text: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]


def says(code: list[list[bool]], text: str) -> bool:
    """Whether a QR code as drawn is that of `text`."""
    return code == drawn_as(text) and code != drawn_as(f"{text}0")


@pytest.mark.parametrize("form", list(HEADINGS))
def test_the_code_on_a_form_and_its_copy_leads_to_its_case(
    client: Client, office: Office, by: Account, form: str
) -> None:
    case = factories.accepted(office, by)
    document = printed(case, form, office)
    assert document.file is not None
    track = f"{settings.PUBLIC_URL}/tra-cuu/?code={case.code}"

    assert says(paper.qr_of(files.read(document.file)), track)
    sign_in(client, office.clerk)
    again = client.post(reverse("onestop:desk_reprint", args=[case.code, document.uuid]), {"size": "A5"})
    assert says(paper.qr_of(again.content), track)
    assert "BẢN SAO – In lại lần 1" in text_of(again.content)
    assert FormIssue.objects.values_list("form", "number").get() == (form, 1)


@pytest.mark.parametrize("size", ["A4", "A5"])
def test_a_form_printed_again_says_that_it_is_a_copy_and_the_how_manieth(
    client: Client, office: Office, by: Account, size: str
) -> None:
    case = factories.accepted(office, by)
    document = printed(case, "02", office)
    sign_in(client, office.clerk)
    address = reverse("onestop:desk_reprint", args=[case.code, document.uuid])

    first, second = (client.post(address, {"size": size}).content for _ in range(2))

    assert "BẢN SAO – In lại lần 1" in text_of(first)
    assert "BẢN SAO – In lại lần 2" in text_of(second)
    assert HEADINGS["02"] in text_of(second)
    recorded = FormIssue.objects.order_by("number").values_list("form", "number", "account", "case")
    assert list(recorded) == [("02", n, office.clerk.account.pk, case.pk) for n in (1, 2)]


def test_the_control_sheet_names_each_step_with_its_times(client: Client, office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    step = case.steps.get(finished_at=None)
    step.finished_at = (step.due_at or NOW) + timedelta(minutes=1)
    step.holder = office.officer.account
    step.save()
    sign_in(client, office.officer)
    address = reverse("onestop:desk_control_sheet", args=[case.code])

    first, second = (text_of(client.post(address).content) for _ in range(2))

    wanted = (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Mẫu số 06",
        str(case.code),
        step.name,
        "Trần Minh Tâm",
        "Quá hạn",
    )
    for words in (STATE, MOTTO, *wanted):
        assert words in first
    track = f"{settings.PUBLIC_URL}/tra-cuu/?code={case.code}"
    assert says(paper.qr_of(client.post(address).content), track)
    assert "BẢN SAO" not in first
    assert "BẢN SAO – In lại lần 1" in second


def test_the_register_holds_what_the_centre_received_and_nothing_else(
    client: Client, office: Office, by: Account
) -> None:
    case = factories.accepted(office, by)
    earlier = factories.accepted(office, by)
    Case.objects.filter(pk=earlier.pk).update(accepted_at=NOW - timedelta(days=60))
    sign_in(client, office.clerk)
    answer = client.post(reverse("onestop:desk_register_issue"), DAY | {"agency": office.centre.pk})
    text = text_of(answer.content)

    for words in (STATE, MOTTO, "SỔ THEO DÕI HỒ SƠ", "Mẫu số 07", "1 hồ sơ", "Nguyễn Văn An", "Trực tuyến"):
        assert words in text
    assert "In lại" not in text
    assert says(paper.qr_of(answer.content), f"{settings.PUBLIC_URL}/mot-cua/so-theo-doi/?agency={office.centre.pk}")
    again = client.post(reverse("onestop:desk_register_issue"), DAY | {"agency": office.centre.pk})
    assert "BẢN SAO – In lại lần 1" in text_of(again.content)

    book = client.post(reverse("onestop:desk_register_issue"), DAY | {"agency": office.centre.pk, "dang": "xlsx"})
    (sheet,) = load_workbook(io.BytesIO(b"".join(book))).worksheets
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == [case.code]
    assert FormIssue.objects.filter(form="07").count() == 3


def test_a_case_accepted_under_the_older_circular_keeps_its_forms(
    client: Client, office: Office, by: Account
) -> None:
    case = factories.accepted(office, by)
    Case.objects.filter(pk=case.pk).update(accepted_at=datetime(2025, 9, 14, 16, tzinfo=factories.ZONE))
    case.refresh_from_db()
    apology = printed(case, "04", office)
    assert apology.file is not None
    sign_in(client, office.officer)
    sheet = text_of(client.post(reverse("onestop:desk_control_sheet", args=[case.code])).content)
    asked = {"agency": office.committee.pk, "first": "2025-09-01", "last": "2025-09-14"}
    register = text_of(client.post(reverse("onestop:desk_register_issue"), asked).content)

    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in text_of(files.read(apology.file))
    assert "Mẫu số 05" in sheet
    assert "Mẫu số 06" in register
    assert "Mẫu số" not in text_of(files.read(printed(case, "05", office).file))  # type: ignore[arg-type]


def test_nobody_takes_another_agencys_register(client: Client, office: Office) -> None:
    neighbour = factories.office("H09.25942", "25942")
    sign_in(client, office.clerk)
    answer = client.post(reverse("onestop:desk_register_issue"), DAY | {"agency": neighbour.centre.pk})

    assert answer.status_code == 422
    assert not FormIssue.objects.exists()


def test_a_register_too_long_for_paper_is_refused_on_paper_only(
    client: Client, office: Office, by: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop.registers.MOST_ON_PAPER", 0)
    factories.accepted(office, by)
    sign_in(client, office.clerk)
    asked = DAY | {"agency": office.centre.pk}

    refused = client.post(reverse("onestop:desk_register_issue"), asked, follow=True)
    assert "XLSX" in refused.content.decode()
    assert not FormIssue.objects.exists()
    assert client.post(reverse("onestop:desk_register_issue"), asked | {"dang": "xlsx"}).status_code == 200


def test_a_result_is_not_printed_again_as_a_form(client: Client, office: Office, by: Account) -> None:
    case = factories.at_counter(office, by)
    assert case.state in {State.AT_COUNTER, State.RETURNED}
    result = case.documents.get(kind=DocumentKind.RESULT)
    sign_in(client, office.clerk)

    assert client.post(reverse("onestop:desk_reprint", args=[case.code, result.uuid])).status_code == 404


@pytest.mark.parametrize("count", range(7, 15))
def test_the_code_never_stands_alone_on_a_page(count: int) -> None:
    papers = [f"Giấy tờ thứ {number}" for number in range(count)]
    context = {"papers": papers, "applicant": "Nguyễn Thị Ngọc Ánh", "code": "H09", "qr": svg("x")}
    pdf = render_pdf("documents/form_01.html", context)
    *_, last = pdf_pages(pdf)
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in last and "Mã hồ sơ" in last


def pdf_pages(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    run = ["pdftotext", "-", "-"]
    text = subprocess.run(run, input=pdf, capture_output=True, check=True).stdout.decode()
    return text.removesuffix("\f").split("\f")


def test_each_case_keeps_the_forms_of_the_day_on_which_it_was_accepted() -> None:
    before, since = (form_on("FORM_04", date(2025, 9, day)) for day in (14, 15))
    assert before.template != since.template
    assert (form_on(CONTROL_SHEET, date(2025, 9, 14)).number, form_on(CONTROL_SHEET, date(2025, 9, 15)).number) == (
        "05",
        "06",
    )
    for kind in (*(f"FORM_{form}" for form in HEADINGS), CONTROL_SHEET, REGISTER):
        for day in (date(2019, 1, 1), date(2026, 11, 26)):
            assert (Path(settings.BASE_DIR) / "templates" / form_on(kind, day).template).is_file()
