"""An admin who has never written code makes a form from nothing; a second one publishes it; a citizen files on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Portal, shoot
from tests.core.files import samples

pytestmark = pytest.mark.browser
axe = Axe()
_DOCUMENT = "Giấy phép, giấy chứng nhận, giấy xác nhận, theo lời văn tự soạn"
_NAME = "Cấp giấy xác nhận hộ sản xuất nông nghiệp"


@pytest.fixture
def office(browser: Browser, portal: Portal) -> Iterator[Page]:
    """The catalogue's office, signed in as the admin who writes."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN", reduced_motion="reduce")
    yield _signed_in(context, portal, "quantri")
    context.close()


def _signed_in(context: BrowserContext, portal: Portal, username: str) -> Page:
    page = context.new_page()
    page.goto(f"{portal.url}/dang-nhap/?next=/quan-tri/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(portal.password)
    page.get_by_role("button", name="Đăng nhập dành cho cán bộ").click()
    return page


def test_a_form_is_built_from_nothing_published_and_filed(
    office: Page, portal: Portal, browser: Browser, tmp_path: Path
) -> None:
    draft = _begin(office, portal)
    _add_the_paper(office)
    _build_the_form(office)
    _charge_who_rents_no_land(office)
    _record_and_show_a_day(office)
    _try_the_preview(office)
    _publish(office, browser, portal, draft)
    _file_a_case(browser, portal, tmp_path)


def _begin(page: Page, portal: Portal) -> str:
    page.goto(f"{portal.url}/quan-tri/thu-tuc/")
    page.get_by_role("link", name="Thêm thủ tục").click()
    _look(page, "builder-new")
    page.get_by_label("Tên", exact=True).fill(_NAME)
    page.get_by_label("Lĩnh vực khác").fill("Nông nghiệp")
    page.get_by_label("Kết quả người nộp nhận được").fill("Giấy xác nhận hộ sản xuất nông nghiệp")
    page.get_by_label("Bao nhiêu").fill("3")
    page.get_by_label("Căn cứ pháp lý").fill("15/2020/NĐ-CP")
    page.get_by_role("button", name="Mở bản soạn").click()
    expect(page.get_by_text("Biểu mẫu chưa có trang nào")).to_be_visible()
    _look(page, "builder-empty")
    return page.url.removesuffix("sua/bieu-mau/")


def _add_the_paper(page: Page) -> None:
    page.get_by_role("navigation", name="Các phần").get_by_role("link", name="Giấy tờ").click()
    page.get_by_role("link", name="Thêm vào “Giấy tờ”").click()
    page.get_by_label("Giấy tờ", exact=True).fill("Hợp đồng thuê đất")
    page.get_by_label("Bản chính").fill("1")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("navigation", name="Các phần").get_by_role("link", name="Biểu mẫu").click()


def _build_the_form(page: Page) -> None:
    _add_a_page(page, "Hộ sản xuất của Ông/Bà", "Người yêu cầu")
    _add_a_question(page, "Có hoặc không", "Ông/Bà có thuê đất không?")
    page.get_by_role("link", name="Thêm câu hỏi").first.click()
    page.get_by_role("link", name="Giấy tờ tải lên").click()
    page.get_by_label("Câu hỏi", exact=True).fill("Ảnh hợp đồng thuê đất")
    page.get_by_label(re.compile("^Lời hướng dẫn(?! bằng)")).fill("Chụp rõ cả trang; mỗi tệp không quá 20 MB.")
    page.get_by_label("Giấy tờ của thủ tục").select_option(label="Hợp đồng thuê đất")
    _look(page, "builder-question")
    page.get_by_role("button", name="Lưu").click()
    _only_when_land_is_rented(page)
    _add_a_page(page, "Nơi giải quyết và những người cùng làm", "Nơi giải quyết và cách nhận kết quả")
    for label in ("Họ tên người cùng làm", "Quan hệ với chủ hộ"):
        page.get_by_role("link", name="Thêm câu hỏi").last.click()
        page.get_by_role("link", name="Chữ ngắn").click()
        page.get_by_label("Câu hỏi", exact=True).fill(label)
        page.get_by_role("button", name="Lưu").click()
        page.get_by_label(f"chọn “{label}”").check()
        if label.startswith("Họ"):
            page.get_by_label(f"chọn “{label}”").uncheck()
    page.get_by_label("chọn “Họ tên người cùng làm”").check()
    page.get_by_label("Tên nhóm hoặc khối").fill("Người cùng làm")
    page.get_by_role("button", name="Gom thành nhóm lặp lại").click()
    expect(page.get_by_role("status").filter(has_text="Người cùng làm").first).to_be_visible()
    _move_by_keyboard_and_by_hand(page)
    _look(page, "builder-form")


def _add_a_page(page: Page, title: str, block: str) -> None:
    page.get_by_role("link", name="Thêm trang").click()
    page.get_by_label("Tiêu đề trang", exact=True).fill(title)
    page.get_by_label(f"khối “{block}”").check()
    _look(page, "builder-new-page")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def _add_a_question(page: Page, kind: str, label: str) -> None:
    page.get_by_role("link", name="Thêm câu hỏi").first.click()
    _look(page, "builder-kinds")
    page.get_by_role("link", name=kind, exact=True).click()
    page.get_by_label("Câu hỏi", exact=True).fill(label)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("link", name=label, exact=True)).to_be_visible()


