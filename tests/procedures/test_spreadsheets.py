"""The catalogue as a spreadsheet: what goes out comes back as no change; edits are planned, then proposed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.apart.refusing import Reason
from portal.core import files, tables
from portal.core.errors import ConflictError
from portal.core.files import FileRefusedError
from procedures.models import ProcedureVersion, Proposal, SheetUpload
from procedures.services import spreadsheets
from procedures.sheets.columns import TOO_LONG
from procedures.sheets.writing import written
from procedures.states import Origin, ProposalState
from tests import factories
from tests.factories import EXTRACT, NOW
from tests.procedures.rows import channel, clean, paper
from tests.procedures.rows import written as rows_written

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://a")', "=cmd|' /C calc'!A0"]
Book = openpyxl.Workbook


def exported(*versions: ProcedureVersion) -> bytes:
    pairs = [(version.number, version.document) for version in versions]
    with written(lambda: pairs) as file:
        return file.read()


def edited(content: bytes, edit: Callable[[Book], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def taken(content: bytes) -> SheetUpload:
    read = files.read_workbook(io.BytesIO(content), most_bytes=20_000_000)
    return spreadsheets.take_sheet(tables=read, file_name="danh-muc.xlsx", by=factories.account(), at=NOW)


def column(book: Book, sheet: str, title: str) -> int:
    return next(cell.column for cell in book[sheet][1] if cell.value == title)


def put(sheet: str, title: str, value: Any, row: int = 2) -> Callable[[Book], None]:
    def edit(book: Book) -> None:
        book[sheet].cell(row, column(book, sheet, title)).value = value

    return edit


def test_the_whole_catalogue_out_and_in_again_is_no_change(catalogue: int, admin: Client) -> None:
    answer = admin.get("/quan-tri/bang-tinh/danh-muc.xlsx")
    assert answer["Content-Type"] == tables.XLSX
    upload = taken(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert (upload.read, upload.documents, upload.problems) == (catalogue, {}, [])


def test_it_is_no_change_either_after_a_spreadsheet_program_has_saved_it(catalogue: int) -> None:
    versions = ProcedureVersion.objects.select_related("procedure").order_by("procedure__code")
    upload = taken(edited(exported(*versions), lambda book: None))
    assert (upload.read, upload.documents, upload.problems) == (catalogue, {}, [])


def test_an_imported_page_with_long_and_strange_words_comes_back_as_it_was(tmp_path: Path) -> None:
    long = "Điều kiện rất dài. " * 3000
    row = clean(
        name="=Tên bắt đầu như công thức",
        conditions=long,
        steps="- Nộp hồ sơ\n+ tại quầy\n- Nhận kết quả\n_x0041_ <&>",
        documents=[paper("Đơn", group="@Trường hợp"), paper("Tờ khai", copies=3)],
        channels=[channel(), channel(time_value=7.0, note="Miễn phíVới hồ sơ khó"), channel("Trực tuyến")],
    )
    call_command("import_procedures", str(rows_written(tmp_path, [row])), publish=True, quiet=True)
    version = ProcedureVersion.objects.get()
    content = exported(version)
    assert TOO_LONG in str([cell.value for cell in openpyxl.load_workbook(io.BytesIO(content))["Thủ tục"][2]])
    for given in (content, edited(content, lambda book: None)):
        upload = taken(given)
        assert (upload.documents, upload.problems) == ({}, [])


def test_edited_cells_become_a_plan_and_then_a_proposal(admin: Client) -> None:
    ours = factories.published(EXTRACT)

    def edit(book: Book) -> None:
        put("Phí, lệ phí", "Số tiền (đồng)", "12.000")(book)
        book["Giấy tờ"].append([EXTRACT, None, "Ảnh chân dung", "Nộp", 2])
        put("Thời hạn", "Đơn vị", "Ngày làm việc")(book)
        put("Thời hạn", "Số lượng", 3)(book)
        put("Thủ tục", "Từ khóa (mỗi từ một dòng)", "khai sinh\ntrích lục")(book)

    file = SimpleUploadedFile("danh-muc.xlsx", edited(exported(ours), edit))
    answer = admin.post("/quan-tri/bang-tinh/", {"file": file}, follow=True)
    page = answer.content.decode()
    assert "8.000 đồng" in page and "12.000 đồng" in page and "Ảnh chân dung" in page
    assert not Proposal.objects.exists()
    upload = SheetUpload.objects.get()
    assert admin.post(f"/quan-tri/bang-tinh/{upload.uuid}/de-xuat/").status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.origin, proposal.state) == (Origin.SHEET, ProposalState.PROPOSED)
    assert proposal.proposed_by == upload.given_by
    document = proposal.document
    assert document["fees"][0] == {**ours.document["fees"][0], "amount": 12000}
    added = {"code": "anh_chan_dung", "name": "Ảnh chân dung", "mode": "SUBMIT", "originals": 2}
    assert document["papers"] == [*ours.document["papers"], added]
    assert (document["time"]["kind"], document["time"]["value"]) == ("WORKING_DAYS", 3)
    assert document["keywords"] == ["khai sinh", "trích lục"]
    assert document["form"] == ours.document["form"] and document["process"] == ours.document["process"]
    admin.post(f"/quan-tri/bang-tinh/{upload.uuid}/de-xuat/")
    assert Proposal.objects.count() == 1


def test_results_and_laws_are_edited_and_keep_what_has_no_column() -> None:
    ours = factories.published(EXTRACT)

    def edit(book: Book) -> None:
        put("Kết quả", "Mã kết quả (KQ…)", "KQ.G15.000099")(book)
        book["Kết quả"].append([EXTRACT, None, "Thông báo", None])
        put("Căn cứ pháp lý", "Tên văn bản", None)(book)
        book["Căn cứ pháp lý"].append([EXTRACT, None, "1/2026/TT-BTP", "Thông tư mới"])

    upload = taken(edited(exported(ours), edit))
    document = upload.documents[EXTRACT]
    assert upload.problems == []
    assert document["results"] == [
        {**ours.document["results"][0], "code": "KQ.G15.000099"},
        *ours.document["results"][1:],
        {"name": "Thông báo"},
    ]
    first, *rest = ours.document["legal_basis"]
    new = {"number": "1/2026/TT-BTP", "title": "Thông tư mới"}
    assert document["legal_basis"] == [{"number": first["number"]}, *rest, new]
    assert {name for name in document if document[name] != ours.document.get(name)} == {"results", "legal_basis"}


def test_a_result_deleted_from_the_middle_takes_only_its_own_words_away() -> None:
    worded = {"heading": "Giấy phép", "lines": []}
    two = [{"name": "Một", "code": "KQ.G15.000001"}, {"name": "Hai", "template": "result_worded", "wording": worded}]
    ours = factories.published(EXTRACT, results=two)
    upload = taken(edited(exported(ours), lambda book: book["Kết quả"].delete_rows(2)))
    assert upload.documents[EXTRACT]["results"] == two[1:]


@pytest.mark.parametrize(("place", "name"), [(9, "Kết quả"), (1, "Kết quả"), ("x", "Kết quả"), (None, None)])
def test_a_result_with_a_strange_number_or_no_name_is_told(place: Any, name: str | None) -> None:
    content = exported(factories.published(EXTRACT))
    upload = taken(edited(content, lambda book: book["Kết quả"].append([EXTRACT, place, name, "KQ.G15.000001"])))
    assert [(problem["sheet"], problem["row"]) for problem in upload.problems] == [("Kết quả", 3)]
    assert upload.documents == {}


def test_the_file_says_how_it_is_filled_in_and_what_it_does_not_hold() -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(factories.published(EXTRACT))))
    words = " ".join(str(row[0].value) for row in book["Hướng dẫn"].iter_rows())
    assert book.sheetnames[0] == "Hướng dẫn"
    assert "biểu mẫu điện tử, quy trình giải quyết" in words


def test_a_plan_belongs_to_whoever_gave_the_file(admin: Client) -> None:
    upload = taken(exported(factories.published(EXTRACT)))
    assert admin.get(f"/quan-tri/bang-tinh/{upload.uuid}/").status_code == 404
    assert admin.post(f"/quan-tri/bang-tinh/{upload.uuid}/de-xuat/").status_code == 404


def test_a_nul_that_a_cell_spells_is_left_out() -> None:
    upload = taken(edited(exported(factories.published(EXTRACT)), put("Thủ tục", "Tên thủ tục", "Tên_x0000_ mới")))
    assert (upload.documents[EXTRACT]["name"], upload.problems) == ("Tên mới", [])


def test_wrong_rows_are_told_with_sheet_row_and_column(admin: Client) -> None:
    ours = factories.published(EXTRACT)

    def edit(book: Book) -> None:
        put("Phí, lệ phí", "Số tiền (đồng)", "tám nghìn")(book)
        book["Giấy tờ"].append(["9.999999", None, "Giấy lạ", "Nộp"])
        book["Giấy tờ"].append([EXTRACT, None, None, "Đốt"])
        book["Thủ tục"].append(["abc"])
        book["Thủ tục"].append([EXTRACT])
        put("Thủ tục", "Cấp", "Cấp vũ trụ")(book)
        put("Thủ tục", "Quyết định công bố", "=1+1")(book)

    upload = taken(edited(exported(ours), edit))
    assert upload.documents == {}
    places = {(problem["sheet"], problem["row"], problem["column"]) for problem in upload.problems}
    papers = len(ours.document["papers"])
    assert places == {
        ("Phí, lệ phí", 2, "Số tiền (đồng)"),
        ("Giấy tờ", papers + 2, "Mã thủ tục"),
        ("Giấy tờ", papers + 3, "Cách nộp"),
        ("Giấy tờ", papers + 3, "Tên giấy tờ"),
        ("Thủ tục", 3, "Mã thủ tục"),
        ("Thủ tục", 4, "Mã thủ tục"),
        ("Thủ tục", 2, "Cấp"),
        ("Thủ tục", 2, "Quyết định công bố"),
    }


@pytest.mark.parametrize(
    ("sheet", "title", "value"),
    [
        ("Phí, lệ phí", "Số tiền (đồng)", 0),
        ("Phí, lệ phí", "Mã khoản thu", "1 mã lạ"),
        ("Thời hạn", "Nhận đến giờ", "25:00"),
        ("Thời hạn", "Cách nộp hồ sơ", "Bồ câu"),
    ],
)
def test_a_value_that_no_procedure_may_have_is_told_at_its_cell(sheet: str, title: str, value: object) -> None:
    upload = taken(edited(exported(factories.published(EXTRACT)), put(sheet, title, value)))
    assert upload.documents == {}
    assert [(problem["sheet"], problem["row"], problem["column"]) for problem in upload.problems[:1]] == [
        (sheet, 2, title)
    ]


def test_a_unit_without_a_number_is_told() -> None:
    upload = taken(edited(exported(factories.published(EXTRACT)), put("Thời hạn", "Đơn vị", "Ngày")))
    assert [problem["column"] for problem in upload.problems] == ["Số lượng"]


def test_a_spreadsheet_program_may_write_seconds_to_an_hour() -> None:
    upload = taken(edited(exported(factories.published(EXTRACT)), put("Thời hạn", "Nhận đến giờ", "15:00:00")))
    assert (upload.documents, upload.problems) == ({}, [])


def test_what_somebody_changed_since_the_export_is_not_undone() -> None:
    old = factories.published(EXTRACT)
    content = exported(old)
    factories.published(EXTRACT, summary="Tóm tắt mới")
    renamed = taken(edited(content, put("Thủ tục", "Tên thủ tục", "Tên mới")))
    assert renamed.documents[EXTRACT]["summary"] == "Tóm tắt mới"
    assert renamed.documents[EXTRACT]["name"] == "Tên mới"
    both = taken(edited(content, put("Thủ tục", "Người dân nhận được gì", "Tóm tắt của tôi")))
    assert both.documents == {} and [problem["column"] for problem in both.problems] == ["Phiên bản"]


def test_a_version_published_after_the_plan_is_not_overwritten() -> None:
    upload = taken(edited(exported(factories.published(EXTRACT)), put("Thủ tục", "Tên thủ tục", "Tên mới")))
    factories.published(EXTRACT, summary="Tóm tắt mới")
    done = spreadsheets.confirm_sheet(upload_id=upload.pk, by=upload.given_by, at=NOW)
    assert (done.proposals, done.overtaken) == ((), (EXTRACT,))
    with pytest.raises(ConflictError):
        spreadsheets.confirm_sheet(upload_id=upload.pk, by=upload.given_by, at=NOW)


def test_a_new_procedure_may_be_written_into_the_sheet() -> None:
    def edit(book: Book) -> None:
        book["Thủ tục"].append(
            ["1.900009", None, "Thủ tục mới", "THU", "Thử", None, "Cấp xã", "Công dân; Tổ chức", "Mọi người"]
        )
        book["Thời hạn"].append(["1.900009", "Chung", "Ngày", 5])

    upload = taken(edited(exported(factories.published(EXTRACT)), edit))
    assert upload.problems == []
    document = upload.documents["1.900009"]
    assert document["audiences"] == ["CITIZEN", "ORGANISATION"] and document["online_level"] == "INFORMATION"
    assert document["time"] == {"kind": "CALENDAR_DAYS", "value": 5, "illustrative": False}


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_that_goes_out_is_a_formula(text: str) -> None:
    with tables.workbook([tables.Sheet("Thử", ["Cột"], [10], [[text]])]) as file:
        content = file.read()
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "<f " not in sheet
    cell = openpyxl.load_workbook(io.BytesIO(content))["Thử"]["A2"]
    assert cell.data_type != "f" and cell.quotePrefix
    line = "".join(tables.csv_lines(["Cột"], [[text]])).splitlines()
    assert "'" + text.strip()[:1] in "".join(line) or "'\t" in "".join(line) or "\"'" in "".join(line)


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    assert _refusal(target.getvalue()) == Reason.TOO_HEAVY


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_external_entities_are_neither_fetched_nor_opened(part: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("ma-bi-mat")
    head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY a "{"A" * 1000}">]>'
    content = _with_part(part, lambda xml: _behind_the_declaration(xml, head).replace("Tên mẫu", "&e;&a;"))
    try:
        found = files.read_workbook(io.BytesIO(content), most_bytes=20_000_000)
    except FileRefusedError as refused:
        assert refused.reason in {Reason.ACTIVE, Reason.DAMAGED}
    else:
        assert "ma-bi-mat" not in str(found) and "AAAA" not in str(found)


def test_a_billion_laughs_are_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">]>'
    content = _with_part(
        "xl/worksheets/sheet1.xml", lambda xml: _behind_the_declaration(xml, laughs).replace("Tên mẫu", "&c;")
    )
    assert _refusal(content) in {Reason.ACTIVE, Reason.DAMAGED}


def test_a_sheet_without_end_is_refused() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    page = book.add_worksheet("Thủ tục")
    page.write_string(0, 0, "Mã thủ tục")
    page.write_string(1_048_575, 16_383, "x")
    book.close()
    assert _refusal(target.getvalue()) == Reason.TOO_MANY_ROWS


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04 broken", b"%PDF-1.7", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_workbook_is_refused_in_words(content: bytes, admin: Client) -> None:
    answer = admin.post("/quan-tri/bang-tinh/", {"file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422 and not SheetUpload.objects.exists()


def test_a_workbook_of_somebody_elses_making_is_told_what_is_missing() -> None:
    book = openpyxl.Workbook()
    assert [problem["sheet"] for problem in taken(edited(_saved(book), lambda b: None)).problems] == ["Thủ tục"]
    book.active.title = "Thủ tục"  # type: ignore[union-attr]
    book["Thủ tục"].append(["Một cột lạ"])
    assert [problem["column"] for problem in taken(_saved(book)).problems] == ["Mã thủ tục"]


def test_a_plan_takes_the_same_number_of_queries_however_long(catalogue: int, admin: Client) -> None:
    versions = list(ProcedureVersion.objects.select_related("procedure").order_by("procedure__code"))
    counts = []
    for many in (2, 12):

        def edit(book: Book, many: int = many) -> None:
            for row in range(2, 2 + many):
                put("Thủ tục", "Quyết định công bố", f"{row}/QĐ-UBND", row)(book)

        file = SimpleUploadedFile("a.xlsx", edited(exported(*versions), edit))
        address = admin.post("/quan-tri/bang-tinh/", {"file": file})["Location"]
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _refusal(content: bytes) -> Reason:
    with pytest.raises(FileRefusedError) as refused:
        files.read_workbook(io.BytesIO(content), most_bytes=20_000_000)
    return refused.value.reason


def _saved(book: Book) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _with_part(name: str, change: Callable[[str], str]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Tên mẫu"])  # type: ignore[union-attr]
    source, target = zipfile.ZipFile(io.BytesIO(_saved(book))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.namelist():
            text = source.read(part).decode()
            archive.writestr(part, change(text) if part == name else text)
    return target.getvalue()


def _behind_the_declaration(xml: str, text: str) -> str:
    end = xml.find("?>") + 2 if xml.startswith("<?xml") else 0
    return xml[:end] + text + xml[end:]
