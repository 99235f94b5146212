"""A person makes a key, a program files with it, the person reads the case: in both languages and widths."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import languages
from tests.browser.conftest import Portal, shoot

pytestmark = pytest.mark.browser
axe = Axe()
_SIGN_IN = {"vi": "Đăng nhập bằng VNeID", "en": "Sign in with VNeID"}
_MAKE = {"vi": "Tạo khóa", "en": "Make the key"}
_SCOPES = {
    "vi": ("Xem hồ sơ của tôi và quá trình giải quyết", "Nộp hồ sơ thay tôi"),
    "en": ("Read my cases and what happened to them", "File applications in my name"),
}
_FOREIGN = {"en": languages.vietnamese_in_english, "vi": languages.english_in_vietnamese}
_PERSON = {"full_name": "Nguyễn Văn Minh", "birth_date": "1990-03-12", "sex": "MALE"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_key_made_on_the_page_files_a_case_that_the_page_shows(page: Page, portal: Portal, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    page.goto(f"{portal.url}/tai-khoan/khoa-api/")
    _look(page, "key-sign-in", language)
    page.get_by_role("button", name=_SIGN_IN[language]).click()
    page.get_by_role("button", name=re.compile("Nguyễn Văn Minh")).first.click()
    make = page.get_by_role("button", name=_MAKE[language])
    make.click()
    expect(page.get_by_role("alert")).to_be_visible()
    _look(page, "key-error", language)
    name = f"Kế toán {uuid4().hex[:8]}"
    page.locator("#id_name").fill(name)
    for scope in _SCOPES[language]:
        page.get_by_label(scope).check()
    make.click()
    token = page.locator("code.token").inner_text()
    _look(page, "key-made", language)

    filed = _file(page, portal, token, language)
    again = _file(page, portal, token, language)
    assert (again["id"], filed["state"], filed["fees"][0]["amount"]) == (filed["id"], "AWAITING_PAYMENT", 16_000)
    for shown, address in {
        "case-unpaid": filed["page"],
        "fee": filed["fees"][0]["pay_page"],
        "my-cases": f"{portal.url}/ho-so/",
        "start": f"{portal.url}/nop-ho-so/1.001193/",
        "procedure-signed-in": f"{portal.url}/thu-tuc/2.000635/",
        "list": f"{portal.url}/thu-tuc/?q=khai+sinh",
        "not-found": f"{portal.url}/khong-co/",
    }.items():
        page.goto(address)
        _look(page, shown, language)
    page.goto(f"{portal.url}/tai-khoan/khoa-api/")
    expect(page.locator("code.token")).to_have_count(0)
    page.locator("li", has_text=name).get_by_role("button").click()
    refused = page.request.get(f"{portal.url}/api/v1/ho-so/", headers={"Authorization": f"Bearer {token}"})
    assert refused.status == 401


def _file(page: Page, portal: Portal, token: str, language: str) -> Any:
    order = {
        "procedure": "2.000635",
        "answers": {
            "document": "BIRTH_EXTRACT",
            "copies": 2,
            "requester": _PERSON | {"national_id": "074090001111"},
            "phone": "0912345678",
            "on_behalf": "SELF",
            "registered_person": _PERSON,
            "registered_at_known": "NO",
            "competent_agency": "H09.25747",
            "delivery": "ELECTRONIC",
        },
    }
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": f"order-{token[4:14]}",
        "Accept-Language": language,
    }
    answer = page.request.post(f"{portal.url}/api/v1/ho-so/", data=order, headers=headers)
    assert answer.status == 201, answer.text()
    return answer.json()


def _look(page: Page, name: str, language: str) -> None:
    """Keep a picture; nothing of the other language, clean for axe, no wider than the screen."""
    shoot(page, f"{name}-{language}")
    assert list(_FOREIGN[language](page.content())) == [], name
    found = axe.run(page).response["violations"]
    assert not found, (name, [(one["id"], one["nodes"][0]["html"]) for one in found])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} is too wide"
