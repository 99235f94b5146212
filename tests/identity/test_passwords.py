"""Passwords of civil servants: the first one is good for choosing one's own, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity import services
from identity.errors import OrganisationRefusedError
from identity.models import Account, Agency, Appointment, OrganisationChange
from identity.states import Role
from tests import factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGE = "/tai-khoan/mat-khau/"
OWN = "bốn con trâu gặm cỏ"


@pytest.fixture
def first(office: Office) -> str:
    """The first password of `congchuc.moi`, who handles cases."""
    return services.appoint_person(
        username="congchuc.moi",
        full_name="Ngô Thị Mới",
        agency=office.committee,
        role=Role.OFFICER,
        title="Công chức",
        valid_from=NOW.date(),
        reason="QĐ 12",
        by=None,
        at=NOW,
    )


def sign_in(client: Client, password: str) -> None:
    answer = client.post("/dang-nhap/?next=/mot-cua/", {"login": "congchuc.moi", "password": password})
    assert answer.status_code == 302


def choose(client: Client, old: str, new: str = OWN, again: str = "") -> Any:
    return client.post(f"{PAGE}?next=/mot-cua/", {"oldpassword": old, "password1": new, "password2": again or new})


def test_whoever_has_a_first_password_chooses_their_own_before_anything_else(client: Client, first: str) -> None:
    sign_in(client, first)
    away = client.get("/mot-cua/?mine=1")
    assert (away.status_code, away["Location"]) == (302, f"{PAGE}?next=/mot-cua/%3Fmine%3D1")
    assert client.post("/quan-tri/to-chuc/moi/", {"code": "H1"})["Location"].startswith(PAGE)
    assert client.get("/").status_code == 200

    assert choose(client, first)["Location"] == "/mot-cua/"
    assert client.get("/mot-cua/").status_code == 200
    account = Account.objects.get(username="congchuc.moi")
    assert account.check_password(OWN) and not account.must_change_password
    assert [change.what for change in account.appointments.get().agency.changes.order_by("pk")] == [
        "APPOINTED",
        "PASSWORD_GIVEN",
        "PASSWORD_CHOSEN",
    ]


def test_a_new_password_ends_the_sessions_of_the_old_one(client: Client, first: str) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, first)
    choose(client, first)
    assert "_auth_user_id" in client.session
    assert elsewhere.get("/mot-cua/")["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("ngắn", "12"),
        ("password1234", "phổ biến"),
        ("congchuc.moi1", "giống"),
        ("Ngô Thị Mới 1", "giống"),
        ("FIRST", "mật khẩu hiện tại"),
    ],
)
def test_a_weak_password_is_refused_and_the_first_one_stays(client: Client, first: str, new: str, words: str) -> None:
    sign_in(client, first)
    page = choose(client, first, first if new == "FIRST" else new).content.decode()
    assert words in page
    assert Account.objects.get(username="congchuc.moi").must_change_password


def test_the_old_password_is_asked_for_and_the_new_one_twice(client: Client, first: str) -> None:
    sign_in(client, first)
    assert choose(client, "sai").status_code == 200
    assert choose(client, first, OWN, again="khác").status_code == 200
    assert Account.objects.get(username="congchuc.moi").check_password(first)


def test_guessing_the_old_password_is_stopped(client: Client, first: str) -> None:
    sign_in(client, first)
    assert [choose(client, f"sai {number}").status_code for number in range(6)][-1] == 429


def test_whoever_signs_in_through_vneid_has_no_password_to_change(client: Client) -> None:
    client.force_login(factories.citizen(), backend=BACKEND)
    assert client.get(PAGE).status_code == 404


def test_an_admin_gives_a_new_first_password_to_who_has_forgotten_theirs(client: Client, first: str) -> None:
    forgetful, at_work = Account.objects.get(username="congchuc.moi"), Client()
    sign_in(at_work, first)
    admin = factories.actor(Role.AGENCY_ADMIN, Agency.objects.get(code="H09.25747")).account
    assert admin is not None
    client.force_login(admin, backend=BACKEND)
    seat = forgetful.appointments.get()
    answer = client.post(reverse("organisation_password", args=[seat.pk]), {"reason": "Quên mật khẩu"})
    page = client.get(answer["Location"]).content.decode()

    forgetful.refresh_from_db()
    assert not forgetful.check_password(first) and forgetful.must_change_password
    assert "congchuc.moi" in page and "Quên mật khẩu" in page
    assert at_work.get("/mot-cua/")["Location"].startswith("/dang-nhap/")
    assert OrganisationChange.objects.filter(what="PASSWORD_GIVEN", by=admin, account=forgetful).exists()


def test_an_admin_gives_no_password_to_who_may_do_more_than_they(client: Client, office: Office) -> None:
    """With its password, an admin could be whoever has a higher seat."""
    admin = factories.actor(Role.AGENCY_ADMIN, office.committee).account
    assert admin is not None
    client.force_login(admin, backend=BACKEND)
    factories.appointment(office.officer.account, Agency.objects.get(code="H09"), Role.PROVINCE_ADMIN)
    for person in (office.officer.account, admin):
        seat = person.appointments.order_by("pk").first()
        assert seat is not None
        page = reverse("organisation_password", args=[seat.pk])
        assert client.post(page, {"reason": "x"}).status_code == 403
    begins = timezone.localdate() + timedelta(days=30)
    Appointment.objects.filter(role=Role.PROVINCE_ADMIN).update(valid_from=begins)
    page = reverse("organisation_password", args=[office.officer.account.appointments.get(role=Role.OFFICER).pk])
    assert client.post(page, {"reason": "x"}).status_code == 403, "nor to who will"
    with pytest.raises(OrganisationRefusedError):
        services.give_first_password(account_id=admin.pk, reason="x", by=admin, at=NOW)
