"""What no browser sends: it leads nowhere, and never to an error of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from portal.core.doors import seen_by_our_proxies

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


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "10.9.9.9", "127.0.0.1"),
        (1, "10.9.9.9", "10.9.9.9"),
        (1, "1.1.1.1, 10.9.9.9", "10.9.9.9"),
        (2, "1.1.1.1, 10.9.9.9, 10.0.0.1", "10.9.9.9"),
        (2, "10.9.9.9", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "rubbish", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_a_visitor_is_who_our_proxies_saw_not_who_they_say_they_are(
    settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded})
    seen_by_our_proxies(lambda seen: HttpResponse(seen.META["REMOTE_ADDR"]))(request)
    assert request.META["REMOTE_ADDR"] == address
