"""What several walks through the forms type."""

from __future__ import annotations

from playwright.sync_api import Page


def fill_date(page: Page, *numbers: str) -> None:
    """Type a day, a month and a year into the only date of the page."""
    for part, number in zip(("Ngày", "Tháng", "Năm"), numbers, strict=True):
        page.get_by_label(part, exact=True).fill(number)


def fill_the_child(page: Page, *, born_at: str) -> None:
    """Fill the page about the child of a birth registration."""
    page.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh Khôi")
    fill_date(page, "20", "11", "2026")
    page.get_by_label("Nam", exact=True).check()
    page.get_by_label("Dân tộc").select_option(label="Kinh")
    page.get_by_label("Quốc tịch").select_option(label="Việt Nam")
    page.get_by_label("Nơi sinh").fill(born_at)
    page.get_by_label("Quê quán").fill("Phường Thủ Dầu Một")
