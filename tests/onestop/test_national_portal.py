from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import pairwise

import pytest

from identity.models import Account
from onestop.models import Case
from onestop.services import handling
from portal.core.models import OutboxMessage
from tests import factories
from tests.factories import NOW, Office
from tests.sandbox.world import World

TOPIC = "national_portal.progress"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    return factories.accepted(office, by)


def statuses(world: World, case: Case) -> list[str]:
    return [row["TrangThai"] for row in world.ledger(case.code or "")["TienDo"]]


def test_each_step_reaches_the_national_portal_once_and_in_order(neighbours: World, case: Case) -> None:
    assert factories.deliver_all(topic=TOPIC) == []

    rows = neighbours.ledger(case.code or "")["TienDo"]
    assert [row["TrangThai"] for row in rows] == ["1", "2", "4"]
    assert all(before["ThoiDiemXuLy"] < after["ThoiDiemXuLy"] for before, after in pairwise(rows))


def test_a_message_says_what_was_true_when_it_was_recorded(neighbours: World, office: Office, case: Case) -> None:
    first = OutboxMessage.objects.filter(topic=TOPIC).order_by("pk")[0]
    Case.objects.filter(pk=case.pk).update(state="STOPPED")

    assert first.payload["case"]["TrangThaiHoSo"] == first.payload["progress"]["TrangThai"] == "1"
    assert first.payload["case"]["NgayTiepNhan"] == ""
    assert factories.deliver_all(topic=TOPIC) == []
    assert statuses(neighbours, case) == ["1", "2", "4"]


def test_what_a_killed_worker_left_accepted_but_unmarked_is_not_sent_twice(neighbours: World, case: Case) -> None:
    factories.deliver_all(topic=TOPIC)
    # The row as `kill -9` leaves it after the other side's acceptance: claimed, unmarked, its lease running out.
    OutboxMessage.objects.filter(topic=TOPIC).update(
        state="WAITING", delivered_at=None, lease_token=uuid.uuid4(), leased_until=LATER
    )
    assert len(factories.deliver_all(LATER - timedelta(seconds=1), topic=TOPIC)) == 3

    assert factories.deliver_all(LATER, topic=TOPIC) == []
    assert statuses(neighbours, case) == ["1", "2", "4"]


def test_an_answer_that_was_lost_is_asked_for_and_not_repeated(neighbours: World, case: Case) -> None:
    neighbours.plan("dvcqg.CapNhatTienDoHoSoMC", "drop_after")

    waiting = factories.deliver_all(topic=TOPIC)
    tried = [(message.state, message.attempts) for message in waiting]
    assert tried == [("UNKNOWN", 1), ("WAITING", 0), ("WAITING", 0)]
    assert statuses(neighbours, case) == ["1"]

    assert factories.deliver_all(LATER, topic=TOPIC) == []
    assert statuses(neighbours, case) == ["1", "2", "4"]


def test_messages_wait_while_the_national_portal_is_down_and_then_go_in_order(
    neighbours: World, office: Office, case: Case
) -> None:
    neighbours.plan("dvcqg.*", "down")
    assert len(factories.deliver_all(topic=TOPIC)) == 3
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"note": "x"}, at=LATER)
    assert len(factories.deliver_all(LATER, topic=TOPIC)) == 4
    assert not neighbours.ledger(case.code or "")["TienDo"]

    neighbours.http.delete("/faults")

    assert factories.deliver_all(LATER + timedelta(hours=1), topic=TOPIC) == []
    assert statuses(neighbours, case) == ["1", "2", "4", "4"]


def test_a_dead_message_holds_up_its_own_case_only(neighbours: World, office: Office, case: Case) -> None:
    other = factories.accepted(office, factories.citizen("074193005678", "Trần Thị Lan"))
    OutboxMessage.objects.filter(topic=TOPIC, group=f"national:{case.code}", sequence=1).update(state="DEAD")

    assert {message.group for message in factories.deliver_all(topic=TOPIC)} == {f"national:{case.code}"}
    assert statuses(neighbours, other) == ["1", "2", "4"]


def test_already_there_is_answered_with_an_update(neighbours: World, case: Case) -> None:
    # Handled twice over there: the second of the two answers says that the case exists.
    neighbours.plan("dvcqg.DongBoHoSoMC", "duplicate")

    assert factories.deliver_all(topic=TOPIC) == []

    sent = [line for line in neighbours.ledger(case.code or "")["SoCai"] if line["service"] == "DongBoHoSoMC"]
    assert [line["isUpdating"] for line in sent[:3]] == ["False", "False", "True"]
    assert "đã tồn tại" in sent[1]["message"].lower()
    assert statuses(neighbours, case) == ["1", "2", "4"]


@pytest.mark.parametrize("kind", ["string_codes", "int_codes"])
def test_error_codes_are_read_as_texts_and_as_numbers(neighbours: World, case: Case, kind: str) -> None:
    neighbours.plan("dvcqg.*", kind, times=99)

    assert factories.deliver_all(topic=TOPIC) == []
    assert statuses(neighbours, case) == ["1", "2", "4"]


def test_a_session_that_lapsed_is_opened_anew(neighbours: World, office: Office, case: Case) -> None:
    factories.deliver_all(topic=TOPIC)
    neighbours.http.post("/dvcqg/het-phien").raise_for_status()
    handling.record_facts(case_id=case.pk, actor=office.officer, facts={"note": "x"}, at=LATER)

    assert factories.deliver_all(LATER, topic=TOPIC) == []
    assert statuses(neighbours, case) == ["1", "2", "4", "4"]


def test_a_broken_server_leaves_the_outcome_unknown(neighbours: World, case: Case) -> None:
    neighbours.plan("dvcqg.DongBoHoSoMC", "status:503")

    first = factories.deliver_all(topic=TOPIC)[0]

    assert (first.state, "503" in first.last_error) == ("UNKNOWN", True)
    assert factories.deliver_all(LATER, topic=TOPIC) == []
