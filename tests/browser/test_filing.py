"""Filing as people do it: stopped half-way, gone on with on a phone, in two tabs, off line, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Portal, shoot, weigh
from tests.browser.filling import fill_date, fill_the_child

pytestmark = pytest.mark.browser
axe = Axe()
PERSON = "Trần Thị Thu Hà"
BIRTH, EXTRACT = "1.001193", "2.000635"
SAVED = re.compile(r"Đã lưu lúc \d\d:\d\d$")


def _context(browser: Browser, *, phone: bool = False, scripts: bool = True) -> BrowserContext:
    size = {"width": 360, "height": 740} if phone else {"width": 1280, "height": 900}
    return browser.new_context(viewport=size, locale="vi-VN", java_script_enabled=scripts)  # type: ignore[arg-type]


def _signed_in(context: BrowserContext, portal: Portal, path: str, person: str = PERSON) -> Page:
    page = context.new_page()
    page.goto(portal.url + path)
    page.get_by_role("button", name="Đăng nhập bằng VNeID").click()
    page.get_by_role("button", name=re.compile(person)).first.click()
    page.wait_for_url(portal.url + path)
    return page


def _starting(context: BrowserContext, portal: Portal, path: str) -> Page:
    """Return the page before the first step, of somebody who has no draft."""
    page = _signed_in(context, portal, "/ho-so/")
    _delete_drafts(page, portal)
    page.goto(portal.url + path)
    return page


def _look(page: Page, name: str) -> None:
    shoot(page, name)
    found = axe.run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} is too wide"


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def _delete_drafts(page: Page, portal: Portal) -> None:
    page.goto(portal.url + "/ho-so/")
    while page.get_by_role("link", name=re.compile("^Xóa")).count():
        page.get_by_role("link", name=re.compile("^Xóa")).first.click()
        page.get_by_role("button", name="Xóa bản nháp").click()


def test_half_a_page_and_a_paper_are_there_on_the_phone_and_the_case_is_filed(
    browser: Browser, portal: Portal, tmp_path: Path
) -> None:
    _stop_half_way_at_the_desk(browser, portal, tmp_path)
    phone = _context(browser, phone=True)
    page = _signed_in(phone, portal, "/ho-so/")
    _look(page, "filing-drafts")
    expect(page.get_by_text(re.compile(r"Bước 4/\d – còn"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Điền tiếp")).click()
    expect(page.get_by_label("Họ, chữ đệm, tên")).to_have_value("Trần Thị Thu")
    expect(page.get_by_label("Số nhà, đường, khu phố, ấp")).to_have_value("12 B")
    page.get_by_role("button", name="Quay lại").click()
    expect(page.get_by_role("link", name="giay-chung-sinh.png")).to_be_visible()
    _look(page, "filing-paper-on-the-phone")
    _go_on(page)
    expect(page.get_by_label("Số nhà, đường, khu phố, ấp")).to_have_value("12 B")
    _finish_the_birth(page)
    _look(page, "filing-check")
    page.get_by_role("link", name=re.compile("^Sửa Nơi sinh")).click()
    page.get_by_label("Nơi sinh").fill("Trạm y tế phường Phú Lợi")
    _go_on(page)
    expect(page.get_by_role("heading", name="Kiểm tra nội dung đã khai")).to_be_visible()
    expect(page.get_by_text("Trạm y tế phường Phú Lợi")).to_be_visible()
    page.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    expect(page.get_by_text("(8 giờ làm việc)")).to_be_visible()
    _look(page, "filing-filed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản ghi hồ sơ (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    _give_the_paper_again(page, portal)
    phone.close()


def test_two_tabs_see_both_values_and_lose_none(browser: Browser, portal: Portal) -> None:
    context = _context(browser)
    first = _starting(context, portal, f"/nop-ho-so/{EXTRACT}/?copies=3&phone=0900000000")
    expect(first.get_by_text("Số bản: 3")).to_be_visible()
    expect(first.get_by_text("0900")).to_have_count(0)
    first.get_by_role("button", name="Bắt đầu").click()
    expect(first.get_by_label("Số bản")).to_have_value("3")
    second = context.new_page()
    second.goto(first.url)
    first.get_by_label("Số bản").fill("4")
    first.get_by_label("Số bản").blur()
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Số bản").fill("5")
    second.get_by_label("Số bản").blur()
    expect(second.get_by_role("status").filter(has_text="thiết bị khác")).to_be_visible()
    second.get_by_role("button", name="Xem cả hai").click()
    expect(second.get_by_role("row", name=re.compile("Số bản.*5.*4"))).to_be_visible()
    _look(second, "filing-both")
    second.get_by_label("Trích lục khai sinh (bản sao)").check()
    _go_on(second)
    second.get_by_role("button", name="Quay lại").click()
    expect(second.get_by_label("Số bản")).to_have_value("5")
    context.close()


def test_off_line_it_says_so_and_saves_when_the_network_is_back(browser: Browser, portal: Portal) -> None:
    context = _context(browser, phone=True)
    page = _starting(context, portal, f"/nop-ho-so/{EXTRACT}/")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    page.get_by_label("Số bản").fill("7")
    page.get_by_label("Số bản").blur()
    expect(page.get_by_text("Mất kết nối")).to_be_visible()
    _look(page, "filing-off-line")
    context.set_offline(False)
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.get_by_label("Số bản")).to_have_value("7")
    context.close()


def test_a_session_that_ended_keeps_what_is_typed(browser: Browser, portal: Portal) -> None:
    context = _context(browser)
    page = _starting(context, portal, f"/nop-ho-so/{EXTRACT}/")
    page.get_by_role("button", name="Bắt đầu").click()
    context.clear_cookies(name="sessionid")
    page.get_by_label("Số bản").fill("8")
    page.get_by_label("Số bản").blur()
    expect(page.get_by_text("Phiên đăng nhập đã hết")).to_be_visible()
    _look(page, "filing-session-ended")
    page.get_by_role("link", name="Đăng nhập lại và điền tiếp").click()
    page.get_by_role("button", name="Đăng nhập bằng VNeID").click()
    page.get_by_role("button", name=re.compile(PERSON)).first.click()
    expect(page.get_by_label("Số bản")).to_have_value("8")
    context.close()


def test_without_scripts_leaving_saves_and_the_next_visit_goes_on(browser: Browser, portal: Portal) -> None:
    context = _context(browser, phone=True, scripts=False)
    page = _starting(context, portal, f"/nop-ho-so/{EXTRACT}/")
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_label("Số bản").fill("0")
    page.get_by_role("button", name="Lưu và thoát").click()
    shoot(page, "filing-left-without-scripts")
    page.get_by_role("link", name=re.compile("^Điền tiếp")).click()
    expect(page.get_by_label("Số bản")).to_have_value("0")
    _go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()
    shoot(page, "filing-error-without-scripts")
    context.close()


def _give_the_paper_again(page: Page, portal: Portal) -> None:
    page.goto(portal.url + f"/nop-ho-so/{BIRTH}/")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url(re.compile("/requester/"))
    page.goto(page.url.replace("/requester/", "/proof/"))
    page.get_by_role("button", name="Xem câu trả lời lần trước").click()
    expect(page.get_by_role("heading", name=re.compile("Dùng lại câu trả lời từ hồ sơ")).first).to_be_visible()
    _look(page, "filing-reuse")
    page.get_by_role("button", name="Dùng lại các mục đã chọn").first.click()
    expect(page.get_by_role("link", name="giay-chung-sinh.png")).to_be_visible()
    expect(page.get_by_label("Giấy chứng sinh")).to_be_checked()
    _delete_drafts(page, portal)


def _stop_half_way_at_the_desk(browser: Browser, portal: Portal, tmp_path: Path) -> None:
    desk = _context(browser)
    page = _starting(desk, portal, f"/nop-ho-so/{BIRTH}/")
    _look(page, "filing-start")
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_text("Bước 1/")).to_be_visible()
    page.get_by_label("Mẹ", exact=True).check()
    _go_on(page)
    fill_the_child(page, born_at="Bệnh viện Đa khoa tỉnh Bình Dương")
    _go_on(page)
    page.get_by_label("Giấy chứng sinh").check()
    picture = tmp_path / "giay-chung-sinh.png"
    Image.new("RGB", (900, 1200), "white").save(picture)
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.get_by_role("list", name="Các tệp đã thêm")).to_be_visible(timeout=20_000)
    _look(page, "filing-paper")
    _go_on(page)
    page.get_by_label("Họ, chữ đệm, tên").fill("Trần Thị Thu")
    page.get_by_label("Số nhà, đường, khu phố, ấp").fill("12 B")
    page.get_by_label("Quốc tịch").focus()
    expect(page.get_by_text(SAVED)).to_be_visible()
    _look(page, "filing-half-typed")
    page.go_back()
    page.go_forward()
    expect(page.get_by_label("Số nhà, đường, khu phố, ấp")).to_have_value("12 B")
    weight, requests = weigh(page, page.url)
    assert weight <= 100_000 and requests <= 12, (weight, requests)
    desk.close()


def _finish_the_birth(page: Page) -> None:
    page.get_by_label("Họ, chữ đệm, tên").fill("Trần Thị Thu Hà")
    fill_date(page, "8", "7", "1993")
    page.get_by_label("Dân tộc").select_option(label="Kinh")
    page.get_by_label("Quốc tịch").select_option(label="Việt Nam")
    page.get_by_label("Phường, xã").select_option(label="Phường Thủ Dầu Một")
    page.get_by_label("Số nhà, đường, khu phố, ấp").fill("12 Bạch Đằng")
    _go_on(page)
    page.get_by_label("Không", exact=True).check()
    _go_on(page)
    page.get_by_label("Ủy ban nhân dân nơi đăng ký").select_option(label="Ủy ban nhân dân phường Thủ Dầu Một")
    page.get_by_label("Nhận tại Trung tâm Phục vụ hành chính công").check()
    page.get_by_label(re.compile("Tôi cam đoan")).check()
    _go_on(page)
