"""Paper: Vietnamese that can be read back, bundled fonts, and nothing fetched from anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils.translation import override

from portal.core.pdf import is_bundled, render_pdf
from tests.core.paper import fonts_of, pages_of, text_of

BUNDLED = {"Paper", "Paper-Bold", "Paper-Italic"}  # as templates/documents/paper.css names them
STACKED = "Ế Ặ Ỗ Ữ ế ặ ỗ ữ ợ ẫ ỷ Đ đ"
FORM: dict[str, Any] = {
    "code": "H09.25747-261124-0001",
    "centre": "Trung tâm Phục vụ hành chính công phường Thử Nghiệm",
    "competent": "Ủy ban nhân dân phường Thử Nghiệm",
    "applicant": "Nguyễn Thị Ngọc Ánh",
    "procedure": "Cấp bản sao trích lục hộ tịch",
    "procedure_code": "2.000635",
    "due_at": "trước 17:00 thứ Năm, 26/11/2026",
    "officer": "Võ Thị Thu Hà",
    "place_date": "ngày 24 tháng 11 năm 2026",
    "papers": ["Giấy chứng sinh (bản gốc)"],
    "items": ["Ảnh rõ nét"],
    "reason": STACKED,
}


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who comes: its address and what was asked for."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_stacked_diacritics_can_be_read_back() -> None:
    assert STACKED in text_of(render_pdf("documents/form_02.html", FORM))


def test_paper_is_set_in_the_bundled_serif_only() -> None:
    assert fonts_of(render_pdf("documents/form_01.html", FORM)) == BUNDLED


@pytest.mark.parametrize(
    ("form", "heading"),
    [
        ("01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
        ("02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
        ("03", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"),
        ("04", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"),
        ("05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"),
    ],
)
def test_each_form_carries_its_heading_the_case_and_the_motto_on_one_page(form: str, heading: str) -> None:
    pdf = render_pdf(f"documents/form_{form}.html", FORM)
    text = text_of(pdf)

    assert pages_of(pdf) == 1
    assert heading in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert FORM["code"] in text


def test_a_notice_of_the_agency_does_not_ask_the_applicant_to_sign() -> None:
    assert "NGƯỜI NỘP HỒ SƠ" not in text_of(render_pdf("documents/form_05.html", FORM))


def test_a_receipt_writes_its_amount_in_words() -> None:
    context = {
        "kind": "lệ phí",
        "series": "BD-LE_PHI-26",
        "number": "0000012",
        "payer": "Nguyễn Văn An",
        "lines": [{"name": "Lệ phí", "quantity": 2, "unit": "8.000 đồng", "amount": "16.000 đồng"}],
        "amount": "16.000 đồng",
        "amount_in_words": "Mười sáu nghìn đồng",
        "date": "ngày 24 tháng 11 năm 2026",
    }
    text = text_of(render_pdf("documents/fee_receipt.html", context))

    assert "Mười sáu nghìn đồng" in text
    assert "0000012" in text


def test_paper_is_vietnamese_whatever_the_reader_chose() -> None:
    with override("en"):
        assert "GIẤY TIẾP NHẬN HỒ SƠ" in text_of(render_pdf("documents/form_01.html", FORM))


@pytest.mark.parametrize(
    "typed", ["{{ 7|add:7 }}", "{% now 'Y' %}", "<b>đậm</b>", "&amp;", "<script>alert(1)</script>"]
)
def test_what_a_person_typed_is_printed_letter_by_letter(typed: str) -> None:
    assert typed in text_of(render_pdf("documents/form_02.html", FORM | {"reason": typed}))


def test_text_that_a_person_typed_makes_nobody_fetch_anything(canary: tuple[str, list[str]]) -> None:
    url, asked = canary
    typed = f'<img src="{url}/a"><link rel="stylesheet" href="{url}/b"><style>@import "{url}/c"</style>'

    render_pdf("documents/form_02.html", FORM | {"reason": typed})

    assert asked == []


def test_an_address_in_an_image_is_not_fetched(canary: tuple[str, list[str]]) -> None:
    url, asked = canary

    render_pdf("documents/form_02.html", FORM | {"qr": f"{url}/qr.png"})

    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "https://example.vn/a.png",
        "ftp://example.vn/a",
        "file:///etc/passwd",
        "file://example.vn/etc/passwd",
        "FILE:///etc/hosts",
        "{root}/../../manage.py",
        "{root}/%2e%2e/%2e%2e/manage.py",
        "",
    ],
)
def test_only_data_and_files_beside_the_templates_are_loaded(address: str) -> None:
    root = (Path(django_settings.BASE_DIR) / "templates" / "documents").as_uri()

    assert not is_bundled(address.format(root=root))
    assert is_bundled("data:image/svg+xml,<svg/>")
    assert is_bundled(f"{root}/fonts/LiberationSerif-Regular.ttf")


def test_the_second_page_is_numbered_and_the_first_is_not() -> None:
    many = FORM | {"papers": [f"Giấy tờ thứ {place}" for place in range(1, 61)]}
    pdf = render_pdf("documents/form_01.html", many)

    assert pages_of(pdf) >= 2
    assert text_of(pdf).count("Cộng hòa".upper()) == 1
