"""What no browser sends: it leads nowhere, and never to an error of ours."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_cookie_with_a_nul_is_not_there(client: Client) -> None:
    answer = client.get("/ho-so/", headers={"cookie": 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000"'})
    assert answer.status_code == 302 and "/dang-nhap/" in answer["Location"]


@pytest.mark.parametrize("place", ["/tra-cuu/", "/xac-thuc/", "/dang-nhap/", "/ngon-ngu/"])
def test_a_form_in_a_foreign_encoding_is_answered_with_words(place: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "x" * 32
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    answer = client.generic("POST", place, b"\xff\xfe", content_type=kind)
    assert answer.status_code == 400
    assert "Không đọc được yêu cầu" in answer.content.decode()
