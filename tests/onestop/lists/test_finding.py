"""A case is found from whatever is at hand, and only where it is one's own agency's."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from onestop import lists
from onestop.models import Case
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import Stand, sign_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def case(stand: Stand) -> Case:
    return stand(
        code="H09.25747.MC-261120-0042",
        applicant_name="Trần Thị Bưởi",
        applicant_id_number="074190005678",
        applicant_phone="0987654321",
    )


@pytest.mark.parametrize(
    "words",
    [
        "H09.25747.MC-261120-0042",
        " h09.25747.mc-261120-0042 ",
        "http://127.0.0.1:8000/tra-cuu/?code=H09.25747.MC-261120-0042",
        "https://x.example/tra-cuu/?a=1&code=H09.25747.MC-261120-0042#x",
        "0042",
        "42",
        "261120-0042",
        "trần thị bưởi",
        "TRẦN  THỊ BƯỞI",
        "074190005678",
        "074 190 005 678",
        "0987 654 321",
        "+84987654321",
        "84 987 654 321",
        "0084987654321",
        "+84 (0)987 654 321",
        unicodedata.normalize("NFD", "Trần Thị Bưởi"),
    ],
)
def test_it_is_found_by(office: Office, stand: Stand, case: Case, words: str) -> None:
    stand()
    assert lists.find(at_work(office.officer), words, TODAY) == [case]
    assert lists.find(at_work(office.clerk), words, TODAY) == [case]


@pytest.mark.parametrize(
    "words", ["", "  ", "\0", "0043", "Trần Thị", "09876", "x" * 5000, "' OR 1=1", "http://[?code="]
)
def test_it_is_not_found_by(office: Office, case: Case, words: str) -> None:
    assert lists.find(at_work(office.officer), words, TODAY) == []


def test_the_end_of_a_code_means_the_last_months(office: Office, case: Case) -> None:
    assert lists.find(at_work(office.officer), "0042", TODAY + timedelta(days=150)) == []
    assert lists.find(at_work(office.officer), "261120-0042", TODAY + timedelta(days=150)) == [case]


@pytest.mark.parametrize("words", ["H09.25747.MC-261120-0042", "0042", "Trần Thị Bưởi", "074190005678", "0987654321"])
def test_another_agency_finds_nothing(neighbour: Office, case: Case, words: str) -> None:
    for actor in (neighbour.clerk, neighbour.officer, neighbour.leader):
        assert lists.find(at_work(actor), words, TODAY) == []


def test_a_scanned_receipt_opens_its_case(client: Client, office: Office, case: Case) -> None:
    sign_in(client, office.clerk)
    answer = client.get(reverse("onestop:desk_find"), {"q": f"http://portal/tra-cuu/?code={case.code}"})

    assert answer.headers["Location"] == reverse("onestop:desk_case", args=[case.code])


def test_several_are_shown_newest_first(client: Client, office: Office, stand: Stand, case: Case) -> None:
    later = stand(applicant_name="Trần Thị Bưởi", submitted_at=NOW)
    page = sign_in(client, office.clerk).get(reverse("onestop:desk_find"), {"q": "Trần Thị Bưởi"})

    text = page.content.decode()
    assert text.index(f">{later.code}<") < text.index(f">{case.code}<")


def test_nothing_found_says_what_could_be_typed(client: Client, office: Office) -> None:
    page = sign_in(client, office.clerk).get(reverse("onestop:desk_find"), {"q": "<b>Không ai</b>"})

    assert page.status_code == 404
    assert "&lt;b&gt;Không ai" in page.content.decode()
    assert "bốn số cuối" in page.content.decode()
