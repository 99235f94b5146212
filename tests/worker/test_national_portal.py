"""The national portal hears of each step once and in order, whatever happens to worker, broker or line."""

from __future__ import annotations

import time
from itertools import pairwise

import httpx
import pytest
from django.conf import settings
from redis import Redis

from onestop.models import Case
from portal.core.models import OutboxMessage
from tests import factories
from tests.sandbox.world import World
from tests.worker.conftest import Worker, until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
TOPIC = "national_portal.progress"


@pytest.fixture
def office(transactional_db: None) -> factories.Office:
    factories.published(factories.EXTRACT)
    return factories.office()


def _cases(office: factories.Office, count: int) -> list[Case]:
    people = [factories.citizen(f"0740850{number:05}") for number in range(count)]
    return [factories.accepted(office, person) for person in people]


def _open() -> int:
    return OutboxMessage.objects.filter(topic=TOPIC).exclude(state="DELIVERED").count()


def _assert_each_step_stands_once_and_in_order(world: World, cases: list[Case]) -> None:
    for case in cases:
        rows = world.ledger(str(case.code))["TienDo"]
        keys = [(row["TrangThai"], row["ThoiDiemXuLy"]) for row in rows]
        wanted = OutboxMessage.objects.filter(topic=TOPIC, group=f"national:{case.code}").order_by("sequence")
        assert keys == [
            (message.payload["progress"]["TrangThai"], message.payload["progress"]["ThoiDiemXuLy"])
            for message in wanted
        ]
        assert all(earlier[1] < later[1] for earlier, later in pairwise(keys))


def test_a_worker_killed_between_acceptance_and_mark_leaves_one_effect(
    worker: Worker, neighbours: World, office: factories.Office
) -> None:
    cases = _cases(office, 5)
    neighbours.plan("dvcqg.CapNhatTienDoHoSoMC", "drop_after", seconds=3, times=2)
    worker.start()
    until(lambda: bool(neighbours.ledger()["SoCai"]) and _recorded(neighbours) > 0)
    worker.kill()
    assert _open() > 0
    worker.start()
    until(lambda: _open() == 0, 90)
    _assert_each_step_stands_once_and_in_order(neighbours, cases)


def test_an_answer_that_was_dropped_is_asked_for_before_anything_is_repeated(
    worker: Worker, neighbours: World, office: factories.Office
) -> None:
    cases = _cases(office, 2)
    neighbours.plan("dvcqg.CapNhatTienDoHoSoMC", "drop_after", times=3)
    neighbours.plan("dvcqg.DongBoHoSoMC", "drop_after", times=2)
    worker.start()
    until(lambda: _open() == 0, 90)
    _assert_each_step_stands_once_and_in_order(neighbours, cases)


def test_a_flushed_broker_loses_nothing(worker: Worker, neighbours: World, office: factories.Office) -> None:
    cases = _cases(office, 4)
    _broker().flushall()
    worker.start()
    _broker().flushall()
    until(lambda: _open() == 0, 90)
    _assert_each_step_stands_once_and_in_order(neighbours, cases)


def test_a_national_portal_that_was_away_gets_everything_in_order_once_it_is_back(
    worker: Worker, neighbours: World, office: factories.Office
) -> None:
    cases = _cases(office, 3)
    neighbours.plan("dvcqg.*", "down", times=-1)
    worker.start()
    until(lambda: OutboxMessage.objects.filter(topic=TOPIC, attempts__gt=0).count() >= len(cases))
    assert neighbours.ledger()["SoCai"] == []
    httpx.delete(f"{settings.SANDBOX_URL}/faults", trust_env=False)
    until(lambda: _open() == 0, 120)
    _assert_each_step_stands_once_and_in_order(neighbours, cases)


def test_codes_as_text_or_number_and_a_case_that_is_known_already_are_understood(
    worker: Worker, neighbours: World, office: factories.Office
) -> None:
    cases = _cases(office, 2)
    neighbours.plan("dvcqg.*", "string_codes", times=-1)
    worker.start()
    until(lambda: _open() == 0, 90)
    _assert_each_step_stands_once_and_in_order(neighbours, cases)


def _recorded(world: World) -> int:
    time.sleep(0.1)
    return sum(1 for line in world.ledger()["SoCai"] if line["service"] == "CapNhatTienDoHoSoMC")


def _broker() -> Redis:
    return Redis.from_url(str(settings.REDIS_URL).replace("redis+socket://", "unix://"))
