"""What search engines and visitors find from the home page on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from identity.states import AgencyKind
from portal.public import sitemaps
from procedures.models import Procedure
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> None:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    for code in factories.DOCUMENTS:
        factories.published(code)


def _addresses(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/xml"
    return re.findall(r"<loc>https?://[^/<]+([^<]*)</loc>", answer.content.decode())


@pytest.mark.usefixtures("catalogue")
def test_the_sitemap_names_every_procedure_and_every_address_answers(client: Client) -> None:
    addresses = _addresses(client, "/sitemap.xml")
    assert {f"/thu-tuc/{code}/" for code in Procedure.objects.values_list("code", flat=True)} <= set(addresses)
    assert [address for address in addresses if client.get(address).status_code != 200] == []


@pytest.mark.usefixtures("catalogue")
def test_a_large_sitemap_is_split_and_nothing_is_lost(client: Client, monkeypatch: Any) -> None:
    whole = _addresses(client, "/sitemap.xml")
    monkeypatch.setattr(sitemaps, "PART", 10)
    parts = _addresses(client, "/sitemap.xml")
    assert len(parts) > 1
    assert [address for part in parts for address in _addresses(client, part)] == whole
    assert client.get("/sitemap-99.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is_and_what_is_not_theirs(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "/sitemap.xml" in text and "Disallow: /ho-so/" in text


@pytest.mark.usefixtures("catalogue")
def test_home_and_sitemap_take_a_constant_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        client.get("/")
    with django_assert_max_num_queries(1):
        client.get("/sitemap.xml")


def test_home_leads_to_life_events_and_agencies(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/su-kien/sinh-con/"' in page and 'action="/co-quan/"' in page and 'role="search"' in page


def test_a_commune_is_found_without_diacritics(client: Client) -> None:
    factories.agency("H09.1", name="Ủy ban nhân dân phường Phú Lợi")
    factories.agency("H09.2", name="Ủy ban nhân dân phường Dĩ An")
    page = client.get("/co-quan/?q=phu+loi").content.decode()
    assert "Phú Lợi" in page and "Dĩ An" not in page


def test_no_commune_of_that_name_offers_all_of_them(client: Client) -> None:
    assert 'class="empty"' in client.get("/co-quan/?q=%00xyzzy").content.decode()


def test_every_public_page_has_a_canonical_address_and_a_description(client: Client) -> None:
    for address in ("/", "/su-kien/", "/su-kien/sinh-con/?foreign=NO", "/co-quan/?q=a", "/du-lieu-mo/"):
        page = client.get(address).content.decode()
        path = address.partition("?")[0]
        assert re.search(f'<link rel="canonical" href="https?://[^/]+{path}">', page), address
        assert '<meta name="description"' in page
