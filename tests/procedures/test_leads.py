"""An admin makes a process branch without writing code; what cannot work is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from procedures.editing import steps
from procedures.showing.drawing import drawing_of, inside_of
from tests.procedures.editor import Editor
from tests.procedures.test_processes import branching, procedure

pytestmark = pytest.mark.django_db
PROCESS = "sua/quy-trinh/"
APPRAISE = "sua/quy-trinh/buoc/appraise/"


@pytest.fixture
def branched(editor: Editor) -> Editor:
    editor.put(process={"steps": branching()})
    return editor


def _next(editor: Editor, code: str) -> list[dict[str, Any]]:
    found = next(step for step in steps.steps(editor.document) if step["code"] == code)
    return list(found.get("next", []))


def _targets(editor: Editor) -> list[str]:
    return [way["to"] for way in _next(editor, "appraise")]


def test_a_way_is_added_with_a_condition_on_what_was_recorded(branched: Editor) -> None:
    line = {"when-part": ["1:outcome|choice"], "when-o1": "is", "when-v1": ["WANTING"]}
    sent = branched.post(f"{APPRAISE}dan-den/moi/", to="END", by="PROPOSE", **line)
    assert sent.status_code == 302, sent.context["form"].errors
    added = _next(branched, "appraise")[-1]
    assert added == {"to": "END", "by": "PROPOSE", "when": {"field": "outcome", "op": "eq", "value": "WANTING"}}
    assert "Chưa đạt" in branched.get(f"{APPRAISE}dan-den/")


def test_ways_are_changed_moved_and_left_out(branched: Editor) -> None:
    branched.post(f"{APPRAISE}dan-den/moi/", to="sign", by="")
    branched.post(f"{APPRAISE}dan-den/1/len/")
    assert _targets(branched) == ["review", "sign"]  # the other way round nothing would lead to the review
    assert branched.post(f"{APPRAISE}dan-den/1/", to="sign", by="PROPOSE").status_code == 302
    assert _next(branched, "appraise")[1] == {"to": "sign", "by": "PROPOSE"}
    branched.post(f"{APPRAISE}dan-den/1/len/")
    assert _targets(branched) == ["review", "sign"]
    branched.post(f"{APPRAISE}dan-den/1/xoa/")
    assert _targets(branched) == ["review"]


def test_a_way_that_cannot_work_is_refused_and_said_in_words(branched: Editor) -> None:
    before = branched.document
    refused = branched.post(f"{APPRAISE}dan-den/0/xoa/")
    assert refused.status_code == 302 and branched.document == before
    said = branched.get(f"{APPRAISE}dan-den/")
    assert "Không có đường nào dẫn đến bước “review”." in said
    answer = branched.post("sua/quy-trinh/buoc/review/dan-den/0/", to="appraise", by="")
    assert answer.status_code == 422
    assert "Tổng các phần thời gian là 80 %" in answer.content.decode()


def test_a_step_is_taken_only_under_a_condition(branched: Editor) -> None:
    line = {"when-part": ["1:copies|number"], "when-o1": "gt", "when-v1": "2"}
    assert branched.post(f"{APPRAISE}dieu-kien/", **line).status_code == 302
    found = next(step for step in steps.steps(branched.document) if step["code"] == "appraise")
    assert found["when"] == {"field": "copies", "op": "gt", "value": 2}


def test_a_step_that_is_left_out_takes_the_ways_to_it_along(branched: Editor) -> None:
    kept = [step for step in branching() if step["code"] != "review"]
    document = steps.with_steps(branched.document, kept)
    assert not any(step.get("next") for step in steps.steps(document) if step["code"] == "appraise")


def test_a_step_gets_a_time_of_its_own_in_the_table(branched: Editor) -> None:
    branched.put(time={"kind": "WORKING_DAYS", "value": 9, "illustrative": True})
    table = branched.client.get(branched.base + PROCESS).context["table"]
    data: dict[str, Any] = {"count": len(table)}
    for form in table:
        values = {form.add_prefix(name): form[name].value() for name in form.fields}
        data |= {name: value for name, value in values.items() if value is not None and value is not False}
    data |= {"s4-own_time": "2", "s4-own_unit": "WORKING_DAYS"}
    assert branched.post(PROCESS, **data).status_code == 422  # both a share and a time
    data |= {"s4-share": ""}
    assert branched.post(PROCESS, **data).status_code == 302
    review = steps.steps(branched.document)[4]
    assert review["time"] == {"kind": "WORKING_DAYS", "value": 2} and "share" not in review


def test_the_drawing_shows_every_way_and_says_so_in_words() -> None:
    stations = inside_of(procedure(*branching()))
    drawn = str(drawing_of(stations))
    assert 'role="img"' in drawn and "<title>" in drawn and "<desc>" in drawn
    assert drawn.count('class="turn"') == 2  # to the review, and back to the signer
    assert [station.goes_on for station in stations] == [True, True, True, False, False]
    assert stations[1].remarks[-1].endswith("đến bước 5")
    assert stations[3].remarks[-1] == "sau đó kết thúc"


def test_the_page_of_the_process_has_the_drawing_and_the_same_as_a_list(branched: Editor) -> None:
    page = branched.get(PROCESS)
    assert '<svg class="road" role="img"' in page and "đến bước 5" in page
