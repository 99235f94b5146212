"""The outbox: once, in order, and never forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.core import outbox
from portal.core.errors import OutcomeUnknownError, RefusedError, UnreachableError
from portal.core.models import OutboxMessage
from portal.core.outbox import Envelope, RetryLater, registry
from portal.core.outbox.waking import wake
from tests.factories import NOW

State = OutboxMessage.State
seen: list[Envelope] = []
answers: list[Exception | None] = []


@pytest.fixture(autouse=True)
def listener() -> Iterator[None]:
    """A topic `test` whose handler answers what the test has laid ready."""

    def handle(envelope: Envelope) -> None:
        seen.append(envelope)
        answer = answers.pop(0) if answers else None
        if answer is not None:
            raise answer

    seen.clear()
    answers.clear()
    registry._handlers["test"] = handle
    yield
    del registry._handlers["test"]


def _record(key: str, group: str = "g", **more: Any) -> OutboxMessage:
    with transaction.atomic():
        return outbox.record(topic="test", group=group, key=key, payload={"key": key}, at=NOW, **more)


def _state(message: OutboxMessage) -> str:
    message.refresh_from_db()
    return message.state


@pytest.mark.django_db(transaction=True)
def test_a_message_is_recorded_in_the_transaction_of_its_cause() -> None:
    with pytest.raises(RuntimeError):
        outbox.record(topic="test", group="g", key="k", payload={}, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.record(topic="test", group="g", key="k", payload={}, at=NOW)
        raise IntegrityError
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_the_same_key_is_recorded_once() -> None:
    assert _record("k").pk == _record("k").pk


@pytest.mark.django_db
def test_a_later_message_waits_for_the_one_before() -> None:
    first, second = _record("1"), _record("2")
    assert not outbox.deliver(second.pk, now=NOW)
    assert outbox.deliver(first.pk, now=NOW)
    assert outbox.deliver(second.pk, now=NOW)
    assert [envelope.key for envelope in seen] == ["1", "2"]


@pytest.mark.django_db
def test_delivering_twice_is_delivering_once() -> None:
    message = _record("k")
    assert outbox.deliver(message.pk, now=NOW)
    assert not outbox.deliver(message.pk, now=NOW)
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_once() -> None:
    message = _record("k")

    def work(_place: int) -> bool:
        try:
            return outbox.deliver(message.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(16))) == 1
    assert len(seen) == 1


@pytest.mark.django_db
def test_a_worker_that_died_on_the_way_leaves_the_outcome_unknown() -> None:
    message = _record("k")
    OutboxMessage.objects.update(leased_until=NOW - timedelta(seconds=1), lease_token="0" * 32)
    assert outbox.deliver(message.pk, now=NOW)
    assert seen[0].outcome_unknown


@pytest.mark.django_db
def test_a_lease_that_runs_is_left_alone() -> None:
    message = _record("k")
    OutboxMessage.objects.update(leased_until=NOW + timedelta(seconds=60), lease_token="0" * 32)
    assert not outbox.deliver(message.pk, now=NOW)
    assert seen == []


@pytest.mark.django_db
def test_an_answer_that_never_came_is_unknown_and_a_closed_door_is_not() -> None:
    lost, away = _record("lost", "a"), _record("away", "b")
    answers[:] = [OutcomeUnknownError("no answer"), UnreachableError("closed")]
    outbox.deliver(lost.pk, now=NOW)
    outbox.deliver(away.pk, now=NOW)
    assert (_state(lost), _state(away)) == (State.UNKNOWN, State.WAITING)
    later = NOW + timedelta(hours=1)
    outbox.deliver(lost.pk, now=later)
    outbox.deliver(away.pk, now=later)
    assert [envelope.outcome_unknown for envelope in seen[2:]] == [True, False]


@pytest.mark.django_db
def test_a_refusal_blocks_its_own_group_only() -> None:
    poisoned, behind, other = _record("1", "a"), _record("2", "a"), _record("1b", "b")
    answers[:] = [RefusedError("never")]
    outbox.deliver(poisoned.pk, now=NOW)
    assert _state(poisoned) == State.DEAD
    assert not outbox.deliver(behind.pk, now=NOW)
    assert outbox.deliver(other.pk, now=NOW)


@pytest.mark.django_db
def test_a_neighbour_that_is_away_for_a_day_is_waited_for() -> None:
    message, moment = _record("k"), NOW
    for _ in range(150):
        answers.append(RetryLater("away"))
        outbox.deliver(message.pk, now=moment)
        message.refresh_from_db()
        assert message.state == State.WAITING
        assert message.next_attempt_at - moment <= timedelta(minutes=13)
        moment = message.next_attempt_at
    assert outbox.deliver(message.pk, now=moment)


@pytest.mark.django_db
def test_a_bug_is_tried_eight_times_and_its_words_are_not_kept() -> None:
    message, moment = _record("k"), NOW
    for _ in range(8):
        answers.append(KeyError("Nguyễn Văn An 074085001234"))
        outbox.deliver(message.pk, now=moment)
        moment += timedelta(hours=1)
    assert _state(message) == State.DEAD
    assert message.last_error == "KeyError"


@pytest.mark.django_db
def test_a_message_behind_an_undo_is_not_sent_before_it() -> None:
    message = _record("k", not_before=NOW + timedelta(seconds=10))
    assert not outbox.deliver(message.pk, now=NOW)
    assert outbox.deliver(message.pk, now=NOW + timedelta(seconds=10))


@pytest.mark.django_db
def test_the_operators_command_shows_what_is_stuck_and_tries_again() -> None:
    message = _record("stuck-key")
    answers[:] = [RefusedError("they said no")]
    outbox.deliver(message.pk, now=NOW)
    said = StringIO()
    call_command("outbox", "status", stdout=said)
    assert "stuck-key" in said.getvalue() and "they said no" in said.getvalue()
    call_command("outbox", "retry", "stuck-key", stdout=StringIO())
    assert _state(message) == State.UNKNOWN
    assert outbox.deliver(message.pk, now=timezone.now())
    assert seen[-1].outcome_unknown


def test_a_broker_that_is_away_delays_nobody() -> None:
    started = time.monotonic()
    for number in range(20):
        wake([number])
    assert time.monotonic() - started < 3
