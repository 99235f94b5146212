"""The whole road, as everybody on it walks it: citizen, clerk, officer, leader, records clerk, stranger."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Portal, shoot
from tests.browser.filling import fill_date, fill_the_child
from tests.core.files import samples

pytestmark = pytest.mark.browser
axe = Axe()


def test_a_copy_of_a_birth_extract_from_search_to_verified_result(
    page: Page, portal: Portal, browser: Browser, tmp_path: Path
) -> None:
    _find_the_procedure(page, portal, "trich luc khai sinh", "Cấp bản sao Trích lục")
    _sign_in(page, "Nguyễn Văn Minh")
    page.get_by_role("button", name="Bắt đầu").click()
    _fill_the_extract(page)
    _look(page, "check")
    page.get_by_role("button", name="Nộp và thanh toán").click()
    page.get_by_role("link", name="Thanh toán 16.000 đồng").click()
    _look(page, "fee")
    page.get_by_role("button", name="Thanh toán 16.000 đồng").click()
    page.locator("button[value='thanh-toan']").click()
    expect(page.get_by_role("heading", name="Tiền đã đến")).to_be_visible(timeout=20_000)
    _look(page, "paid")
    page.get_by_role("link", name="Xem hồ sơ").click()
    code = _wait_for_code(page)
    _look(page, "case-filed")
    case_url = page.url

    _at_the_desk(browser, portal, code, "canbo.motcua", _accept)
    _at_the_desk(browser, portal, code, "congchuc.hotich", _appraise_extract)
    _at_the_desk(browser, portal, code, "lanhdao", _sign)
    _at_the_desk(browser, portal, code, "vanthu", _issue)

    page.goto(case_url)
    _until(page, lambda: page.get_by_text("Đã trả kết quả").first.is_visible())
    _look(page, "case-returned")
    _verify_as_a_stranger(page, browser, portal, tmp_path)
    assert _national_states(portal, code) == ["1", "2", "4", "9", "10"]


def _find_the_procedure(page: Page, portal: Portal, words: str, name: str) -> None:
    page.goto(portal.url)
    _look(page, "home")
    page.get_by_role("combobox", name="Tìm thủ tục").fill(words)
    page.get_by_role("button", name="Tìm", exact=True).click()
    _look(page, "results")
    page.get_by_role("link", name=re.compile(name)).first.click()
    _look(page, "procedure")
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()


def _sign_in(page: Page, person: str) -> None:
    _look(page, "sign-in")
    page.get_by_role("button", name="Đăng nhập bằng VNeID").click()
    page.get_by_role("button", name=re.compile(person)).first.click()


def _fill_the_extract(page: Page) -> None:
    page.get_by_label("Trích lục khai sinh (bản sao)").check()
    page.get_by_label("Số bản").fill("0")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(page.get_by_role("alert")).to_be_visible()
    _look(page, "error")
    page.get_by_label("Số bản").fill("2")
    _go_on(page)
    _look(page, "requester")
    page.get_by_label("Của tôi").check()
    _go_on(page)
    _look(page, "registered")
    page.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Văn Minh")
    for part, number in (("Ngày", "12"), ("Tháng", "3"), ("Năm", "1990")):
        page.get_by_label(part, exact=True).fill(number)
    page.get_by_label("Nam", exact=True).check()
    page.get_by_label("Không", exact=True).check()
    _go_on(page)
    page.get_by_label("Cơ quan giải quyết").select_option(label="Ủy ban nhân dân phường Thủ Dầu Một")
    page.get_by_label("Bản điện tử có chữ ký số trên cổng này").check()
    _look(page, "delivery")
    _go_on(page)


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def _wait_for_code(page: Page) -> str:
    _until(page, lambda: page.locator(".case-code").count() > 0)
    return page.locator(".case-code").inner_text()


def _at_the_desk(browser: Browser, portal: Portal, code: str, username: str, act: Callable[[Page], None]) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{portal.url}/dang-nhap/?next=/mot-cua/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(portal.password)
    page.get_by_role("button", name="Đăng nhập dành cho cán bộ").click()
    _look(page, f"desk-{username}")
    _until(page, lambda: _open(page, portal, code))
    _look(page, f"case-{username}")
    act(page)
    context.close()


def _open(page: Page, portal: Portal, code: str) -> bool:
    page.goto(f"{portal.url}/mot-cua/ho-so/{code}/")
    return page.locator(".likely").count() > 0


def _accept(page: Page) -> None:
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(page.get_by_role("status").filter(has_text="Đã tiếp nhận")).to_be_visible()


def _appraise_extract(page: Page) -> None:
    likely = page.locator(".likely")
    likely.get_by_label("Số đăng ký trong sổ hộ tịch").fill("45/1990")
    for part, number in (("Ngày", "20"), ("Tháng", "3"), ("Năm", "1990")):
        likely.get_by_label(part, exact=True).fill(number)
    likely.get_by_label("Nơi đăng ký").fill("Ủy ban nhân dân phường Phú Cường")
    likely.get_by_role("button", name="Lưu kết quả tra cứu").click()
    page.get_by_role("button", name="Trình ký kết quả").click()
    expect(page.get_by_role("status").filter(has_text="trình")).to_be_visible()


def _sign(page: Page) -> None:
    page.get_by_role("button", name="Ký số").click()
    expect(page.get_by_role("status").filter(has_text="đang được ký")).to_be_visible()


def _issue(page: Page) -> None:
    page.get_by_role("button", name="Cấp số, đóng dấu và phát hành").click()
    expect(page.get_by_role("status").filter(has_text="đang được đóng dấu")).to_be_visible()


def _verify_as_a_stranger(page: Page, browser: Browser, portal: Portal, tmp_path: Path) -> None:
    address = page.get_by_role("link", name=re.compile("^Kết quả")).get_attribute("href") or ""
    content = page.request.get(portal.url + address).body()
    file = tmp_path / "result.pdf"
    stranger = browser.new_page(viewport=page.viewport_size, locale="vi-VN")
    for name, body, words in (
        ("valid", content, "Văn bản hợp lệ"),
        ("invalid", content[:3000] + bytes([content[3000] ^ 1]) + content[3001:], "Văn bản không hợp lệ"),
    ):
        file.write_bytes(body)
        stranger.goto(f"{portal.url}/xac-thuc/")
        stranger.locator("input[type=file]").set_input_files(file)
        stranger.get_by_role("button", name="Kiểm tra tệp này").click()
        expect(stranger.get_by_role("heading", name=words, exact=True)).to_be_visible(timeout=20_000)
        _look(stranger, f"verify-{name}")
    stranger.close()


def _national_states(portal: Portal, code: str) -> list[str]:
    """Return the states of the case in the national portal's ledger, each once, in order."""
    deadline = time.monotonic() + 30
    states: list[str] = []
    while time.monotonic() < deadline and states[-1:] != ["10"]:
        ledger = httpx.get(f"{portal.sandbox}/dvcqg/so-cai.json", params={"MaHoSo": code}).json()
        rows = [row["TrangThai"] for row in ledger["TienDo"]]
        states = [state for place, state in enumerate(rows) if place == 0 or rows[place - 1] != state]
        time.sleep(0.5)
    return states


