"""The pages of those who keep and lead: organisation, process editor, figures: clean for axe, whole on a phone."""

from __future__ import annotations

import re
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page

from tests.browser.conftest import Portal, shoot

pytestmark = pytest.mark.browser
axe = Axe()
_WARD: Final = "/quan-tri/to-chuc/co-quan/H09.25747/"
_ORGANISATION: Final = {
    "tree": "/quan-tri/to-chuc/",
    "new-agency": "/quan-tri/to-chuc/moi/",
    "agency": _WARD,
    "change": f"{_WARD}sua/",
    "appoint": f"{_WARD}phan-cong/",
    "tables": "/quan-tri/to-chuc/bang/",
    "reorganisations": "/quan-tri/to-chuc/sap-xep/",
}
_FIGURES: Final = {
    "figures": "/mot-cua/thong-ke/",
    "figures-of-sectors": "/mot-cua/thong-ke/?theo=linh-vuc",
    "figures-of-officers": "/mot-cua/thong-ke/?theo=can-bo",
    "behind": "/mot-cua/thong-ke/ho-so/tiep-nhan/",
    "tomorrow": "/mot-cua/thong-ke/sap-tre/",
    "ratings": "/mot-cua/danh-gia/",
    "absence": "/tai-khoan/vang-mat/",
    "password": "/tai-khoan/mat-khau/",
}
_WRONG: Final = "username,full_name,agency,role,title\nmoi,Lê Thị Mới,H09.25747,OFFICER,Công chức\n,,X,Y,\n"


def signed_in(page: Page, portal: Portal, username: str) -> None:
    page.goto(f"{portal.url}/dang-nhap/?next=/mot-cua/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(portal.password)
    page.get_by_role("button", name="Đăng nhập dành cho cán bộ").click()


def look(page: Page, name: str) -> None:
    shoot(page, name)
    found = axe.run(page).response["violations"]
    assert not found, (name, [(one["id"], one["nodes"][0]["html"]) for one in found])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), f"{name} is too wide"


def test_the_organisations_office(page: Page, portal: Portal) -> None:
    signed_in(page, portal, "quantri.tochuc")
    for name, address in _ORGANISATION.items():
        page.goto(portal.url + address)
        look(page, f"organisation-{name}")
    for name in ("Ủy nhiệm", "Cấp mật khẩu", "Kết thúc"):
        page.goto(portal.url + _WARD)
        page.get_by_role("link", name=re.compile(f"^{name}")).first.click()
        look(page, f"organisation-{name}")
    for content in (_WRONG, _WRONG.rpartition(",,X")[0]):
        page.goto(f"{portal.url}/quan-tri/to-chuc/bang/")
        file = FilePayload(name="nhan-su.csv", mimeType="text/csv", buffer=content.encode())
        page.get_by_label("Tệp đã điền").set_input_files(files=[file])
        page.get_by_role("button", name="Đọc tệp").click()
        look(page, f"organisation-import-{'wrong' if content == _WRONG else 'right'}")


def test_the_process_editor(page: Page, portal: Portal) -> None:
    signed_in(page, portal, "quantri")
    page.goto(f"{portal.url}/quan-tri/thu-tuc/1.010727/")
    page.get_by_role("button", name="Sửa thủ tục này").click()
    process = page.url + "sua/quy-trinh/"
    page.goto(process)
    look(page, "process")
    links = [link.get_attribute("href") or "" for link in page.get_by_role("link", name=re.compile("^chọn")).all()]
    for place, address in enumerate(sorted(links)):
        page.goto(portal.url + address)
        look(page, f"process-step-{place}")
    for kind in ("dan-den", "co-quan"):
        page.goto(next(f"{portal.url}{one}moi/" for one in links if one.endswith(f"{kind}/")))
        look(page, f"process-{kind}")


@pytest.mark.parametrize("username", ["lanhdao", "lanhdao.tinh"])
def test_the_leaders_pages(page: Page, portal: Portal, username: str) -> None:
    signed_in(page, portal, username)
    for name, address in _FIGURES.items():
        page.goto(portal.url + address)
        look(page, f"{username}-{name}")
    page.goto(f"{portal.url}/tai-khoan/vang-mat/")
    page.get_by_role("link", name=re.compile("Chọn người làm thay")).first.click()
    look(page, f"{username}-stand-in")
