"""Fees, times, ways of filing, cases and competent agencies are chosen from lists, conditions and all."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from identity.states import AgencyKind
from procedures import definition as definitions
from procedures.office.choosing import rule_forms
from procedures.office.result_forms import TEMPLATES
from procedures.office.sections import SECTIONS, Section
from procedures.office.subjects import whole
from procedures.seeding import documents
from tests import factories
from tests.procedures.editor import Editor, posted, sent

DOCUMENTS = {document["code"]: document for document in documents()}
LISTS = [section for section in SECTIONS if section.is_list]
FEE = {"name": "Phí", "kind": "PHI", "amount": "5000", "per": "CASE", "timing": "FILING", "illustrative": "on"}
DAYS = {"kind": "WORKING_DAYS", "value": "2"}
pytestmark = pytest.mark.django_db


def _saved_as_shown(section: Section, document: dict[str, Any], place: int) -> dict[str, Any]:
    part = section.part(document, place)
    scope = whole(definitions.load(document).form)
    shown = section.form(document=document, part=part)
    asked = rule_forms(None, section.form.rules, owner=part, scope=scope)
    data = posted(sent(shown, *asked))
    form = section.form(data, document=document, part=part)
    conditions = rule_forms(data, section.form.rules, owner=part, scope=scope)
    assert all(one.is_valid() for one in (form, *conditions)), (part, form.errors)
    return section.put(document, place, form, {one.condition.name: one.rule() for one in conditions})


@pytest.mark.parametrize("section", LISTS, ids=lambda section: section.name)
def test_saving_a_part_of_any_procedure_as_it_is_shown_changes_nothing(section: Section) -> None:
    for code, document in DOCUMENTS.items():
        before = deepcopy(document)
        for place in range(len(section.parts(document))):
            assert _saved_as_shown(section, document, place) == before, (code, section.name, place)


def test_a_fee_is_charged_on_conditions_and_on_some_ways_of_filing(editor: Editor) -> None:
    condition = {"when-part": "1:on_behalf|choice", "when-o1": "is", "when-v1": ["OTHER"]}
    exempt = {"exempt_if-part": "1:copies|number", "exempt_if-o1": "gt", "exempt_if-v1": "9"}
    before = len(editor.document["fees"])
    answer = editor.post("sua/phi/moi/", **FEE, **condition, **exempt, channels=["ONLINE"])
    assert answer.status_code == 302
    fee = editor.document["fees"][before]
    assert fee["when"] == {"field": "on_behalf", "op": "eq", "value": "OTHER"}
    assert fee["exempt_if"] == {"field": "copies", "op": "gt", "value": 9}
    assert fee["channels"] == ["ONLINE"]
    page = editor.get("sua/phi/")
    assert "Chỉ thu khi" in page and "Miễn khi “Số bản" in page
    assert editor.post(f"sua/phi/{before}/", **FEE).status_code == 302
    assert set(editor.document["fees"][before]) == {"code", "name", "kind", "amount", "timing", "illustrative"}


def test_a_condition_is_added_to_a_fee_and_what_was_typed_stays(editor: Editor) -> None:
    asked = {"exempt_if-act": "add:0", "exempt_if-new0": "copies|number"}
    page = editor.post("sua/phi/moi/", **FEE | {"amount": "nhiều"}, **asked).content.decode()
    assert 'name="exempt_if-o1"' in page and 'name="when-o1"' not in page
    assert 'value="nhiều"' in page and 'class="error"' not in page


def test_a_fee_is_charged_for_each_row_of_a_group(editor: Editor) -> None:
    form = deepcopy(editor.document["form"])
    row = {"code": "name", "kind": "text", "label": "Tên"}
    form["steps"][0]["fields"].append({"code": "heirs", "kind": "group", "label": "Người thừa kế", "fields": [row]})
    editor.put(form=form)
    assert editor.post("sua/phi/moi/", **FEE | {"per": "#heirs"}).status_code == 302
    fee = editor.document["fees"][-1]
    assert fee["quantity"] == {"op": "count", "of": [{"field": "heirs"}]} and "per" not in fee


def test_a_quantity_that_is_computed_otherwise_stays(editor: Editor) -> None:
    quantity = {"op": "product", "of": [{"field": "copies"}, 2]}
    editor.put(fees=[editor.document["fees"][0] | {"quantity": quantity}])
    form = editor.client.get(editor.base + "sua/phi/0/").context["form"]
    assert editor.post("sua/phi/0/", **sent(form)).status_code == 302
    assert editor.document["fees"][0]["quantity"] == quantity


def test_a_time_limit_by_the_answers_needs_its_condition(editor: Editor) -> None:
    limit = DAYS | {"condition": "Nhiều bản"}
    answer = editor.post("sua/thoi-han-rieng/moi/", **limit)
    assert answer.status_code == 422 and "Xin chọn ít nhất một điều kiện" in answer.content.decode()
    condition = {"when-part": "1:copies|number", "when-o1": "gt", "when-v1": "20"}
    assert editor.post("sua/thoi-han-rieng/moi/", **limit, **condition).status_code == 302
    assert editor.document["time_rules"] == [
        {
            "condition": "Nhiều bản",
            "kind": "WORKING_DAYS",
            "value": 2,
            "illustrative": False,
            "when": {"field": "copies", "op": "gt", "value": 20},
        }
    ]


def test_a_way_of_filing_has_time_limits_of_its_own(editor: Editor) -> None:
    editor.put(channels=[])
    rows = {f"times-0-{name}": value for name, value in DAYS.items()}
    answer = editor.post("sua/cach-nop/moi/", channel="POST", **rows | {"times-0-value": ""})
    assert answer.status_code == 422 and "Xin ghi bao nhiêu" in answer.content.decode()
    assert editor.post("sua/cach-nop/moi/", channel="POST", note="Theo địa chỉ Trung tâm.", **rows).status_code == 302
    first = {"kind": "WORKING_DAYS", "value": 2, "illustrative": False}
    assert editor.document["channels"] == [{"channel": "POST", "note": "Theo địa chỉ Trung tâm.", "times": [first]}]
    shown = sent(editor.client.get(editor.base + "sua/cach-nop/0/").context["form"])
    second = {"times-1-kind": "MONTHS", "times-1-value": "1", "times-1-condition": "Phải xác minh"}
    assert editor.post("sua/cach-nop/0/", **shown | second).status_code == 302
    limits = editor.document["channels"][0]["times"]
    assert limits == [first, {"condition": "Phải xác minh", "kind": "MONTHS", "value": 1, "illustrative": False}]
    assert editor.post("sua/cach-nop/0/", **shown | {"times-0-kind": ""}).status_code == 302
    assert "times" not in editor.document["channels"][0]


def test_a_case_of_application_is_told_by_the_answers_and_papers_are_of_it(editor: Editor) -> None:
    condition = {"when-part": "1:on_behalf|choice", "when-o1": "ne", "when-v1": ["SELF"]}
    assert editor.post("sua/truong-hop/moi/", name="Nộp thay", **condition).status_code == 302
    variant = editor.document["variants"][-1]
    assert variant["code"] == "nop_thay" and variant["when"]["op"] == "ne"
    paper = sent(editor.client.get(editor.base + "sua/giay-to/0/").context["form"])
    assert editor.post("sua/giay-to/0/", **paper | {"variant": "nop_thay"}).status_code == 302
    assert editor.document["papers"][0]["variant"] == "nop_thay"
    place = len(editor.document["variants"]) - 1
    editor.post(f"sua/truong-hop/{place}/xoa/")
    assert editor.document["variants"][place] == variant
    assert "Còn được dùng ở: " in editor.get("sua/truong-hop/")


def test_the_competent_agency_is_chosen_by_the_answers(editor: Editor) -> None:
    factories.agency("H09.STP", kind=AgencyKind.DEPARTMENT, name="Sở Tư pháp")
    condition = {"when-part": "1:copies|number", "when-o1": "gt", "when-v1": "20"}
    assert editor.post("sua/co-quan/moi/", agency="H09.STP", **condition).status_code == 302
    assert editor.post("sua/co-quan/moi/", agency="answers.competent_agency").status_code == 302
    assert editor.document["route"] == [
        {"agency": "H09.STP", "when": {"field": "copies", "op": "gt", "value": 20}},
        {"agency": "answers.competent_agency"},
    ]
    page = editor.get("sua/co-quan/")
    assert "Sở Tư pháp" in page and "cơ quan được chọn ở" in page and "H09.STP" not in page
    assert editor.post("sua/co-quan/moi/", agency="H09.KHONG").status_code == 422
    again = editor.post("sua/co-quan/moi/", agency="H09.STP")
    assert again.status_code == 422 and "“Sở Tư pháp” đã có trong danh sách" in again.content.decode()


def test_a_document_is_chosen_and_shows_answers_and_recorded_facts(editor: Editor) -> None:
    result = {"name": "Giấy xác nhận", "template": "result_certified_copy"}
    page = editor.post("sua/ket-qua/0/", **result, again="1").content.decode()
    assert 'name="context-document_name"' in page and 'class="error"' not in page
    assert 'value="answers.registered_person.full_name"' in page and 'value="facts.note"' in page
    chosen = {"context-document_name": "answers.document", "context-note": "facts.note"}
    assert editor.post("sua/ket-qua/0/", **result, **chosen).status_code == 302
    saved = editor.document["results"][0]
    assert saved["template"] == "result_certified_copy"
    assert (saved["context"]["document_name"], saved["context"]["note"]) == ("answers.document", "facts.note")
    wrong = {"context-note": "facts.gone"}
    assert editor.post("sua/ket-qua/0/", **result, **wrong).status_code == 422


def test_a_document_speaks_in_words_of_ones_own(editor: Editor) -> None:
    result = {"name": "Giấy xác nhận", "template": "result_worded_licence", "symbol": "GXN"}
    assert "{registered_on}" in html.unescape(editor.post("sua/ket-qua/0/", **result, again="1").content.decode())
    wording = {
        "wording-heading": "Giấy xác nhận",
        "wording-lines_text": "Người được xác nhận: {registered_person.full_name}\nNgày đăng ký: {registered_on}",
        "wording-articles_text": "Giấy này có giá trị 6 tháng.",
    }
    assert editor.post("sua/ket-qua/0/", **result, **wording).status_code == 302
    assert editor.document["results"][0]["wording"] == {
        "heading": "Giấy xác nhận",
        "lines": [
            {"label": "Người được xác nhận", "value": "{registered_person.full_name}"},
            {"label": "Ngày đăng ký", "value": "{registered_on}"},
        ],
        "articles": ["Giấy này có giá trị 6 tháng."],
    }


def test_what_the_words_of_a_document_name_is_not_removed(editor: Editor) -> None:
    wording = {"lines": [{"label": "Điện thoại", "value": "{phone}"}], "articles": ["Theo {note}."]}
    editor.put(results=[{"name": "Giấy xác nhận", "template": "result_worded_licence", "wording": wording}])
    assert "Giấy xác nhận" in editor.get("sua/bieu-mau/xoa/cau-hoi/phone/")
    before = editor.document
    editor.post("sua/quy-trinh/buoc/appraise/ghi-nhan/5/xoa/")
    assert editor.document == before


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("lines_text", "Người: {gone}"),
        ("lines_text", "Không có dấu hai chấm"),
        ("columns_text", "Tên: name"),
        ("articles_text", "Cấp cho {}"),
    ],
)
def test_words_that_name_nothing_are_told_at_their_field(editor: Editor, name: str, written: str) -> None:
    result = {"name": "Giấy xác nhận", "template": "result_worded_licence"}
    answer = editor.post("sua/ket-qua/0/", **result, **{f"wording-{name}": written})
    (form,) = answer.context["form"].rows
    assert answer.status_code == 422 and list(form.errors) == [name]


def test_every_document_that_can_be_chosen_shows_its_values() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "documents"
    registration = (folder / "_registration.html").read_text()
    files = {file.stem: file.read_text() for file in folder.glob("result_*.html")}
    # The frames of the worded ones, and the refusal that any step may lead to, are not chosen.
    assert set(files) - {"result_certificate", "result_decision", "result_refusal"} == set(TEMPLATES)
    for code, template in TEMPLATES.items():
        shown = files[code] + (registration if "_registration.html" in files[code] else "")
        missing = [name for name in template.values if not re.search(rf"\b{name}\b", shown)]
        assert not missing, (code, missing)
    for document in DOCUMENTS.values():
        for result in document["results"]:
            chosen = TEMPLATES.get(result.get("template", ""))
            if chosen and not chosen.is_worded:
                assert set(result["context"]) - {"title"} <= set(chosen.values), document["code"]


def test_a_rule_on_a_question_that_is_not_there_is_refused_in_words(editor: Editor) -> None:
    text = (
        "steps: [{code: a, title: A, fields: [{code: b, kind: text, label: B, show_if: {field: gone, op: filled}}]}]"
    )
    answer = editor.post("sua/bieu-mau-chu/", text=text)
    assert answer.status_code == 422
    assert "Điều kiện dựa vào câu hỏi không có trong biểu mẫu: “gone”" in answer.content.decode()
