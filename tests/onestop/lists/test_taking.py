"""A list is taken away as it stands, by those who see it, and that is recorded."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from identity.states import Role
from onestop import lists
from onestop.kinds import Channel
from onestop.lists import QUEUES, Narrowing
from onestop.models import ListReading
from onestop.states import State
from onestop.wording import CHANNELS
from tests import factories
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import Stand, inspector_of, sign_in

pytestmark = pytest.mark.django_db
LIST = "/mot-cua/danh-sach/don-vi/"
Rows = list[list[Any]]


def taken(client: Client, address: str, form: str, **query: Any) -> Rows:
    answer = client.get(address, query | {"dang": form})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    content = answer.getvalue()
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_holds_the_cases_of_the_list_in_its_order_with_its_filters_and_columns(
    client: Client, office: Office, stand: Stand, form: str
) -> None:
    safe, risky = stand(risk=8, channel="ONLINE"), stand(risk=70, channel="ONLINE")
    stand(channel="POST")
    query = {"channel": "ONLINE", "order": "rui-ro", "column": ["risk", "state", "channel"]}

    assert taken(sign_in(client, office.officer), LIST, form, **query) == [
        ["Hồ sơ", "Người nộp hồ sơ", "Nguy cơ trễ", "Trạng thái", "Cách nộp"],
        [risky.code, "Nguyễn Văn An", "70 %", "Đang giải quyết", str(CHANNELS[Channel.ONLINE])],
        [safe.code, "Nguyễn Văn An", "8 %", "Đang giải quyết", str(CHANNELS[Channel.ONLINE])],
    ]


def test_it_goes_on_beyond_a_page_with_every_case_once(office: Office, stand: Stand) -> None:
    # The clerk's seat and the officer's lead to the same cases.
    factories.appointment(office.officer.account, office.centre, Role.CLERK)
    cases = [stand() for _ in range(260)]

    with CaptureQueriesContext(connection) as captured:
        found = [case.pk for case in lists.whole_list(QUEUES["don-vi"], at_work(office.officer), Narrowing(), NOW)]
    assert sorted(found) == sorted(case.pk for case in cases)
    assert len(captured) <= 6


def test_a_name_that_looks_like_a_formula_stays_a_text(client: Client, office: Office, stand: Stand) -> None:
    stand(applicant_name="=1+1")
    sign_in(client, office.officer)

    assert taken(client, LIST, "csv")[1][1] == "'=1+1"
    answer = client.get(LIST, {"dang": "xlsx"})
    cell = load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_list_of_a_long_name_is_taken_away_too(client: Client, office: Office, stand: Stand) -> None:
    case = stand()
    sign_in(client, inspector_of(office))

    (_head, line) = taken(client, reverse("onestop:desk_queue", args=["kiem-tra"]), "xlsx")
    assert line[0] == case.code


def test_times_are_moments_of_vietnam_that_a_spreadsheet_can_order(
    client: Client, office: Office, stand: Stand
) -> None:
    stand(due_at=datetime(2026, 11, 26, 10, 0, tzinfo=UTC))
    sign_in(client, office.officer)

    assert taken(client, LIST, "xlsx", column="promised")[1][2] == datetime(2026, 11, 26, 17, 0)  # noqa: DTZ001 - naive in XLSX
    assert taken(client, LIST, "csv", column="promised")[1][2] == "17:00 26/11/2026"


def test_who_took_which_list_is_recorded(client: Client, office: Office, stand: Stand) -> None:
    stand(channel="ONLINE")
    taken(sign_in(client, office.officer), LIST, "csv", channel="ONLINE")
    taken(client, reverse("onestop:desk_find"), "xlsx", q="Nguyễn Văn An")

    assert [(one.account, one.list) for one in ListReading.objects.order_by("pk")] == [
        (office.officer.account, "don-vi"),
        (office.officer.account, ""),
    ]
    assert ListReading.objects.earliest("pk").query == "channel=ONLINE&dang=csv"


def test_what_was_found_can_be_taken_away_one_case_too(client: Client, office: Office, stand: Stand) -> None:
    case = stand()
    (_head, line) = taken(sign_in(client, office.officer), reverse("onestop:desk_find"), "xlsx", q=case.code)

    assert line[0] == case.code


@pytest.mark.parametrize("queue", list(QUEUES))
def test_the_words_of_another_agency_never_come_over(
    client: Client, office: Office, neighbour: Office, stand: Stand, queue: str
) -> None:
    for place, word in ((office, "MARKERHERE"), (neighbour, "MARKERTHERE")):
        for state, role in (
            (State.PROCESSING, Role.OFFICER),
            (State.AT_COUNTER, Role.CLERK),
            (State.SUBMITTED, None),
        ):
            stand(place, state, role, applicant_name=word, code=f"{word}-{state}-{role}")
    for actor in (office.clerk, office.officer, office.leader, inspector_of(office)):
        sign_in(client, actor)
        if QUEUES[queue].is_seen_by(at_work(actor)):
            rows = taken(client, reverse("onestop:desk_queue", args=[queue]), "csv")
            assert "MARKERTHERE" not in str(rows)
        else:
            assert client.get(reverse("onestop:desk_queue", args=[queue]), {"dang": "csv"}).status_code == 404
        assert client.get(reverse("onestop:desk_find"), {"q": "MARKERTHERE", "dang": "csv"}).status_code == 404
