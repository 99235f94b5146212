"""The desk in a browser's words: what is typed into addresses and scanned from codes."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from onestop.models import Case
from onestop.states import State
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def case(client: Client, office: Office) -> Case:
    """A case that waits at the counter, and its clerk signed in."""
    client.force_login(office.clerk.account, backend=BACKEND)
    return factories.filed(factories.citizen())


@pytest.mark.parametrize("code", ["%00", "a%00b", "%25", "x" * 3000])
def test_an_address_of_no_case_leads_nowhere(client: Client, case: Case, code: str) -> None:
    for place in ("", "accept/", f"giay-to/{case.uuid}/", f"van-ban/{case.uuid}/"):
        address = f"/mot-cua/ho-so/{code}/{place}"
        answer = client.post(address) if place == "accept/" else client.get(address)
        assert answer.status_code == 404, address


@pytest.mark.parametrize("version", ["²", "", "-1", "9" * 5000])
def test_an_act_that_does_not_say_what_it_saw_changes_nothing(client: Client, case: Case, version: str) -> None:
    answer = client.post(reverse("onestop:desk_act", args=[case.code, "accept"]), {"version": version})
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.state == State.SUBMITTED


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reason", "a\0b", "ký tự không đọc được"),
        ("reason", "", "Xin điền mục này"),
        ("days", "1e3", "Xin nhập một số nguyên"),
        ("days", "61", "không lớn hơn 60"),
    ],
)
def test_what_django_lacks_in_vietnamese_is_said_in_our_words(
    client: Client, case: Case, field: str, value: str, words: str
) -> None:
    typed = {"version": str(case.version), "reason": "Thiếu", "days": "3", "items": "copies", field: value}
    answer = client.post(reverse("onestop:desk_act", args=[case.code, "request-supplement"]), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
