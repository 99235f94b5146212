"""What changed is told in words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation

from procedures.differences import Kind, compare
from procedures.seeding import documents
from procedures.wording import rule_text

DOCUMENTS = {document["code"]: document for document in documents()}


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def _document() -> dict[str, Any]:
    return deepcopy(DOCUMENTS["2.000635"])


def _sentences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [change.sentence for change in compare(before, after)]


def test_nothing_changed_is_no_change() -> None:
    assert compare(_document(), _document()) == []


def test_a_new_fee_is_told_in_money() -> None:
    after = _document()
    after["fees"][0]["amount"] = 70_000
    changes = compare(_document(), after)
    assert [c.sentence for c in changes] == ["Phí cấp bản sao Trích lục hộ tịch – amount: 8.000 đồng → 70.000 đồng"]
    assert changes[0].binds and changes[0].area == "Fees"


def test_a_question_taken_away_and_one_added_are_named_by_their_words() -> None:
    after = _document()
    step = after["form"]["steps"][0]
    step["fields"] = [
        step["fields"][0],
        {"code": "purpose", "kind": "text", "label": {"vi": "Mục đích", "en": "Purpose"}},
    ]
    assert _sentences(_document(), after) == [
        "removed: question “Số bản”",
        "added: question “Mục đích” (Short text)",
    ]


def test_moving_a_question_is_neither_removing_nor_adding() -> None:
    after = _document()
    after["form"]["steps"][1]["fields"].reverse()
    kinds = {change.kind for change in compare(_document(), after)}
    assert kinds == {Kind.MOVED}


def test_only_the_question_that_moved_is_said_to_have_moved() -> None:
    after = _document()
    fields = after["form"]["steps"][1]["fields"]
    fields.append(fields.pop(0))
    assert _sentences(_document(), after) == ["moved: question “Người yêu cầu”"]


def test_a_question_on_another_page_says_so() -> None:
    after = _document()
    after["form"]["steps"][1]["fields"].append(after["form"]["steps"][0]["fields"].pop())
    assert "question “Số bản” – page: document → requester" in _sentences(_document(), after)


def test_words_alone_bind_nobody() -> None:
    after = _document()
    after["form"]["steps"][0]["fields"][0]["label"]["vi"] = "Giấy tờ nào"
    after["summary"] = "Khác"
    assert not any(change.binds for change in compare(_document(), after))


def test_a_rule_is_told_as_a_sentence() -> None:
    after = _document()
    after["form"]["steps"][2]["show_if"] = {"field": "on_behalf", "op": "eq", "value": "OTHER"}
    assert _sentences(_document(), after) == [
        "page “Giấy ủy quyền” – shown when: “Bản sao này là của ai?” is one of “Của cha, mẹ, con, vợ, chồng, "
        "ông, bà, anh, chị, em ruột”, “Của người khác”"
        " → “Bản sao này là của ai?” is “Của người khác”"
    ]


def test_a_change_in_another_language_only_is_seen() -> None:
    after = _document()
    after["form"]["steps"][0]["title"]["en"] = "Choose your copy"
    (change,) = compare(_document(), after)
    assert "Choose your copy" in change.after and not change.binds


def test_what_a_sample_expects_is_told_in_words() -> None:
    before, after = _document(), _document()
    for document, expects in (
        (before, {"fee": 16_000, "asked": ["document"], "due": "2026-11-24T17:00"}),
        (after, {"fee": 20_000, "asked": ["document", "copies"], "due": "2026-11-25T09:30"}),
    ):
        document["samples"] = [{"code": "an", "name": "Anh An", "answers": {}, "expects": expects}]
    told = [(change.subject, change.before, change.after) for change in compare(before, after)]
    assert told == [
        ("Anh An – what must come of it – Fee", "16.000 đồng", "20.000 đồng"),
        ("Anh An – what must come of it – Asked", "Loại giấy tờ", "Loại giấy tờ, Số bản"),
        ("Anh An – what must come of it – Ready", "17:00 24/11/2026", "09:30 25/11/2026"),
    ]


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_every_part_of_every_procedure_can_be_compared_with_nothing_and_with_another(code: str) -> None:
    empty = {"code": code, "name": "Khác"}
    assert compare(None, DOCUMENTS[code])
    for before, after in ((empty, DOCUMENTS[code]), (DOCUMENTS[code], empty), (DOCUMENTS[code], _document())):
        for change in compare(before, after):
            assert change.sentence.strip() and "{" not in change.sentence


def test_nested_rules_keep_their_brackets() -> None:
    one = {"field": "a", "op": "eq", "value": 1}
    rule = {"all": [one, {"any": [one, {"not": {"field": "b", "op": "filled"}}]}]}
    assert rule_text(rule, {"a": "Tuổi"}) == "“Tuổi” is 1 and (“Tuổi” is 1 or not (“b” is answered))"
