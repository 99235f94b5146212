from __future__ import annotations

import uuid
from typing import Any

import jwt
import pytest

from tests.sandbox.conftest import Portal
from tests.sandbox.world import FATHER, MOTHER, SignIn, World


@pytest.fixture
def sign_in(world: World, portal: Portal) -> SignIn:
    return SignIn(world, f"{portal.url}/dang-nhap/vneid/xong/")


def test_discovery_names_addresses_below_the_issuer(world: World) -> None:
    found = world.http.get("/vneid/.well-known/openid-configuration").json()

    assert found["issuer"] == f"{world.http.base_url}".rstrip("/") + "/vneid"
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert found[name].startswith(found["issuer"])


def test_the_page_offers_eight_citizens(world: World, sign_in: SignIn) -> None:
    page = world.http.get("/vneid/authorize", params=sign_in.query()).text

    assert page.count('name="citizen"') == 9  # eight and "do not sign in"
    assert "Môi trường thử nghiệm" in page


def test_a_citizen_signs_in_with_pkce_and_nonce(world: World, sign_in: SignIn) -> None:
    came_back = sign_in.choose(MOTHER)
    tokens = sign_in.exchange(came_back["code"]).json()

    assert came_back["state"] == "the-state"
    claims = _verified(world, tokens["id_token"])
    assert claims["nonce"] == "the-nonce"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    person = world.http.get("/vneid/userinfo", headers=headers).json()
    assert person["sub"] == claims["sub"]
    assert person["HoVaTen"] == "Trần Thị Thu Hà"
    assert person["SoDinhDanh"] == MOTHER
    assert uuid.UUID(person["TechID"])
    assert person["NoiThuongTru"]["MaXa"] == "25747"


def test_a_code_is_good_once(sign_in: SignIn) -> None:
    code = sign_in.choose(FATHER)["code"]

    assert sign_in.exchange(code).status_code == 200
    assert sign_in.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 50}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://elsewhere.example/"}, "invalid_grant"),
        ({"client_secret": "guess"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_token_is_refused(sign_in: SignIn, changes: dict[str, str], error: str) -> None:
    code = sign_in.choose(FATHER)["code"]

    assert sign_in.exchange(code, **changes).json()["error"] == error


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_an_incomplete_request_goes_back_with_an_error(sign_in: SignIn, changes: dict[str, str], error: str) -> None:
    assert sign_in.choose(FATHER, **changes)["error"] == error


@pytest.mark.parametrize("changes", [{"redirect_uri": "http://elsewhere.example/"}, {"client_id": "stranger"}])
def test_an_unregistered_address_or_client_is_never_redirected_to(
    world: World, sign_in: SignIn, changes: dict[str, str]
) -> None:
    response = world.http.get("/vneid/authorize", params=sign_in.query(**changes))

    assert response.status_code == 400


def test_the_portal_may_be_opened_as_localhost(world: World, portal: Portal) -> None:
    address = portal.url.replace("127.0.0.1", "localhost") + "/dang-nhap/vneid/xong/"

    assert SignIn(world, address).choose(FATHER)["code"]


def test_a_citizen_may_decline(sign_in: SignIn) -> None:
    assert sign_in.choose("")["error"] == "access_denied"


def test_no_claims_without_a_token(world: World) -> None:
    assert world.http.get("/vneid/userinfo").status_code == 401
    assert world.http.get("/vneid/userinfo", headers={"Authorization": "Bearer guess"}).status_code == 401


def _verified(world: World, id_token: str) -> dict[str, Any]:
    (key,) = world.http.get("/vneid/jwks.json").json()["keys"]
    issuer = f"{world.http.base_url}".rstrip("/") + "/vneid"
    claims: dict[str, Any] = jwt.decode(
        id_token, jwt.PyJWK(key).key, algorithms=["RS256"], audience="portal", issuer=issuer
    )
    return claims
