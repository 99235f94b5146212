"""From which of their seats somebody acts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from identity.models import Account, Appointment
from identity.officers import Officer, officer_on
from identity.services import delegate
from identity.states import AgencyKind, Purpose, Role
from tests import factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def officer(office: Office) -> Officer:
    """Who handles, does the leader's work, and signs for them, too."""
    person, lent = office.officer.account, Appointment.objects.get(account=office.leader.account)
    Account.objects.filter(pk=person.pk).update(signing_key="officer-test")
    person.refresh_from_db()
    given: dict[str, Any] = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=9), "reason": "Thông báo số 7"}
    signing = {"purpose": Purpose.SIGNING, "capacity": "TL", "title": "Trưởng phòng"}
    for how in ({"purpose": Purpose.ABSENCE}, signing):
        delegate(appointment_id=lent.pk, to=person, by=None, at=NOW, **given | how)
    return officer_on(person, TODAY)


def test_ones_own_seat_comes_first_then_what_was_lent_for_signing(officer: Officer, office: Office) -> None:
    assert [seat.role for seat in officer.seats] == [Role.OFFICER, Role.LEADER, Role.LEADER]
    assert officer.seat() == officer.seats[0]
    lent = officer.seat(lambda seat: seat.role == Role.LEADER)
    assert lent.delegation is not None and lent.delegation.purpose == Purpose.SIGNING
    assert (lent.account, lent.holder) == (office.officer.account, office.leader.account)


def test_the_first_wish_weighs_more_than_all_others(officer: Officer) -> None:
    found = officer.seat(
        lambda seat: seat.delegation is not None and seat.delegation.purpose == Purpose.ABSENCE,
        lambda seat: seat.role == Role.OFFICER,
        lambda seat: seat.holder is None,
    )
    assert found == officer.seats[2]


def test_a_wish_that_no_seat_meets_changes_nothing(officer: Officer) -> None:
    assert officer.seat(lambda seat: seat.role == Role.CLERK) == officer.seats[0]


def test_a_seat_at_a_counter_is_one_at_its_centre_with_its_own_title(office: Office) -> None:
    counter = factories.agency("H09.25747.Q1", kind=AgencyKind.COUNTER, parent=office.centre)
    person = factories.account()
    factories.appointment(person, counter, Role.CLERK, "Công chức Quầy số 1")

    [seat] = officer_on(person, TODAY).seats
    assert seat.is_at(office.centre.pk) and seat.title == "Công chức Quầy số 1"