def _only_when_land_is_rented(page: Page) -> None:
    page.locator("summary", has_text="Ảnh hợp đồng thuê đất").click()
    page.get_by_role("link", name="Chỉ hỏi khi … (Ảnh hợp đồng").click()
    page.get_by_label("Thêm điều kiện: tùy vào …").select_option(label="Ông/Bà có thuê đất không?: mục đã chọn")
    page.get_by_role("button", name="Thêm điều kiện này").click()
    page.get_by_label("Có", exact=True).check()
    _look(page, "builder-rule")
    page.get_by_role("button", name="Lưu điều kiện").click()
    expect(page.get_by_text("Chỉ hỏi khi “Ông/Bà có thuê đất không?” là “Có”")).to_be_visible()


def _charge_who_rents_no_land(page: Page) -> None:
    _section(page, "Phí, lệ phí")
    page.get_by_role("link", name="Thêm vào “Phí, lệ phí”").click()
    page.get_by_label("Tên", exact=True).fill("Phí xác nhận")
    page.get_by_label("Mức thu (đồng)").fill("10000")
    page.get_by_label("Số liệu minh họa").check()
    charged = page.locator("#when")
    charged.get_by_role("button", name="Thêm một nhóm điều kiện").click()
    charged.get_by_label("Thêm điều kiện vào nhóm: tùy vào …").select_option(
        label="Ông/Bà có thuê đất không?: mục đã chọn"
    )
    charged.get_by_role("button", name="Thêm vào nhóm").click()
    charged.get_by_label("Có", exact=True).check()
    charged.get_by_label("không điều nào đúng").check()
    expect(page.get_by_label("Tên", exact=True)).to_have_value("Phí xác nhận")
    _look(page, "builder-fee")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Chỉ thu khi không phải (“Ông/Bà có thuê đất không?” là “Có”)")).to_be_visible()


def _record_and_show_a_day(page: Page) -> None:
    _section(page, "Quy trình")
    page.get_by_role("link", name=re.compile(r"^chọn \(Thông tin cần ghi,")).first.click()
    page.get_by_role("link", name="Thêm thông tin cần ghi").click()
    page.get_by_role("link", name="Ngày tháng", exact=True).click()
    page.get_by_label("Câu hỏi", exact=True).fill("Ngày kiểm tra tại nơi sản xuất")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("link", name="Ngày kiểm tra tại nơi sản xuất")).to_be_visible()
    _look(page, "builder-facts")
    _section(page, "Kết quả")
    page.get_by_role("link", name="Giấy xác nhận hộ sản xuất nông nghiệp").last.click()
    page.get_by_label("Văn bản", exact=False).first.select_option(label=_DOCUMENT)
    page.get_by_role("button", name="Hiện nội dung văn bản này cần").click()
    page.get_by_label(re.compile("^Tiêu đề")).fill("Giấy xác nhận hộ sản xuất")
    page.get_by_label(re.compile("^Các dòng thông tin")).fill(
        "Chủ hộ: {requester.full_name}\nNgày kiểm tra: {ngay_kiem_tra_tai_noi_san_xuat}"
    )
    _look(page, "builder-document")
    page.get_by_role("button", name="Lưu", exact=True).click()
    _section(page, "Biểu mẫu điện tử")


