"""Two people act on one case in the same moment, many times over: one wins, the other is told who was first.

Every race runs over copies of one case, by two threads that a barrier lets go at once. Whatever the order, the
history stays dense, and each of its rows that the world outside hears of was pushed once.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final, TypeVar

import pytest
from django.db import connection
from django.db.models import Model, Prefetch

from identity.models import Account
from identity.officers import Seat
from identity.states import Role
from onestop.actors import applicant
from onestop.errors import StaleCaseError
from onestop.kinds import DocumentKind, RequestOutcome
from onestop.models import Case, CaseDocument, CaseEvent, CaseRequest, CaseStep
from onestop.services import (
    consulting,
    deciding,
    extending,
    handling,
    receiving,
    requesting,
    returning,
    suspending,
    withdrawing,
)
from onestop.services.advancing import NATIONAL_TOPIC
from onestop.services.consulting import Addressee
from onestop.states import INTERNAL
from portal.core.errors import DomainError
from portal.core.ids import uuid7
from portal.core.models import OutboxMessage, StoredFile
from tests import factories
from tests.factories import EXTRACT, NOW, Office

ROUNDS: Final = 100
FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}
REASON: dict[str, Any] = {"reason": "Có lý do", "at": NOW}
_codes = count(1)


@dataclass
class World:
    """An office where two people hold each role, a citizen, and what the acts need."""

    office: Office = field(default_factory=factories.office)
    by: Account = field(default_factory=factories.citizen)
    file: StoredFile = field(default_factory=factories.stored_file)

    def __post_init__(self) -> None:
        committee, centre = self.office.committee, self.office.centre
        self.other_officer = factories.actor(Role.OFFICER, committee, "Đặng Quốc Bảo")
        self.other_clerk = factories.actor(Role.CLERK, centre, "Ngô Thị Lan")
        self.other_records = factories.actor(Role.RECORDS_CLERK, committee, "Bùi Văn Sáu")
        self.neighbour = factories.office("H09.25942", "25942")
        self.other_neighbour = factories.actor(Role.OFFICER, self.neighbour.committee, "Hồ Văn Tư")


Act = Callable[[World, Case], object]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Race:
    """Two acts on the same case; `rows` is how many lines of history the one that wins writes.

    `lawful` names the one that may still follow the other: then both may be done, one after the other.
    """

    name: str
    at: Callable[[World], Case]
    one: Act
    other: Act
    rows: tuple[int, int] = (1, 1)
    lawful: Act | None = None


def seen(case: Case) -> dict[str, Any]:
    return {"case_id": case.pk, "at": NOW, "seen_version": case.version}


# --- where the cases stand ---------------------------------------------------------------------


def filed(world: World) -> Case:
    return factories.filed(world.by)


def handled(world: World) -> Case:
    case = factories.accepted(world.office, world.by)
    return handling.record_facts(case_id=case.pk, actor=world.office.officer, facts=FACTS, at=NOW)


def consulted(world: World) -> Case:
    case = handled(world)
    of = [Addressee(world.neighbour.committee)]
    consulting.ask(case_id=case.pk, actor=world.office.officer, of=of, text="Đúng không?", days=3, at=NOW)
    return case


def withdrawal_asked(world: World) -> Case:
    case = handled(world)
    return withdrawing.withdraw(case_id=case.pk, account=world.by, **REASON)


def suspended(world: World) -> Case:
    case = handled(world)
    suspending.suspend(case_id=case.pk, actor=world.office.officer, days=5, **REASON)
    return case


def supplement_asked(world: World) -> Case:
    case = handled(world)
    asked = {"text": "Thiếu", "items": ["phone"], "due_at": NOW + timedelta(days=9)}
    requesting.request_supplement(case_id=case.pk, actor=world.office.officer, at=NOW, **asked)  # type: ignore[arg-type]
    return case


def proposed(world: World) -> Case:
    return handling.propose(case_id=handled(world).pk, actor=world.office.officer, at=NOW)


def being_signed(world: World) -> Case:
    case = proposed(world)
    deciding.order_signature(case_id=case.pk, actor=world.office.leader, at=NOW)
    return case


def signed(world: World) -> Case:
    case = being_signed(world)
    deciding.record_signature(document_id=result(case).pk, file=world.file, at=NOW)
    return case


def at_counter(world: World) -> Case:
    return factories.at_counter(world.office, world.by, delivery="PICK_UP")


def result(case: Case) -> CaseDocument:
    return case.documents.get(kind=DocumentKind.RESULT)


# --- what is done with them --------------------------------------------------------------------


def accept(world: World, case: Case) -> object:
    return receiving.accept(actor=world.office.clerk, **seen(case))


def accept_by_head(world: World, case: Case) -> object:
    return receiving.accept(actor=world.office.head, **seen(case))


def reject(world: World, case: Case) -> object:
    return receiving.reject(actor=world.office.head, reason="Sai nơi", **seen(case))


def ask_before_acceptance(world: World, case: Case) -> object:
    due = NOW + timedelta(days=9)
    return requesting.request_supplement(
        actor=world.other_clerk, text="Thiếu", items=["phone"], due_at=due, **seen(case)
    )


def ask_supplement(world: World, case: Case) -> object:
    due = NOW + timedelta(days=9)
    return requesting.request_supplement(
        actor=world.other_officer, text="Thiếu", items=["phone"], due_at=due, **seen(case)
    )


def answer_supplement(world: World, case: Case) -> object:
    answers = {"phone": "0987654321"}
    return requesting.answer_supplement(case_id=case.pk, actor=applicant(world.by), answers=answers, at=NOW)


def withdraw(world: World, case: Case) -> object:
    return withdrawing.withdraw(case_id=case.pk, account=world.by, **REASON)


def take(world: World, case: Case) -> object:
    return handling.take(case_id=case.pk, actor=world.office.officer, at=NOW)


def take_too(world: World, case: Case) -> object:
    return handling.take(case_id=case.pk, actor=world.other_officer, at=NOW)


def propose(world: World, case: Case) -> object:
    return handling.propose(actor=world.office.officer, **seen(case))


def propose_too(world: World, case: Case) -> object:
    return handling.propose(actor=world.other_officer, **seen(case))


def reassign(world: World, case: Case) -> object:
    to = world.other_officer.account
    assert to is not None
    return handling.reassign(actor=world.office.leader, to=to, reason="Chia việc", **seen(case))


def extend(world: World, case: Case) -> object:
    return extending.extend(actor=world.office.officer, days=2, reason="Chờ", **seen(case))


def extend_by_leader(world: World, case: Case) -> object:
    return extending.extend(actor=world.office.leader, days=3, reason="Chờ", **seen(case))


def suspend(world: World, case: Case) -> object:
    return suspending.suspend(actor=world.office.officer, days=3, reason="Chờ", **seen(case))


def resume(world: World, case: Case) -> object:
    return suspending.resume(actor=world.office.officer, **seen(case))


def stop(world: World, case: Case) -> object:
    return suspending.stop(actor=world.other_officer, reason="Thôi", **seen(case))


def agree_to_withdrawal(world: World, case: Case) -> object:
    return withdrawing.answer_withdrawal(actor=world.office.officer, agrees=True, reason="", **seen(case))


def refuse_withdrawal(world: World, case: Case) -> object:
    return withdrawing.answer_withdrawal(actor=world.office.clerk, agrees=False, reason="Đã ký", **seen(case))


def answer_opinion(world: World, case: Case) -> object:
    return _answer(case, world.neighbour.officer)


def answer_opinion_too(world: World, case: Case) -> object:
    return _answer(case, world.other_neighbour)


def _answer(case: Case, actor: Seat) -> object:
    request_id = case.requests.get().pk
    return consulting.answer(request_id=request_id, actor=actor, outcome=RequestOutcome.AGREED, text="", at=NOW)


def go_on(world: World, case: Case) -> object:
    return consulting.go_on(actor=world.office.officer, reason="Đã họp", **seen(case))


def send_back(world: World, case: Case) -> object:
    return handling.send_back(actor=world.office.leader, to="appraise", reason="Sai", **seen(case))


def send_back_from_records(world: World, case: Case) -> object:
    return handling.send_back(actor=world.other_records, to="appraise", reason="Sai", **seen(case))


def sign(world: World, case: Case) -> object:
    return deciding.order_signature(actor=world.office.leader, **seen(case))


def record_signature(world: World, case: Case) -> object:
    return deciding.record_signature(document_id=result(case).pk, file=world.file, at=NOW)


def issue(world: World, case: Case) -> object:
    return deciding.order_issue(actor=world.office.records, **seen(case))


def hand_over(world: World, case: Case) -> object:
    return returning.return_result(actor=world.office.clerk, checked_id_number="074085001234", **seen(case))


def hand_over_too(world: World, case: Case) -> object:
    return returning.return_result(actor=world.other_clerk, checked_id_number="074085001234", **seen(case))


RACES = [
    Race("accept twice", filed, accept, accept_by_head, (2, 2)),
    Race("accept or reject", filed, accept, reject, (2, 1)),
    Race("accept or ask for a supplement", filed, accept, ask_before_acceptance, (2, 1)),
    Race("accept while the citizen withdraws", filed, accept, withdraw, (2, 1), lawful=withdraw),
    Race("take twice", handled, take, take_too),
    Race("propose twice", handled, propose, propose_too),
    Race("propose or stop", handled, propose, stop),
    Race("propose or give to a colleague", handled, propose, reassign),
    Race("extend twice", handled, extend, extend_by_leader),
    Race("extend or ask for a supplement", handled, extend, ask_supplement),
    Race("suspend while the citizen asks to withdraw", handled, suspend, withdraw),
    Race("propose while the citizen asks to withdraw", handled, propose, withdraw, lawful=withdraw),
    Race("go on or stop", suspended, resume, stop),
    Race("the citizen answers or asks to withdraw", supplement_asked, answer_supplement, withdraw, lawful=withdraw),
    Race("agree to a withdrawal or refuse it", withdrawal_asked, agree_to_withdrawal, refuse_withdrawal),
    Race("answer an opinion twice", consulted, answer_opinion, answer_opinion_too),
    Race("answer an opinion or go on without", consulted, answer_opinion, go_on),
    Race("sign or send back", proposed, sign, send_back, (0, 1)),
    Race("seal or send back", signed, issue, send_back_from_records, (0, 1)),
    Race("hand over twice", at_counter, hand_over, hand_over_too),
]
# A worker may come twice, and a click: doing it again is doing it once, and nobody is refused.
REPEATED = [
    Race("order a signature twice", proposed, sign, sign, (0, 0)),
    Race("make a signature twice", being_signed, record_signature, record_signature),
    Race("order the seal twice", signed, issue, issue, (0, 0)),
]


def copies(case: Case) -> list[Case]:
    """Return cases that stand where `case` stands, with its steps, history, requests and documents."""
    made = [_copy(case, code=f"H09.25747.MC-261124-{9000 + next(_codes)}") for _ in range(ROUNDS)]
    Case.objects.bulk_create(made)
    kinds: tuple[type[Model], ...] = (CaseStep, CaseEvent, CaseRequest, CaseDocument)
    for kind in kinds:
        rows = list(kind._default_manager.filter(case=case))
        kind._default_manager.bulk_create([_copy(row, case=one) for one in made for row in rows])
    return made


def _copy(row: Row, **changes: Any) -> Row:
    values = {one.name: getattr(row, one.name) for one in row._meta.concrete_fields if not one.primary_key}
    return type(row)(**values | ({"uuid": uuid7()} if "uuid" in values else {}) | changes)


def run(race: Race, world: World, cases: list[Case]) -> Iterator[tuple[DomainError | None, DomainError | None]]:
    """Let both do their act on each case at the same moment; yields what each was refused with."""
    barrier = threading.Barrier(2, timeout=30)

    def contend(act: Act) -> list[DomainError | None]:
        refused: list[DomainError | None] = []
        try:
            for case in cases:
                barrier.wait()
                try:
                    act(world, case)
                except DomainError as error:
                    refused.append(error)
                else:
                    refused.append(None)
        finally:
            barrier.abort()
            connection.close()
        return refused

    with ThreadPoolExecutor(2) as pool:
        yield from zip(*pool.map(contend, (race.one, race.other)), strict=True)


def written(cases: list[Case], before: int) -> list[list[CaseEvent]]:
    """Return the lines of history that the acts wrote in each case.

    The history is dense, what goes out was pushed once, and one step at most is open.
    """
    history = Prefetch("events", CaseEvent.objects.select_related("actor").order_by("sequence"))
    found = Case.objects.prefetch_related(history, "steps").in_bulk([case.pk for case in cases])
    lines, told = [], set()
    for case in (found[case.pk] for case in cases):
        events = list(case.events.all())
        assert [event.sequence for event in events] == list(range(1, case.version + 1))
        assert len([step for step in case.steps.all() if step.finished_at is None]) <= 1
        lines.append(events[before:])
        told |= {f"national:{case.code}:{line.sequence}" for line in lines[-1] if line.action not in INTERNAL}
    groups = [f"national:{case.code}" for case in cases]
    pushed = OutboxMessage.objects.filter(topic=NATIONAL_TOPIC, group__in=groups)
    assert sorted(pushed.values_list("key", flat=True)) == sorted(told)
    return lines


@pytest.fixture
def world(transactional_db: None) -> World:
    process = deepcopy(factories.DOCUMENTS[EXTRACT]["process"])
    process["steps"][1]["actions"] += ["ASK_OPINION", "GO_ON"]
    factories.published(EXTRACT, process=process)
    return World()


def test_of_two_at_once_one_wins_and_the_other_is_told_who_was_first(world: World) -> None:
    for race in RACES:
        case = race.at(world)
        case.refresh_from_db()
        cases, before = copies(case), case.events.count()
        refused = list(run(race, world, cases))
        assert len(refused) == ROUNDS
        for lines, refusals in zip(written(cases, before), refused, strict=True):
            won = [place for place, refusal in enumerate(refusals) if refusal is None]
            if len(won) == 2:
                assert race.lawful in {race.one, race.other}, race.name
                assert len(lines) == sum(race.rows), race.name
                continue
            assert len(won) == 1, (race.name, refusals)
            assert len(lines) == race.rows[won[0]], race.name
            refusal = refusals[1 - won[0]]
            if isinstance(refusal, StaleCaseError):
                assert lines[-1].actor is not None
                assert lines[-1].actor.full_name in str(refusal.message), race.name


def test_doing_it_twice_at_once_is_doing_it_once(world: World) -> None:
    for race in REPEATED:
        case = race.at(world)
        case.refresh_from_db()
        cases, before, ordered = copies(case), case.events.count(), len(result(case).orders)
        assert list(run(race, world, cases)) == [(None, None)] * ROUNDS, race.name
        assert {len(lines) for lines in written(cases, before)} == {race.rows[0]}, race.name
        orders = race.one is not record_signature
        documents = CaseDocument.objects.filter(case__in=cases, kind=DocumentKind.RESULT)
        assert {len(document.orders) for document in documents} == {ordered + orders}, race.name
        groups = [f"document:{document.uuid}" for document in documents]
        messages = Counter(OutboxMessage.objects.filter(group__in=groups).values_list("group", flat=True))
        assert messages == (Counter(groups) if orders else Counter()), race.name
