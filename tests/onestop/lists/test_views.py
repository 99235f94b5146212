"""Columns are chosen, views are kept for oneself or for the agency."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from identity.states import Role
from onestop.models import DeskView
from tests import factories
from tests.factories import Office
from tests.onestop.lists.conftest import Stand, sign_in

pytestmark = pytest.mark.django_db
LIST = "/mot-cua/danh-sach/don-vi/"


def save(client: Client, **typed: str) -> DeskView:
    typed = {"name": "Nộp trực tuyến", "query": "channel=ONLINE&column=holder&after=20261124T000000.0-1"} | typed
    client.post(reverse("onestop:desk_save_view", args=["don-vi"]), typed)
    return DeskView.objects.get(name=typed["name"])


def test_a_list_shows_the_columns_that_were_chosen(client: Client, office: Office, stand: Stand) -> None:
    stand(holder=office.officer.account)
    page = sign_in(client, office.officer).get(LIST, {"column": ["holder", "channel"]}).content.decode()

    assert "<th>Người giữ</th><th>Cách nộp</th></tr>" in page
    assert "Tại quầy" in page


def test_a_view_keeps_filters_and_columns_and_not_the_page(client: Client, office: Office, stand: Stand) -> None:
    view = save(sign_in(client, office.officer))

    assert view.query == "channel=ONLINE&column=holder"
    assert f"{LIST}?channel=ONLINE&amp;column=holder" in client.get(LIST).content.decode()


def test_saving_under_the_same_name_replaces(client: Client, office: Office) -> None:
    save(sign_in(client, office.officer))
    assert save(client, query="state=SUSPENDED").query == "state=SUSPENDED"


def test_colleagues_see_what_is_shared_and_others_never(client: Client, office: Office, neighbour: Office) -> None:
    colleague = factories.actor(Role.OFFICER, office.committee)
    save(sign_in(client, office.officer), name="RIENG")
    save(client, name="CHUNG", shared="on")

    seen = sign_in(client, colleague).get(LIST).content.decode()
    assert "CHUNG" in seen
    assert "RIENG" not in seen
    assert "CHUNG" not in sign_in(client, neighbour.officer).get(LIST).content.decode()


def test_only_the_owner_deletes_a_view(client: Client, office: Office) -> None:
    view = save(sign_in(client, office.officer), shared="on")
    address = reverse("onestop:desk_delete_view", args=[view.uuid])

    sign_in(client, office.leader).post(address)
    assert DeskView.objects.filter(pk=view.pk).exists()
    sign_in(client, office.officer).post(address)
    assert not DeskView.objects.filter(pk=view.pk).exists()


@pytest.mark.parametrize("query", ["column=holder&" * 80, "state=" + "ế" * 900])
def test_filters_that_are_too_long_are_not_kept(client: Client, office: Office, query: str) -> None:
    address = reverse("onestop:desk_save_view", args=["don-vi"])
    answer = sign_in(client, office.officer).post(address, {"name": "Dài", "query": query}, follow=True)

    assert "quá dài" in answer.content.decode()
    assert not DeskView.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_view_without_a_fit_name_is_not_kept(client: Client, office: Office, name: str) -> None:
    answer = sign_in(client, office.officer).post(
        reverse("onestop:desk_save_view", args=["don-vi"]), {"name": name, "query": "state=SUSPENDED"}, follow=True
    )

    assert "Xin đặt tên" in answer.content.decode()
    assert not DeskView.objects.exists()
