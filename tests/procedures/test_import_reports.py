"""The reports at /quan-tri/nhap/: every doubtful row and why, by reason, with its proposal, to take away."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procedures.models import ImportRun, Proposal
from tests import factories
from tests.procedures.rows import clean, written

pytestmark = pytest.mark.django_db


def run(folder: Path, *rows: object) -> str:
    """Import these rows; return the address of the report."""
    call_command("import_procedures", str(written(folder, rows)), publish=True, quiet=True)
    return f"/quan-tri/nhap/{ImportRun.objects.latest('pk').pk}/"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_each_import_with_its_counts(admin: Client, tmp_path: Path) -> None:
    assert "Chưa nhập dữ liệu lần nào" in text(admin, "/quan-tri/nhap/")
    address = run(tmp_path, clean())
    page = text(admin, "/quan-tri/nhap/")
    assert address in page and "thu-tuc.jsonl" in page


def test_a_report_says_in_words_what_is_doubtful_and_leads_to_the_proposal(admin: Client, tmp_path: Path) -> None:
    address = run(tmp_path, clean(), clean(code="1.900002", documents=[], agency=""), "{")
    page = text(admin, address)
    assert "Thiếu thành phần hồ sơ" in page and "Thiếu cơ quan thực hiện" in page and "Không phải JSON" in page
    proposal = Proposal.objects.get()
    assert f"/quan-tri/de-xuat/{proposal.uuid}/" in page
    assert "Thiếu thành phần hồ sơ" in text(admin, f"/quan-tri/de-xuat/{proposal.uuid}/")


def test_a_report_can_be_filtered_by_reason(admin: Client, tmp_path: Path) -> None:
    address = run(tmp_path, clean(documents=[]), clean(code="1.900002", name="Thủ tục khác", agency=""))
    page = text(admin, f"{address}?ly_do=papers-missing")
    assert "Cấp giấy phép thử nghiệm" in page and "Thủ tục khác" not in page
    assert "Thủ tục khác" in text(admin, f"{address}?ly_do=khong-co")


def test_a_report_has_pages(admin: Client, tmp_path: Path) -> None:
    address = run(tmp_path, *(clean(code=f"1.9001{n:02}", name=f"Thủ tục số {n}", agency="") for n in range(60)))
    assert "Thủ tục số 59" not in text(admin, address)
    assert "Thủ tục số 59" in text(admin, f"{address}?trang=2&ly_do=agency-missing")


def test_a_report_is_taken_away_as_csv_and_xlsx(admin: Client, tmp_path: Path) -> None:
    address = run(tmp_path, clean(name="=1+1", documents=[]), clean(code="1.900002", agency=""))
    lines = _content(admin, f"{address}tai-ve/csv/?ly_do=papers-missing").decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and "'=1+1" in lines[1]
    book = openpyxl.load_workbook(io.BytesIO(_content(admin, f"{address}tai-ve/xlsx/")))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 3 and rows[1][:3] == (1, "1.900001", "=1+1")
    assert admin.get(f"{address}tai-ve/pdf/").status_code == 404


def test_an_unfinished_import_says_so(admin: Client) -> None:
    ImportRun.objects.create(file_name="a.jsonl", sha256="0" * 64, publishes=True, started_at=factories.NOW)
    assert "đang chạy hoặc bị ngắt" in text(admin, "/quan-tri/nhap/")


def test_a_report_takes_the_same_number_of_queries_however_long(admin: Client, tmp_path: Path) -> None:
    counts = []
    for number, many in enumerate((1, 40)):
        address = run(tmp_path, *(clean(code=f"1.90{number}1{n:02}", agency="") for n in range(many)))
        text(admin, address)
        with CaptureQueriesContext(connection) as queries:
            text(admin, address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _content(client: Client, address: str) -> bytes:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)
