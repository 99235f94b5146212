from __future__ import annotations

import base64
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.world import FATHER, GRANDMOTHER, World, case, progress

CODE = "H09.25747-261124-0001"
PAPER = b"%PDF-1.4 paper"


def file_at_the_national_portal(world: World, **changes: Any) -> str:
    body = {
        "MaTTHC": "2.000635",
        "SoDinhDanh": FATHER,
        "MaDonViTiepNhan": "H09.25747",
        "TaiLieuNop": [
            {
                "MaThanhPhanHoSo": "van_ban_uy_quyen",
                "TenTepDinhKem": "uỷ quyền.pdf",
                "LoaiTep": "application/pdf",
                "NoiDung": base64.b64encode(PAPER).decode(),
            }
        ],
        **changes,
    }
    return str(world.http.post("/dvcqg/nop-ho-so.json", json=body).json()["MaHoSo"])


def test_a_wrong_password_or_a_missing_destination_opens_no_session(world: World) -> None:
    right = {"username": "h09", "password": "password"}
    wrong = world.http.post("/dvcqg/auth", json={**right, "password": "x"}, headers={"dstcode": "d"}).json()
    nowhere = world.http.post("/dvcqg/auth", json=right).json()

    assert wrong["error_code"] == nowhere["error_code"] == -1
    assert "session" not in {**wrong, **nowhere}


def test_a_session_that_ended_asks_for_a_new_one(world: World) -> None:
    world.log_in()
    world.http.post("/dvcqg/het-phien")
    assert world.call("TraCuuHoSo", MaHoSo=CODE)["error_code"] == -2

    world.log_in()
    assert world.call("TraCuuHoSo", MaHoSo=CODE)["error_code"] == 0


def test_a_case_is_added_then_updated_then_looked_up(world: World) -> None:
    added = world.call("DongBoHoSoMC", isUpdating="False", data=[case()])
    again = world.call("DongBoHoSoMC", isUpdating="False", data=[case()])
    updated = world.call("DongBoHoSoMC", isUpdating="True", data=[case(TrangThaiHoSo="4")])
    moved = world.call("CapNhatTienDoHoSoMC", data=[progress()])

    assert (added["error_code"], again["error_code"], updated["error_code"]) == (0, -3, 0)
    assert "thành công" in added["message"]
    assert "đã tồn tại" in again["message"]
    assert moved["error_code"] == 0
    (found,) = world.call("TraCuuHoSo", MaHoSo=CODE)["result"]
    assert found["TrangThaiHoSo"] == "4"
    assert found["DanhSachTienDo"] == [progress()]


def test_what_is_not_known_cannot_be_updated_or_moved(world: World) -> None:
    assert world.call("DongBoHoSoMC", isUpdating="True", data=[case()])["error_code"] == -4
    assert world.call("CapNhatTienDoHoSoMC", data=[progress()])["error_code"] == -4
    assert world.call("TraCuuHoSo", MaHoSo=CODE) == {
        "error_code": 0,
        "message": "Thực hiện thành công",
        "result": [],
    }


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ChuHoSo": ""}, "ChuHoSo"),
        ({"TrangThaiHoSo": 2}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"NgayNopHoSo": "24/11/2026"}, "NgayNopHoSo"),
        ({"NgayHenTra": "20260231000000"}, "NgayHenTra"),
        ({"TrichYeuHoSo": "x" * 1001}, "TrichYeuHoSo"),
        ({"TaiLieuNop": [{"TenTepDinhKem": "x" * 4001}]}, "TenTepDinhKem"),
        ({"TaiLieuNop": [{"Ten": "x"}]}, "TaiLieuNop.Ten"),
        ({"TaiLieuNop": {}}, "TaiLieuNop"),
        ({"TrangThai": "2"}, "TrangThai"),
        ({"KenhThucHien": "1", "MaDoiTuong": "9b2"}, "MaDoiTuong"),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused_by_name(world: World, changes: dict[str, Any], named: str) -> None:
    good, bad = case(f"{CODE}A"), case(**changes)
    answer = world.call("DongBoHoSoMC", isUpdating="False", data=[good, bad])

    assert answer["error_code"] == -5
    assert named in answer["message"]
    assert world.ledger(f"{CODE}A")["HoSo"] is None  # all of a message or none


def test_a_progress_row_is_checked_too(world: World) -> None:
    world.call("DongBoHoSoMC", isUpdating="False", data=[case()])

    assert world.call("CapNhatTienDoHoSoMC", data=[progress(NguoiXuLy="x" * 51)])["error_code"] == -5
    assert world.call("CapNhatTienDoHoSoMC", data=[progress(ThoiDiemXuLy="")])["error_code"] == -5
    assert world.call("CapNhatTienDoHoSoMC", data=[])["error_code"] == -1
    assert world.ledger(CODE)["TienDo"] == []


