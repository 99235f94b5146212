"""Signing in through VNeID: the real sandbox, the real flow, and what is refused on the way."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from identity.errors import SignInRefusedError
from identity.models import Account
from identity.services import account_from_claims
from tests.processes import neighbours, sandbox_process
from tests.sandbox.conftest import ENVIRONMENT
from tests.sandbox.world import World

__all__ = ["neighbours", "sandbox_process"]

pytestmark = pytest.mark.django_db
MINH = "074090001234"


@pytest.fixture
def vneid(neighbours: World, settings: Any) -> World:
    app = {
        "provider_id": "vneid",
        "name": "VNeID",
        "client_id": ENVIRONMENT["VNEID_CLIENT_ID"],
        "secret": ENVIRONMENT["VNEID_CLIENT_SECRET"],
        "settings": {"server_url": settings.VNEID_URL, "uid_field": "TechID"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"vneid": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.ALLOWED_HOSTS = ["*"]
    neighbours.set(public_url="http://testserver")
    return neighbours


def _to_vneid(client: Client, target: str = "/ho-so/") -> str:
    answer = client.post(f"/dang-nhap/vneid/?next={target}")
    assert answer.status_code == 302
    return str(answer["Location"])


def _choose(address: str, person: str = MINH) -> str:
    """Choose a person on VNeID's page; return where VNeID sends the browser."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    page = f"{parts.scheme}://{parts.netloc}{parts.path}"
    answer = httpx.post(page, data=asked | {"citizen": person}, trust_env=False)
    assert answer.status_code == 302, answer.text[:200]
    there = urlsplit(answer.headers["Location"])
    return f"{there.path}?{there.query}"


def test_a_citizen_signs_in_and_is_known_by_techid(client: Client, vneid: World) -> None:
    back = client.get(_choose(_to_vneid(client)))
    assert (back.status_code, back["Location"]) == (302, "/ho-so/")
    account = Account.objects.get()
    assert account.tech_id is not None
    assert (account.full_name, account.national_id, account.birth_date) == ("Nguyễn Văn Minh", MINH, "1990-03-12")
    assert client.get("/ho-so/").status_code == 200


def test_the_second_sign_in_is_the_same_account(client: Client, vneid: World) -> None:
    for _time in range(2):
        client.get(_choose(_to_vneid(client)))
        client.logout()
    assert Account.objects.count() == 1


def test_letters_come_in_the_language_of_the_first_pages_or_in_the_chosen_one(client: Client, vneid: World) -> None:
    for header, cookie, expected in (("en", "", "en"), ("vi", "", "en"), ("en", "vi", "vi")):
        if cookie:
            client.cookies["django_language"] = cookie
        client.get(_choose(_to_vneid(client)), headers={"accept-language": header})
        assert Account.objects.get().language == expected
        client.logout()
        client.cookies.clear()


def test_pkce_and_a_nonce_are_asked_for(client: Client, vneid: World) -> None:
    asked = parse_qs(urlsplit(_to_vneid(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) > 20
    assert asked["response_type"] == ["code"]


def test_nothing_personal_is_kept_in_the_librarys_tables(client: Client, vneid: World) -> None:
    client.get(_choose(_to_vneid(client)))
    assert not SocialAccount.objects.exists()


def test_an_answer_with_a_state_that_is_not_ours_is_refused(client: Client, vneid: World) -> None:
    there = _choose(_to_vneid(client))
    forged = there.replace("state=", "state=x")
    assert "_auth_user_id" not in client.session
    client.get(forged)
    assert "_auth_user_id" not in client.session


def test_an_answer_is_of_no_use_in_another_browser(client: Client, vneid: World) -> None:
    there = _choose(_to_vneid(client))
    stranger = Client()
    stranger.get(there)
    assert "_auth_user_id" not in stranger.session


def test_an_answer_used_twice_signs_nobody_in_again(client: Client, vneid: World) -> None:
    there = _choose(_to_vneid(client))
    client.get(there)
    client.logout()
    client.get(there)
    assert "_auth_user_id" not in client.session


def test_a_nonce_that_we_did_not_send_is_refused(client: Client, vneid: World) -> None:
    address = _to_vneid(client)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    answer = client.get(_choose(address.replace(nonce, "n" * 30)))
    assert "_auth_user_id" not in client.session
    assert "Đăng nhập chưa thành công" in answer.content.decode()


def test_whoever_declines_is_told_and_not_signed_in(client: Client, vneid: World) -> None:
    client.get(_choose(_to_vneid(client), person=""))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_away_after_signing_in(client: Client, vneid: World, target: str) -> None:
    assert client.get(_choose(_to_vneid(client, target)))["Location"] == "/"


@pytest.mark.parametrize("tech_id", ["", "not-a-uuid", None])
def test_claims_without_a_techid_open_no_account(tech_id: str | None) -> None:
    with pytest.raises(SignInRefusedError):
        account_from_claims(claims={"TechID": tech_id, "HoVaTen": "X"})
    assert not Account.objects.exists()


def test_a_civil_servant_signs_in_by_password_and_five_wrong_ones_lock_the_door(client: Client) -> None:
    Account.objects.create_user("canbo", "a very long password")
    answers = [client.post("/dang-nhap/", {"login": "canbo", "password": "wrong"}) for _try in range(5)]
    assert answers[-1].status_code == 429
    client.post("/dang-nhap/", {"login": "canbo", "password": "a very long password"})
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_refused_in_vietnamese_whoever_the_name_belongs_to(client: Client) -> None:
    Account.objects.create_user("canbo", "a very long password")
    pages = [
        client.post("/dang-nhap/", {"login": name, "password": "wrong"}).content.decode()
        for name in ("canbo", "nobody")
    ]
    assert all("Tên đăng nhập hoặc mật khẩu không đúng" in page for page in pages)
    for _try in range(5):
        page = client.post("/dang-nhap/", {"login": "canbo", "password": "wrong"}).content.decode()
    assert "Đã nhập sai mật khẩu quá nhiều lần" in page


def test_knocking_too_often_is_answered_with_words(client: Client) -> None:
    answers = [client.post("/dang-nhap/", {"login": f"user{number}", "password": "wrong"}) for number in range(40)]
    assert answers[-1].status_code == 429
    assert "Thử quá nhiều lần" in answers[-1].content.decode()


def test_the_right_password_opens_the_desk(client: Client) -> None:
    Account.objects.create_user("canbo", "a very long password")
    answer = client.post("/dang-nhap/?next=/mot-cua/", {"login": "canbo", "password": "a very long password"})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    assert "Successfully" not in client.get("/").content.decode()


def test_nobody_can_open_an_account_with_a_password(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404


def test_an_account_that_was_closed_does_not_sign_in(client: Client) -> None:
    closed = Account.objects.create_user("canbo", "a very long password")
    closed.is_active = False
    closed.save()
    answer = client.post("/dang-nhap/", {"login": "canbo", "password": "a very long password"})
    assert answer.status_code == 403
    assert "Tài khoản đã đóng" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_citizens_account_that_was_closed_does_not_sign_in(client: Client, vneid: World) -> None:
    client.get(_choose(_to_vneid(client)))
    client.post("/dang-xuat/")
    Account.objects.exclude(tech_id=None).update(is_active=False)
    answer = client.get(_choose(_to_vneid(client)))
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
