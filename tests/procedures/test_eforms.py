"""Every kind of question: what it accepts, how it is stored and read; and that nothing posted can break it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.eforms import KINDS, FormDefinition, clean_answers, load_form, step_form, summary
from procedures.eforms.fields import check_digit
from tests import every_kind, factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
FORM = load_form(every_kind.FORM)


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    factories.office()


def _answers(**changes: Any) -> dict[str, Any]:
    return deepcopy(every_kind.ANSWERS) | changes


def _form(*fields: dict[str, Any], **parts: Any) -> FormDefinition:
    return load_form({"steps": [{"code": "s", "title": "S", "fields": list(fields)}], **parts})


def _cleaned(kind: str, value: Any, **properties: Any) -> Any:
    """The stored answer, or the messages that refuse it."""
    form = _form({"code": "q", "kind": kind, "label": "Q", **properties})
    result = clean_answers(form, {"q": value}, TODAY)
    return result.answers.get("q") if not result.errors else result.errors


def _lines(answers: Mapping[str, Any], form: FormDefinition = FORM) -> dict[str, str]:
    return {line.code: line.value for section in summary(form, answers, TODAY) for line in section.lines}


def test_every_kind_stands_in_the_procedure_that_tries_them() -> None:
    tried = {field.kind for field in FORM.fields.values()}
    assert tried == set(KINDS)


def test_answers_of_every_kind_are_accepted() -> None:
    assert clean_answers(FORM, _answers(), TODAY).errors == {}


def test_what_is_computed_is_computed_here_and_never_taken_from_outside() -> None:
    answers = clean_answers(FORM, _answers(days=99999, total=-1), TODAY).answers
    assert (answers["days"], answers["total"]) == (50, 5_600_000)
    assert [row["cost"] for row in answers["machines"]] == [600_000, 5_000_000]


def test_money_is_read_in_figures_and_in_words() -> None:
    assert _lines(_answers())["value"] == "1.500.000.000 đồng (Một tỷ năm trăm triệu đồng)"
    answers = clean_answers(FORM, _answers(), TODAY).answers
    assert _lines(answers)["total"] == "5.600.000 đồng (Năm triệu sáu trăm nghìn đồng)"


def test_an_older_address_is_read_as_it_was_written() -> None:
    expected = "12 đường Hùng Vương, Phường Phú Cường, Thị xã Thủ Dầu Một, Tỉnh Sông Bé"
    assert _lines(_answers())["address"] == expected


def test_a_table_is_read_row_by_row() -> None:
    lines = _lines(clean_answers(FORM, _answers(), TODAY).answers)
    assert lines["machines.0"].startswith("Tên máy: Máy trộn; Động cơ: oil; Số lượng: 2")


@pytest.mark.parametrize(
    ("posted", "stored"),
    [("1975", "1975"), ("1975-3", "1975-03"), ("1975-3-5", "1975-03-05"), ("UNKNOWN", "UNKNOWN")],
)
def test_of_an_old_date_a_part_is_enough(posted: str, stored: str) -> None:
    assert _cleaned("date", posted, partial=True, unknown=True) == stored


@pytest.mark.parametrize("posted", ["1975", "1975-03", "UNKNOWN"])
def test_an_ordinary_date_is_whole(posted: str) -> None:
    assert "q" in _cleaned("date", posted)


@pytest.mark.parametrize("value", ["1975-13", "1975-02-30", "75", "-3-5", "2027", "2026-12"])
def test_a_part_of_a_date_must_exist_and_not_lie_in_the_future(value: str) -> None:
    assert "q" in _cleaned("date", value, partial=True, max="today")


def test_a_day_without_its_month_is_refused_and_so_is_a_date_beside_the_tick() -> None:
    form = _form({"code": "q", "kind": "date", "label": "Q", "partial": True, "unknown": True})
    for data in ("q_day=5&q_year=1975", "q_year=1975&q_unknown=on"):
        assert not step_form(form, "s", {}, TODAY, QueryDict(data)).is_valid()


@pytest.mark.parametrize(
    ("posted", "stored"),
    [("7:30", "07:30"), ("17h", "17:00"), ("8h05", "08:05"), ("17 giờ 30 phút", "17:30"), ("00:00", "00:00")],
)
def test_a_time_is_understood_as_people_write_it(posted: str, stored: str) -> None:
    assert _cleaned("time", posted) == stored


@pytest.mark.parametrize("posted", ["24:00", "12:60", "noon", "5:30", "23:00"])
def test_a_time_that_is_none_or_out_of_bounds_is_refused(posted: str) -> None:
    assert "q" in _cleaned("time", posted, min="06:00", max="22:00")


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        ("0100109106", "0100109106"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"),
        ("074 085 001 234", "074085001234"),
    ],
)
def test_a_tax_code_is_that_of_an_enterprise_a_branch_or_a_person(posted: str, stored: str) -> None:
    assert _cleaned("tax_code", posted) == stored


@pytest.mark.parametrize("posted", ["0100109105", "010010910", "0100109107-001", "999085001234", "01001091O6"])
def test_a_tax_code_with_a_wrong_digit_is_refused(posted: str) -> None:
    assert "q" in _cleaned("tax_code", posted)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_at_most_one_tenth_digit_fits_a_tax_code(nine: str) -> None:
    assert sum(check_digit(nine) == str(digit) for digit in range(10)) <= 1


def test_a_passport_number_is_letters_and_digits() -> None:
    assert _cleaned("passport", " c 1234567 ") == "C1234567"
    assert "q" in _cleaned("passport", "ABCDEFGH")
    assert "q" in _cleaned("passport", "C12")


@pytest.mark.parametrize("changes", [{"parent_born": "1954"}, {"parent_sex": "MALE"}, {"parent_id": "074055000123"}])
def test_a_personal_number_must_agree_with_the_questions_it_belongs_to(changes: dict[str, str]) -> None:
    assert set(clean_answers(FORM, _answers(**changes), TODAY).errors) == {"parent_id"}


def test_a_personal_number_denies_nothing_that_is_unknown() -> None:
    assert clean_answers(FORM, _answers(parent_born="UNKNOWN"), TODAY).errors == {}


def test_a_choice_from_a_list_is_one_of_its_entries() -> None:
    assert _cleaned("choice", "TAY", list="ETHNIC_GROUPS") == "TAY"
    assert "q" in _cleaned("choice", "MARS", list="ETHNIC_GROUPS")
    assert _lines(_answers())["ethnicity"] == "Khmer"


def test_a_persons_ethnic_group_and_nationality_are_entries_of_the_lists() -> None:
    parts = ["ethnicity", "nationality"]
    given = {"ethnicity": "HMONG", "nationality": "XX"}
    assert _cleaned("person", given, parts=parts) == given
    assert set(_cleaned("person", {"ethnicity": "Hmông", "nationality": "VN"}, parts=parts)) == {"q__ethnicity"}
    form = _form({"code": "q", "kind": "person", "label": "Q", "parts": parts})
    assert _lines({"q": given}, form) == {"q.ethnicity": "Hmông", "q.nationality": "Người không quốc tịch"}


def test_a_value_can_be_computed_again_where_an_answer_of_its_page_decides_it() -> None:
    number = {"kind": "number", "label": "N"}
    double = {"kind": "computed", "label": "D", "value": {"op": "product", "of": [{"field": "n"}, 2]}}
    apart = {"steps": [_page("a", [{"code": "n", **number}]), _page("b", [{"code": "d", **double}])]}
    beside = {"steps": [_page("a", [{"code": "n", **number}, {"code": "d", **double}])]}
    rows = [{"code": "n", **number}, {"code": "d", **double}]
    table = {"steps": [_page("a", [{"code": "t", "kind": "table", "label": "T", "fields": rows}])]}
    assert [_computed_here(form) for form in (apart, beside, table)] == [[], ["d"], ["t"]]


def _page(code: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"code": code, "title": code, "fields": fields}


def _computed_here(document: dict[str, Any]) -> list[str]:
    form = load_form(document)
    pages = [step_form(form, step.code, {"n": 2}, TODAY) for step in form.steps]
    return [block.definition.code for page in pages for block in page.blocks if block.is_computed_here]


def test_a_blank_row_is_dropped_and_a_row_begun_must_be_whole() -> None:
    form = _form(
        {
            "code": "g",
            "kind": "group",
            "label": "G",
            "required": False,
            "fields": [{"code": "a", "kind": "text", "label": "A"}, {"code": "n", "kind": "number", "label": "N"}],
        }
    )
    assert clean_answers(form, {"g": [{"a": "", "n": None}]}, TODAY).answers == {"g": []}
    assert clean_answers(form, {"g": [{"a": "x", "n": 0}]}, TODAY).answers == {"g": [{"a": "x", "n": 0}]}
    assert set(clean_answers(form, {"g": [{"a": "x"}]}, TODAY).errors) == {"g__0__n"}


def test_a_question_in_a_row_is_asked_by_the_answers_of_its_row() -> None:
    neighbours = [
        {"owner": {"full_name": "A", "sex": "MALE"}, "agrees": "YES", "why": "không hỏi"},
        {"owner": {"full_name": "B", "sex": "MALE"}, "agrees": "NO", "why": "ồn"},
    ]
    rows = clean_answers(FORM, _answers(neighbours=neighbours), TODAY).answers["neighbours"]
    assert ["why" in row for row in rows] == [False, True]


def test_a_contradiction_is_told_in_the_row_where_it_stands() -> None:
    person = {"code": "p", "kind": "person", "label": "P", "parts": ["full_name", "sex", "national_id"]}
    form = _form({"code": "g", "kind": "group", "label": "G", "fields": [person], "min_rows": 0, "required": False})
    wrong = {"p": {"full_name": "An", "sex": "FEMALE", "national_id": "074085001234"}}
    assert set(clean_answers(form, {"g": [{"p": {}}, wrong]}, TODAY).errors) == {"g__1__p__national_id"}


def test_answers_that_deny_one_another_get_the_message_of_the_definition() -> None:
    result = clean_answers(FORM, _answers(ends="2026-12-01"), TODAY)
    assert result.errors == {"ends": ["Ngày hoàn thành không thể trước ngày khởi công."]}
    assert result.first_step == "works"


def test_somebody_who_cannot_apply_is_told_why_and_what_to_do() -> None:
    child = {"full_name": "Bé", "birth_date": "2015-03-15", "sex": "MALE", "national_id": "074215001234"}
    result = clean_answers(FORM, _answers(requester=child), TODAY)
    assert result.first_step == "who"
    assert [str(barrier.instead) for barrier in result.barriers] == ["Xin nhờ cha hoặc mẹ đứng tên."]


def test_nobody_is_barred_before_having_answered() -> None:
    page = step_form(FORM, "who", {}, TODAY, QueryDict("requester__full_name=An"))
    assert not page.is_valid()
    assert page.barriers == []


# Whatever is posted, by whomever: no exception, answers that JSON can hold, and cleaning them again changes nothing.
_WORDS = ["NO", "YES", "HOUSE", "SHOP", "MALE", "THREE", "TWO", "79", "25747", "KINH", "1", "0", "-1", "3.000", "1e9"]
_WORDS += ["nan", "inf", "2027-01-10", "1975", "UNKNOWN", "07:30", "on", "0100109106", "٣"]
_TEXTS = st.sampled_from(["", "\0", "a" * 300, *_WORDS]) | st.text(max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


def _names(form: FormDefinition) -> list[str]:
    found = []
    for step in form.steps:
        page = step_form(form, step.code, _answers(), TODAY)
        found += list(page.fields)
    dates = ["parent_born_year", "parent_born_month", "parent_born_unknown", "begins_day", "begins_month"]
    return [*found, *dates, "begins_year", "machines__4__machine", "neighbours__99__agrees", "machines__x__y", "add"]


_FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@_FUZZ
@given(data=st.data())
def test_whatever_is_posted_is_cleaned_or_refused(data: st.DataObject) -> None:
    posted = data.draw(st.dictionaries(st.sampled_from(_names(FORM)), st.lists(_TEXTS, max_size=2), max_size=25))
    query = QueryDict(mutable=True)
    for name, values in posted.items():
        query.setlist(name, values)
    step = data.draw(st.sampled_from(FORM.steps)).code
    page = step_form(FORM, step, _answers(), TODAY, query)
    if page.is_valid():
        json.dumps(page.answers, allow_nan=False)
        again = step_form(FORM, step, _answers() | page.answers, TODAY)
        assert again.blocks
    else:
        assert page.errors
    assert page.as_typed().as_p()


@_FUZZ
@given(data=st.data())
def test_cleaning_clean_answers_changes_nothing(data: st.DataObject) -> None:
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(FORM.fields)), _JSON, max_size=4))
    first = clean_answers(FORM, _answers() | changed, TODAY)
    json.dumps(first.answers, allow_nan=False)
    again = clean_answers(FORM, first.answers, TODAY)
    if not first.errors:
        assert again == first
        assert summary(FORM, first.answers, TODAY) == summary(FORM, again.answers, TODAY)
