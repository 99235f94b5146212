"""Conditions by choosing from lists: groups of lines, said in words; what is deeper stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from procedures import definition as definitions
from procedures.editing import outline, rules
from procedures.editing.rules import Group
from procedures.models import Proposal
from procedures.office.choosing import Condition, RuleForm
from procedures.office.subjects import before
from tests.factories import DOCUMENTS
from tests.procedures.editor import FORM, Editor, sent

pytestmark = pytest.mark.django_db


DEEPER = {"1.004859"}


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
