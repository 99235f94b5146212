"""The public pages as visitors meet them: light, clean for axe, remembered on the device, usable without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SHOTS, Portal, shoot, weigh

pytestmark = pytest.mark.browser
_ANSWERS = "foreign=NO&married=NO&father=YES&residence=YES&insured=YES&copies=YES"
_PAGES = {
    "home": "/",
    "procedure": "/thu-tuc/1.001193/",
    "information": "/thu-tuc/1.013225/",
    "found": "/thu-tuc/?q=dang+ky+tam+chu",
    "narrowed": "/thu-tuc/?q=dang+ky&cap=COMMUNE",
    "not-found": "/thu-tuc/?q=zzumba",
    "events": "/su-kien/",
    "event": "/su-kien/sinh-con/",
    "event-missing": "/su-kien/sinh-con/?foreign=NO",
    "bundle": f"/su-kien/sinh-con/?{_ANSWERS}",
    "agencies": "/co-quan/",
    "open-data": "/du-lieu-mo/",
}
axe = Axe()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_public_page_is_clean_light_and_as_wide_as_the_screen(
    page: Page, portal: Portal, language: str
) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name, address in _PAGES.items():
        weight, requests = weigh(page, portal.url + address)
        shoot(page, f"{name}-{language}")
        found = axe.run(page).response["violations"]
        assert not found, (name, [(one["id"], one["nodes"][0]["html"]) for one in found])
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} is too wide"
        assert weight <= 100_000 and requests <= 12, (name, weight, requests)
    assert said == []


def test_the_menu_is_a_row_on_a_desk_and_opens_by_its_button_on_a_phone(page: Page, portal: Portal) -> None:
    page.goto(portal.url)
    menu, button = page.get_by_role("navigation", name="Chính"), page.get_by_role("button", name="Menu")
    if (page.viewport_size or {"width": 0})["width"] < 900:
        expect(menu).to_be_hidden()
        button.press("Enter")
        shoot(page, "menu")
        assert not axe.run(page).response["violations"]
    else:
        expect(button).to_be_hidden()
    menu.get_by_role("link", name="Tra cứu").click()
    expect(page).to_have_url(f"{portal.url}/tra-cuu/")


def test_suggestions_are_chosen_with_the_keyboard(page: Page, portal: Portal) -> None:
    page.goto(portal.url)
    box = page.get_by_role("combobox", name="Tìm thủ tục")
    box.press_sequentially("dang ky ket h")
    first = page.get_by_role("option", name="Đăng ký kết hôn")
    expect(first).to_be_visible()
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    shoot(page, "suggestions")
    assert not axe.run(page).response["violations"]
    box.press("Escape")
    expect(first).to_be_hidden()
    box.press_sequentially("o")
    expect(first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(f"{portal.url}/thu-tuc/1.000894/")


def test_the_papers_that_were_ticked_stay_ticked_until_cleared(page: Page, portal: Portal) -> None:
    page.goto(portal.url + _PAGES["procedure"])
    box = page.get_by_role("checkbox").first
    box.check()
    expect(page.get_by_text("Đã có 1/")).to_be_visible()
    page.reload()
    expect(box).to_be_checked()
    page.get_by_role("button", name="Xóa các dấu").click()
    page.reload()
    expect(box).not_to_be_checked()


def test_a_life_event_leads_to_its_bundle_without_scripts(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(portal.url)
    page.get_by_role("link", name="Sinh con").click()
    for question, answer in (
        ("người nước ngoài", "Không"),
        ("đã đăng ký kết hôn", "Chưa đăng ký"),
        ("thường trú cùng", "Có"),
        ("bảo hiểm xã hội", "Không"),
        ("bản sao", "Không"),
    ):
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="Xem những việc phải làm").click()
    page.get_by_role("group", name="ghi tên người cha").get_by_label("Có", exact=True).check()
    page.get_by_role("button", name="Xem những việc phải làm").click()
    expect(page.get_by_role("heading", name="Làm theo thứ tự này")).to_be_visible()
    page.get_by_role("link", name="Đăng ký nhận cha, mẹ, con").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký nhận cha, mẹ, con")
    context.close()


def test_a_procedure_prints_on_two_sheets(page: Page, portal: Portal) -> None:
    page.goto(portal.url + _PAGES["procedure"])
    printed = page.pdf(path=SHOTS / "procedure.pdf", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 2


def test_the_blank_form_comes_as_a_pdf(page: Page, portal: Portal, tmp_path: Path) -> None:
    answer = page.request.get(portal.url + "/thu-tuc/1.001193/mau-don.pdf")
    assert answer.ok and answer.body().startswith(b"%PDF-")
