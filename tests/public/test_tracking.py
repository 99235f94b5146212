"""Tracking: the code alone opens nothing, and a wrong guess tells nothing."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from onestop.models import Case
from onestop.services import filing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    factories.office()
    factories.published(factories.EXTRACT)
    return filing.settle_filing_fee(case_id=factories.filed(factories.citizen()).pk, at=factories.NOW)


def _ask(client: Client, code: str, phone: str) -> Any:
    return client.post(reverse("track"), {"code": code, "phone": phone})


def _page(answer: Any) -> str:
    """The page without what is fresh in every answer: the CSRF token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())


def test_code_and_phone_together_show_where_the_case_stands(client: Client, case: Case) -> None:
    answer = _ask(client, str(case.code), case.applicant_phone)
    assert case.procedure.name in answer.content.decode()
    assert case.applicant_name not in answer.content.decode()


def test_the_phone_may_be_written_in_any_of_its_forms(client: Client, case: Case) -> None:
    written = "+84 " + case.applicant_phone[1:4] + " " + case.applicant_phone[4:]
    assert case.procedure.name in _ask(client, str(case.code), written).content.decode()


def test_a_wrong_code_and_a_wrong_phone_get_the_same_bytes(client: Client, case: Case) -> None:
    wrong_code = _ask(client, "H09.25747.MC-261124-9999", case.applicant_phone)
    wrong_phone = _ask(client, str(case.code), "0999 888 777")
    assert wrong_code.status_code == wrong_phone.status_code == 200
    assert _page(wrong_code) == _page(wrong_phone)


def test_wrong_guesses_take_the_same_time_whichever_was_wrong(client: Client, case: Case) -> None:
    def milliseconds(code: str, phone: str) -> float:
        started = time.perf_counter()
        _ask(client, code, phone)
        return (time.perf_counter() - started) * 1000

    codes, phones = [], []
    for _ in range(200):
        codes.append(milliseconds("H09.25747.MC-261124-9999", case.applicant_phone))
        phones.append(milliseconds(str(case.code), "0999 888 777"))
    assert abs(statistics.median(codes) - statistics.median(phones)) < 5


def test_rubbish_is_met_with_words_not_with_an_error(client: Client) -> None:
    for code, phone in (("", ""), ("x" * 10_000, "1"), ("\0", "\0"), ("<script>", "０９１２３４５６７８")):
        assert _ask(client, code, phone).status_code == 200


def test_a_draft_cannot_be_tracked(client: Client) -> None:
    factories.office()
    factories.published(factories.EXTRACT)
    case = factories.draft(factories.citizen())
    assert "H09" not in _page(_ask(client, str(case.uuid), "0912345678")).replace("H09.25747.MC-261124-0001", "")
