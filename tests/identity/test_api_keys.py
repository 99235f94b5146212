"""Keys for programs, on their page: made, shown once, listed, revoked; nothing of anybody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.errors import KeyNotIssuedError, KeyRefusedError
from identity.models import Account, ApiKey
from identity.services import api_keys
from identity.states import Scope
from tests import factories

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = {"name": "Phần mềm kế toán", "scopes": ["cases:read", "cases:file"], "days": "90"}
NOW = factories.NOW


@pytest.fixture
def person(client: Client) -> Account:
    account = factories.citizen()
    client.force_login(account, backend=BACKEND)
    return account


def _issue(account: Account, name: str = "x", lasts: timedelta = timedelta(days=1)) -> tuple[ApiKey, str]:
    return api_keys.issue_key(account=account, name=name, scopes=[Scope.CASES_READ], lasts=lasts, at=NOW)


def test_a_key_is_made_shown_once_and_opens_what_it_says(client: Client, person: Account) -> None:
    page = client.post(reverse("api_keys"), ASKED, follow=True)
    [token] = re.findall(r"bdp_\w{10}_[\w-]{40,}", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    key = api_keys.key_of(token=token, at=timezone.now())
    assert (key.account, key.scopes) == (person, ["cases:file", "cases:read"])
    assert timedelta(days=89) < key.expires_at - timezone.now() <= timedelta(days=90)
    again = client.get(reverse("api_keys")).content.decode()
    assert token not in again and "Phần mềm kế toán" in again and key.prefix in again


def test_the_token_stands_nowhere_in_plain_text(client: Client, person: Account) -> None:
    _key, token = _issue(person)
    kept = ApiKey.objects.get()
    assert token not in (kept.token_hash, kept.prefix) and len(kept.token_hash) == 64
    client.post(reverse("api_keys"), ASKED)
    assert "bdp_" not in str(dict(client.session))


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "x" * 81}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "3650"}]
)
def test_a_key_without_a_name_a_permission_or_an_end_is_not_made(
    client: Client, person: Account, changes: dict[str, Any]
) -> None:
    page = client.post(reverse("api_keys"), ASKED | changes)
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    assert not ApiKey.objects.exists()


def test_pressing_twice_makes_one_key(client: Client, person: Account) -> None:
    client.post(reverse("api_keys"), ASKED)
    assert "Đã có khóa mang tên này" in client.post(reverse("api_keys"), ASKED).content.decode()
    assert ApiKey.objects.count() == 1
    with pytest.raises(IntegrityError):
        ApiKey.objects.create(
            account=person,
            name=str(ASKED["name"]),
            prefix="x",
            token_hash="x",
            scopes=[],
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )


def test_a_revoked_key_opens_nothing_from_the_same_moment(client: Client, person: Account) -> None:
    key, token = _issue(person)
    client.post(reverse("revoke_api_key", args=[key.uuid]))
    with pytest.raises(KeyRefusedError):
        api_keys.key_of(token=token, at=NOW)
    assert key.prefix not in client.get(reverse("api_keys")).content.decode()
    _issue(person)  # its name is free again


def test_a_key_of_somebody_else_cannot_be_revoked_or_seen(client: Client, person: Account) -> None:
    key, token = _issue(factories.citizen("074085009999", "Người Khác"), "của người khác")
    for uuid in (key.uuid, uuid4()):
        assert client.post(reverse("revoke_api_key", args=[uuid])).status_code == 302
    assert api_keys.key_of(token=token, at=NOW) == key
    assert "của người khác" not in client.get(reverse("api_keys")).content.decode()


def test_a_key_ends_by_itself(person: Account) -> None:
    _key, token = _issue(person, lasts=timedelta(days=30))
    api_keys.key_of(token=token, at=NOW + timedelta(days=29))
    with pytest.raises(KeyRefusedError):
        api_keys.key_of(token=token, at=NOW + timedelta(days=30))


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(days=366)])
def test_no_key_lasts_longer_than_a_year(person: Account, lasts: timedelta) -> None:
    with pytest.raises(KeyNotIssuedError):
        _issue(person, lasts=lasts)


def test_nobody_has_more_keys_than_can_be_overseen(person: Account) -> None:
    for number in range(api_keys.MOST_KEYS):
        _issue(person, f"khóa {number}")
    with pytest.raises(KeyNotIssuedError):
        _issue(person, "one more")


def test_the_last_use_is_known_to_the_minute(person: Account) -> None:
    key, token = _issue(person)
    for seconds, noted in ((0, 0), (30, 0), (90, 90)):
        api_keys.key_of(token=token, at=NOW + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == NOW + timedelta(seconds=noted)


@pytest.mark.parametrize(
    "token", ["", "x", "bdp_", "bdp_abcdefghij_", "bdp_\0bcdefghij_x", "bdp_ậbcdefghij_x", "_" * 99]
)
def test_what_is_no_key_opens_nothing(token: str) -> None:
    with pytest.raises(KeyRefusedError):
        api_keys.key_of(token=token, at=NOW)
