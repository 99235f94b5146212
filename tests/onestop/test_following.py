"""A case at a ministry: shown and followed, never made ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import tasks
from onestop.errors import ActionNotAllowedError
from onestop.models import Case, FollowedCase
from onestop.services import following
from procedures.models import Procedure
from tests import factories
from tests.factories import NOW, Office
from tests.sandbox.world import World

BUSINESS = "1.001612"
OTHERS_NUMBER = "074190005678"
pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Account:
    factories.published(BUSINESS)
    return factories.citizen()


def filed_at_ministry(neighbours: World, national_id: str) -> str:
    answer = neighbours.http.post(
        "/ho-kinh-doanh/", data={"national_id": national_id}, headers={"Accept": "application/json"}
    )
    return str(answer.json()["MaHoSo"])


def follow(by: Account, code: str) -> FollowedCase:
    procedure = Procedure.objects.get(code=BUSINESS)
    found = following.follow(account=by, procedure=procedure, code=code, at=NOW)
    assert factories.deliver_all() == []
    found.refresh_from_db()
    return found


def test_what_the_ministry_says_is_shown_with_its_source_and_time(by: Account, neighbours: World) -> None:
    code = filed_at_ministry(neighbours, by.national_id)
    found = follow(by, code.lower())
    assert (found.code, found.words, found.has_ended) == (code, "Mới đăng ký", False)
    assert found.since is not None and found.checked_at == NOW
    client = Client()
    client.force_login(by)
    page = client.get(reverse("onestop:follow", args=[BUSINESS])).content.decode()
    assert code in page and "Mới đăng ký" in page and "Bộ Tài chính" in page
    assert code in client.get(reverse("onestop:my_cases")).content.decode()


def test_a_worker_asks_again_until_the_case_has_ended_there(by: Account, neighbours: World) -> None:
    code = filed_at_ministry(neighbours, by.national_id)
    found = follow(by, code)
    neighbours.http.post(f"/ho-kinh-doanh/{code}", data={"status": "9"})
    FollowedCase.objects.update(checked_at=None)
    tasks.ask_ministries()
    found.refresh_from_db()
    assert found.has_ended and found.words.startswith("Đã cấp")
    assert following.to_ask(NOW.replace(year=2030)) == []


def test_somebody_elses_case_is_not_found(by: Account, neighbours: World) -> None:
    found = follow(by, filed_at_ministry(neighbours, OTHERS_NUMBER))
    assert found.is_unknown and found.words == ""


def test_what_a_ministry_does_not_know_yet_is_asked_for_again_each_day_for_two_weeks(
    by: Account, neighbours: World
) -> None:
    found = follow(by, filed_at_ministry(neighbours, OTHERS_NUMBER))
    asked = found.checked_at
    assert asked is not None
    assert following.to_ask(asked + timedelta(hours=23)) == []
    assert following.to_ask(asked + timedelta(days=1)) == [found.pk]
    assert following.to_ask(asked + timedelta(days=15)) == []


def test_the_last_answer_stays_while_the_ministry_is_away(by: Account, neighbours: World) -> None:
    found = follow(by, filed_at_ministry(neighbours, by.national_id))
    fault = {"target": "hokinhdoanh.tra-cuu-ho-so", "kind": "status:503"}
    neighbours.http.post("/faults", json=fault).raise_for_status()
    FollowedCase.objects.update(checked_at=None)
    tasks.ask_ministries()
    found.refresh_from_db()
    assert found.words == "Mới đăng ký" and found.checked_at is None


def test_no_case_and_no_second_code_is_made_and_following_twice_is_once(by: Account, neighbours: World) -> None:
    code = filed_at_ministry(neighbours, by.national_id)
    assert follow(by, code).pk == follow(by, f" {code} ").pk
    assert not Case.objects.exists()


@pytest.mark.parametrize("code", ["", "x", "a b c", "Ạ-123", "A" * 60])
def test_what_is_no_code_is_refused(by: Account, code: str) -> None:
    with pytest.raises(ActionNotAllowedError):
        following.follow(account=by, procedure=Procedure.objects.get(code=BUSINESS), code=code, at=NOW)


def test_a_citizen_follows_and_stops_on_the_page_and_sees_only_their_own(by: Account, neighbours: World) -> None:
    code = filed_at_ministry(neighbours, by.national_id)
    mine, other = Client(), Client()
    mine.force_login(by)
    other.force_login(factories.citizen(OTHERS_NUMBER, "Lê Thị Hoa"))
    page = reverse("onestop:follow", args=[BUSINESS])
    assert mine.post(page, {"code": ""}).status_code == 422
    assert mine.post(page, {"code": code}).status_code == 302
    assert code not in other.get(page).content.decode()
    found = FollowedCase.objects.get()
    assert other.post(reverse("onestop:unfollow", args=[found.uuid])).status_code == 404
    assert mine.post(reverse("onestop:unfollow", args=[found.uuid])).status_code == 302
    assert not FollowedCase.objects.exists()
    assert mine.get(reverse("onestop:follow", args=[factories.EXTRACT])).status_code == 404


def test_the_desk_says_what_the_ministry_said(by: Account, office: Office, neighbours: World) -> None:
    code = filed_at_ministry(neighbours, by.national_id)
    follow(by, code)
    desk = Client()
    desk.force_login(office.clerk.account)
    page = reverse("onestop:desk_followed")
    assert "Mới đăng ký" in desk.get(page, {"code": code}).content.decode()
    unknown = desk.get(page, {"code": "HKD-1"}).content.decode()
    assert "Chưa có ai theo dõi" in unknown and by.full_name not in unknown


def test_the_public_page_links_to_the_ministry_and_offers_to_follow(by: Account) -> None:
    page = Client().get(f"/thu-tuc/{BUSINESS}/").content.decode()
    assert "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/" in page
    assert reverse("onestop:follow", args=[BUSINESS]) in page
