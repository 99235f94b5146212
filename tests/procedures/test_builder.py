"""The form builder: an admin who writes no code makes a form by choosing, and nothing of it is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from procedures import definition as definitions
from procedures import sampling
from procedures.editing import outline, rules, steps
from procedures.editing.rules import Group
from procedures.eforms import KINDS, load_form
from procedures.errors import NotPossibleError
from procedures.models import Proposal, SharedBlock
from procedures.office.builder import forms, library
from procedures.office.builder.history import Travel, travel
from procedures.office.choosing import Condition, RuleForm
from procedures.office.subjects import before
from procedures.seeding import documents
from tests import factories
from tests.factories import EXTRACT
from tests.procedures.editor import Editor, sent

DEEPER = {"1.004859"}
DOCUMENTS = {document["code"]: document for document in documents()}
pytestmark = pytest.mark.django_db


def _document() -> dict[str, Any]:
    return deepcopy(DOCUMENTS[EXTRACT])


def _codes(document: dict[str, Any], page: str) -> list[str]:
    return [field["code"] for field in outline.page(document, page)["fields"]]


@pytest.mark.parametrize("answer", [2, "2", ["2"], {"full_name": "An"}])
@pytest.mark.parametrize("kind", ["file", "person", "several", "group", "date", "address"])
def test_a_sample_bears_that_its_question_is_of_another_kind_now(kind: str, answer: Any) -> None:
    document = _document()
    needs: dict[str, Any] = {
        "several": {"options": [{"value": "A", "label": "A"}]},
        "group": {"fields": [{"code": "one", "kind": "text", "label": "Một"}]},
    }
    question = {"code": "odd", "kind": kind, "label": "Lạ", **needs.get(kind, {})}
    document["form"]["steps"][0]["fields"].append(question)
    document["samples"] = [{"code": "one", "name": "Một", "answers": {"odd": answer}, "expects": {}}]
    (outcome,) = sampling.run(definitions.load(document))
    assert outcome.differences


# --- edits of the outline: functions from document to document ---------------------------------------


def test_an_edit_leaves_the_document_it_was_given_as_it_was() -> None:
    document = _document()
    before = deepcopy(document)
    outline.with_question(document, "requester", {"kind": "text", "label": "Nghề nghiệp"})
    outline.question_moved(document, "copies", 0, "delivery")
    outline.grouped(document, ["earlier_number", "earlier_date"], "Lần đăng ký")
    outline.without_page(document, "earlier")
    assert document == before


def test_codes_are_made_from_words_and_are_never_given_twice() -> None:
    document = outline.with_question(_document(), "requester", {"kind": "text", "label": "Nghề nghiệp"})
    document = outline.with_question(document, "delivery", {"kind": "text", "label": "Nghề nghiệp"})
    assert _codes(document, "requester")[-1] == "nghe_nghiep"
    assert _codes(document, "delivery")[-1] == "nghe_nghiep_2"
    definitions.load(document)


def test_a_question_is_moved_over_the_edge_of_its_page_to_the_next() -> None:
    document = outline.question_stepped(_document(), "copies", 1)
    assert _codes(document, "document") == ["document"] and _codes(document, "requester")[0] == "copies"
    back = outline.question_stepped(document, "copies", -1)
    assert back == _document()


def test_a_page_keeps_its_last_question() -> None:
    document = outline.question_moved(_document(), "copies", 0, "requester")
    with pytest.raises(NotPossibleError):
        outline.question_moved(document, "document", 0, "requester")
    with pytest.raises(NotPossibleError):
        outline.without_question(document, "document")


def test_removing_a_question_takes_the_conditions_on_it_along() -> None:
    document = outline.without_question(_document(), "on_behalf")
    assert "show_if" not in outline.page(document, "authority")
    assert "required_if" not in outline.question(document, "van_ban_uy_quyen")
    definitions.load(document)


def test_what_fees_and_results_need_is_not_removed() -> None:
    with pytest.raises(NotPossibleError, match="Phí cấp bản sao"):
        outline.without_question(_document(), "copies")
    uses = outline.uses_of(DOCUMENTS[factories.BIRTH], ["child"])
    assert [use.may_go for use in uses] == [False, False]


def test_questions_become_a_group_and_are_taken_apart_again() -> None:
    document = outline.grouped(_document(), ["earlier_number", "earlier_date"], "Lần đăng ký")
    group = outline.question(document, "lan_dang_ky")
    assert [field["code"] for field in group["fields"]] == ["earlier_number", "earlier_date"]
    assert _codes(document, "earlier") == ["lan_dang_ky", "earlier_place"]
    definitions.load(document)
    document = outline.with_question(document, ".lan_dang_ky", {"kind": "text", "label": "Nơi"})
    document = outline.question_stepped(document, "lan_dang_ky.noi", -1)
    assert [f["code"] for f in outline.question(document, "lan_dang_ky")["fields"]][1] == "noi"
    apart = outline.ungrouped(document, "lan_dang_ky")
    assert _codes(apart, "earlier") == ["earlier_number", "noi", "earlier_date", "earlier_place"]


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
    return outline.with_question(_document(), "document", group)


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
        _document(), "earlier_date", {"show_if": {"field": "earlier_number", "op": "filled"}}
    )
    document = outline.grouped(document, ["earlier_number", "earlier_date"], "Lần trước")
    assert outline.question(document, "lan_truoc.earlier_date")["show_if"]["field"] == "earlier_number"
    definitions.load(document)


@pytest.mark.parametrize("codes", [[], ["copies", "phone"], ["van_ban_uy_quyen"]])
def test_what_cannot_be_repeated_is_refused(codes: list[str]) -> None:
    with pytest.raises(NotPossibleError):
        outline.grouped(_document(), codes, "Nhóm")


def test_copies_get_free_codes_and_their_conditions_follow() -> None:
    block = library.block_called("03-nguoi-duoc-uy-quyen")
    assert block is not None
    once = outline.with_page(_document(), block.page, block.fields)
    twice = outline.with_page(once, block.page, block.fields)
    definitions.load(twice)
    page = outline.pages(twice)[-1]
    assert page["code"] == "uy_quyen_2"
    assert page["fields"][0]["code"] == "by_proxy_2"
    assert page["fields"][1]["show_if"]["field"] == "by_proxy_2"
    alone = outline.with_copies(_document(), "delivery", block.fields[1:2])
    assert "show_if" not in outline.page(alone, "delivery")["fields"][-1]


def test_every_block_that_comes_along_is_a_page_of_a_form() -> None:
    for block in library.blocks():
        document = outline.with_page({}, block.page, block.fields)
        assert load_form(document["form"]).steps[0].fields, block.name


def test_every_ready_process_is_one_and_offers_what_the_desk_knows() -> None:
    for ready in library.ready_processes():
        document = steps.with_process(_document(), ready.process)
        assert definitions.load(document).process, ready.name
        assert steps.with_steps(document, steps.steps(document)) == document


# --- rules as lines ----------------------------------------------------------------------------------


A, B, C = ({"field": name, "op": "filled"} for name in "abc")


@pytest.mark.parametrize(
    ("rule", "group"),
    [
        (A, Group("all", (A,))),
        ({"any": [A, B]}, Group("any", (A, B))),
        ({"not": A}, Group("none", (A,))),
        ({"not": {"any": [A, B]}}, Group("none", (A, B))),
        ({"all": [A, {"any": [B, C]}]}, Group("all", (A, Group("any", (B, C))))),
        ({"all": [A, {"not": B}]}, Group("all", (A, Group("none", (B,))))),
        ({"not": {"all": [A, B]}}, Group("none", (Group("all", (A, B)),))),
        ({"any": [A, {"all": [B, {"any": [A, C]}]}]}, Group("any", (A, Group("all", (B, {"any": [A, C]}))))),
    ],
)
def test_a_rule_comes_apart_into_groups_and_together_again(rule: dict[str, Any], group: Group) -> None:
    assert rules.group_of(rule, lambda one: "op" in one) == group
    assert rules.rule_of(group) == rule


def test_a_group_without_parts_is_no_condition() -> None:
    assert rules.group_of(None, lambda _one: True) == Group("all")
    assert rules.rule_of(Group("none", (Group("any"),))) is None


def test_groups_stand_behind_the_comparisons() -> None:
    found = rules.group_of({"all": [{"any": [B, C]}, A]}, lambda one: "op" in one)
    assert found.parts == (A, Group("any", (B, C)))


def test_a_comparison_leaves_a_rule_and_the_others_stay() -> None:
    rule = {"any": [{"field": "a", "op": "filled"}, {"all": [{"field": "b", "op": "filled"}]}]}
    assert rules.without(rule, ["b"]) == {"field": "a", "op": "filled"}
    assert rules.without({"not": rule}, ["a", "b"]) is None


# --- choices keep their values -----------------------------------------------------------------------


def test_a_choice_whose_words_are_corrected_keeps_its_value() -> None:
    old = forms.options("Cha\nMẹ\nÔng bà", "Father\nMother", [])
    assert [option["value"] for option in old] == ["CHA", "ME", "ONG_BA"]
    new = forms.options("Mẹ\nCha đẻ\nNgười khác\nÔng bà", "", old)
    assert [option["value"] for option in new] == ["ME", "CHA_DE", "NGUOI_KHAC", "ONG_BA"]
    corrected = forms.options("Cha đẻ\nMẹ\nÔng bà", "", old)
    assert [option["value"] for option in corrected] == ["CHA", "ME", "ONG_BA"]


# --- undo and redo -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        ([(1, None)], Travel(None, None)),
        ([(1, None), (2, None), (3, None)], Travel(2, None)),
        ([(1, None), (2, None), (3, None), (4, 2)], Travel(1, 3)),
        ([(1, None), (2, None), (3, None), (4, 2), (5, 1)], Travel(None, 2)),
        ([(1, None), (2, None), (3, None), (4, 2), (5, 1), (6, 2), (7, 3)], Travel(2, None)),
        ([(1, None), (2, None), (3, 1), (4, None)], Travel(1, None)),
        ([(1, None), (2, None), (3, 1), (4, None), (5, 2)], Travel(4, None)),
    ],
)
def test_undo_and_redo_walk_over_the_saves(revisions: list[tuple[int, int | None]], expected: Travel) -> None:
    assert travel(revisions) == expected


# --- pages -------------------------------------------------------------------------------------------


FORM = "sua/bieu-mau/"
BAD = '{"requester": {"birth_date": "mai"}, "earlier_date": "mai", "van_ban_uy_quyen": 5, "on_behalf": "OTHER"}'


def test_every_page_of_the_builder_opens(editor: Editor) -> None:
    for path in (
        FORM,
        f"{FORM}?xem=may-tinh",
        f"{FORM}trang-moi/",
        f"{FORM}trang/requester/",
        f"{FORM}trang/post/dieu-kien/hien/",
        f"{FORM}them/requester/",
        f"{FORM}cau-hoi/requester/",
        f"{FORM}cau-hoi/requester/?loai=",
        f"{FORM}cau-hoi/van_ban_uy_quyen/dieu-kien/bat-buoc/",
        f"{FORM}xoa/trang/earlier/",
        f"{FORM}xoa/cau-hoi/on_behalf/",
        f"{FORM}chep/",
        f"{FORM}chep/?q=trich+luc",
        f"{FORM}chep/?tu={EXTRACT}",
        f"{FORM}chep/?khoi=01-nguoi-yeu-cau",
        "sua/quy-trinh/",
        "xem-thu/document/",
        "xem-thu/kiem-tra/",
        "lich-su/",
    ):
        editor.get(path)
    assert editor.client.get("/quan-tri/thu-tuc-moi/").status_code == 200


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


def _shown(editor: Editor, address: str) -> dict[str, Any]:
    return sent(editor.client.get(editor.base + address).context["form"])


def test_a_condition_is_chosen_from_lists_and_said_in_words(editor: Editor) -> None:
    address = f"{FORM}cau-hoi/email/dieu-kien/hien/"
    page = editor.get(address)
    assert 'value="copies|number"' in page and 'value="on_behalf|choice"' not in page
    grown = editor.post(address, **{"show_if-act": "add:0", "show_if-new0": "copies|number"})
    assert grown.status_code == 200 and 'name="show_if-o1"' in grown.content.decode()
    one = {"show_if-part": "1:copies|number", "show_if-o1": "ge", "show_if-v1": "3"}
    grown = editor.post(address, **one, **{"show_if-act": "add:0", "show_if-new0": "requester.birth_date|age"})
    assert 'value="3"' in grown.content.decode() and 'name="show_if-o2"' in grown.content.decode()
    both = one | {
        "show_if-part": ["1:copies|number", "2:requester.birth_date|age"],
        "show_if-j0": "any",
        "show_if-o2": "age_at_least",
        "show_if-v2": "18",
    }
    assert editor.post(address, **both).status_code == 302
    assert outline.question(editor.document, "email")["show_if"] == {
        "any": [
            {"field": "copies", "op": "ge", "value": 3},
            {"field": "requester.birth_date", "op": "age_at_least", "value": 18},
        ]
    }
    assert "Số bản" in editor.get(FORM)
    dropped = editor.post(address, **both, **{"show_if-act": "drop:1"}).content.decode()
    assert 'value="18"' in dropped and 'name="show_if-o1"' not in dropped
    assert 'type="hidden" name="show_if-j0" value="any"' in dropped  # how they go together is not forgotten
    assert editor.post(address).status_code == 302
    assert "show_if" not in outline.question(editor.document, "email")


def test_a_group_of_conditions_is_added_and_denied(editor: Editor) -> None:
    address = f"{FORM}trang/delivery/dieu-kien/hien/"
    line = {"show_if-part": ["1:copies|number"], "show_if-o1": "ge", "show_if-v1": "3"}
    grown = editor.post(address, **line, **{"show_if-act": "group"}).content.decode()
    assert 'name="show_if-part" value="2:group"' in grown and 'name="show_if-new2"' in grown
    in_group = line | {
        "show_if-part": ["1:copies|number", "2:group", "3:on_behalf|choice", "4:email|answered"],
        "show_if-j2": "none",
        "show_if-o3": "is",
        "show_if-v3": ["SELF"],
        "show_if-o4": "filled",
    }
    assert editor.post(address, **in_group).status_code == 302
    assert outline.page(editor.document, "delivery")["show_if"] == {
        "all": [
            {"field": "copies", "op": "ge", "value": 3},
            {
                "not": {
                    "any": [
                        {"field": "on_behalf", "op": "eq", "value": "SELF"},
                        {"field": "email", "op": "filled"},
                    ]
                }
            },
        ]
    }
    without = editor.post(address, **in_group, **{"show_if-act": "drop:2"}).content.decode()
    assert "1:copies|number" in without and "on_behalf|choice" not in without.split("<select")[0]
    assert 'value="3:' not in without and 'value="4:' not in without


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ({"o": "is", "v": ["SELF"]}, {"field": "on_behalf", "op": "eq", "value": "SELF"}),
        ({"o": "is", "v": ["SELF", "OTHER"]}, {"field": "on_behalf", "op": "in", "value": ["SELF", "OTHER"]}),
        ({"o": "ne", "v": ["SELF"]}, {"field": "on_behalf", "op": "ne", "value": "SELF"}),
        (
            {"o": "ne", "v": ["SELF", "OTHER"]},
            {"not": {"field": "on_behalf", "op": "in", "value": ["SELF", "OTHER"]}},
        ),
    ],
)
def test_a_condition_on_one_choice_or_several(editor: Editor, line: dict[str, Any], rule: dict[str, Any]) -> None:
    address = f"{FORM}trang/delivery/dieu-kien/hien/"
    typed = {"show_if-part": "1:on_behalf|choice"} | {f"show_if-{name}1": value for name, value in line.items()}
    assert editor.post(address, **typed).status_code == 302
    assert outline.page(editor.document, "delivery")["show_if"] == rule
    shown = _shown(editor, address)
    assert shown["show_if-v1"] == line["v"] and "Của tôi" in editor.get(address)


@pytest.mark.parametrize(
    ("name", "given", "rule"),
    [
        ("copies|other", {"o": "lt", "v": "pages"}, {"field": "copies", "op": "lt", "value": {"field": "pages"}}),
        (
            "heirs|count",
            {"o": "ge", "v": "2"},
            {"of": {"op": "count", "of": [{"field": "heirs"}]}, "op": "ge", "value": 2},
        ),
        ("heirs.role|among", {"o": "not_contains", "v": "SON"}, {"not": {"field": "heirs.role", "op": "contains"}}),
        ("earlier_place|text", {"o": "eq", "v": "Dĩ An"}, {"field": "earlier_place", "op": "eq", "value": "Dĩ An"}),
        (
            "requester.birth_date|age",
            {"o": "not_age_at_least", "v": "18"},
            {"not": {"field": "requester.birth_date", "op": "age_at_least", "value": 18}},
        ),
        (
            "requester.birth_date|date",
            {"o": "lt", "v_day": "1", "v_month": "7", "v_year": "2025"},
            {"field": "requester.birth_date", "op": "lt", "value": "2025-07-01"},
        ),
    ],
)
def test_every_aspect_of_an_answer_can_be_a_condition(
    editor: Editor, name: str, given: dict[str, str], rule: dict[str, Any]
) -> None:
    document = outline.with_question(editor.document, "document", {"kind": "number", "label": "Pages"})
    role = {
        "code": "role",
        "kind": "choice",
        "label": "Là",
        "options": [{"value": "SON", "label": "Con"}, {"value": "WIFE", "label": "Vợ"}],
    }
    group = {"kind": "group", "label": "Heirs", "fields": [role]}
    document = outline.with_question(document, "document", group)
    Proposal.objects.filter(pk=editor.draft.pk).update(document=document)
    address = f"{FORM}trang/delivery/dieu-kien/hien/"
    typed = {f"show_if-{key[0]}1{key[1:]}": value for key, value in given.items()}
    answer = editor.post(address, **{"show_if-part": f"1:{name}"}, **typed)
    assert answer.status_code == 302, answer.context["form"].errors
    if "not" in rule and "value" not in rule["not"]:
        rule["not"]["value"] = "SON"
    assert outline.page(editor.document, "delivery")["show_if"] == rule
    assert _shown(editor, address)["show_if-part"] == [f"1:{name}"]


DEEP = {
    "any": [
        {"field": "on_behalf", "op": "eq", "value": "OTHER"},
        {"all": [{"field": "copies", "op": "filled"}, {"any": [{"field": "copies", "op": "ge", "value": 3}]}]},
    ]
}


@pytest.mark.parametrize(
    "rule",
    [
        DEEP,
        {"not": {"field": "copies", "op": "lt", "value": 3}},
        {"not": {"field": "on_behalf", "op": "eq", "value": "SELF"}},
        {"all": [{"any": [{"field": "copies", "op": "filled"}]}, {"field": "email", "op": "filled"}]},
        {"field": "copies", "op": "eq", "value": {"op": "sum", "of": [{"field": "copies"}, 2]}},
        {"field": "on_behalf", "op": "eq", "value": "GONE"},
    ],
)
def test_a_condition_built_deeper_is_shown_in_words_and_stays_unharmed(editor: Editor, rule: dict[str, Any]) -> None:
    document = outline.page_changed(editor.document, "delivery", {"show_if": rule})
    Proposal.objects.filter(pk=editor.draft.pk).update(document=document)
    address = f"{FORM}trang/delivery/dieu-kien/hien/"
    shown = _shown(editor, address)
    assert editor.post(address, **shown).status_code == 302
    assert outline.page(editor.document, "delivery")["show_if"] == rule


def test_a_line_is_added_beside_what_is_kept(editor: Editor) -> None:
    document = outline.page_changed(editor.document, "delivery", {"show_if": DEEP})
    Proposal.objects.filter(pk=editor.draft.pk).update(document=document)
    address = f"{FORM}trang/delivery/dieu-kien/hien/"
    assert "Phần này lồng sâu hơn" in editor.get(address)
    shown = _shown(editor, address)
    parts = [shown["show_if-part"][0], "9:email|answered", *shown["show_if-part"][1:]]
    assert editor.post(address, **shown | {"show_if-part": parts, "show_if-o9": "filled"}).status_code == 302
    saved = outline.page(editor.document, "delivery")["show_if"]
    assert saved == {"any": [DEEP["any"][0], {"field": "email", "op": "filled"}, DEEP["any"][1]]}


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_the_conditions_of_the_whole_catalogue_can_be_chosen(code: str) -> None:
    form = definitions.load(DOCUMENTS[code]).form
    for page in outline.pages(DOCUMENTS[code]):
        places = [(page, before(form, page["code"]))] if form else []
        places += [(f, before(form, page["code"], f["code"])) for f in page["fields"] if form]
        for owner, scope in places:
            for name in outline.RULES:
                shown = RuleForm(condition=Condition(name, "", "always"), owner=owner, scope=scope)
                kept = [shown.scope.words(shown.initial[f"k{p.number}"]) for p in shown.parts if p.name == "kept"]
                assert not kept or code in DEEPER, (owner["code"], kept)


def test_a_question_asked_later_is_refused_with_a_clear_message(editor: Editor) -> None:
    typed = {"show_if-part": "1:delivery|choice", "show_if-o1": "is", "show_if-v1": "POST"}
    answer = editor.post(f"{FORM}cau-hoi/copies/dieu-kien/hien/", **typed)
    assert answer.status_code == 422 and "câu hỏi không có ở đây" in answer.content.decode()
    assert "show_if" not in outline.question(editor.document, "copies")


@pytest.mark.parametrize("kept", ["", "mai", "[]", '{"op": "filled", "field": "gone"}', '{"all": 5}', "[" * 60])
def test_what_is_kept_is_a_rule_on_questions_that_there_are(editor: Editor, kept: str) -> None:
    typed = {"show_if-part": "1:kept", "show_if-k1": kept}
    assert editor.post(f"{FORM}trang/delivery/dieu-kien/hien/", **typed).status_code == 422
    assert "show_if" not in outline.page(editor.document, "delivery")


def test_a_condition_in_a_row_looks_at_the_same_row(editor: Editor) -> None:
    document = outline.grouped(editor.document, ["earlier_number", "earlier_date"], "Lần trước")
    Proposal.objects.filter(pk=editor.draft.pk).update(document=document)
    address = f"{FORM}cau-hoi/lan_truoc.earlier_date/dieu-kien/hien/"
    page = editor.get(address)
    assert 'value="earlier_number|answered"' in page and 'value="copies|number"' in page
    assert 'value="earlier_date|date"' not in page
    typed = {"show_if-part": "1:earlier_number|answered", "show_if-o1": "filled"}
    assert editor.post(address, **typed).status_code == 302
    part = outline.question(editor.document, "lan_truoc.earlier_date")
    assert part["show_if"] == {"field": "earlier_number", "op": "filled"}
    assert "Chỉ hỏi khi “Số đăng ký" in editor.get(FORM)


def test_pages_and_questions_are_moved_doubled_and_removed_and_all_of_it_undone(editor: Editor) -> None:
    before = editor.document
    for path, data in (
        ("trang/delivery/viec/len/", {}),
        ("trang/registered/viec/nhan-doi/", {}),
        ("cau-hoi/phone/viec/xuong/", {}),
        ("cau-hoi/phone/viec/dat/", {"page": "delivery", "place": "0"}),
        ("cau-hoi/email/viec/chuyen/", {"page-email": "delivery"}),
        ("cau-hoi/document/viec/nhan-doi/", {}),
        ("xoa/cau-hoi/on_behalf/", {}),
        ("gom/", {"name": "Lần trước", "chosen": ["earlier_number", "earlier_date"]}),
        ("cau-hoi/lan_truoc/viec/tach-nhom/", {}),
        ("so-phut/", {"minutes": "9"}),
    ):
        revision = Proposal.objects.get(pk=editor.draft.pk).revision
        assert editor.post(FORM + path, **data).status_code == 302, path
        assert Proposal.objects.get(pk=editor.draft.pk).revision == revision + 1, path
    after = editor.document
    assert after["form"]["minutes"] == 9 and _codes(after, "delivery")[0] == "phone"
    for _time in range(10):
        assert editor.post("di/hoan-tac/").status_code == 302
    assert editor.document == before
    assert editor.post("di/hoan-tac/").status_code == 404
    for _time in range(10):
        editor.post("di/lam-lai/")
    assert editor.document == after
    words = editor.get("lich-su/")
    assert "Người soạn" in words and "Lần trước" in words


def test_removing_says_first_what_goes_along_and_what_stands_in_the_way(editor: Editor) -> None:
    page = editor.get(f"{FORM}xoa/cau-hoi/on_behalf/")
    assert "Giấy ủy quyền" in page and "Văn bản ủy quyền" in page
    assert "Phí cấp bản sao" in editor.get(f"{FORM}xoa/cau-hoi/copies/")
    assert editor.post(f"{FORM}xoa/cau-hoi/copies/").status_code == 302
    assert outline.question(editor.document, "copies")


def test_questions_are_copied_from_blocks_and_from_other_procedures(editor: Editor) -> None:
    factories.published(factories.BIRTH)
    assert editor.post(f"{FORM}chep/?khoi=05-cam-doan", chosen="0.truthful").status_code == 302
    assert outline.pages(editor.document)[-1]["title"]["vi"] == "Cam đoan"
    chosen = ["2.birth_place", "2.home_town"]
    assert editor.post(f"{FORM}chep/?tu={factories.BIRTH}", chosen=chosen, target="registered").status_code == 302
    assert _codes(editor.document, "registered")[-2:] == ["birth_place", "home_town"]
    assert (
        editor.post(f"{FORM}khoi/", name="Nơi sinh, quê quán", chosen=["birth_place", "home_town"]).status_code == 302
    )
    block = SharedBlock.objects.get()
    assert "Nơi sinh, quê quán" in editor.get(f"{FORM}chep/")
    assert editor.post(f"{FORM}chep/?khoi={block.uuid}", chosen="0.home_town").status_code == 302
    assert outline.pages(editor.document)[-1]["fields"][0]["code"] == "home_town_2"
    assert editor.post(f"{FORM}khoi/{block.uuid}/bo/").status_code == 302
    assert not SharedBlock.objects.exists()


def test_the_second_admin_is_told_and_what_was_typed_is_kept(
    editor: Editor, admin_called: Callable[[str], Client]
) -> None:
    other = admin_called("Người thứ hai")
    typed = {"revision": 1, "label": "Số lượng bản", "min": "1", "max": "20", "required": "on"}
    editor.post(f"{FORM}so-phut/", minutes="7")
    answer = other.post(f"{editor.base}{FORM}cau-hoi/copies/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Người soạn" in page and "Số lượng bản" in page
    assert 'name="revision" value="2"' in page
    moved = other.post(f"{editor.base}{FORM}cau-hoi/phone/viec/len/", {"revision": 1}, follow=True)
    assert "Người soạn" in moved.content.decode()
    assert editor.draft.revisions.count() == 2


def test_the_preview_walks_the_draft_and_stores_nothing(editor: Editor) -> None:
    editor.post(f"{FORM}trang/document/", title="Ông/Bà cần gì?")
    path = "xem-thu/document/"
    answer = editor.client.get(editor.base + path)
    assert "Ông/Bà cần gì?" in answer.content.decode()
    refused = editor.post(path, document="BIRTH_EXTRACT", copies="0")
    assert refused.status_code == 422
    page = editor.post(path, document="BIRTH_EXTRACT", copies="2").content.decode()
    assert "Người yêu cầu" in page and "BIRTH_EXTRACT" in page
    back = editor.post("xem-thu/requester/", back="document", answers='{"copies": 2}').content.decode()
    assert 'value="2"' in back
    deep = '{"copies": ' + "[" * 90_000 + "]" * 90_000 + "}"
    unkept = ('{"phone": "\\ud800"}', '{"phone": "\\u0000"}', '{"copies": 1e999}', '{"copies": NaN}')
    shapeless = ("[", "[1]", "x" * 300_000, '{"copies": {"a": [1]}}', '{"requester": 5, "delivery": [1]}', BAD)
    for nonsense in (*shapeless, deep, *unkept):
        assert editor.post("xem-thu/requester/", answers=nonsense).status_code == 422
        assert editor.post("xem-thu/kiem-tra/", answers=nonsense).status_code == 200
        assert editor.post(f"{FORM}ghi-mau-thu/", answers=nonsense, confirm="1").status_code == 422
    assert editor.draft.revisions.count() == 2


def test_only_the_preview_may_be_framed(editor: Editor) -> None:
    framed = editor.client.get(f"{editor.base}xem-thu/document/")
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"] and framed["X-Frame-Options"] == "SAMEORIGIN"
    for address in (f"{editor.base}{FORM}", f"{editor.base}lich-su/", "/quan-tri/", "/"):
        answer = editor.client.get(address)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], address
        assert answer["X-Frame-Options"] == "DENY", address


def test_answers_of_the_preview_become_a_sample_that_guards_the_procedure(editor: Editor) -> None:
    answers = factories.extract_answers()
    shown = editor.post(f"{FORM}ghi-mau-thu/", answers=json.dumps(answers)).content.decode()
    assert "16.000 đồng" in shown and "Tra cứu và soạn bản sao" in shown
    kept = editor.post(f"{FORM}ghi-mau-thu/", answers=json.dumps(answers), name="Ông An", confirm="1")
    assert kept.status_code == 302
    sample = editor.document["samples"][0]
    assert (sample["code"], sample["expects"]["fee"]) == ("ong_an", 16_000)
    fee = {"name": "Phí", "kind": "PHI", "amount": "9000", "per": "copies", "timing": "FILING"}
    editor.post("sua/phi/0/", **fee)
    assert "18.000 đồng" in editor.get(FORM)
    assert editor.post(f"{FORM}ghi-mau-thu/", sample="ong_an", name="Ông An", confirm="1").status_code == 302
    assert editor.document["samples"][0]["expects"]["fee"] == 18_000
    assert editor.post(f"{FORM}mau-thu/ong_an/bo/").status_code == 302
    assert "samples" not in editor.document


def test_who_cannot_apply_and_what_contradicts_is_chosen_from_lists(editor: Editor) -> None:
    barrier = f"{FORM}quy-tac/khong-nop-duoc/moi/"
    assert editor.post(barrier, message="Chỉ người từ đủ 18 tuổi nộp được.").status_code == 422
    asked = {"when-act": "add:0", "when-new0": "requester.birth_date|age"}
    grown = editor.post(barrier, **asked, message="Chưa đủ tuổi.").content.decode()
    assert "Chưa đủ tuổi." in grown and 'name="when-v1"' in grown and 'class="error"' not in grown
    lines = {"when-part": "1:copies|number", "when-o1": "ge", "when-v1": "15"}
    said = {"message": "Nhiều bản quá.", "instead": "Xin nộp làm nhiều lần."}
    assert editor.post(barrier, **lines, **said).status_code == 302
    assert editor.document["form"]["eligible"] == [
        {"when": {"field": "copies", "op": "ge", "value": 15}, **said},
    ]
    denied = f"{FORM}quy-tac/khong-hop-nhau/moi/"
    lines = {"when-part": "1:registered_at_known|choice", "when-o1": "is", "when-v1": "YES"}
    assert editor.post(denied, **lines, message="Xin xem lại.", at="phone").status_code == 302
    page = editor.get(FORM)
    assert "Nhiều bản quá." in page and "Xin xem lại." in page and "“Số bản”" in page
    assert "Xin xem lại." in editor.get(f"{FORM}xoa/cau-hoi/registered_at_known/")
    assert editor.post(f"{FORM}xoa/cau-hoi/phone/").status_code == 302
    assert "validate" not in editor.document["form"]
    assert editor.post(f"{FORM}quy-tac/khong-nop-duoc/0/", **{**lines, "message": "Khác"}).status_code == 302
    assert editor.document["form"]["eligible"][0]["message"] == "Khác"
    assert editor.post(f"{FORM}quy-tac/khong-nop-duoc/0/bo/").status_code == 302
    assert "eligible" not in editor.document["form"]
    for path in ("khong-co/moi/", "khong-hop-nhau/0/", "khong-nop-duoc/moi/bo/"):
        assert editor.post(f"{FORM}quy-tac/{path}").status_code == 404, path


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


def test_a_procedure_begins_from_nothing(editor: Editor) -> None:
    given = {
        "name": "Cấp giấy xác nhận hộ sản xuất",
        "new_sector": "Nông nghiệp",
        "levels": ["COMMUNE"],
        "audiences": ["CITIZEN"],
        "result": "Giấy xác nhận",
        "time_kind": "WORKING_DAYS",
        "time_value": "3",
        "process": "01-thang",
    }
    taken = editor.client.post("/quan-tri/thu-tuc-moi/", given | {"code": EXTRACT})
    assert taken.status_code == 422
    assert editor.client.post("/quan-tri/thu-tuc-moi/", given | {"time_value": ""}).status_code == 422
    answer = editor.client.post("/quan-tri/thu-tuc-moi/", given)
    draft = Proposal.objects.get(code="9.000001")
    assert answer["Location"].endswith(f"/{draft.uuid}/sua/bieu-mau/")
    assert draft.document["sector"] == {"code": "NONG_NGHIEP", "name": "Nông nghiệp"}
    new = Editor(editor.client, draft)
    new.get(FORM)
    assert new.post(f"{FORM}trang-moi/", title="Người yêu cầu", start="01-nguoi-yeu-cau").status_code == 302
    first = {"title": "Hộ", "start": "question", "first_label": "Tên hộ", "first_kind": "text"}
    assert new.post(f"{FORM}trang-moi/", **first).status_code == 302
    assert new.post(f"{FORM}trang-moi/", **first | {"first_kind": "choice"}).status_code == 422
    assert [page["code"] for page in outline.pages(new.document)] == ["nguoi_yeu_cau", "ho"]
    assert new.post(f"{FORM}xoa/trang/ho/").status_code == 302
    assert new.post(f"{FORM}xoa/trang/nguoi_yeu_cau/").status_code == 302
    assert "form" not in new.document


@pytest.mark.parametrize(
    "path",
    [
        "trang/khong-co/",
        "cau-hoi/khong_co/",
        "cau-hoi/requester.khong_co/",
        "cau-hoi/copies/?loai=khong_co",
        "them/khong-co/?loai=text",
        "them/.copies/?loai=file",
        "cau-hoi/copies/dieu-kien/khong-co/",
        "trang/document/viec/khong-co/",
        "cau-hoi/copies/viec/khong-co/",
        "cau-hoi/copies/viec/tach-nhom/",
        "cau-hoi/copies/viec/dat/",
        "cau-hoi/copies/viec/chuyen/",
        "xoa/cau-hoi/khong_co/",
        "mau-thu/khong-co/bo/",
    ],
)
def test_what_is_not_there_is_not_found(editor: Editor, path: str) -> None:
    assert editor.post(FORM + path).status_code == 404


def test_the_builder_asks_the_database_as_often_however_long_the_form_is(
    editor: Editor, django_assert_max_num_queries: Any
) -> None:
    for place in range(10):
        editor.post(f"{FORM}them/requester/?loai=text", label=f"Câu hỏi {place}")
    with translation.override("vi"), django_assert_max_num_queries(9):
        editor.get(FORM)
