"""The read API: what its schema says, found as on the pages, and nothing internal."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from procedures.models import Procedure
from tests import factories

SHAPE = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]

pytestmark = pytest.mark.django_db


def _json(client: Client, address: str, status: int = 200) -> Any:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.json()


@pytest.mark.usefixtures("catalogue")
def test_the_list_is_searched_and_filtered_as_the_page_is(client: Client) -> None:
    everything = _json(client, "/api/v1/thu-tuc/")
    assert everything["count"] == Procedure.objects.count()
    assert _json(client, "/api/v1/thu-tuc/?q=giay+khai+sinh+cho+con")["results"][0]["code"] == "1.001193"
    civil = _json(client, "/api/v1/thu-tuc/?linh_vuc=HO_TICH")["results"]
    assert civil and {row["sector"]["code"] for row in civil} == {"HO_TICH"}


@pytest.mark.usefixtures("catalogue")
def test_the_pages_of_the_list_follow_each_other(client: Client) -> None:
    codes, address = [], "/api/v1/thu-tuc/?limit=10"
    while address:
        page = _json(client, address)
        codes += [row["code"] for row in page["results"]]
        address = page["next"]
    assert sorted(codes) == sorted(Procedure.objects.values_list("code", flat=True))


@pytest.mark.usefixtures("catalogue")
def test_one_procedure_shows_its_content_but_neither_form_nor_process(client: Client) -> None:
    shown = _json(client, "/api/v1/thu-tuc/2.000635/")
    assert (shown["code"], shown["version"], shown["effective_from"]) == ("2.000635", 1, "2025-07-01")
    assert shown["content"]["fees"][0]["illustrative"] is True
    assert not {"form", "process"} & set(shown["content"])


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("code", ["9.999999", "%00", "x"])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    assert _json(client, f"/api/v1/thu-tuc/{code}/", status=404)["detail"]


@pytest.mark.usefixtures("catalogue")
def test_sectors_and_agencies_are_listed(client: Client) -> None:
    factories.office()
    assert {"code": "HO_TICH", "name": "Hộ tịch"} in _json(client, "/api/v1/linh-vuc/")
    assert {"H09", "H09.25747", "H09.25747.MC"} <= {
        row["code"] for row in _json(client, "/api/v1/co-quan/")["results"]
    }


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_only_reads(client: Client, method: str) -> None:
    assert getattr(client, method)("/api/v1/thu-tuc/").status_code == 405


@pytest.mark.usefixtures("catalogue")
def test_lists_take_a_constant_number_of_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2):
        _json(client, "/api/v1/thu-tuc/?limit=200")
    with django_assert_max_num_queries(2):
        _json(client, "/api/v1/co-quan/?limit=200")
    with django_assert_max_num_queries(1):
        _json(client, "/api/v1/linh-vuc/")


def test_the_documentation_loads_no_foreign_file_and_nothing_inline(client: Client) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    content = page.content.decode()
    assert "https://" not in content and "<style" not in content and 'lang="en"' in content
    assert content.count("<script src=") == content.count("<script") == 3
    assert "unsafe-inline" not in page["Content-Security-Policy"]


@pytest.mark.usefixtures("catalogue", "kept_connection")
def test_whatever_is_asked_the_answer_has_the_shape_of_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.api.WithinReason.rate", "1000000/min", raising=False)
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    operations = [one for one in found if one.path.startswith("/api/v1/") and one.definition.raw["security"] == [{}]]
    assert len(operations) >= 5
    tried: list[str] = []
    for operation in operations:

        @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            tried.append(case.path)
            case.call_and_validate(checks=SHAPE)

        ask()
    assert {operation.path for operation in operations} == set(tried)


@pytest.mark.parametrize("version", ["1", "2", "\r\nX-Evil: 1", "\0", "x" * 3000])
def test_the_schema_is_the_same_whatever_version_is_asked_for(client: Client, version: str) -> None:
    answer = client.get(reverse("schema"), {"version": version})
    assert answer.status_code == 200
    assert "X-Evil" not in answer