def test_a_progress_row_sent_twice_stands_twice_unless_told_otherwise(world: World) -> None:
    world.call("DongBoHoSoMC", isUpdating="False", data=[case()])
    world.call("CapNhatTienDoHoSoMC", data=[progress()])
    world.call("CapNhatTienDoHoSoMC", data=[progress()])
    assert len(world.ledger(CODE)["TienDo"]) == 2

    world.set(dedupe_progress="1")
    world.call("CapNhatTienDoHoSoMC", data=[progress(), progress(TrangThai="4")])
    assert [row["TrangThai"] for row in world.ledger(CODE)["TienDo"]] == ["2", "2", "4"]


def test_the_ledger_keeps_every_message_in_order_also_refused_ones(world: World) -> None:
    world.call("CapNhatTienDoHoSoMC", data=[progress()])
    world.call("DongBoHoSoMC", isUpdating="False", data=[case()])
    world.call("CapNhatTienDoHoSoMC", data=[progress()])

    lines = world.ledger(CODE)["SoCai"]
    assert [(line["service"], line["error_code"]) for line in lines] == [
        ("CapNhatTienDoHoSoMC", -4),
        ("DongBoHoSoMC", 0),
        ("CapNhatTienDoHoSoMC", 0),
    ]
    assert CODE in world.http.get("/dvcqg/so-cai/", params={"MaHoSo": CODE}).text


def test_the_catalogue_comes_in_upper_case_keys(world: World) -> None:
    codes = [row["MATTHC"] for row in world.call("LayDanhSachTTHC")["result"]]
    (found,) = world.call("LayThuTuc", maTTHC="2.000635")["result"]

    assert codes[:2] == ["2.000635", "1.001193"] and len(codes) > 30
    assert found["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"][0]["SOTIEN"] == "8000"
    assert world.call("LayThuTuc", maTTHC="9.999999")["error_code"] == -4


def test_a_case_filed_there_waits_until_the_province_confirms_it(world: World) -> None:
    code = file_at_the_national_portal(world)
    (waiting,) = world.call("LayDanhSachHoSoMoi")["result"]

    assert re.fullmatch(r"000\.00\.00\.H09-\d{6}-0001", code)
    assert waiting["MaHoSo"] == code
    assert waiting["NoiNopHoSo"] == "1"
    assert waiting["EformThongTinChiTiet"]["requester"]["full_name"] == "Nguyễn Văn Minh"
    assert waiting["EformThongTinChiTiet"]["competent_agency"] == "H09.25747"
    assert world.call("LayDanhSachHoSoMoi", tuThoiDiem="29991231000000")["result"] == []
    assert world.call("XacNhanNhanHoSo", MaHoSo=code)["error_code"] == 0
    assert world.call("XacNhanNhanHoSo", MaHoSo=code)["error_code"] == 0
    assert world.call("LayDanhSachHoSoMoi")["result"] == []
    assert world.call("XacNhanNhanHoSo", MaHoSo="nothing")["error_code"] == -4


def test_a_case_filed_there_is_known_there(world: World) -> None:
    code = file_at_the_national_portal(world)

    assert world.call("DongBoHoSoMC", isUpdating="False", data=[case(code)])["error_code"] == -3
    assert world.call("DongBoHoSoMC", isUpdating="True", data=[case(code)])["error_code"] == 0


def test_an_attached_file_is_fetched_as_it_was(world: World) -> None:
    file_at_the_national_portal(world)
    (paper,) = world.call("LayDanhSachHoSoMoi")["result"][0]["TaiLieuNop"]
    body = {"session": world.session, "madonvi": "H09", "service": "getfile", "TepDinhKemId": paper["TepDinhKemId"]}
    response = world.http.post("/dvcqg/api", json=body)

    assert response.content == PAPER
    assert response.headers["Content-Type"] == "application/pdf"
    assert paper["HashTepTin"] == hashlib.sha256(PAPER).hexdigest()
    assert world.call("getfile", TepDinhKemId="nothing")["error_code"] == -4


def test_many_file_at_once_and_no_code_is_given_twice(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: file_at_the_national_portal(world), range(24)))

    assert len(set(codes)) == 24


def test_a_citizen_files_on_the_page(world: World) -> None:
    address = "/dvcqg/nop-ho-so/?maTTHC=1.001193"
    assert "Giấy chứng sinh" in world.http.get(address).text
    form = {
        "citizen": GRANDMOTHER,
        "agency": "H09.25747",
        "answer.relation": "GRANDPARENT",
        "more": '{"requester": "$person", "truthful": true}',
    }
    page = world.http.post(address, data=form, files={"paper.giay_chung_sinh": ("a.pdf", PAPER, "application/pdf")})

    (waiting,) = world.call("LayDanhSachHoSoMoi")["result"]
    assert waiting["MaHoSo"] in page.text
    assert waiting["EformThongTinChiTiet"]["relation"] == "GRANDPARENT"
    assert waiting["EformThongTinChiTiet"]["requester"]["sex"] == "FEMALE"
    assert waiting["EformThongTinChiTiet"]["truthful"] is True
    assert waiting["TaiLieuNop"][0]["MaThanhPhanHoSo"] == "giay_chung_sinh"


def test_the_page_refuses_what_it_cannot_read(world: World) -> None:
    form = {"citizen": FATHER, "agency": "H09.25747", "more": "{"}

    assert "JSON không hợp lệ" in world.http.post("/dvcqg/nop-ho-so/", data=form).text
