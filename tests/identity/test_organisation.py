"""The organisation: agencies that begin, change and end, their codes, and who may serve where as what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from identity import services
from identity.errors import OrganisationRefusedError, UnknownAgencyError
from identity.models import Account, Agency, AgencySuccession, OrganisationChange, Reorganisation
from identity.officers import seats_of
from identity.queries import (
    agencies,
    agency_by_code,
    codes_of_agency,
    successor_of,
    with_predecessors,
    with_those_below,
)
from identity.states import AgencyKind, Purpose, Role
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
JULY = date(2025, 7, 1)
KINDS = AgencyKind


@pytest.fixture
def admin() -> Account:
    return factories.account("Đỗ Thị Quản Trị")


def begin(province: Agency, code: str, **facts: Any) -> Agency:
    values = {"name": f"Cơ quan {code}", "kind": KINDS.DEPARTMENT, "parent": province, "calendar": province.calendar}
    return services.begin_agency(code=code, facts=values | facts, on=JULY, reason="Thành lập", by=None, at=NOW)


def succeeded(old: Agency, *heirs: tuple[Agency, list[str]], on: date = TODAY) -> None:
    plan = Reorganisation.objects.create(code=f"kh-{old.pk}", on=on, reason="x", plan={}, applied_at=NOW)
    for heir, sectors in heirs:
        AgencySuccession.objects.create(predecessor=old, successor=heir, sectors=sectors, reorganisation=plan)
    Agency.objects.filter(pk=old.pk).update(valid_to=on)


def test_an_agency_is_found_by_the_code_that_it_had(province: Agency, admin: Account) -> None:
    department = begin(province, "H09.1")
    services.change_agency(agency_id=department.pk, facts={}, code="H29.1", reason="Đổi mã", by=admin, at=NOW)

    for code in ("H09.1", "H29.1"):
        assert agency_by_code(code, TODAY) == department
        assert codes_of_agency(code) == ["H09.1", "H29.1"]
    change = department.changes.get(what="AGENCY_CHANGED")
    assert (change.by, change.reason, change.details) == (admin, "Đổi mã", {"code": ["H09.1", "H29.1"]})
    with pytest.raises(OrganisationRefusedError):
        begin(province, "H09.1")


def test_an_agency_that_begins_later_or_has_ended_is_offered_to_nobody(province: Agency) -> None:
    begin(province, "H09.1")
    begin(province, "H09.2")
    Agency.objects.filter(code="H09.1").update(valid_to=TODAY)
    Agency.objects.filter(code="H09.2").update(valid_from=TODAY + timedelta(days=1))

    assert list(agencies(KINDS.DEPARTMENT, TODAY)) == []
    assert [one.code for one in agencies(KINDS.DEPARTMENT, TODAY - timedelta(days=1))] == ["H09.1"]
    with pytest.raises(UnknownAgencyError):
        agency_by_code("H09.1", TODAY)


def test_several_agencies_become_one_and_one_becomes_several_by_sector(province: Agency) -> None:
    west, east, lands, town = (begin(province, f"H09.{number}") for number in range(1, 5))
    succeeded(west, (town, []))
    succeeded(east, (town, []), (lands, ["DAT_DAI"]))

    assert agency_by_code("H09.1", TODAY) == agency_by_code("H09.2", TODAY) == town
    east.refresh_from_db()
    assert successor_of(east, TODAY, "DAT_DAI") == lands
    assert successor_of(east, TODAY, "HO_TICH") == town
    assert with_predecessors([town.pk]) == sorted([west.pk, east.pk, town.pk])
    assert with_predecessors([lands.pk]) == [lands.pk]


def test_a_successor_that_ended_too_is_followed_to_who_does_the_work_now(province: Agency) -> None:
    first, second, third = (begin(province, f"H09.{number}") for number in range(1, 4))
    succeeded(first, (second, []), on=TODAY - timedelta(days=30))
    succeeded(second, (third, []))
    assert agency_by_code("H09.1", TODAY) == third
    assert agency_by_code("H09.1", TODAY - timedelta(days=1)) == second


def test_the_tree_refuses_what_makes_no_sense(province: Agency) -> None:
    department = begin(province, "H09.1")
    office = begin(province, "H09.1.1", parent=department)
    with pytest.raises(OrganisationRefusedError):
        services.change_agency(agency_id=department.pk, facts={"parent": office}, reason="x", by=None, at=NOW)
    with pytest.raises(OrganisationRefusedError):
        begin(province, "H09.2", parent=None)
    with pytest.raises(OrganisationRefusedError):
        begin(province, "H09.3", kind=KINDS.COUNTER)
    assert with_those_below([department.pk]) == sorted([department.pk, office.pk])


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.CLERK, KINDS.DEPARTMENT),
        (Role.CENTRE_HEAD, KINDS.COMMUNE),
        (Role.PROVINCE_ADMIN, KINDS.DEPARTMENT),
        (Role.AGENCY_ADMIN, KINDS.PROVINCE),
        (Role.SYSTEM, KINDS.DEPARTMENT),
    ],
)
def test_a_role_that_does_not_belong_to_such_an_agency_is_refused(province: Agency, role: Role, kind: KINDS) -> None:
    place = province if kind == KINDS.PROVINCE else begin(province, "H09.1", kind=kind)
    with pytest.raises(OrganisationRefusedError):
        appoint(factories.account(), place, role)


def appoint(person: Account, place: Agency, role: Role, by: Account | None = None, **dates: Any) -> Any:
    values: dict[str, Any] = {"title": "Chuyên viên", "valid_from": TODAY, "reason": "QĐ 1", "by": by, "at": NOW}
    return services.appoint(account=person, agency=place, role=role, **(values | dates))


def test_an_appointment_counts_from_its_first_day_until_its_last(province: Agency) -> None:
    person = factories.account()
    tomorrow = TODAY + timedelta(days=1)
    appointment = appoint(person, province, Role.OFFICER, valid_from=tomorrow)
    assert (seats_of(person, TODAY), len(seats_of(person, tomorrow))) == ([], 1)

    services.end_appointment(appointment_id=appointment.pk, on=tomorrow, reason="QĐ 2", by=None, at=NOW)
    assert seats_of(person, tomorrow) == []
    with pytest.raises(OrganisationRefusedError):
        services.end_appointment(appointment_id=appointment.pk, on=tomorrow, reason="QĐ 2", by=None, at=NOW)


def test_nobody_appoints_themselves_or_somebody_twice(province: Agency, admin: Account) -> None:
    with pytest.raises(OrganisationRefusedError):
        appoint(admin, province, Role.LEADER, by=admin)
    person = factories.account()
    appoint(person, province, Role.LEADER, by=admin)
    with pytest.raises(OrganisationRefusedError):
        appoint(person, province, Role.LEADER, by=admin)


def test_who_serves_at_a_counter_serves_at_its_centre(province: Agency) -> None:
    centre = begin(province, "H09.MC", kind=KINDS.CENTRE)
    counter = begin(province, "H09.MC.1", kind=KINDS.COUNTER, parent=centre)
    clerk = factories.account()
    appoint(clerk, counter, Role.CLERK)
    assert [(seat.role, seat.agency) for seat in seats_of(clerk, TODAY)] == [(Role.CLERK, centre)]


def test_what_was_changed_stays_written(province: Agency) -> None:
    begin(province, "H09.1")
    with pytest.raises(InternalError), transaction.atomic():
        OrganisationChange.objects.update(reason="khác")


def test_a_delegation_counts_in_its_days_and_until_it_is_revoked(province: Agency) -> None:
    holder, deputy = factories.account("Lê Hoàng Long"), factories.account("Phạm Thị Phó")
    seat = appoint(holder, province, Role.OFFICER)
    given: dict[str, Any] = {"purpose": Purpose.ABSENCE, "reason": "Nghỉ phép", "by": None, "at": NOW}
    days: dict[str, Any] = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=3)}
    delegation = services.delegate(appointment_id=seat.pk, to=deputy, **days, **given)

    assert [(one.role, one.holder) for one in seats_of(deputy, TODAY)] == [(Role.OFFICER, holder)]
    assert seats_of(deputy, days["valid_to"]) == []
    with pytest.raises(OrganisationRefusedError):
        services.delegate(appointment_id=seat.pk, to=deputy, **days, **given)
    services.revoke_delegation(delegation_id=delegation.pk, reason="Về sớm", by=None, at=NOW)
    assert seats_of(deputy, TODAY) == []
    assert list(province.changes.filter(account=deputy).values_list("what", flat=True).order_by("pk")) == [
        "DELEGATED",
        "DELEGATION_REVOKED",
    ]


def test_a_delegation_ends_with_the_appointment_that_was_lent(province: Agency) -> None:
    holder, deputy = factories.account(), factories.account()
    seat = appoint(holder, province, Role.OFFICER, valid_from=TODAY - timedelta(days=1))
    services.delegate(
        appointment_id=seat.pk,
        to=deputy,
        purpose=Purpose.ABSENCE,
        valid_from=TODAY,
        valid_to=TODAY + timedelta(days=30),
        reason="Nghỉ phép",
        by=None,
        at=NOW,
    )
    services.end_appointment(appointment_id=seat.pk, on=TODAY, reason="Chuyển công tác", by=None, at=NOW)
    assert seats_of(deputy, TODAY) == []


@pytest.mark.parametrize("missing", ["capacity", "title", "key", "leader"])
def test_signing_is_delegated_only_whole(province: Agency, missing: str) -> None:
    deputy = factories.account(signing_key="" if missing == "key" else "deputy-test")
    seat = appoint(factories.account(), province, Role.OFFICER if missing == "leader" else Role.LEADER)
    with pytest.raises(OrganisationRefusedError):
        services.delegate(
            appointment_id=seat.pk,
            to=deputy,
            purpose=Purpose.SIGNING,
            capacity="" if missing == "capacity" else "KT",
            title="" if missing == "title" else "Phó Chủ tịch",
            valid_from=TODAY,
            valid_to=TODAY + timedelta(days=30),
            reason="Phân công",
            by=None,
            at=NOW,
        )
