"""What a client of the sandbox needs to know: signatures, records, and how to log in."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

PARTNER, SECRET, TOKEN = "BINHDUONG", "paygov-secret", "population-token"
FATHER, MOTHER, GRANDMOTHER = "074090001234", "074193005678", "074164002311"
INIT_ORDER = (
    "LoaiBanTin PhienBan MaDoiTac MaThamChieu SoTien LoaiHinhThanhToan MaKenhThanhToan MaThietBi NgonNgu MaTienTe"
    " MaNganHang ThongTinGiaoDich ThoiGianGD Ip"
)
CONFIRM_ORDER = (
    "LoaiBanTin MaLoi MaDoiTac MaThamChieu SoTien MaTienTe MaGiaoDich MaNganHang ThoiGianGD ThongTinGiaoDich"
)
SHORT_ORDER = "LoaiBanTin PhienBan MaDoiTac MaThamChieu ThoiGianGD"


def signature(order: str, message: dict[str, Any]) -> str:
    """Return MaXacThuc over the named fields, written independently of the sandbox's own code."""
    return hashlib.sha256("|".join([*(message[name] for name in order.split()), SECRET]).encode()).hexdigest()


def signed(order: str, message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "MaXacThuc": signature(order, message)}


def init_message(reference: str = "REF1", amount: str = "16000", **changes: Any) -> dict[str, Any]:
    message = {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
        "SoTien": amount,
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": "Phí cấp bản sao trích lục",
        "ThoiGianGD": "20261124101500",
        "Ip": "127.0.0.1",
        "ThongTinBienLai": {
            "MaHoSo": "H09.25747-261124-0001",
            "TenTTHC": "Cấp bản sao trích lục hộ tịch",
            "HoTenNguoiNop": "Nguyễn Văn Minh",
            "DSKhoanNop": [{"NoiDung": "Phí", "SoTien": amount}],
        },
        **changes,
    }
    return signed(INIT_ORDER, message)


def case(code: str = "H09.25747-261124-0001", **changes: Any) -> dict[str, Any]:
    return {
        "MaHoSo": code,
        "MaTTHC": "2.000635",
        "TenTTHC": "Cấp bản sao trích lục hộ tịch",
        "KenhThucHien": "2",
        "ChuHoSo": "Nguyễn Văn Minh",
        "LoaiDoiTuong": "1",
        "TrichYeuHoSo": "Cấp bản sao trích lục",
        "TrangThaiHoSo": "2",
        "DonViXuLy": "UBND phường Thủ Dầu Một",
        "NoiNopHoSo": "2",
        "NgayNopHoSo": "20261124081500",
        "TaiLieuNop": [{"TepDinhKemId": "1", "TenTepDinhKem": "a.pdf", "DuocSoHoa": "1"}],
        **changes,
    }


def progress(code: str = "H09.25747-261124-0001", **changes: Any) -> dict[str, Any]:
    return {
        "MaHoSo": code,
        "NguoiXuLy": "Lê Thị Mai",
        "ThoiDiemXuLy": "20261124083000",
        "NoiDungXuLy": "Tiếp nhận hồ sơ",
        "TrangThai": "2",
        **changes,
    }


@dataclass
class World:
    """The sandbox seen by its clients."""

    http: httpx.Client
    session: str = ""

    def plan(self, target: str, kind: str, **more: Any) -> None:
        self.http.post("/faults", json={"target": target, "kind": kind, **more}).raise_for_status()

    def set(self, **values: str) -> None:
        self.http.post("/settings", json=values).raise_for_status()

    def log_in(self) -> None:
        body = {"username": "h09", "password": "password"}
        answer = self.http.post("/dvcqg/auth", json=body, headers={"dstcode": "VN:GOV:000.00.00.G22:x"}).json()
        self.session = answer["session"]

    def call(self, service: str, **body: Any) -> Any:
        """Call an operation of the national portal and return its answer."""
        if not self.session:
            self.log_in()
        message = {"session": self.session, "madonvi": "H09", "service": service, **body}
        return self.http.post("/dvcqg/api", json=message).json()

    def ledger(self, code: str = "") -> Any:
        return self.http.get("/dvcqg/so-cai.json", params={"MaHoSo": code}).json()

    def pay_url(self, **changes: Any) -> str:
        """Open a payment and return the path of the bank's page."""
        answer = self.http.post("/paygov/init", json=init_message(**changes)).json()
        assert answer["error_code"] == "0", answer
        return urlsplit(str(json.loads(answer["message"])["UrlThanhToan"])).path

    def payment(self, reference: str = "REF1") -> Any:
        (found,) = self.http.get("/paygov/giao-dich.json", params={"MaThamChieu": reference}).json()["GiaoDich"]
        return found


@dataclass(frozen=True)
class SignIn:
    """One sign-in of a client that does everything right, unless told otherwise."""

    world: World
    redirect_uri: str
    verifier: str = "v" * 50
    nonce: str = "the-nonce"

    def query(self, **changes: str) -> dict[str, str]:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": "portal",
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": "the-state",
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }

    def choose(self, citizen: str, **changes: str) -> dict[str, str]:
        """Choose a citizen on the page and return what came back with the redirect."""
        form = {**self.query(**changes), "citizen": citizen}
        response = self.world.http.post("/vneid/authorize", data=form)
        assert response.status_code == 302, response.text
        assert response.headers["Location"].startswith(self.redirect_uri)
        return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}

    def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": "portal",
            "client_secret": "client-secret",
            "code_verifier": self.verifier,
            **changes,
        }
        return self.world.http.post("/vneid/token", data=form)