def _until(page: Page, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not ready():
        assert time.monotonic() < deadline, f"It did not come: {page.url}"
        time.sleep(0.5)
        page.reload()


def _look(page: Page, name: str) -> None:
    """Keep a picture, and require that axe finds nothing and nothing sticks out sideways."""
    shoot(page, name)
    found = axe.run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} is too wide"


def test_a_birth_from_filing_to_certificate(page: Page, portal: Portal, browser: Browser, tmp_path: Path) -> None:
    _find_the_procedure(page, portal, "giay khai sinh cho con", "Đăng ký khai sinh")
    _sign_in(page, "Nguyễn Văn Minh")
    page.get_by_role("button", name="Bắt đầu").click()
    _fill_the_birth(page, tmp_path)
    page.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    _look(page, "birth-filed")
    code = page.locator(".case-code").inner_text()
    page.get_by_role("link", name="Xem hồ sơ").click()
    case_url = page.url

    _at_the_desk(browser, portal, code, "canbo.motcua", _accept)
    _at_the_desk(browser, portal, code, "congchuc.hotich", _appraise_birth)
    page.goto(case_url)
    _until(page, lambda: page.get_by_role("link", name=re.compile("dự thảo")).count() > 0)
    _look(page, "birth-draft")
    page.get_by_role("button", name="Dự thảo đúng, tôi đồng ý").click()
    _at_the_desk(browser, portal, code, "congchuc.hotich", _propose)
    _at_the_desk(browser, portal, code, "lanhdao", _sign)
    _at_the_desk(browser, portal, code, "vanthu", _issue)
    _at_the_desk(browser, portal, code, "canbo.motcua", _return_to_the_father)
    page.goto(case_url)
    expect(page.get_by_text("Đã trả kết quả").first).to_be_visible()
    _track(page, portal, code)


def test_the_roads_left_no_personal_data_in_any_log(portal: Portal) -> None:
    logs = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in portal.logs.glob("*.log")}
    ours = logs["web.log"] + logs["worker.log"] + logs["beat.log"]
    assert "/nop-ho-so/" in ours and "succeeded in" in ours, "nobody has walked a road yet"
    canaries = ("074090001234", "074193005678", "0912345601", "minh.nguyen@", "Nguyễn Văn Minh", "Nguy\\u1ec5n V")
    assert [canary for canary in canaries if canary in ours] == []


