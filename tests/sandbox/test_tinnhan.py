from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.world import TOKEN, World

SMS = {"MaTin": "notice:1", "SoDienThoai": "0912345678", "NoiDung": "Hồ sơ H09-1 đã được nộp."}


def send(world: World, channel: str, body: dict[str, Any], token: str = TOKEN) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return world.http.post(f"/tin-nhan/{channel}", json=body, headers=headers).json()


def test_what_was_sent_stands_on_the_page_once_however_often_it_came(world: World) -> None:
    answers = [send(world, "sms", SMS)["error_code"] for _ in range(2)]
    notice = {"MaTin": "notice:2", "TechID": "984694d8", "TieuDe": "Tin về hồ sơ", "NoiDung": "Đã tiếp nhận."}
    assert send(world, "vneid", notice)["error_code"] == "0"

    page = world.http.get("/tin-nhan/").text
    assert answers == ["0", "0"]
    assert page.count(SMS["NoiDung"]) == 1
    assert "Tin về hồ sơ" in page


@pytest.mark.parametrize("missing", list(SMS))
def test_a_message_that_lacks_something_is_refused(world: World, missing: str) -> None:
    assert send(world, "sms", SMS | {missing: ""})["error_code"] == "-1"


def test_a_stranger_sends_nothing(world: World) -> None:
    assert send(world, "sms", SMS, token="x")["error_code"] == "-2"
    assert SMS["NoiDung"] not in world.http.get("/tin-nhan/").text
