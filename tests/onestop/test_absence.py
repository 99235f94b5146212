"""Officers and leaders enter their own absence: who stands in, who may, from when until when, and who is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Appointment, Delegation
from identity.officers import Seat, seats_of
from identity.states import Purpose, Role
from onestop.models import DeskNotice
from onestop.services.notices import told_at_desk
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def office() -> Office:
    return factories.office()


@pytest.fixture
def colleague(office: Office) -> Account:
    return account_of(factories.actor(Role.OFFICER, office.committee, "Lý Thị Đồng Nghiệp"))


@pytest.fixture
def deputy(office: Office) -> Account:
    person = factories.account("Phạm Thị Phó", signing_key="deputy-test")
    factories.appointment(person, office.committee, Role.LEADER, "Phó Chủ tịch")
    return person


def account_of(actor: Seat) -> Account:
    return actor.account


def seat_of(person: Account) -> Appointment:
    return Appointment.objects.get(account=person)


def today(later: int = 0) -> date:
    return timezone.localdate() + timedelta(days=later)


def lend(client: Client, holder: Seat | Account, to: Account, **changes: str) -> Any:
    person = holder if isinstance(holder, Account) else account_of(holder)
    client.force_login(person, backend=BACKEND)
    values = {"stand_in": str(seat_of(to).pk), "first_day": today().isoformat(), "last_day": today(2).isoformat()}
    page = reverse("absence_lend", args=[seat_of(person).pk])
    return client.post(page, values | {"reason": "Nghỉ phép năm"} | changes)


def told(person: Account) -> list[str]:
    factories.deliver_all(timezone.now(), topic="onestop.delegation")
    notices = DeskNotice.objects.filter(recipient=person).order_by("pk")
    return [text for _, text, _page in told_at_desk(notices)]


def test_an_officer_names_who_stands_in_and_both_are_told(client: Client, office: Office, colleague: Account) -> None:
    assert lend(client, office.officer, colleague).status_code == 302
    seats = seats_of(colleague, today(2))
    assert [(seat.role, seat.holder) for seat in seats[1:]] == [(Role.OFFICER, office.officer.account)]
    assert len(seats_of(colleague, today(3))) == 1, "the last day is included, the next is not"
    assert "Ông/Bà làm thay: OFFICER" in told(colleague)[0]
    assert "làm thay Ông/Bà" in told(account_of(office.officer))[0]

    client.force_login(colleague, backend=BACKEND)
    assert "làm thay Trần Minh Tâm" in client.get(reverse("onestop:desk")).content.decode()
    assert "Trần Minh Tâm" in client.get(reverse("absence")).content.decode()


def test_an_absence_that_ends_early_is_ended_by_its_holder(
    client: Client, office: Office, colleague: Account
) -> None:
    lend(client, office.officer, colleague)
    lent = Delegation.objects.get()
    end = reverse("absence_end", args=[lent.pk])
    client.force_login(colleague, backend=BACKEND)
    assert client.post(end).status_code == 404
    client.force_login(account_of(office.officer), backend=BACKEND)
    assert client.post(end).status_code == 302

    assert len(seats_of(colleague, today())) == 1
    assert "không còn làm thay" in told(colleague)[-1]
    assert "Không còn ai làm thay" in told(account_of(office.officer))[-1]
    changes = office.committee.changes.order_by("pk")
    assert [(one.what, one.by) for one in changes] == [
        ("DELEGATED", office.officer.account),
        ("DELEGATION_REVOKED", office.officer.account),
    ]


def test_only_a_colleague_in_a_fitting_role_stands_in(client: Client, office: Office) -> None:
    elsewhere = factories.office("H09.25942", "25942")
    for stranger in (office.clerk, office.records, elsewhere.officer):
        assert lend(client, office.officer, account_of(stranger)).status_code == 422
    assert not Delegation.objects.exists()


def test_nobody_lends_the_seat_of_another(client: Client, office: Office, colleague: Account) -> None:
    client.force_login(colleague, backend=BACKEND)
    theirs = seat_of(account_of(office.officer))
    assert client.get(reverse("absence_lend", args=[theirs.pk])).status_code == 404


def test_a_leader_lends_signing_by_a_paper_under_the_title_of_who_signs(
    client: Client, office: Office, deputy: Account
) -> None:
    signing = {"purpose": "SIGNING", "capacity": "KT"}
    assert lend(client, office.leader, deputy, **signing).status_code == 422, "no paper is named"
    assert lend(client, office.leader, deputy, **signing, reason="Giấy ủy quyền số 7/GUQ").status_code == 302
    lent = Delegation.objects.get()
    assert (lent.purpose, lent.capacity, lent.title) == (Purpose.SIGNING, "KT", "Phó Chủ tịch")


def test_whoever_does_not_sign_lends_no_signing(client: Client, office: Office, colleague: Account) -> None:
    lend(client, office.officer, colleague, purpose="SIGNING", capacity="KT", reason="Giấy số 7")
    assert Delegation.objects.get().purpose == Purpose.ABSENCE


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (2, 1)])
def test_days_that_are_over_or_upside_down_are_refused(
    client: Client, office: Office, colleague: Account, first: int, last: int
) -> None:
    days = {"first_day": today(first).isoformat(), "last_day": today(last).isoformat()}
    assert lend(client, office.officer, colleague, **days).status_code == 422
