"""The public page of late cases: which agency, how many, which; and nobody's name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop import queries
from onestop.services import extending, suspending
from tests import factories
from tests.factories import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    factories.published(factories.EXTRACT)
    return factories.office()


def test_late_cases_are_told_with_masked_codes_and_without_names(client: Client, office: Office) -> None:
    week = timezone.now() - timedelta(days=7)
    by = factories.citizen()
    late = [factories.accepted(office, by, at=week) for _ in range(2)]
    extending.extend(
        case_id=late[0].pk, actor=office.officer, days=None, reason="Quá tải, xin lỗi ông An", at=timezone.now()
    )

    page = client.get(reverse("apologies")).content.decode()
    for case in late:
        assert case.code is not None
        assert case.code not in page and f"{case.code[:-4]}••{case.code[-2:]}" in page
    assert by.full_name not in page and "ông An" not in page and "0912345678" not in page
    assert [(row.agency, row.count) for row in queries.late_by_agency(timezone.now())] == [(office.committee.name, 2)]
    assert [case.__dict__["apologised_at"] is not None for case in queries.late_cases(timezone.now())] == [
        True,
        False,
    ]


def test_what_is_in_time_stands_still_or_has_ended_is_not_told(client: Client, office: Office) -> None:
    week = timezone.now() - timedelta(days=7)
    by = factories.citizen()
    in_time = factories.accepted(office, by, at=timezone.now())
    standing, stopped = (factories.accepted(office, by, at=week) for _ in range(2))
    suspending.suspend(case_id=standing.pk, actor=office.officer, reason="Chờ", days=9, at=week)
    suspending.stop(case_id=stopped.pk, actor=office.officer, reason="Thôi", at=week)
    factories.at_counter(office, by, at=week)

    assert queries.late_cases(in_time.accepted_at or week) == []
    assert "Hiện không có hồ sơ trễ hạn" in client.get(reverse("apologies")).content.decode()


def test_the_page_asks_the_database_as_often_whatever_its_length(client: Client, office: Office) -> None:
    week = timezone.now() - timedelta(days=7)
    by = factories.citizen()

    def queries_for(count: int) -> int:
        for _ in range(count):
            factories.accepted(office, by, at=week)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("apologies"))
        return len(captured)

    assert queries_for(1) == queries_for(4)
