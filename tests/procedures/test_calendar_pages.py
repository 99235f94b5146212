"""The calendars' pages in the office: a year at a glance, a day added, refused and taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from identity.models import CalendarChange, CalendarDay
from identity.states import AgencyKind, Role
from tests import factories

pytestmark = pytest.mark.django_db
DAY = {"day": "2099-04-30", "works_like": "off", "name": "Ngày Chiến thắng", "source": "", "reason": "Theo thông báo"}


@pytest.fixture
def admin(client: Client) -> Client:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE)
    account = factories.actor(Role.CATALOGUE_ADMIN, province, "Trần Quản Trị").account
    assert account is not None
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_only_calendar_is_opened_at_once_and_shows_a_year(admin: Client) -> None:
    answer = admin.get("/quan-tri/lich/")
    assert answer.status_code == 302
    page = admin.get(answer["Location"] + "?nam=2027").content.decode()
    assert "01/01/2027" in page and "Tết Dương lịch" in page and "07:00–11:30" in page
    assert admin.get(answer["Location"] + "?nam=99999999").status_code == 200


def test_a_day_is_added_with_its_reason_and_taken_back(admin: Client) -> None:
    answer = admin.post("/quan-tri/lich/tinh/ngay/moi/", DAY)
    assert answer.status_code == 302 and answer["Location"].endswith("?nam=2099")
    page = admin.get(answer["Location"]).content.decode()
    assert "30/04/2099" in page and "Theo thông báo" in page and "Trần Quản Trị" in page

    assert admin.post("/quan-tri/lich/tinh/ngay/2099-04-30/bo/", {"reason": "Nhầm"}).status_code == 302
    assert not CalendarDay.objects.filter(name="Ngày Chiến thắng").exists()


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"day": "2020-01-01"}, {"day": "31/02/2099"}, {"works_like": "9"}])
def test_a_wrong_day_gets_words_and_changes_nothing(admin: Client, wrong: dict[str, str]) -> None:
    answer = admin.post("/quan-tri/lich/tinh/ngay/moi/", DAY | wrong)
    assert answer.status_code == 422 and "error-summary" in answer.content.decode()
    assert not CalendarChange.objects.exists()


def test_hours_are_written_a_stretch_a_line(admin: Client) -> None:
    form = {"hours": "7:30-11:30\n13:00 – 16:30", "valid_from": "2099-01-01", "reason": "Mùa hè"}
    assert admin.post("/quan-tri/lich/tinh/gio/0/", form).status_code == 302
    assert CalendarChange.objects.get().after == ["07:30–11:30", "13:00–16:30"]
    for hours in ("sáng", "25:00-26:00", "08:00"):
        assert admin.post("/quan-tri/lich/tinh/gio/0/", form | {"hours": hours}).status_code == 422


def test_an_address_of_nothing_leads_nowhere(admin: Client) -> None:
    for address in ("X/", "%00/", "tinh/ngay/2026-99-99/bo/", "X/ngay/moi/", "tinh/gio/9/"):
        assert admin.get(f"/quan-tri/lich/{address}").status_code == 404, address
