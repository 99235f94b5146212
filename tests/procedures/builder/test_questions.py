"""A question of each kind: what its page asks for, what it saves, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from procedures.editing import outline
from procedures.eforms import KINDS
from procedures.office.builder import forms
from tests.factories import DOCUMENTS, EXTRACT
from tests.procedures.editor import FORM, Editor, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["text", "date", "number", "choice", "person", "file", "group", "note", "agency"])
def test_a_question_of_each_kind_asks_only_for_what_it_understands(editor: Editor, kind: str) -> None:
    shown = editor.client.get(f"{editor.base}{FORM}them/requester/?loai={kind}").context["form"].fields
    assert ("options" in shown) == (kind == "choice")
    assert ("until_today" in shown) == (kind == "date")
    assert ("min" in shown) == (kind == "number")
    assert ("parts" in shown) == (kind == "person")
    assert ("paper" in shown) == (kind == "file")
    assert ("first" in shown) == (kind == "group")
    assert ("required" in shown) == (kind != "note")
    assert "code" not in shown


@pytest.mark.parametrize("code", [f["code"] for _page, f in outline.questions(DOCUMENTS[EXTRACT])])
def test_saving_a_question_as_it_is_shown_changes_nothing(editor: Editor, code: str) -> None:
    before = editor.document
    form = editor.client.get(f"{editor.base}{FORM}cau-hoi/{code}/").context["form"]
    shown = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in shown.items() if value not in (None, False)}
    assert editor.post(f"{FORM}cau-hoi/{code}/", **typed).status_code == 302
    assert editor.document == before


def test_a_choice_is_added_changed_and_made_another_kind(editor: Editor) -> None:
    added = editor.post(
        f"{FORM}them/requester/?loai=choice", label="Nghề", options="Nông dân\nCông nhân", required="on"
    )
    assert added.status_code == 302
    question = outline.question(editor.document, "nghe")
    assert [option["value"] for option in question["options"]] == ["NONG_DAN", "CONG_NHAN"]
    assert editor.post(f"{FORM}cau-hoi/nghe/?loai=text", label="Nghề nghiệp", max_length="80").status_code == 302
    assert outline.question(editor.document, "nghe") == {
        "code": "nghe",
        "kind": "text",
        "label": "Nghề nghiệp",
        "required": False,
        "max_length": 80,
    }


def test_a_choice_whose_words_are_corrected_keeps_its_value() -> None:
    old = forms.options("Cha\nMẹ\nÔng bà", "Father\nMother", [])
    assert [option["value"] for option in old] == ["CHA", "ME", "ONG_BA"]
    new = forms.options("Mẹ\nCha đẻ\nNgười khác\nÔng bà", "", old)
    assert [option["value"] for option in new] == ["ME", "CHA_DE", "NGUOI_KHAC", "ONG_BA"]
    corrected = forms.options("Cha đẻ\nMẹ\nÔng bà", "", old)
    assert [option["value"] for option in corrected] == ["CHA", "ME", "ONG_BA"]


def test_bad_input_is_told_at_its_field_and_saves_nothing(editor: Editor) -> None:
    for kind, data in (
        ("choice", {"label": "Nghề", "options": "Một"}),
        ("choice", {"label": "Nghề", "options": "Một\nMột"}),
        ("number", {"label": "Số", "min": "5", "max": "3"}),
        ("number", {"label": "", "min": "x"}),
        ("group", {"label": "Nhóm"}),
        ("person", {"label": "Người"}),
    ):
        answer = editor.post(f"{FORM}them/requester/?loai={kind}", **data)
        assert answer.status_code == 422 and 'class="error"' in answer.content.decode(), (kind, data)
    assert editor.draft.revisions.count() == 1


def test_every_kind_can_be_added(editor: Editor) -> None:
    more: dict[str, dict[str, Any]] = {
        "choice": {"options": "Một\nHai"},
        "several": {"options": "Một\nHai"},
        "person": {"parts": ["full_name"]},
        "organisation": {"parts": ["name", "tax_code"]},
        "agency": {"agency_kind": "COMMUNE"},
        "file": {"accepts": ["pdf"]},
        "group": {"first": "Tên"},
        "table": {"first": "Tên\nTuổi"},
        "computed": {"calculation": "count", "operand_1": "copies"},
    }
    for kind in KINDS:
        answer = editor.post(f"{FORM}them/delivery/?loai={kind}", label=f"Câu {kind}", **more.get(kind, {}))
        assert answer.status_code == 302, (kind, answer.context and answer.context["form"].errors)
    editor.get(FORM)
    assert editor.client.get(f"{editor.base}xem-thu/delivery/").status_code == 200


def test_a_value_is_computed_from_earlier_answers(editor: Editor) -> None:
    address = f"{FORM}them/delivery/?loai=computed"
    page = editor.get(address)
    assert 'value="copies"' in page and 'value="phone"' not in page
    assert editor.post(address, label="Tổng số bản", calculation="sum").status_code == 422
    assert editor.post(address, label="Tổng số bản", calculation="sum", operand_1="copies").status_code == 302
    question = outline.question(editor.document, "tong_so_ban")
    assert question["value"] == {"op": "sum", "of": [{"field": "copies"}]}
    assert "Tổng số bản" in editor.get(f"{FORM}xoa/cau-hoi/copies/")
    form = editor.client.get(f"{editor.base}{FORM}cau-hoi/tong_so_ban/").context["form"]
    assert form["operand_1"].value() == "copies"
    before_saving = editor.document
    assert editor.post(f"{FORM}cau-hoi/tong_so_ban/", **sent(form)).status_code == 302
    assert editor.document == before_saving


def test_a_value_that_is_computed_deeper_stays_when_its_words_change(editor: Editor) -> None:
    value = {"op": "sum", "of": [{"field": "copies"}, {"op": "product", "of": [{"field": "copies"}, 2]}]}
    total = {"kind": "computed", "label": "Tổng", "value": value}
    editor.put(form=outline.with_question(editor.document, "delivery", total)["form"])
    assert editor.post(f"{FORM}cau-hoi/tong/", label="Tổng cộng").status_code == 302
    question = outline.question(editor.document, "tong")
    assert (question["label"], question["value"]) == ("Tổng cộng", value)
