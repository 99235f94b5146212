"""Each reason for doubt: the row that has it, and the clean row that has none."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from portal.env import BASE_DIR
from procedures.importing import mapping
from procedures.importing.reasons import BEING_EDITED, DIFFERS, REASONS, Case, doubts, wrongs
from procedures.importing.rows import Row
from procedures.importing.tidying import legal_number, money_note, paper_name, result_parts, steps_of
from tests.procedures.rows import channel, clean, paper

FILE = BASE_DIR.parent / "shared" / "domain" / "procedures_2642.jsonl.gz"
fee = {"amount": 50, "currency": "VND"}
# A row for each doubt. Some rows give a second one beside it: no paper is a doubt, and so is what is then asked for.
DOUBTFUL: dict[str, dict[str, Any]] = {
    "name-too-long": clean(name="Cấp " + "x" * 1000),
    "level-unknown": clean(levels=["Cấp vùng"]),
    "sector-unknown": clean(sector="--"),
    "audience-unknown": clean(subjects=["Người ngoài hành tinh"]),
    "agency-missing": clean(agency="Không có thông tin"),
    "result-missing": clean(results=[]),
    "channel-unknown": clean(channels=[channel("Bồ câu")]),
    "time-absurd": clean(channels=[channel(time_value=1100.0)]),
    "time-without-unit": clean(channels=[channel(time_unit=None)]),
    "time-missing": clean(channels=[channel(time_value=None, time_unit=None)]),
    "time-broken": clean(channels=[channel(time_value=1.5)]),
    "hours-unclear": clean(channels=[channel(time_value=24.0, time_unit="Giờ")]),
    "fee-bare-number": clean(channels=[channel(fees=[fee], free=False, note="50 VNĐ")]),
    "fee-absurd": clean(channels=[channel(fees=[{"amount": -5000, "currency": "VND"}], free=False, note="")]),
    "fee-foreign": clean(channels=[channel(fees=[{"amount": 10, "currency": "USD"}], free=False, note="10 USD")]),
    "fee-contradicts": clean(channels=[channel(note="Miễn phí(Lệ phí 40.000 đồng/lần)")]),
    "fee-unclear": clean(channels=[channel(free=False, note="VNĐ(theo biểu phí)")]),
    "papers-missing": clean(documents=[]),
    "paper-without-name": clean(documents=[paper("Đơn đề nghị"), paper("hoặc")]),
    "copies-glued": clean(documents=[paper("Đơn theo Nghị định năm 2026", originals=20261)]),
    "text-cut": clean(documents=[paper("Đơn " * 175)]),
    "note-cut": clean(channels=[channel(note="Miễn phí " + "x" * 591)]),
    "glued": clean(name="Cấp giấy phépThử nghiệm"),
    "glued-agency": clean(agency="Cục Quản lýSở Tư pháp"),
    "glued-papers": clean(documents=[paper("Đơn đề nghịBản sao giấy phép")]),
    "glued-results": clean(results=[{"name": "Giấy phépQuyết định", "code": ""}]),
    "glued-steps": clean(steps="Bước 1: Nộp hồ sơBước 2: Nhận kết quả."),
    "file-glued": clean(documents=[paper("Đơn đề nghị công nhận theo mẫu quy địnhon_de_nghi.docx")]),
    "basis-missing": clean(legal_basis=[]),
    "basis-absurd": clean(legal_basis=["300/2020/QH14"]),
    "not-fit": clean(conditions="# Điều kiện\n### Điều kiện chi tiết"),
}
WRONG: dict[str, Case] = {
    "unreadable": Case(Row(1, {}, "no JSON")),
    "code-missing": Case(Row(1, clean(code=""))),
    "code-wrong": Case(Row(1, clean(code="1.1"))),
    "code-twice": Case(Row(7, clean()), codes_before={clean()["code"]: 3}),
    "name-missing": Case(Row(1, clean(name="--"))),
}


def doubted(row: dict[str, Any]) -> list[str]:
    return [doubt.reason for doubt in doubts(Case(Row(1, row), mapping.document_of(row, {})))]


def test_the_clean_row_is_not_doubted() -> None:
    assert doubted(clean()) == [] and wrongs(Case(Row(1, clean()))) == []


@pytest.mark.parametrize("reason", DOUBTFUL)
def test_a_row_is_doubted_for_this_reason(reason: str) -> None:
    assert reason in doubted(DOUBTFUL[reason])


@pytest.mark.parametrize("reason", WRONG)
def test_a_row_is_no_procedure_for_this_reason(reason: str) -> None:
    assert [wrong.reason for wrong in wrongs(WRONG[reason])] == [reason]


def test_every_reason_has_its_row_here_and_its_words() -> None:
    assert {*DOUBTFUL, *WRONG, DIFFERS, BEING_EDITED} == set(REASONS)
    assert all(str(reason.title) and str(reason.advice) for reason in REASONS.values())


def test_one_reason_is_told_for_a_few_places_only() -> None:
    row = clean(documents=[paper(f"{'+' * n}") for n in range(1, 40)])
    assert doubted(row).count("paper-without-name") == 5


@pytest.mark.skipif(not FILE.exists(), reason=f"the real catalogue is not here: {FILE}")
def test_the_real_catalogue_has_36_rows_with_absurd_times() -> None:
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    absurd = REASONS["time-absurd"].find
    assert sum(any(absurd(Case(Row(1, row)))) for row in rows) == 36


@pytest.mark.parametrize(
    ("glued", "name", "file"),
    [
        ("- Tờ khai (mẫu NA5) của Bộ Công an.NA5.doc", "Tờ khai (mẫu NA5) của Bộ Công an.", "NA5.doc"),
        ("+ Đơn theo mẫu;Mẫu 1.docxMẫu 2 (3).docx", "Đơn theo mẫu", "Mẫu 1.docx, Mẫu 2 (3).docx"),
        ("Chứng chỉ hành nghề luật sưMẫu số 01-LS.docx", "Chứng chỉ hành nghề luật sư", "Mẫu số 01-LS.docx"),
        ("Đơn theo Thông tư số 07/2026/TT-BNNMTMẫu 4.docx", "Đơn theo Thông tư số 07/2026/TT-BNNMT", "Mẫu 4.docx"),
        ("Giấy tờ khác;", "Giấy tờ khác", ""),
    ],
)
def test_the_name_of_a_file_is_taken_off_a_paper(glued: str, name: str, file: str) -> None:
    found = paper_name(glued)
    assert (found.name, found.file) == (name, file)


@pytest.mark.parametrize(
    ("glued", "number"),
    [
        ("22/2023/TT-BCAN", "22/2023/TT-BCA"),
        ("04/2015/TT-BCAQUY", "04/2015/TT-BCA"),
        ("2323/2023/QH15", "23/2023/QH15"),
        ("2076/2025/QH15", "76/2025/QH15"),
        ("1102/2011/QH13", "1102/2011/QH13"),
        ("66/2025/TT-BNNMT", "66/2025/TT-BNNMT"),
        ("theo quy định", "theo quy định"),
    ],
)
def test_what_was_glued_to_a_legal_number_is_taken_off_where_there_is_one_reading(glued: str, number: str) -> None:
    assert legal_number(glued) == number


def test_a_note_on_money_comes_apart() -> None:
    note = money_note("8,000 VNĐ(8.000 đồng (tám nghìn)/bản)Nộp tại quầy")
    assert (note.said, note.bracket, note.rest) == ("8,000 VNĐ", "8.000 đồng (tám nghìn)/bản", "Nộp tại quầy")
    assert money_note("Không có thông tin- Nộp hồ sơ").is_unstated
    assert money_note("Miễn phí(chưa đóng").bracket == "chưa đóng"


def test_a_result_gives_its_code_back() -> None:
    assert result_parts("Văn bản chấp thuậnMã: 000.00.00.G19-KQ1120", "") == (
        "Văn bản chấp thuận",
        "000.00.00.G19-KQ1120",
    )


def test_steps_are_found_by_their_number_or_by_paragraph() -> None:
    assert steps_of("- Bước 1: Nộp.\n+ Tại quầy\nBước 2. Nhận.") == ["Nộp.\n+ Tại quầy", "Nhận."]
    assert steps_of("a) Nộp\n+ tại quầy\n\nb) Nhận") == ["a) Nộp\n+ tại quầy", "b) Nhận"]
    assert steps_of("") == []


def test_a_channel_with_two_times_keeps_both_and_says_when() -> None:
    two = [channel(note="Miễn phíHồ sơ thường"), channel(time_value=9.0, note="Miễn phíHồ sơ khó")]
    (terms,) = mapping.document_of(clean(channels=two), {})["channels"]
    assert [(limit["value"], limit["condition"]) for limit in terms["times"]] == [
        (5, "Hồ sơ thường"),
        (9, "Hồ sơ khó"),
    ]


def test_a_sector_with_a_long_name_gets_a_code_of_its_own() -> None:
    one, other = (mapping.sector_code(f"Thành lập và hoạt động của doanh nghiệp loại {n}") for n in (1, 2))
    assert one != other and max(len(one), len(other)) <= 30
    assert mapping.document_of(clean(), {"thu nghiem": "CO_SAN"})["sector"]["code"] == "CO_SAN"
