"""An officer's desk by keyboard alone: find, move, open, act, choose, give to a colleague, come back to the place."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.env import BASE_DIR
from tests.browser.conftest import Portal, bare_environment
from tests.browser.keyboard import Keyboard, look, signed_in

pytestmark = pytest.mark.browser
LIST = "/mot-cua/danh-sach/viec-cua-toi/"


@pytest.fixture(scope="module")
def seeded(portal: Portal) -> Portal:
    """The portal with cases enough for every list."""
    environment = bare_environment() | {"PORTAL_ENV_FILE": str(portal.logs.parent / "portal.env")}
    command = [sys.executable, "manage.py", "seed_demo", "--cases", "10000"]
    subprocess.run(command, cwd=BASE_DIR, env=environment, check=True, capture_output=True, timeout=300)
    return portal


@pytest.fixture
def officer(browser: Browser, seeded: Portal) -> Iterator[Page]:
    """An officer at their list of work."""
    page = signed_in(browser, seeded, "congchuc.hotich", f"{LIST}?order=den", width=1280)
    expect(page.get_by_role("heading", level=1, name="Việc của tôi")).to_be_visible()
    yield page
    page.context.close()


def test_moving_opening_and_coming_back_to_place_filter_and_choice(officer: Page) -> None:
    hands, codes = Keyboard(officer), officer.locator("[data-row] a").all_inner_texts()
    hands.press("?")
    expect(officer.get_by_text("mở", exact=False).last).to_be_visible()
    hands.press("?")
    hands.press("j")
    hands.press("x")
    hands.press("j", times=2)
    hands.press("x")
    hands.press("k")
    hands.press("Enter")
    expect(officer.get_by_role("heading", level=1)).to_contain_text(codes[1])

    officer.go_back()  # Alt+←, a key of the browser's own
    expect(officer.locator("tr.picked a")).to_have_text(codes[1])
    assert officer.url.endswith("?order=den")
    chosen = officer.locator("tr:has(:checked) a").all_inner_texts()
    assert chosen == [codes[0], codes[2]]
    look(officer, "desk-list")


def test_e_goes_to_the_likely_act_and_enter_does_it(officer: Page) -> None:
    hands, code = Keyboard(officer), officer.locator("[data-row] a").first.inner_text()
    hands.press("j")
    hands.go_on(code)
    hands.press("e")
    assert hands.here() == officer.locator("[data-likely]").inner_text() != ""
    hands.press("Enter")
    # Done, or told what it needs first: whichever the case is at, the act was sent.
    expect(officer.locator(".message.success, .field .error").first).to_be_visible(timeout=15_000)


def test_a_slash_finds_a_case_by_the_end_of_its_code(officer: Page) -> None:
    hands, code = Keyboard(officer), officer.locator("[data-row] a").first.inner_text()
    hands.press("/")
    hands.write(code)
    hands.go_on(code)


def test_three_cases_go_to_a_colleague_at_once(officer: Page) -> None:
    hands, codes = Keyboard(officer), officer.locator("[data-row] a").all_inner_texts()
    for _ in range(3):
        hands.press("j")
        hands.press("x")
    hands.select("Làm nhiều hồ sơ", "Chuyển cho đồng nghiệp")
    hands.go_to("Với các hồ sơ đã chọn")
    hands.go_on("Chuyển cho đồng nghiệp")
    look(officer, "desk-bulk")
    hands.go_to("Lý do")
    hands.write("Đi công tác")
    own = officer.locator(".desk-nav b").first.inner_text()
    names = officer.get_by_label("Đồng nghiệp").locator("option").all_inner_texts()[1:]
    hands.select("Đồng nghiệp", next(name for name in names if name != own))
    hands.go_to("Chuyển cho đồng nghiệp (3)")
    hands.press("Enter")
    expect(officer.get_by_text(re.compile("Xong 3 trên 3"))).to_be_visible(timeout=60_000)

    officer.goto(officer.url.partition("/mot-cua/")[0] + f"{LIST}?order=den")
    assert not set(codes[:3]) & set(officer.locator("[data-row] a").all_inner_texts())
    assert officer.locator(":checked[name=chosen]").count() == 0
