"""A civil servant who never touches the mouse."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Portal, shoot

axe = Axe()
SECONDS_A_KEY: Final = 0.2  # of somebody who types for a living
_FURTHEST: Final = 60
# What a screen reader would call the element that has the focus.
_NAME: Final = """() => {
  const it = document.activeElement;
  const said = it.labels?.[0]?.innerText || it.getAttribute("aria-label") || it.innerText || "";
  return said.replace(/\\s+/g, " ").trim();
}"""


@dataclass
class Keyboard:
    """The only way in which this test touches a page; it counts its keys."""

    page: Page
    keys: int = 0
    began: float = field(default_factory=time.monotonic)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def go_to(self, name: str) -> None:
        """Press Tab until something of this name has the focus; at once when it has it already."""
        for _ in range(_FURTHEST):
            if self.here().startswith(name):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to “{name}”; it stands at “{self.here()}”.")

    def answer(self, name: str, text: str) -> None:
        self.go_to(name)
        self.press("Control+a")
        self.write(text)

    def choose(self, first: str, wanted: str) -> None:
        """Choose one of several by the arrows, coming in at the first."""
        self.go_to(first)
        self.press("Space")
        for _ in range(_FURTHEST):
            if self.here().startswith(wanted):
                return
            self.press("ArrowDown")
        raise AssertionError(f"There is no “{wanted}”.")

    def select(self, label: str, wanted: str) -> None:
        """Go down a list until the wanted line."""
        self.go_to(label)
        for _ in range(_FURTHEST):
            if self.page.evaluate("document.activeElement.selectedOptions[0].text").startswith(wanted):
                return
            self.press("ArrowDown")
        raise AssertionError(f"“{label}” has no “{wanted}”.")

    def go_on(self, heading: str) -> None:
        self.press("Enter")
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible(timeout=15_000)

    def here(self) -> str:
        name: str = self.page.evaluate(_NAME)
        return name

    @property
    def seconds(self) -> float:
        """How long it took, as if each key had been struck by hand."""
        return time.monotonic() - self.began + self.keys * SECONDS_A_KEY


def signed_in(browser: Browser, portal: Portal, username: str, place: str, *, width: int) -> Page:
    """Return a page of the desk, as a civil servant sees it who has signed in."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{portal.url}/dang-nhap/?next={place}")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(portal.password)
    page.get_by_role("button", name="Đăng nhập dành cho cán bộ").click()
    return page


def look(page: Page, name: str) -> None:
    """Keep a picture; the page is accessible, and no wider than its window."""
    shoot(page, name)
    found = axe.run(page).response["violations"]
    assert found == [], f"{name}: {[(one['id'], [node['html'] for node in one['nodes']]) for one in found]}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"], f"{name} is {width} px wide"
