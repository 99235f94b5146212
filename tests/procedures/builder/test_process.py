"""The process as a table, and what its officers record."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from procedures import definition as definitions
from procedures.editing import steps
from procedures.office.builder import library
from tests.procedures.editor import Editor, extract, sent

pytestmark = pytest.mark.django_db


def test_every_ready_process_is_one_and_offers_what_the_desk_knows() -> None:
    for ready in library.ready_processes():
        document = steps.with_process(extract(), ready.process)
        assert definitions.load(document).process, ready.name
        assert steps.with_steps(document, steps.steps(document)) == document


def test_the_process_is_edited_as_a_table_and_its_shares_add_up(editor: Editor) -> None:
    def posted(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
        data: dict[str, Any] = {"count": len(steps)} | more
        for place, step in enumerate(steps):
            data |= {f"s{place}-{name}": value for name, value in step.items()}
        return data

    before = editor.document["process"]
    table = editor.client.get(f"{editor.base}sua/quy-trinh/").context["table"]
    rows = [{name: form[name].value() for name in form.fields} for form in table]
    rows = [{name: value for name, value in row.items() if value is not None and value is not False} for row in rows]
    assert editor.post("sua/quy-trinh/", **posted(*rows)).status_code == 302
    assert editor.document["process"] == before
    rows[1]["share"] = 40
    assert editor.post("sua/quy-trinh/", **posted(*rows)).status_code == 422
    rows[2]["share"] = 35
    new = {"name": "Thẩm tra lại", "role": "OFFICER", "agency": "COMPETENT", "share": 0, "actions": ["FORWARD"]}
    assert editor.post("sua/quy-trinh/", **posted(*rows, new)).status_code == 302
    changed = editor.document["process"]["steps"]
    assert [step["share"] for step in changed] == [0, 40, 35, 15, 10, 0]
    assert changed[-1]["code"] == "tham_tra_lai"
    grown = editor.client.post(f"{editor.base}sua/quy-trinh/", posted(*rows[:2], act="them:")).context["table"]
    assert [form["name"].value() for form in grown] == [rows[0]["name"], rows[1]["name"], ""]
    leader = rows[1] | {"role": "LEADER"}
    assert editor.post("sua/quy-trinh/", **posted(rows[0], leader, *rows[2:], new)).status_code == 302
    assert editor.document["process"]["steps"][1]["actions"] == ["SIGN"]
    assert editor.post("sua/quy-trinh/", **posted(*rows, new)).status_code == 302
    changed = editor.document["process"]["steps"]
    again = editor.post("sua/quy-trinh/", **posted(*rows, act="bo:0")).content.decode()
    assert 'name="count" value="4"' in again and editor.document["process"]["steps"] == changed
    assert editor.post("sua/quy-trinh/mau/", ready="03-hai-cap").status_code == 302
    assert len(editor.document["process"]["steps"]) == 6


STEP = "sua/quy-trinh/buoc/appraise/ghi-nhan/"


def _handling(editor: Editor) -> dict[str, Any]:
    return next(step for step in steps.steps(editor.document) if step["code"] == "appraise")


def test_what_an_officer_records_is_of_any_kind_and_needed_to_go_on(editor: Editor) -> None:
    assert editor.post(f"{STEP}moi/?loai=date", label="Ngày thẩm tra", required="on").status_code == 302
    typed = {"label": "Kết luận", "options": "Đủ điều kiện\nKhông đủ", "required": "on"}
    assert editor.post(f"{STEP}moi/?loai=choice", **typed).status_code == 302
    assert editor.post(f"{STEP}moi/?loai=number", label="Số trang", min="1").status_code == 302
    step = _handling(editor)
    date, choice, number = step["facts"][-3:]
    assert (date["kind"], choice["kind"], number["kind"]) == ("date", "choice", "number")
    assert [option["value"] for option in choice["options"]] == ["DU_DIEU_KIEN", "KHONG_DU"]
    assert step["requires"][-2:] == ["ngay_tham_tra", "ket_luan"] and number["required"] is False
    page = editor.get(STEP)
    assert "Kết luận" in page and "Chọn một" in page
    assert "Số trang" in editor.get("sua/quy-trinh/")


def test_a_recorded_fact_is_changed_moved_and_left_out(editor: Editor) -> None:
    before = _handling(editor)
    for place, _fact in enumerate(before["facts"]):
        form = editor.client.get(f"{editor.base}{STEP}{place}/").context["form"]
        assert editor.post(f"{STEP}{place}/", **sent(form)).status_code == 302
    assert _handling(editor) == before
    assert editor.post(f"{STEP}1/?loai=text", label="Ngày, ghi bằng chữ").status_code == 302
    changed = _handling(editor)
    assert changed["facts"][1]["code"] == before["facts"][1]["code"] and changed["facts"][1]["kind"] == "text"
    assert before["facts"][1]["code"] not in changed["requires"]
    assert editor.post(f"{STEP}1/len/").status_code == 302
    assert _handling(editor)["facts"][0]["label"] == "Ngày, ghi bằng chữ"
    editor.post(f"{STEP}moi/?loai=text", label="Ghi thêm", required="on")
    assert editor.post(f"{STEP}{len(before['facts'])}/xoa/").status_code == 302
    assert "ghi_them" not in _handling(editor)["requires"]


def test_a_fact_that_the_result_shows_is_not_left_out(editor: Editor) -> None:
    before = _handling(editor)
    assert editor.post(f"{STEP}0/xoa/").status_code == 302
    assert _handling(editor) == before
    assert "vẫn ghi thông tin này" in editor.get(STEP)


def test_who_records_may_record(editor: Editor) -> None:
    process = deepcopy(editor.document["process"])
    process["steps"][1] |= {"actions": ["PROPOSE"], "facts": [], "requires": []}
    editor.put(process=process)
    assert editor.post(f"{STEP}moi/?loai=text", label="Số túi hồ sơ").status_code == 302
    assert _handling(editor)["actions"] == ["RECORD_FACTS", "PROPOSE"]
    assert editor.client.get(f"{editor.base}sua/quy-trinh/buoc/receive/ghi-nhan/").status_code == 404


@pytest.mark.parametrize(
    "path", ["buoc/khong-co/ghi-nhan/", "buoc/appraise/ghi-nhan/9/", "buoc/appraise/ghi-nhan/moi/?loai=file"]
)
def test_what_is_not_recorded_anywhere_is_not_found(editor: Editor, path: str) -> None:
    assert editor.client.get(f"{editor.base}sua/quy-trinh/{path}").status_code == 404
