"""The public pages of the catalogue: open to everybody, honest about demo values, and never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procedures.models import Procedure
from procedures.services import retire
from tests import factories

pytestmark = pytest.mark.django_db


def _page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.usefixtures("catalogue")
def test_every_procedure_has_a_public_page(client: Client) -> None:
    for procedure in Procedure.objects.all():
        assert procedure.name in _page(client, f"/thu-tuc/{procedure.code}/")


@pytest.mark.usefixtures("catalogue")
def test_every_page_marks_its_demo_values(client: Client) -> None:
    for code in Procedure.objects.values_list("code", flat=True):
        assert "số liệu minh họa" in _page(client, f"/thu-tuc/{code}/")


@pytest.mark.usefixtures("catalogue")
def test_a_fileable_procedure_offers_one_button_and_an_information_page_says_so(client: Client) -> None:
    fileable, information = _page(client, "/thu-tuc/2.000635/"), _page(client, "/thu-tuc/1.001612/")
    assert fileable.count(reverse("onestop:start", args=["2.000635"])) == 1
    assert "/nop-ho-so/" not in information


@pytest.mark.usefixtures("catalogue")
def test_a_page_says_papers_cost_law_and_version(client: Client) -> None:
    page = _page(client, "/thu-tuc/2.000635/")
    for fact in ("Văn bản ủy quyền", "8.000 đồng", "60/2014/QH13", "KQ.G15.000342", "163/QĐ-BTP", "01/07/2025"):
        assert fact in page, fact


@pytest.mark.usefixtures("catalogue")
def test_the_list_shows_what_was_found_and_keeps_the_words(client: Client) -> None:
    page = _page(client, "/thu-tuc/?q=trich+luc+khai+sinh")
    assert 'value="trich luc khai sinh"' in page
    assert page.index("/thu-tuc/2.000635/") > 0


@pytest.mark.usefixtures("catalogue")
def test_nothing_found_offers_the_next_step(client: Client) -> None:
    page = _page(client, "/thu-tuc/?q=xyzzy")
    assert 'class="empty"' in page and 'href="/thu-tuc/"' in page


@pytest.mark.usefixtures("catalogue")
def test_the_second_page_goes_on_where_the_first_ended(client: Client) -> None:
    links = [f'href="/thu-tuc/{code}/"' for code in Procedure.objects.values_list("code", flat=True)]
    first, second = _page(client, "/thu-tuc/"), _page(client, "/thu-tuc/?trang=2")
    assert [link for link in links if link in first and link in second] == []
    assert all(link in first or link in second for link in links)


@pytest.mark.usefixtures("catalogue")
def test_lists_and_pages_take_a_constant_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/thu-tuc/?q=khai+sinh")  # the vocabulary is remembered from now on
    for address in ("/thu-tuc/", "/thu-tuc/?q=khai+sinh", "/thu-tuc/?q=dang+ky"):
        with django_assert_max_num_queries(3):
            client.get(address)
    with django_assert_max_num_queries(6):
        client.get("/thu-tuc/2.000635/")


def test_a_retired_procedure_names_its_successor(client: Client) -> None:
    factories.published(factories.BIRTH)
    factories.published(factories.EXTRACT)
    since = factories.NOW.date().replace(year=2025, month=12)
    retire(code=factories.EXTRACT, on=since, at=factories.NOW, successor=factories.BIRTH)
    page = _page(client, "/thu-tuc/2.000635/", status=410)
    assert "/thu-tuc/1.001193/" in page and "24/12/2025" in page


@pytest.mark.parametrize("code", ["9.999999", "x", "%00", "2.000635%00", "%F0%9F%99%82", "..", "a" * 3000])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/thu-tuc/{code}/").status_code in {404}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "a" * 10_000,
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=%ED%A0%80",
        "q='%20|%20!%20:*%20(",
        "linh_vuc=%00",
        "cap=KINGDOM",
        "trang=-5",
        "trang=99999999999999999999",
        "trang=%00",
        "trang=x",
    ],
)
def test_odd_input_is_answered_calmly(client: Client, query: str) -> None:
    assert "<script>alert" not in _page(client, f"/thu-tuc/?{query}")
