"""The list of one's own cases: what is asked of oneself first, and for whom each was filed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import queries
from onestop.models import Case, CaseRequest
from onestop.services import filing, requesting
from tests import factories
from tests.factories import NOW, Office

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def citizen(client: Client, by: Account) -> Client:
    client.force_login(by, backend=BACKEND)
    return client


def asked_for_more(office: Office, by: Account) -> Case:
    case = factories.accepted(office, by)
    until = NOW + timedelta(days=10)
    requesting.request_supplement(
        case_id=case.pk, actor=office.officer, text="Xin bổ sung.", items=["phone"], due_at=until, at=NOW
    )
    return case


def test_what_is_asked_of_the_applicant_stands_before_what_is_newer(
    office: Office, by: Account, citizen: Client
) -> None:
    asked = asked_for_more(office, by)
    newer = factories.filed(by, at=NOW + timedelta(hours=1))
    unpaid = filing.submit(draft_id=factories.draft(by).pk, account=by, at=NOW)

    assert [case.pk for case in queries.my_cases(by)] == [unpaid.pk, asked.pk, newer.pk]
    page = citizen.get(reverse("onestop:my_cases")).content.decode()
    assert page.index("Đang chờ Ông/Bà") < page.index(str(asked.code)) < page.index(str(newer.code))


def test_a_case_in_which_another_office_is_asked_does_not_wait_for_the_applicant(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    until = NOW + timedelta(days=1)
    asked = {"kind": "VERIFICATION", "asked_by": office.officer.account, "asked_of": office.centre}
    CaseRequest.objects.create(case=case, asked_at=NOW, due_at=until, **asked)
    newer = factories.filed(by, at=NOW + timedelta(hours=1))
    assert [one.pk for one in queries.my_cases(by)] == [newer.pk, case.pk]


def test_a_case_filed_for_another_person_says_for_whom(office: Office, by: Account, citizen: Client) -> None:
    other = factories.person("Trần Thị Được Đại Diện", birth_date="1950-02-03", national_id="074050001111")
    case = factories.filed(by, answers=factories.extract_answers(requester=other))
    own = factories.filed(by)

    assert (case.filed_for, own.filed_for) == ("Trần Thị Được Đại Diện", "")
    assert "Trần Thị Được Đại Diện" in citizen.get(reverse("onestop:my_cases")).content.decode()


def test_the_list_asks_the_database_as_often_for_five_cases_as_for_one(
    office: Office, by: Account, citizen: Client, django_assert_max_num_queries: Any
) -> None:
    asked_for_more(office, by)
    with django_assert_max_num_queries(30) as first:
        citizen.get(reverse("onestop:my_cases"))
    for hour in range(4):
        factories.filed(by, at=NOW + timedelta(hours=hour))
    with django_assert_max_num_queries(len(first.captured_queries)):
        citizen.get(reverse("onestop:my_cases"))


def test_a_representative_sees_the_cases_of_one_person_alone(office: Office, by: Account, citizen: Client) -> None:
    names = ("Trần Thị Bà", "Lê Văn Ông")
    people = [
        factories.person(name, birth_date="1950-02-03", national_id=f"07405000111{n}") for n, name in enumerate(names)
    ]
    own, hers, his = (
        factories.filed(by, answers=factories.extract_answers(**({"requester": person} if person else {})))
        for person in (None, *people)
    )
    address = reverse("onestop:my_cases")
    keys = {name: key for key, name in citizen.get(address).context["people"].items()}
    assert set(keys) == {"", *names}

    for name, case in (("", own), (names[0], hers), (names[1], his)):
        assert not set(keys[name]) - set("0123456789abcdef")  # nothing that could be read in an address
        assert citizen.get(address, {"cua": keys[name]}).context["cases"] == [case]
    assert len(citizen.get(address, {"cua": "x"}).context["cases"]) == 3


def test_who_files_for_nobody_else_is_offered_no_choice(office: Office, by: Account, citizen: Client) -> None:
    factories.filed(by)
    assert citizen.get(reverse("onestop:my_cases")).context["people"] == {}
