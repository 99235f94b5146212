"""The organisation's office: what the province's admins keep, what an agency's own, and what is written of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Agency, Appointment, Delegation
from identity.states import AgencyKind, Role
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(client: Client, role: Role, place: Agency) -> Account:
    actor = factories.actor(role, place)
    client.force_login(actor.account, backend=BACKEND)
    return actor.account


def send(client: Client, page: str, *where: object, **values: str) -> HttpResponse:
    answer: Any = client.post(reverse(page, args=where), {"reason": "QĐ 12/QĐ-UBND"} | values)
    return answer  # type: ignore[no-any-return]


def day(later: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=later)).isoformat()


def appointment_values(**changes: str) -> dict[str, str]:
    values = {"username": "canbo.moi", "full_name": "Ngô Thị Mới", "role": "OFFICER", "title": "Công chức"}
    return values | {"valid_from": day()} | changes


def test_a_province_admin_begins_an_agency_and_changes_it(client: Client, office: Office, province: Agency) -> None:
    admin = signed_in(client, Role.PROVINCE_ADMIN, province)
    values = {"name": "Sở Mới", "kind": "DEPARTMENT", "parent": str(province.pk), "on": day()}
    values["calendar"] = str(province.calendar_id)

    assert send(client, "organisation_new_agency", code="H09.20", **values).status_code == 302
    made = Agency.objects.get(code="H09.20")
    assert (made.name, made.parent) == ("Sở Mới", province)
    changed = values | {"name": "Sở Mới hơn", "code": "H09.21"}
    assert send(client, "organisation_change_agency", "H09.20", **changed).status_code == 302

    page = client.get(reverse("organisation_agency", args=["H09.21"])).content.decode()
    assert "Sở Mới hơn" in page and "trước đó H09.20" in page
    assert admin.full_name in page and "QĐ 12/QĐ-UBND" in page


def test_an_agencys_admin_keeps_its_people_and_those_below(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    answer = send(client, "organisation_appoint", office.committee.code, **appointment_values())
    assert answer.status_code == 302
    seat = Appointment.objects.get(account__username="canbo.moi")
    assert (seat.agency, seat.account.full_name) == (office.committee, "Ngô Thị Mới")
    page = client.get(answer["Location"]).content.decode()
    assert "canbo.moi" in page and "mật khẩu" in page
    clerk = appointment_values(role="CLERK", full_name="")
    assert send(client, "organisation_appoint", office.centre.code, **clerk).status_code == 302


def test_an_agencys_admin_finds_nothing_of_another_agency(client: Client, office: Office, neighbour: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    theirs = Appointment.objects.get(account=neighbour.officer.account)
    page = client.get(reverse("organisation")).content.decode()
    assert office.centre.name in page and neighbour.committee.name not in page
    for code in (neighbour.committee.code, "H09"):
        assert client.get(reverse("organisation_agency", args=[code])).status_code == 404
        assert send(client, "organisation_appoint", code, **appointment_values()).status_code == 404
    assert send(client, "organisation_end", theirs.pk, on=day()).status_code == 404
    assert send(client, "organisation_delegate", theirs.pk).status_code == 404
    assert client.get(reverse("organisation_new_agency")).status_code == 403


@pytest.mark.parametrize("role", ["CATALOGUE_ADMIN", "AGENCY_ADMIN", "PROVINCE_ADMIN", "INSPECTOR", "OPERATOR"])
def test_an_agencys_admin_gives_no_role_that_is_the_provinces_to_give(
    client: Client, office: Office, role: str
) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    answer = send(client, "organisation_appoint", office.committee.code, **appointment_values(role=role))
    assert answer.status_code == 422
    assert not Account.objects.filter(username="canbo.moi").exists()


def test_an_agencys_admin_changes_where_it_is_found_and_not_what_it_is(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    place = office.committee.code
    send(client, "organisation_change_agency", place, address="Số 1, đường Mới", phone="0274", name="Khác", code="H1")
    office.committee.refresh_from_db()
    assert office.committee.address == "Số 1, đường Mới"
    assert (office.committee.code, office.committee.name) == (place, "Cơ quan H09.25747")


def test_nobody_appoints_themselves_on_the_page_either(client: Client, office: Office) -> None:
    admin = signed_in(client, Role.AGENCY_ADMIN, office.committee)
    values = appointment_values(username=admin.username, full_name="", role="LEADER")
    assert send(client, "organisation_appoint", office.committee.code, **values).status_code == 422
    assert not Appointment.objects.filter(account=admin, role=Role.LEADER).exists()


def test_a_seat_is_lent_taken_back_and_ended(client: Client, office: Office) -> None:
    signed_in(client, Role.AGENCY_ADMIN, office.committee)
    seat = Appointment.objects.get(account=office.officer.account)
    values = {"to": office.records.account.username, "purpose": "ABSENCE", "valid_from": day(), "valid_to": day(9)}
    assert send(client, "organisation_delegate", seat.pk, **values).status_code == 302
    lent = Delegation.objects.get()
    page = client.get(reverse("organisation_agency", args=[office.committee.code])).content.decode()
    assert "thay cho Trần Minh Tâm" in page

    assert send(client, "organisation_revoke", lent.pk).status_code == 302
    lent.refresh_from_db()
    assert lent.revoked_at is not None
    assert send(client, "organisation_end", seat.pk, on=day()).status_code == 302
    seat.refresh_from_db()
    assert seat.valid_to == timezone.localdate()


def test_an_inspector_reads_the_office_and_writes_nothing(client: Client, office: Office, province: Agency) -> None:
    signed_in(client, Role.INSPECTOR, province)
    address = reverse("organisation_agency", args=[office.committee.code])
    assert "Trần Minh Tâm" in client.get(address).content.decode()
    assert send(client, "organisation_appoint", office.committee.code, **appointment_values()).status_code == 403


def test_who_inspects_one_agency_and_keeps_another_writes_at_that_one_only(client: Client, office: Office) -> None:
    neighbour = factories.office("H09.25942", "25942")
    both = signed_in(client, Role.AGENCY_ADMIN, neighbour.committee)
    factories.appointment(both, office.committee, Role.INSPECTOR)

    assert client.get(reverse("organisation_agency", args=[office.committee.code])).status_code == 200
    assert send(client, "organisation_appoint", office.committee.code, **appointment_values()).status_code == 404
    assert send(client, "organisation_appoint", neighbour.committee.code, **appointment_values()).status_code == 302


def test_the_tree_is_drawn_with_the_same_queries_however_long_it_is(
    client: Client, office: Office, province: Agency, django_assert_max_num_queries: Any
) -> None:
    signed_in(client, Role.PROVINCE_ADMIN, province)
    for number in range(30):
        factories.agency(f"H09.{number}", kind=AgencyKind.DEPARTMENT, parent=province)
    with django_assert_max_num_queries(9):
        assert client.get(reverse("organisation")).content.decode().count("<tr data-row>") == 33
