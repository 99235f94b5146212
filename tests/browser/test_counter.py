"""The counter by keyboard alone: from the search to the printed form 01, never touching the mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import Portal
from tests.browser.keyboard import Keyboard, look, signed_in
from tests.core.files import samples

pytestmark = pytest.mark.browser
MOST_SECONDS: Final = 120


@pytest.fixture(params=[1280, 360])
def clerk(request: pytest.FixtureRequest, browser: Browser, portal: Portal) -> Iterator[Page]:
    """A clerk who has signed in."""
    page = signed_in(browser, portal, "canbo.motcua", "/mot-cua/quay/", width=request.param)
    yield page
    page.context.close()


def test_two_minutes_with_a_keyboard_from_the_search_to_form_01(clerk: Page) -> None:
    number = f"074190{Random().randrange(10**6):06}"
    look(clerk, "counter")
    hands = Keyboard(clerk)

    _make_known(hands, number)
    _choose_the_procedure(hands)
    _fill_in(hands)
    _scan_the_card(hands)
    _file(hands)
    code = _print_form_01(hands)

    assert hands.seconds < MOST_SECONDS, f"{hands.keys} keys, {hands.seconds:.0f} s"
    print(f"{hands.keys} keys, {hands.seconds:.0f} s")  # noqa: T201 - the figure of the report
    _the_receipt_opens_the_case(hands, code)


@pytest.mark.parametrize("clerk", [1280], indirect=True)
def test_a_wrong_paper_goes_home_with_form_02_and_the_right_one_is_taken(clerk: Page) -> None:
    number = f"074190{Random().randrange(10**6):06}"
    hands = Keyboard(clerk)
    _hold_a_scan(clerk)

    _make_known(hands, number)
    _choose_the_procedure(hands)
    _fill_in(hands, whose="Của người khác")
    _file_unaccepted(hands)
    code = _ask_for_another(hands)
    _give_back(hands, number)
    _take_the_right_one(hands, code)

    assert hands.seconds < 2 * MOST_SECONDS, f"{hands.keys} keys, {hands.seconds:.0f} s"  # they came twice
    print(f"{hands.keys} keys, {hands.seconds:.0f} s")  # noqa: T201 - the figure of the report


def _make_known(hands: Keyboard, number: str) -> None:
    hands.answer("Người đến nộp hồ sơ", number)
    hands.go_on("Quầy tiếp nhận")
    hands.go_to("Họ và tên như trên thẻ")
    look(hands.page, "counter-new-person")
    hands.write("Trần Thị Sáu")
    hands.answer("Điện thoại", "0987654321")
    hands.go_on("Trần Thị Sáu")


def _choose_the_procedure(hands: Keyboard) -> None:
    hands.answer("Thủ tục cần làm", "trich luc khai sinh")
    hands.press("Enter")
    hands.page.wait_for_url("**q=trich*")
    look(hands.page, "counter-person")
    hands.go_to("Lập hồ sơ Cấp bản sao Trích lục")
    hands.go_on("Ông/Bà cần bản sao nào?")
    look(hands.page, "counter-step")


def _fill_in(hands: Keyboard, *, whose: str = "Của tôi") -> None:
    hands.choose("Bản sao Giấy khai sinh", "Trích lục khai sinh")
    hands.go_on("Người yêu cầu")
    _born(hands)
    hands.choose("Của tôi", whose)
    if whose != "Của tôi":
        hands.go_on("Giấy ủy quyền")
        _scan_the_authorisation(hands)
    hands.go_on("Người có tên trong sổ hộ tịch")
    hands.answer("Họ, chữ đệm, tên", "Trần Thị Sáu")
    _born(hands)
    hands.choose("Có", "Không")
    hands.go_on("Nơi giải quyết và cách nhận kết quả")
    hands.select("Cơ quan giải quyết", "Ủy ban nhân dân phường Thủ Dầu Một")
    hands.choose("Bản điện tử", "Nhận tại Trung tâm")
    hands.go_on("Kiểm tra và nộp")


def _born(hands: Keyboard) -> None:
    for part, typed in (("Ngày", "12"), ("Tháng", "3"), ("Năm", "1990")):
        hands.answer(part, typed)
    hands.choose("Nam", "Nữ")


def _hold_a_scan(page: Page) -> None:
    """Whatever file is asked for, the scanner has it."""
    scan = FilePayload(name="scan.jpg", mimeType="image/jpeg", buffer=samples.scan())
    page.on("filechooser", lambda chooser: chooser.set_files(scan))


def _scan_the_authorisation(hands: Keyboard) -> None:
    """From the page that asks for it, and back to it."""
    hands.go_to("Ông/Bà là ai của người đó?")
    hands.press("ArrowDown")
    hands.go_to("Quét giấy này")
    hands.go_on("Văn bản ủy quyền")
    _keep_the_scan(hands, "Giấy ủy quyền")
    hands.press("e")
    hands.go_on("Giấy ủy quyền")
    expect(hands.page.get_by_text("đã số hóa")).to_be_visible()
    look(hands.page, "counter-step-scanned")
    hands.go_to("Lưu và tiếp tục")


def _keep_the_scan(hands: Keyboard, kind: str) -> None:
    hands.go_to("Bản quét, hoặc ảnh")
    hands.press("Enter")
    expect(hands.page.locator("input[name=scans]")).to_have_value(re.compile("scan.jpg$"))
    hands.answer("Loại giấy tờ", kind)
    hands.go_to("Lưu bản quét")
    hands.go_on("Số hóa giấy tờ")


def _file_unaccepted(hands: Keyboard) -> None:
    hands.go_to("Tiếp nhận ngay")
    hands.press("Space")
    hands.go_to("Nộp hồ sơ")
    hands.press("Enter")
    expect(hands.page.get_by_role("link", name="Sang bước tiếp nhận hồ sơ")).to_be_focused(timeout=15_000)


def _ask_for_another(hands: Keyboard) -> str:
    code = hands.page.locator(".case-code").inner_text()
    hands.go_on(code)
    hands.go_to("Yêu cầu bổ sung")
    hands.press("Enter")
    hands.go_to("Văn bản ủy quyền")
    hands.press("Space")
    hands.answer("Lý do", "Văn bản ủy quyền chưa được chứng thực.")
    hands.go_to("Yêu cầu bổ sung")
    hands.press("Enter")
    expect(hands.page.get_by_role("link", name="Nhận giấy tờ bổ sung mang đến quầy")).to_be_visible(timeout=15_000)
    return code


def _give_back(hands: Keyboard, number: str) -> None:
    hands.answer("Số định danh đọc trên", number)
    look(hands.page, "counter-wrong-paper")
    hands.go_to("Trả bản chính")
    hands.press("Enter")
    expect(hands.page.get_by_text("Đã trả bản chính cho người nộp")).to_be_visible(timeout=15_000)


def _take_the_right_one(hands: Keyboard, code: str) -> None:
    hands.press("/")
    hands.write(code)
    hands.go_on(code)
    hands.press("e")
    hands.go_on("Nhận giấy tờ bổ sung")
    hands.go_to("Quét giấy này")
    hands.go_on("Văn bản ủy quyền")
    _keep_the_scan(hands, "Giấy ủy quyền có chứng thực")
    hands.press("e")
    hands.go_on("Nhận giấy tờ bổ sung")
    look(hands.page, "counter-supplement")
    hands.go_to("Đã nhận đủ bổ sung")
    hands.go_on(code)
    hands.press("e")
    hands.press("Enter")
    expect(hands.page.locator("h1")).to_contain_text("Đang giải quyết", timeout=15_000)


def _scan_the_card(hands: Keyboard) -> None:
    _hold_a_scan(hands.page)
    hands.go_to("Số hóa giấy tờ")
    hands.go_on("Số hóa giấy tờ")
    hands.go_to("Quét giấy này : Căn cước")
    hands.go_on("Căn cước, hộ chiếu")
    look(hands.page, "scan-form")
    hands.go_to("Bản quét, hoặc ảnh")
    hands.press("Enter")
    expect(hands.page.locator("input[name=scans]")).to_have_value(re.compile("scan.jpg$"))
    hands.answer("Loại giấy tờ", "Căn cước")
    hands.answer("Số giấy tờ", "074190001234")
    hands.go_to("Tôi đã đối chiếu với bản chính")
    hands.press("Space")
    hands.go_to("Lưu bản quét")
    hands.go_on("Số hóa giấy tờ")
    expect(hands.page.get_by_text("đã số hóa, đã ký xác nhận đúng bản chính")).to_be_visible(timeout=30_000)
    look(hands.page, "scans")
    hands.go_to("Trở lại hồ sơ")
    hands.go_on("Kiểm tra và nộp")


def _file(hands: Keyboard) -> None:
    look(hands.page, "counter-check")
    hands.go_to("Nộp hồ sơ")
    hands.press("Enter")
    expect(hands.page.locator(".case-code")).to_be_visible(timeout=15_000)


def _print_form_01(hands: Keyboard) -> str:
    expect(hands.page.get_by_role("link", name="In giấy tiếp nhận hồ sơ (mẫu 01)")).to_be_focused(timeout=30_000)
    expect(hands.page.get_by_text("Nơi hỗ trợ nộp hồ sơ")).to_be_visible()
    look(hands.page, "counter-received")
    code = hands.page.locator(".case-code").inner_text()
    with hands.page.expect_response(lambda answer: "/van-ban/" in answer.url) as printed:
        hands.press("Enter")
    assert printed.value.headers["content-type"] == "application/pdf"
    return code


def _the_receipt_opens_the_case(hands: Keyboard, code: str) -> None:
    portal = hands.page.url.partition("/mot-cua/")[0]
    page = hands.page.context.new_page()
    page.goto(f"{portal}/mot-cua/quay/")
    scanner = Keyboard(page)  # types what stands in the QR code of form 01
    scanner.answer("Người đến nộp hồ sơ", f"{portal}/tra-cuu/?code={code}")
    scanner.go_on(code)
    look(page, "counter-case")
    page.goto(f"{portal}/mot-cua/quay/so-thu/")
    look(page, "cash-book")
