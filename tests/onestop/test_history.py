from __future__ import annotations

import pgtrigger
import pytest
from django.db import DatabaseError, transaction

from identity.models import Account
from onestop.errors import FactsMissingError
from onestop.models import Case, CaseEvent
from onestop.services import handling
from onestop.services.advancing import hashed_fields
from portal.core import ledger
from tests import factories
from tests.factories import NOW, Office


@pytest.fixture
def case(office: Office, by: Account) -> Case:
    case = factories.accepted(office, by)
    for number in range(3):
        handling.record_facts(case_id=case.pk, actor=office.officer, facts={"note": f"Lần {number}"}, at=NOW)
    case.refresh_from_db()
    return case


def first_broken_link(case: Case) -> int | None:
    previous = ledger.GENESIS
    for event in CaseEvent.objects.filter(case=case).order_by("sequence"):
        if bytes(event.previous_hash) != previous or ledger.chain(previous, hashed_fields(event)) != bytes(
            event.hash
        ):
            return event.sequence
        previous = bytes(event.hash)
    return None


def test_each_row_covers_the_one_before_it_without_gaps(case: Case) -> None:
    sequences = list(case.events.order_by("sequence").values_list("sequence", flat=True))

    assert sequences == list(range(1, case.version + 1))
    assert first_broken_link(case) is None


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_history(case: Case, act: str) -> None:
    events = CaseEvent.objects.filter(case=case, sequence=2)

    with pytest.raises(DatabaseError, match="history_is_append_only"), transaction.atomic():
        events.update(role="SYSTEM") if act == "update" else events._raw_delete(events.db)

    assert first_broken_link(case) is None


@pytest.mark.parametrize(
    "change",
    [{"role": "LEADER"}, {"data": {}}, {"at": NOW.replace(year=2020)}, {"to_state": "STOPPED"}, {"note": "Đã sửa"}],
    ids=lambda change: str(*change),
)
def test_a_row_altered_behind_the_trigger_is_found(case: Case, change: dict[str, object]) -> None:
    with pgtrigger.ignore("onestop.CaseEvent:history_is_append_only"):
        CaseEvent.objects.filter(case=case, sequence=3).update(**change)

    assert first_broken_link(case) == 3


def test_a_row_taken_out_behind_the_trigger_is_found(case: Case) -> None:
    with pgtrigger.ignore("onestop.CaseEvent:history_is_append_only"):
        CaseEvent.objects.filter(case=case, sequence=3).delete()

    assert first_broken_link(case) == 4


def test_a_refused_act_leaves_no_row(office: Office, case: Case) -> None:
    before = case.version
    with pytest.raises(FactsMissingError):
        handling.propose(case_id=case.pk, actor=office.officer, at=NOW)

    case.refresh_from_db()
    assert (case.version, case.events.count()) == (before, before)


def test_history_keeps_no_personal_data_in_the_clear(case: Case) -> None:
    in_the_clear = str(list(CaseEvent.objects.filter(case=case).values_list("data", flat=True)))

    assert "074085001234" not in in_the_clear
    assert "Lần" not in in_the_clear