def _fill_the_birth(page: Page, tmp_path: Path) -> None:
    page.get_by_label("Cha", exact=True).check()
    _go_on(page)
    fill_the_child(page, born_at="Bệnh viện Đa khoa tỉnh Bình Dương, phường Phú Lợi")
    _go_on(page)
    page.get_by_label("Giấy chứng sinh").check()
    wrong = tmp_path / "virus.pdf"
    wrong.write_bytes(b"MZ" + b"\0" * 500)
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.get_by_text("Chỉ nhận tệp PDF và ảnh")).to_be_visible(timeout=20_000)
    _look(page, "upload-refused")
    page.locator("input[type=file]").set_input_files(_photo(tmp_path, blurred=True))
    expect(page.get_by_text("có vẻ bị mờ")).to_be_visible(timeout=20_000)
    _look(page, "upload-blurred")
    page.get_by_role("button", name=re.compile("^Bỏ ")).click()
    page.locator("input[type=file]").set_input_files(_photo(tmp_path))
    _go_on(page)
    _fill_parent(page, "Trần Thị Thu Hà", ("8", "7", "1993"))
    page.get_by_label("Phường, xã").select_option(label="Phường Thủ Dầu Một")
    page.get_by_label("Số nhà, đường, khu phố, ấp").fill("12 Bạch Đằng")
    _look(page, "mother")
    _go_on(page)
    page.get_by_label("Có", exact=True).check()
    _go_on(page)
    _fill_parent(page, "Nguyễn Văn Minh", ("12", "3", "1990"))
    page.get_by_label("Có", exact=True).check()
    _go_on(page)
    page.get_by_label("Nơi đăng ký kết hôn").fill("Phường Phú Cường")
    _go_on(page)
    page.get_by_label("Ủy ban nhân dân nơi đăng ký").select_option(label="Ủy ban nhân dân phường Thủ Dầu Một")
    page.get_by_label("Nhận tại Trung tâm Phục vụ hành chính công").check()
    page.get_by_label(re.compile("Tôi cam đoan")).check()
    _go_on(page)
    _look(page, "birth-check")


def _photo(folder: Path, *, blurred: bool = False) -> Path:
    """Return a photo of a paper, as a phone takes it."""
    file = folder / "giay-chung-sinh.png"
    file.write_bytes(samples.png(samples.page(blurred=blurred)))
    return file


def _fill_parent(page: Page, name: str, born: tuple[str, str, str]) -> None:
    page.get_by_label("Họ, chữ đệm, tên").fill(name)
    fill_date(page, *born)
    page.get_by_label("Dân tộc").select_option(label="Kinh")
    page.get_by_label("Quốc tịch").select_option(label="Việt Nam")


def _appraise_birth(page: Page) -> None:
    likely = page.locator(".likely")
    likely.get_by_label("Số đăng ký khai sinh").fill("118/2026")
    for part, number in (("Ngày", "24"), ("Tháng", "11"), ("Năm", "2026")):
        likely.get_by_label(part, exact=True).fill(number)
    likely.get_by_label("Quyển số").fill("02/2026")
    likely.get_by_label("Tìm thấy trong sổ hộ tịch").check()
    likely.get_by_role("button", name="Lưu kết quả tra cứu").click()
    _ask_for_consent(page)


def _ask_for_consent(page: Page) -> None:
    page.locator("summary", has_text="Gửi dự thảo cho người nộp hồ sơ").click()
    page.get_by_role("button", name="Gửi dự thảo cho người nộp hồ sơ").click()
    expect(page.get_by_role("status").filter(has_text="Đã gửi dự thảo")).to_be_visible()


def _propose(page: Page) -> None:
    page.get_by_role("button", name="Trình ký kết quả").click()
    expect(page.get_by_role("status").filter(has_text="trình")).to_be_visible()


def _return_to_the_father(page: Page) -> None:
    page.locator(".likely").get_by_label("Giấy chứng sinh").check()
    page.get_by_label("Số định danh đọc trên giấy tờ của người nhận").fill("074 193 005 678")
    page.get_by_role("button", name="Trả kết quả", exact=True).click()
    expect(page.get_by_text("không phải số định danh của người nộp hồ sơ")).to_be_visible()
    page.get_by_label("Số định danh đọc trên giấy tờ của người nhận").fill("074 090 001 234")
    page.get_by_role("button", name="Trả kết quả", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Đã trả kết quả")).to_be_visible()


def _track(page: Page, portal: Portal, code: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{portal.url}/tra-cuu/")
    _look(page, "track")
    page.get_by_label("Mã hồ sơ").fill(code)
    page.get_by_label("Số điện thoại đã khai trong hồ sơ").fill("0912 345 601")
    page.get_by_role("button", name="Xem tình trạng hồ sơ").click()
    expect(page.get_by_text("Đã trả kết quả").first).to_be_visible()
    _look(page, "tracked")
