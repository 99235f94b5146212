"""Closed unless opened: every address declares its rule, and every role meets it at every address."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from identity import seeding
from identity.access import AccessRule
from identity.models import Account, Agency, Appointment
from identity.services import issue_key
from identity.states import Role, Scope
from tests.addresses import EXEMPT, ours, rule_of

APPOINTED = [role for role in Role if role not in {Role.APPLICANT, Role.SYSTEM}]
_VALUES = {
    "uuid": str(uuid4()),
    "paper": str(uuid4()),
    "document": str(uuid4()),
    "opinion": str(uuid4()),
    "fee": str(uuid4()),
    "scan": "1",
    "code": "X",
    "step": "x",
    "key": "x",
    "series": "x",
    "act": "accept",
    "section": "phi",
    "place": "0",
    "reference": "X",
    "number": "1",
    "page": "x",
    "question": "x",
    "rule": "hien",
    "sort": "khong-nop-duoc",
    "where": "x",
    "what": "trang",
    "path": "x",
    "block": str(uuid4()),
    "kind": "csv",
    "day": "2099-01-01",
    "weekday": "1",
    "queue": "viec-cua-toi",
    "figure": "tre-han",
    "token": "x",
    "about": "x",
    "entry": "x",
}


def _address(place: str) -> str:
    for name, value in _VALUES.items():
        for kind in ("uuid", "str", "slug", "int"):
            place = place.replace(f"<{kind}:{name}>", value)
    assert "<" not in place, f"{place}: what may stand there is missing from _VALUES"
    return "/" + place


def test_every_address_declares_who_may_open_it() -> None:
    undeclared = [
        place
        for place, pattern in ours()
        if not isinstance(getattr(pattern.callback, "access_rule", None), AccessRule)
    ]
    assert undeclared == []


def test_there_are_addresses_to_try() -> None:
    assert len(ours()) > 40


@pytest.mark.django_db
def test_strangers_meet_the_sign_in_page_at_every_closed_address(client: Client) -> None:
    for place, pattern in ours():
        if rule_of(pattern).public or rule_of(pattern).by_key:
            continue
        for method in (client.get, client.post):
            answer = method(_address(place))
            assert answer.status_code == 302 and "/dang-nhap/" in answer["Location"], place


@pytest.mark.django_db
def test_programs_without_a_key_meet_401_at_every_address_for_keys(client: Client) -> None:
    account = Account.objects.create_user("citizen")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    places = [place for place, pattern in ours() if rule_of(pattern).by_key]
    assert len(places) >= 4
    for place in places:
        for method in (client.get, client.post):
            for authorization in ("", "Bearer bdp_abcdefghij_x", "Basic eDp4"):
                answer = method(_address(place), headers={"authorization": authorization})
                assert answer.status_code == 401, place
                assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *APPOINTED])
def test_a_role_meets_403_wherever_it_does_not_serve(client: Client, role: Role | None) -> None:
    seeding.seed_organisation()
    account = Account.objects.create_user("somebody")
    if role is not None:
        agency = Agency.objects.get(code="H09.25747")
        Appointment.objects.create(account=account, agency=agency, role=role, title="x", valid_from=date(2025, 7, 1))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    for place, pattern in ours():
        roles = rule_of(pattern).roles
        if not roles:
            continue
        answer = client.get(_address(place))
        refused = answer.status_code == 403
        assert refused == (role not in roles | {Role.INSPECTOR}), f"{role} at {place}: {answer.status_code}"


@pytest.mark.django_db
def test_an_inspector_sends_nothing_to_any_page_of_the_offices(client: Client) -> None:
    seeding.seed_organisation()
    account = Account.objects.create_user("inspector")
    province = Agency.objects.get(code="H09")
    Appointment.objects.create(
        account=account, agency=province, role=Role.INSPECTOR, title="Thanh tra viên", valid_from=date(2025, 7, 1)
    )
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    for place, pattern in ours():
        if rule_of(pattern).roles:
            for method in (client.post, client.put, client.patch, client.delete):
                assert method(_address(place)).status_code == 403, place


@pytest.mark.django_db
def test_nothing_of_another_citizen_is_found_at_any_address(client: Client) -> None:
    account = Account.objects.create_user("citizen")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    for place, pattern in ours():
        rule = rule_of(pattern)
        if rule.public or rule.roles or rule.by_key or "<" not in place:
            continue
        assert client.get(_address(place)).status_code in {404, 405}, place


@pytest.mark.django_db
def test_nothing_of_another_citizen_is_found_with_a_key(client: Client) -> None:
    account = Account.objects.create_user("citizen")
    _key, token = issue_key(account=account, name="x", scopes=list(Scope), lasts=timedelta(days=1), at=timezone.now())
    headers = {"authorization": f"Bearer {token}"}
    for place, pattern in ours():
        if rule_of(pattern).by_key and "<" in place:
            read = client.get(_address(place), headers=headers)
            sent = client.post(_address(place), {}, content_type="application/json", headers=headers)
            assert {read.status_code, sent.status_code} - {405} == {404}, place


@pytest.mark.django_db
def test_the_stock_admin_is_for_staff_only(client: Client) -> None:
    account = Account.objects.create_user("citizen")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/" + EXEMPT)
    assert answer.status_code == 302 and "login" in answer["Location"]
