from __future__ import annotations

import io
import json
from typing import Any

import pikepdf
import pytest

from tests.sandbox.conftest import Portal
from tests.sandbox.world import CONFIRM_ORDER, PARTNER, SHORT_ORDER, World, init_message, signature, signed


def short(kind: str, reference: str = "REF1") -> dict[str, Any]:
    message = {
        "LoaiBanTin": kind,
        "PhienBan": "1.0.6",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
        "ThoiGianGD": "20261124102000",
    }
    return signed(SHORT_ORDER, message)


def test_init_answers_with_an_address_inside_a_json_string(world: World) -> None:
    answer = world.http.post("/paygov/init", json=init_message()).json()

    assert answer["error_code"] == "0"
    assert "/paygov/pay/" in json.loads(answer["message"])["UrlThanhToan"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({**init_message(), "SoTien": "1"}, "03"),
        ({**init_message(), "MaXacThuc": init_message()["MaXacThuc"].upper()}, "03"),
        ({name: value for name, value in init_message().items() if name != "MaXacThuc"}, "03"),
        ({**init_message(), "SoTien": 16000}, "01"),
        (init_message(MaDoiTac="SOMEONE"), "02"),
        (init_message(reference="REF-1"), "01"),
        (init_message(amount="0"), "01"),
        (init_message(MaTienTe="USD"), "01"),
        (init_message(ThoiGianGD="20261324101500"), "01"),
        (init_message(ThongTinBienLai={"DSKhoanNop": [{"NoiDung": "Phí", "SoTien": "1"}]}), "01"),
    ],
)
def test_a_wrong_init_is_refused(world: World, message: dict[str, Any], code: str) -> None:
    assert world.http.post("/paygov/init", json=message).json()["error_code"] == code


def test_a_reference_is_used_once(world: World) -> None:
    world.pay_url()

    assert world.http.post("/paygov/init", json=init_message()).json()["error_code"] == "04"


def test_paying_confirms_to_the_portal_and_sends_the_citizen_back(world: World, portal: Portal) -> None:
    response = world.http.post(world.pay_url(), data={"choice": "thanh-toan"})

    assert response.headers["Location"] == f"{portal.url}/thanh-toan/ket-qua/REF1/"
    (confirm,) = portal.received
    assert confirm["MaXacThuc"] == signature(CONFIRM_ORDER, confirm)
    assert (confirm["LoaiBanTin"], confirm["MaLoi"], confirm["SoTien"]) == ("CONFIRM", "00", "16000")
    assert world.payment()["XacNhan"][0]["DaXacNhan"] is True


def test_the_citizen_returns_where_init_says_only_below_the_portal(world: World, portal: Portal) -> None:
    ours = world.pay_url(reference="REF1", UrlQuayLai=f"{portal.url}/ho-so/1/")
    theirs = world.pay_url(reference="REF2", UrlQuayLai="http://elsewhere.example/")

    assert world.http.post(ours, data={"choice": "huy"}).headers["Location"] == f"{portal.url}/ho-so/1/"
    assert world.http.post(theirs, data={"choice": "huy"}).headers["Location"].endswith("/thanh-toan/ket-qua/REF2/")


@pytest.mark.parametrize(("choice", "error"), [("huy", "24"), ("khong-du-tien", "51")])
def test_a_payment_that_fails_says_so(world: World, portal: Portal, choice: str, error: str) -> None:
    world.http.post(world.pay_url(), data={"choice": choice})

    assert portal.received[0]["MaLoi"] == error
    assert world.payment()["TrangThaiGD"] == "2"


def test_a_payment_finishes_once(world: World, portal: Portal) -> None:
    page = world.pay_url()
    world.http.post(page, data={"choice": "thanh-toan"})
    world.http.post(page, data={"choice": "huy"})

    assert len(portal.received) == 1
    assert world.payment()["TrangThaiGD"] == "1"


def test_an_unconfirmed_payment_is_learned_by_query(world: World, portal: Portal) -> None:
    page = world.pay_url()
    waiting = world.http.post("/paygov/query", json=short("QUERY")).json()
    world.http.post(page, data={"choice": "khong-bao"})
    paid = world.http.post("/paygov/query", json=short("QUERY")).json()

    assert portal.received == []
    assert waiting["TrangThaiGD"] == "0"
    assert waiting["UrlThanhToan"].endswith(page)
    assert (paid["TrangThaiGD"], paid["MaLoi"], paid["SoTien"]) == ("1", "00", "16000")
    assert paid["MaXacThuc"] == signature(f"{CONFIRM_ORDER} TrangThaiGD", paid)


def test_query_of_an_unknown_payment_is_refused(world: World) -> None:
    assert world.http.post("/paygov/query", json=short("QUERY")).json()["error_code"] == "05"


def test_an_unacknowledged_confirmation_is_sent_again(world: World, portal: Portal) -> None:
    world.set(confirm_retry_seconds="0.1")
    portal.answer_code = "99"
    world.http.post(world.pay_url(), data={"choice": "thanh-toan"})
    portal.answer_code = "00"
    first, second = portal.wait_for(2)

    assert first == second


def test_the_bill_of_a_paid_payment_is_a_pdf(world: World) -> None:
    page = world.pay_url()
    early = world.http.post("/paygov/bill", json=short("GET_BILL"))
    world.http.post(page, data={"choice": "thanh-toan"})
    bill = world.http.post("/paygov/bill", json=short("GET_BILL"))

    assert early.json()["error_code"] == "06"
    assert bill.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(bill.content)) as document:
        assert len(document.pages) == 1
        assert b"REF1" in document.pages[0].Contents.read_bytes()


def test_confirmations_can_be_replayed_doubled_and_forged(world: World, portal: Portal) -> None:
    world.plan("paygov.confirm", "duplicate")
    world.plan("paygov.confirm", "bad_signature")
    world.set(confirm_retry_seconds="600")
    world.http.post(world.pay_url(), data={"choice": "thanh-toan"})
    answers = world.http.post("/paygov/bao-lai", json={"MaThamChieu": "REF1", "times": 3}).json()["answers"]

    assert [message["MaXacThuc"] == "0" * 64 for message in portal.received] == [True, True, False, False, False]
    assert len(answers) == 3
