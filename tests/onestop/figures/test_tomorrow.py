"""What will be late is told before it is, with the apology one click away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.states import Role
from onestop import figures
from onestop.figures import Scope
from onestop.models import CaseStep
from onestop.states import State
from tests.factories import NOW, Office
from tests.onestop.lists.conftest import Stand, at_work, sign_in, stand

__all__ = ["stand"]
pytestmark = pytest.mark.django_db
TOMORROW = (NOW + timedelta(days=1)).replace(hour=17)


def codes(scope: Scope) -> list[str | None]:
    return [step.case.code for step in figures.going_to_be_late(scope, NOW, TOMORROW)]


def test_what_is_due_by_tomorrows_closing_will_be_late_and_what_is_late_is_not_told_again(
    office: Office, stand: Stand
) -> None:
    at_closing, today = stand(due=TOMORROW), stand(due=NOW)
    stand(due=TOMORROW + timedelta(minutes=1))
    stand(due=NOW - timedelta(minutes=1))
    stand(due=TOMORROW, state=State.SUPPLEMENT_REQUESTED)
    stand(due=TOMORROW, state=State.AT_COUNTER, role=Role.CLERK, decided_at=NOW)

    assert codes(Scope(whole=True)) == [today.code, at_closing.code]


def test_a_high_risk_is_told_whenever_it_is_due(office: Office, stand: Stand) -> None:
    risky, safe = stand(due=NOW + timedelta(days=9)), stand(due=NOW + timedelta(days=9))
    CaseStep.objects.filter(case=risky).update(risk=50)
    CaseStep.objects.filter(case=safe).update(risk=49)

    assert codes(Scope(whole=True)) == [risky.code]


def test_a_leader_is_told_of_the_agencys_cases_only(office: Office, neighbour: Office, stand: Stand) -> None:
    mine = stand(due=TOMORROW)
    stand(neighbour, due=TOMORROW)

    assert codes(figures.scope_of(at_work(office.leader))) == [mine.code]


def test_the_apology_lies_open_one_click_away(client: Client, office: Office, stand: Stand) -> None:
    case = stand(role=Role.LEADER, due=timezone.now() + timedelta(minutes=5))
    CaseStep.objects.filter(case=case).update(code="sign")
    sign_in(client, office.leader)

    page = client.get(reverse("onestop:desk_tomorrow")).content.decode()
    address = f"{reverse('onestop:desk_case', args=[case.code])}?act=extend"
    assert f'href="{address}#extend"' in page
    assert '<details class="other" id="extend" open>' in client.get(address).content.decode()
