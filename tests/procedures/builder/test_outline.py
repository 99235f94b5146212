"""Edits of the outline: functions from document to document."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from procedures import definition as definitions
from procedures.editing import outline
from procedures.eforms import load_form
from procedures.errors import NotPossibleError
from procedures.office.builder import library
from tests import factories
from tests.factories import DOCUMENTS
from tests.procedures.editor import codes, extract


def test_an_edit_leaves_the_document_it_was_given_as_it_was() -> None:
    document = extract()
    before = deepcopy(document)
    outline.with_question(document, "requester", {"kind": "text", "label": "Nghề nghiệp"})
    outline.question_moved(document, "copies", 0, "delivery")
    outline.grouped(document, ["earlier_number", "earlier_date"], "Lần đăng ký")
    outline.without_page(document, "earlier")
    assert document == before


def test_codes_are_made_from_words_and_are_never_given_twice() -> None:
    document = outline.with_question(extract(), "requester", {"kind": "text", "label": "Nghề nghiệp"})
    document = outline.with_question(document, "delivery", {"kind": "text", "label": "Nghề nghiệp"})
    assert codes(document, "requester")[-1] == "nghe_nghiep"
    assert codes(document, "delivery")[-1] == "nghe_nghiep_2"
    definitions.load(document)


def test_a_question_is_moved_over_the_edge_of_its_page_to_the_next() -> None:
    document = outline.question_stepped(extract(), "copies", 1)
    assert codes(document, "document") == ["document"] and codes(document, "requester")[0] == "copies"
    back = outline.question_stepped(document, "copies", -1)
    assert back == extract()


def test_a_page_keeps_its_last_question() -> None:
    document = outline.question_moved(extract(), "copies", 0, "requester")
    with pytest.raises(NotPossibleError):
        outline.question_moved(document, "document", 0, "requester")
    with pytest.raises(NotPossibleError):
        outline.without_question(document, "document")


def test_removing_a_question_takes_the_conditions_on_it_along() -> None:
    document = outline.without_question(extract(), "on_behalf")
    assert "show_if" not in outline.page(document, "authority")
    assert "required_if" not in outline.question(document, "van_ban_uy_quyen")
    definitions.load(document)


def test_what_fees_and_results_need_is_not_removed() -> None:
    with pytest.raises(NotPossibleError, match="Phí cấp bản sao"):
        outline.without_question(extract(), "copies")
    uses = outline.uses_of(DOCUMENTS[factories.BIRTH], ["child"])
    assert [use.may_go for use in uses] == [False, False]


def test_questions_become_a_group_and_are_taken_apart_again() -> None:
    document = outline.grouped(extract(), ["earlier_number", "earlier_date"], "Lần đăng ký")
    group = outline.question(document, "lan_dang_ky")
    assert [field["code"] for field in group["fields"]] == ["earlier_number", "earlier_date"]
    assert codes(document, "earlier") == ["lan_dang_ky", "earlier_place"]
    definitions.load(document)
    document = outline.with_question(document, ".lan_dang_ky", {"kind": "text", "label": "Nơi"})
    document = outline.question_stepped(document, "lan_dang_ky.noi", -1)
    assert [f["code"] for f in outline.question(document, "lan_dang_ky")["fields"]][1] == "noi"
    apart = outline.ungrouped(document, "lan_dang_ky")
    assert codes(apart, "earlier") == ["earlier_number", "noi", "earlier_date", "earlier_place"]


def _with_heirs() -> dict[str, Any]:
    """The form with a group in whose rows one question depends on another of the row, and on one outside."""
    known = {"field": "heir_known", "op": "eq", "value": "YES"}
    fields = [
        {"code": "heir_known", "kind": "yes_no", "label": "Có giấy tờ"},
        {"code": "share", "kind": "number", "label": "Phần", "show_if": known},
        {
            "code": "why",
            "kind": "text",
            "label": "Lý do",
            "show_if": {"all": [known, {"field": "copies", "op": "filled"}]},
        },
    ]
    group = {"kind": "group", "label": "Heirs", "fields": fields}
    return outline.with_question(extract(), "document", group)


def test_removing_a_question_of_a_row_takes_the_conditions_of_the_row_along() -> None:
    document = outline.without_question(_with_heirs(), "heirs.heir_known")
    _share, why = outline.question(document, "heirs")["fields"]
    assert "show_if" not in outline.question(document, "heirs.share")
    assert why["show_if"] == {"field": "copies", "op": "filled"}
    definitions.load(document)


def test_a_question_of_a_row_is_not_removed_while_a_value_is_computed_from_it() -> None:
    total = {"kind": "computed", "label": "Tổng", "value": {"op": "sum", "of": [{"field": "heirs.share"}]}}
    document = outline.with_question(_with_heirs(), "document", total)
    with pytest.raises(NotPossibleError, match="Tổng"):
        outline.without_question(document, "heirs.share")
    assert outline.without_question(document, "heirs.why")


def test_a_row_that_depends_on_a_question_outside_is_named_before_it_goes() -> None:
    document = _with_heirs()
    words = [use.words for use in outline.uses_of(document, ["copies"])]
    assert any("Lý do" in one for one in words)
    document |= {"fees": [], "results": []}
    left = outline.without_question(document, "copies")
    assert "copies" not in str(outline.question(left, "heirs"))
    assert outline.question(left, "heirs.share")["show_if"]["field"] == "heir_known"


def test_what_a_row_asks_hides_a_question_outside_of_the_same_code() -> None:
    document = _with_heirs()
    outline.question(document, "heirs")["fields"][0]["code"] = "phone"
    outline.question(document, "heirs")["fields"][1]["show_if"]["field"] = "phone"
    left = outline.without_question(document, "phone")
    assert outline.question(left, "heirs.share")["show_if"]["field"] == "phone"


def test_a_copied_group_keeps_the_conditions_of_its_rows() -> None:
    group = outline.question(_with_heirs(), "heirs")
    del group["code"]
    copied = outline.with_page({}, {"title": "Người thừa kế"}, [group])
    share, why = outline.question(copied, "heirs")["fields"][1:]
    assert share["show_if"]["field"] == "heir_known" and why["show_if"] == share["show_if"]
    assert load_form(copied["form"])


def test_questions_that_are_grouped_look_at_the_same_row() -> None:
    document = outline.question_changed(
        extract(), "earlier_date", {"show_if": {"field": "earlier_number", "op": "filled"}}
    )
    document = outline.grouped(document, ["earlier_number", "earlier_date"], "Lần trước")
    assert outline.question(document, "lan_truoc.earlier_date")["show_if"]["field"] == "earlier_number"
    definitions.load(document)


@pytest.mark.parametrize("codes", [[], ["copies", "phone"], ["van_ban_uy_quyen"]])
def test_what_cannot_be_repeated_is_refused(codes: list[str]) -> None:
    with pytest.raises(NotPossibleError):
        outline.grouped(extract(), codes, "Nhóm")


@pytest.mark.django_db
def test_copies_get_free_codes_and_their_conditions_follow() -> None:
    block = library.block_called("03-nguoi-duoc-uy-quyen")
    assert block is not None
    once = outline.with_page(extract(), block.page, block.fields)
    twice = outline.with_page(once, block.page, block.fields)
    definitions.load(twice)
    page = outline.pages(twice)[-1]
    assert page["code"] == "uy_quyen_2"
    assert page["fields"][0]["code"] == "by_proxy_2"
    assert page["fields"][1]["show_if"]["field"] == "by_proxy_2"
    alone = outline.with_copies(extract(), "delivery", block.fields[1:2])
    assert "show_if" not in outline.page(alone, "delivery")["fields"][-1]


@pytest.mark.django_db
def test_every_block_that_comes_along_is_a_page_of_a_form() -> None:
    for block in library.blocks():
        document = outline.with_page({}, block.page, block.fields)
        assert load_form(document["form"]).steps[0].fields, block.name
