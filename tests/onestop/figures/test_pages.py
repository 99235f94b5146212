"""The leader's pages: numbers that open their cases, the spreadsheet, and who may see them."""

from __future__ import annotations

import io

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from identity.models import Agency
from identity.officers import Seat
from onestop.models import Case
from tests import factories
from tests.factories import NOW, Office
from tests.onestop.lists.conftest import sign_in

pytestmark = pytest.mark.django_db

EVER = {"stretch": "tu-chon", "first": "2020-01-01", "last": "2099-12-31"}


def test_each_number_opens_its_cases(client: Client, register: list[Case], office: Office) -> None:
    page = sign_in(client, office.leader).get(reverse("onestop:desk_figures"), EVER)
    theirs = [case for case in register if case.competent_agency_id == office.committee.pk]

    row, numbers = page.context["rows"][0]
    assert row.name == office.committee.name
    assert numbers[0].value == len(theirs)
    behind = client.get(f"{reverse('onestop:desk_behind', args=[numbers[0].figure])}?{numbers[0].query}")
    assert [case.competent_agency_id for case, _opens in behind.context["cases"]] == [office.committee.pk] * 50
    assert reverse("onestop:desk_case", args=[behind.context["cases"][0][0].code]) in behind.content.decode()


def test_a_number_of_an_agency_that_has_ended_opens_its_cases_and_no_others(
    client: Client, register: list[Case], neighbour: Office, chairman: Seat
) -> None:
    cache.clear()
    ended = neighbour.committee
    Agency.objects.filter(pk=ended.pk).update(valid_to=NOW.date())
    page = sign_in(client, chairman).get(reverse("onestop:desk_figures"), EVER)
    [(row, numbers)] = [line for line in page.context["rows"] if line[0].key == ended.pk]
    for number in numbers:
        behind = client.get(f"{reverse('onestop:desk_behind', args=[number.figure])}?{number.query}")
        assert {case.competent_agency_id for case, _opens in behind.context["cases"]} <= {ended.pk}
        assert len(behind.context["cases"]) == min(number.value, 50)
    narrowed = client.get(f"{reverse('onestop:desk_figures')}?{numbers[0].query}")
    assert [line[0].name for line in narrowed.context["rows"]] == [row.name]
    assert f'<option value="{ended.pk}" selected>' in narrowed.content.decode()


def test_what_came_after_the_filters_were_offered_opens_its_own_cases(
    client: Client, register: list[Case], office: Office, chairman: Seat
) -> None:
    sign_in(client, chairman).get(reverse("onestop:desk_figures"), EVER)
    new = factories.agency("H09.99")
    Case.objects.filter(pk=register[0].pk).update(competent_agency=new)
    behind = client.get(reverse("onestop:desk_behind", args=["tiep-nhan"]), EVER | {"agency": new.pk})
    assert [case.pk for case, _opens in behind.context["cases"]] == [register[0].pk]


def test_nothing_of_a_neighbour_is_counted_or_listed(
    client: Client, register: list[Case], office: Office, neighbour: Office
) -> None:
    sign_in(client, office.leader)
    asked = EVER | {"agency": neighbour.committee.pk}

    assert client.get(reverse("onestop:desk_figures"), asked).context["rows"] == []
    assert client.get(reverse("onestop:desk_behind", args=["tiep-nhan"]), asked).context["cases"] == []


def test_the_province_opens_the_cases_of_the_agencies_below(
    client: Client, register: list[Case], chairman: Seat
) -> None:
    page = sign_in(client, chairman).get(reverse("onestop:desk_behind", args=["tiep-nhan"]), EVER)
    case, opens = page.context["cases"][0]

    assert opens
    assert client.get(reverse("onestop:desk_case", args=[case.code])).status_code == 200


@pytest.mark.parametrize("by", ["co-quan", "linh-vuc", "thu-tuc", "kenh", "can-bo"])
def test_the_spreadsheet_holds_the_numbers_of_the_page(
    client: Client, register: list[Case], chairman: Seat, by: str
) -> None:
    sign_in(client, chairman)
    page = client.get(reverse("onestop:desk_figures"), EVER | {"by": by})
    book = client.get(reverse("onestop:desk_figures"), EVER | {"by": by, "dang": "xlsx"})

    (sheet,) = load_workbook(io.BytesIO(b"".join(book))).worksheets
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    shown = [[row.name, *row.numbers.values()] for row, _numbers in page.context["rows"]]
    assert [list(row[:7]) for row in rows[: len(shown)]] == shown
    assert len(rows) == len(shown) + (by != "can-bo")


def test_officers_do_not_see_the_leaders_pages(client: Client, office: Office) -> None:
    sign_in(client, office.officer)

    assert client.get(reverse("onestop:desk_figures")).status_code == 403
    assert "thong-ke" not in client.get(reverse("onestop:desk")).content.decode()


def test_a_page_of_a_time_without_cases_says_so(client: Client, office: Office) -> None:
    page = sign_in(client, office.leader).get(reverse("onestop:desk_figures"))

    assert page.status_code == 200
    assert page.context["rows"] == []
