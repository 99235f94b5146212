"""Rating the service: once a case, after the result, counted for leaders and nobody's name with it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop.errors import ActionNotAllowedError, RatedAlreadyError, RatingMissingError
from onestop.models import Case, CaseRating
from onestop.services import rating
from tests import factories
from tests.factories import NOW, Office

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.at_counter(office, by)


def signed_in(account: Account | None) -> Client:
    assert account is not None
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def test_who_has_the_result_rates_the_service_once(by: Account, case: Case) -> None:
    page, address = reverse("onestop:case", args=[case.uuid]), reverse("onestop:rate", args=[case.uuid])
    client = signed_in(by)

    assert address in client.get(page).content.decode()
    assert client.post(address, {"stars": "2", "why": "Phải chờ lâu"}).status_code == 302
    client.post(address, {"stars": "5"})

    kept = CaseRating.objects.get(case=case)
    assert (kept.stars, kept.reason) == (2, "Phải chờ lâu")
    assert address not in client.get(page).content.decode()


def test_before_the_result_there_is_nothing_to_rate(office: Office, by: Account) -> None:
    waiting = factories.accepted(office, by)
    page = signed_in(by).get(reverse("onestop:case", args=[waiting.uuid])).content.decode()
    assert reverse("onestop:rate", args=[waiting.uuid]) not in page
    with pytest.raises(ActionNotAllowedError):
        rating.rate(case_id=waiting.pk, account=by, stars=5, reason="", at=NOW)


def test_nobody_rates_the_case_of_somebody_else(case: Case) -> None:
    stranger = factories.citizen("074085009999", "Lê Văn Lạ")
    with pytest.raises(ActionNotAllowedError):
        rating.rate(case_id=case.pk, account=stranger, stars=1, reason="", at=NOW)
    assert signed_in(stranger).post(reverse("onestop:rate", args=[case.uuid]), {"stars": "1"}).status_code == 404


@pytest.mark.parametrize("stars", [None, 0, 6])
def test_a_rating_has_one_to_five_stars(by: Account, case: Case, stars: int | None) -> None:
    with pytest.raises(RatingMissingError):
        rating.rate(case_id=case.pk, account=by, stars=stars, reason="", at=NOW)


def test_the_second_rating_is_refused_and_the_first_stays(by: Account, case: Case) -> None:
    rating.rate(case_id=case.pk, account=by, stars=4, reason="", at=NOW)
    with pytest.raises(RatedAlreadyError):
        rating.rate(case_id=case.pk, account=by, stars=1, reason="", at=NOW)
    assert CaseRating.objects.get().stars == 4


def test_leaders_read_the_figures_and_the_words_but_not_whose_they_are(
    office: Office, by: Account, case: Case
) -> None:
    rating.rate(case_id=case.pk, account=by, stars=2, reason="DẤU-RIÊNG", at=NOW)
    page = signed_in(office.leader.account).get(reverse("onestop:desk_ratings")).content.decode()

    assert "DẤU-RIÊNG" in page and "2,0" in page
    assert str(case.code) not in page and by.full_name not in page
    desk = signed_in(office.officer.account).get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert "DẤU-RIÊNG" not in desk
    assert signed_in(office.officer.account).get(reverse("onestop:desk_ratings")).status_code == 403


def test_ratings_of_one_agency_do_not_reach_the_leader_of_another(by: Account, case: Case) -> None:
    rating.rate(case_id=case.pk, account=by, stars=2, reason="DẤU-RIÊNG", at=NOW)
    elsewhere = factories.office("H09.25942", "25942")
    page = signed_in(elsewhere.leader.account).get(reverse("onestop:desk_ratings")).content.decode()
    assert "DẤU-RIÊNG" not in page