def _section(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Các phần").get_by_role("link", name=name, exact=True).click()


def _move_by_keyboard_and_by_hand(page: Page) -> None:
    group = page.locator("#cau-hoi-nguoi_cung_lam")
    items = page.locator("[data-page]").last.locator(":scope > li")
    before = _order(page)
    group.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#told")).to_contain_text("Người cùng làm")
    expect(group).to_be_focused()
    assert _order(page) == [*before[:2], before[3], before[2]]
    page.keyboard.press("Alt+ArrowDown")
    expect(items.last).to_have_id("cau-hoi-nguoi_cung_lam")
    group.locator(".handle").first.drag_to(
        page.locator("#cau-hoi-competent_agency"), target_position={"x": 200, "y": 4}
    )
    expect(page.locator("#told")).to_contain_text("Người cùng làm")
    expect(items.first).to_have_id("cau-hoi-nguoi_cung_lam")


def _order(page: Page) -> list[str]:
    return page.locator("[data-page]").last.evaluate("list => [...list.children].map((one) => one.id)")  # type: ignore[no-any-return]


def _try_the_preview(page: Page) -> None:
    page.reload()
    preview = page.frame_locator("#preview")
    _fill_the_person(preview)
    preview.get_by_label("Không", exact=True).check()
    preview.get_by_role("button", name="Lưu và tiếp tục").click()
    preview.get_by_label("Họ tên người cùng làm").fill("Lê Văn Bình")
    preview.get_by_label("Quan hệ với chủ hộ").fill("Con")
    preview.get_by_label("Cơ quan giải quyết").select_option(index=1)
    preview.get_by_label("Nhận tại Trung tâm").check()
    preview.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(preview.get_by_role("heading", name="Kết quả")).to_be_visible()
    expect(preview.get_by_text("10.000 đồng")).to_be_visible()
    shoot(page, "builder-preview-end")
    preview.get_by_role("button", name="Lưu làm hồ sơ mẫu").click()
    expect(page.get_by_role("heading", name="Kết quả như vậy có đúng không?")).to_be_visible()
    page.get_by_label("Tên", exact=True).fill("Hộ không thuê đất")
    _look(page, "builder-sample")
    page.get_by_role("button", name="Đúng, lưu như vậy").click()
    expect(page.locator("#mau-thu").get_by_text("đúng mong đợi")).to_be_visible()
    page.get_by_role("link", name="Ai đã sửa gì").click()
    expect(page.get_by_text("Dương Thị Kim Chi").first).to_be_visible()
    _look(page, "builder-revisions")


def _fill_the_person(place: object) -> None:
    where = place
    where.get_by_label("Họ, chữ đệm, tên").fill("Trần Thị Hà")  # type: ignore[attr-defined]
    for part, number in (("Ngày", "8"), ("Tháng", "7"), ("Năm", "1993")):
        where.get_by_label(part, exact=True).fill(number)  # type: ignore[attr-defined]
    where.get_by_label("Nữ", exact=True).check()  # type: ignore[attr-defined]
    where.get_by_label("Số định danh cá nhân").fill("074193005678")  # type: ignore[attr-defined]
    where.get_by_label("Số điện thoại").fill("0912345678")  # type: ignore[attr-defined]


def _publish(page: Page, browser: Browser, portal: Portal, draft: str) -> None:
    page.goto(draft)
    page.get_by_label("Lý do thay đổi").fill("Thủ tục mới")
    page.get_by_role("button", name=re.compile("Trình người thứ hai")).click()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    second = _signed_in(context, portal, "duyet")
    second.goto(draft)
    second.get_by_role("button", name="Duyệt và công bố").click()
    expect(second.get_by_role("status").filter(has_text="phiên bản 1")).to_be_visible()
    context.close()


def _file_a_case(browser: Browser, portal: Portal, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{portal.url}/thu-tuc/?q=hộ+sản+xuất+nông+nghiệp")
    page.get_by_role("link", name=_NAME).first.click()
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    page.get_by_role("button", name="Đăng nhập bằng VNeID").click()
    page.get_by_role("button", name=re.compile("Nguyễn Văn Minh")).first.click()
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Văn Minh")
    page.get_by_label("Có", exact=True).check()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    picture = tmp_path / "hop-dong.png"
    picture.write_bytes(samples.png(samples.page()))
    page.locator("input[type=file]").set_input_files(picture)
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_label("Họ tên người cùng làm").fill("Lê Văn Bình")
    page.get_by_label("Quan hệ với chủ hộ").fill("Con")
    page.get_by_role("button", name="Thêm một mục").click()
    page.get_by_label("Họ tên người cùng làm").last.fill("Lê Thị Cúc")
    page.get_by_label("Quan hệ với chủ hộ").last.fill("Con")
    page.get_by_label("Cơ quan giải quyết").select_option(label="Ủy ban nhân dân phường Thủ Dầu Một")
    page.get_by_label("Nhận tại Trung tâm").check()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    shoot(page, "builder-check")
    page.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    context.close()


def _look(page: Page, name: str) -> None:
    """Keep pictures at both widths, and require that axe finds nothing and nothing sticks out sideways."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, name)
        found = axe.run(page).response["violations"]
        assert not found, (name, [(one["id"], one["nodes"][0]["html"]) for one in found])
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} is too wide"
