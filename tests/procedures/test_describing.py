"""A form told to programs: its schema takes what the form takes; other shapes are named before the form sees them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from procedures.definition import load
from procedures.eforms import FormDefinition, clean_answers
from procedures.eforms.describing import answers_schema, misshapen
from procedures.seeding import documents
from tests import factories

pytestmark = pytest.mark.django_db
_FORMS = {document["code"]: load(document).form for document in documents() if document.get("form")}
_WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("2024-02-30"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def _form(code: str) -> FormDefinition:
    form = _FORMS[code]
    assert form is not None
    return form


@pytest.mark.parametrize("code", sorted(_FORMS))
def test_the_description_is_a_json_schema(code: str) -> None:
    Draft202012Validator.check_schema(answers_schema(_form(code)))


def test_complete_answers_have_the_described_shape() -> None:
    assert misshapen(_form(factories.EXTRACT), factories.extract_answers()) == {}
    paper = "0198b1f2-0000-7000-8000-000000000000"
    assert misshapen(_form(factories.BIRTH), factories.birth_answers(paper)) == {}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"copies": "two"}, ("copies",)),
        ({"requester": []}, ("requester",)),
        ({"requester": {"full_name": 7}}, ("requester", "full_name")),
        ({"requester": {"birth_date": "2024-02-30"}}, ("requester", "birth_date")),
        ({"requester": {"title": "x"}}, ("requester", "title")),
        ({"document": "SOMETHING"}, ("document",)),
        ({"nothing_asked": 1}, ("nothing_asked",)),
    ],
)
def test_another_shape_is_named_by_its_place(changes: dict[str, Any], place: tuple[str, ...]) -> None:
    assert list(misshapen(_form(factories.EXTRACT), factories.extract_answers() | changes)) == [place]


@pytest.mark.parametrize("code", sorted(_FORMS))
def test_whatever_has_the_shape_the_form_can_judge(code: str) -> None:
    form = _form(code)
    good = factories.extract_answers() if code == factories.EXTRACT else factories.birth_answers("x")
    names = sorted(form.fields)

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(changes=st.dictionaries(st.sampled_from(names), _WILD, max_size=4))
    def judge(changes: dict[str, Any]) -> None:
        answers = {name: value for name, value in good.items() if name in names} | changes
        if not misshapen(form, answers):
            clean_answers(form, answers, factories.NOW.date())

    judge()
