"""Days at the ends of time are no days to count with: no page stumbles over them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account, Appointment, Delegation
from identity.officers import Seat
from identity.states import Role
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db
FAR = ("0001-01-01", "9999-12-31")


def signed_in(client: Client, actor: Seat) -> Account:
    client.force_login(actor.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return actor.account


@pytest.mark.parametrize("day", FAR)
def test_the_book_of_cash_shows_today_instead(client: Client, office: Office, day: str) -> None:
    signed_in(client, office.clerk)
    assert client.get(reverse("onestop:cash_book"), {"day": day}).status_code == 200


@pytest.mark.parametrize("day", FAR)
def test_figures_and_lists_leave_it_out(client: Client, office: Office, day: str) -> None:
    signed_in(client, office.leader)
    period = {"stretch": "tu-chon", "first": day, "last": day}
    for address in (reverse("onestop:desk_figures"), reverse("onestop:desk_behind", args=["tre-han"])):
        assert client.get(address, period).status_code == 200
    queue = reverse("onestop:desk_queue", args=["viec-cua-toi"])
    assert client.get(queue, {"due_from": day, "due_to": day}).status_code == 200


@pytest.mark.parametrize("day", FAR)
def test_a_register_and_an_absence_are_refused(client: Client, office: Office, day: str) -> None:
    asked = {"agency": office.committee.pk, "first": day, "last": day, "dang": "xlsx"}
    holder = signed_in(client, office.officer)
    assert client.post(reverse("onestop:desk_register_issue"), asked).status_code == 422

    stand_in = factories.actor(Role.OFFICER, office.committee, "Lý Thị Đồng Nghiệp").account
    lent = {"stand_in": Appointment.objects.get(account=stand_in).pk, "first_day": "2199-01-01", "last_day": day}
    page = reverse("absence_lend", args=[Appointment.objects.get(account=holder).pk])
    assert client.post(page, lent | {"reason": "Nghỉ phép"}).status_code == 422
    assert not Delegation.objects.exists()
