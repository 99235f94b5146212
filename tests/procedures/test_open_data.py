"""The catalogue for everybody's machines: in pages, whole, linked, and constant in queries."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from procedures import open_data
from procedures.models import Procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def _read(client: Client, address: str) -> Any:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def test_the_pages_together_are_the_catalogue(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(open_data, "_PAGE", 10)
    codes: list[str] = []
    address = "/du-lieu-mo/thu-tuc.json"
    while address:
        page = _read(client, address)
        codes += [record["code"] for record in page["procedures"]]
        address = (page["next"] or "").removeprefix(settings.PUBLIC_URL)
    assert sorted(codes) == sorted(Procedure.objects.values_list("code", flat=True))
    assert page["count"] == len(codes)


def test_the_whole_catalogue_tells_nothing_of_forms_processes_and_samples(client: Client) -> None:
    records = _read(client, "/du-lieu-mo/tat-ca-thu-tuc.json")["procedures"]
    assert len(records) == Procedure.objects.count()
    assert not any({"form", "process", "samples"} & set(record["content"]) for record in records)
    assert "samples" not in client.get("/api/v1/thu-tuc/1.001193/").json()["content"]


def test_the_linked_catalogue_holds_every_procedure_as_a_public_service(client: Client) -> None:
    data = _read(client, "/du-lieu-mo/tat-ca-thu-tuc.jsonld")
    assert len(data["@graph"]) == Procedure.objects.count()
    assert all("cpsv:PublicService" in node["@type"] for node in data["@graph"])
    prefixes = {name.split(":")[0] for node in data["@graph"] for name in node if not name.startswith("@")}
    assert prefixes <= set(data["@context"])


def test_the_page_about_it_counts_and_links(client: Client) -> None:
    page = client.get("/du-lieu-mo/").content.decode()
    assert f"gồm {Procedure.objects.count()} thủ tục" in page


@pytest.mark.parametrize("address", ["thu-tuc.json", "tat-ca-thu-tuc.json", "tat-ca-thu-tuc.jsonld"])
def test_open_data_takes_two_queries_whatever_the_size(
    client: Client, django_assert_max_num_queries: Any, address: str
) -> None:
    with django_assert_max_num_queries(2):
        _read(client, f"/du-lieu-mo/{address}")
