from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.world import FATHER, GRANDMOTHER, MOTHER, TOKEN, World


def ask(world: World, service: str, token: str = TOKEN, **body: Any) -> Any:
    response = world.http.post(f"/dan-cu/{service}", json=body, headers={"Authorization": f"Bearer {token}"})
    return response.json()


def newborn(key: str = "case:1", **changes: Any) -> dict[str, Any]:
    return {
        "MaYeuCau": key,
        "HoVaTen": "Nguyễn Trần Bảo Châu",
        "NgaySinh": "20261020",
        "GioiTinh": "2",
        "MaTinh": "79",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "prefix"),
    [({}, "079326"), ({"GioiTinh": "1"}, "079226"), ({"NgaySinh": "19991231", "MaTinh": "074"}, "074199")],
)
def test_a_number_tells_province_sex_century_and_year(world: World, changes: dict[str, Any], prefix: str) -> None:
    number = ask(world, "cap-so-dinh-danh", **newborn(**changes))["SoDinhDanh"]

    assert len(number) == 12
    assert number.startswith(prefix)


def test_the_same_request_gets_the_same_number(world: World) -> None:
    first, again = (ask(world, "cap-so-dinh-danh", **newborn()) for _ in range(2))
    other = ask(world, "cap-so-dinh-danh", **newborn("case:2"))

    assert first == again
    assert first["error_code"] == "0"
    assert other["SoDinhDanh"] != first["SoDinhDanh"]


def test_a_key_is_not_lent_to_another_child(world: World) -> None:
    ask(world, "cap-so-dinh-danh", **newborn())

    assert ask(world, "cap-so-dinh-danh", **newborn(HoVaTen="Another Name"))["error_code"] == "-3"


@pytest.mark.parametrize("changes", [{"NgaySinh": "20261320"}, {"GioiTinh": "NU"}, {"MaTinh": ""}, {"HoVaTen": ""}])
def test_an_incomplete_request_gets_no_number(world: World, changes: dict[str, Any]) -> None:
    assert ask(world, "cap-so-dinh-danh", **newborn(**changes))["error_code"] == "-1"


def test_nobody_asks_without_the_token(world: World) -> None:
    assert ask(world, "cap-so-dinh-danh", token="guess", **newborn())["error_code"] == "-2"


def test_the_parents_marriage_is_found_and_nobody_elses(world: World) -> None:
    found = ask(world, "tra-cuu-hon-nhan", SoDinhDanhCha=FATHER, SoDinhDanhMe=MOTHER)
    other = ask(world, "tra-cuu-hon-nhan", SoDinhDanhCha=FATHER, SoDinhDanhMe=GRANDMOTHER)

    assert (found["TimThay"], found["SoDangKy"], found["NgayDangKy"]) == ("1", "87/2018", "20181020")
    assert other == {"error_code": "0", "message": "Thành công", "TimThay": "0"}
