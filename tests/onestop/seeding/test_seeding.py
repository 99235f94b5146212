"""A province is seeded: lawful lives, whole history, findable people; interrupted, it goes on, and only in a demo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max, Min
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.clock import WorkingClock
from identity.models import Account
from identity.queries import calendar_of
from identity.states import AgencyKind, Role
from onestop import integrity, lists
from onestop.kinds import DocumentState
from onestop.models import Case, CaseDocument, CaseEvent, CaseNumberSeries, CaseRequest, CaseStep
from onestop.seeding import order_signatures, seed_cases
from onestop.services import receiving
from onestop.services.advancing import hashed_fields
from onestop.states import CLOCK_STOPS, ENDED, Action, State, is_allowed
from portal.core import ledger
from procedures import services as procedure_services
from tests import factories
from tests.factories import DOCUMENTS, NOW, Office, at_work

COUNT = 400


def seed(count: int = COUNT, number: int = 1, **others: Any) -> int:
    return seed_cases(count=count, seed=number, at=NOW, password="x", **others)


@pytest.fixture
def commune(db: None) -> Office:
    """Two communes, and two procedures with their sample applicants."""
    factories.agency("H09", kind=AgencyKind.PROVINCE, unit=factories.unit())
    factories.office("H09.25942", "25942")
    office = factories.office()
    publish(factories.EXTRACT, factories.BIRTH)
    return office


def publish(*codes: str) -> None:
    for code in codes:
        procedure_services.publish(
            document=DOCUMENTS[code], effective_from=date(2024, 7, 1), published_by=None, at=NOW - timedelta(days=800)
        )


def test_as_many_cases_as_asked_for_come_to_both_communes_until_now(commune: Office) -> None:
    assert seed() == COUNT

    cases = Case.objects.all()
    assert cases.count() == COUNT
    assert max(case.submitted_at for case in cases if case.submitted_at) <= NOW
    assert set(cases.values_list("competent_agency__code", flat=True)) == {"H09.25747", "H09.25942"}
    assert {State.RETURNED, State.REJECTED, State.PROCESSING} <= set(cases.values_list("state", flat=True))


@pytest.mark.parametrize(("count", "communes", "days"), [(400, 2, 20), (4500, 3, 150)])
def test_few_cases_are_a_shorter_time_in_fewer_communes_those_first_where_somebody_serves(
    commune: Office, count: int, communes: int, days: int
) -> None:
    for number in ("25700", "25999"):
        unit = factories.unit(number)
        committee = factories.agency(f"H09.{number}", unit=unit)
        factories.agency(f"H09.{number}.MC", kind=AgencyKind.CENTRE, parent=committee, unit=unit)
    seed(count)

    filed = Case.objects.aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    reached = set(Case.objects.values_list("competent_agency__code", flat=True))
    assert {"H09.25747", "H09.25942"} <= reached and len(reached) == communes
    assert filed["last"] - filed["first"] <= timedelta(days=days + 1)


def test_each_queue_of_a_small_province_holds_something(commune: Office) -> None:
    seed(3000)
    documents = CaseDocument.objects.filter(state=DocumentState.DRAFT)
    assert order_signatures(by=[commune.leader.account.username], at=NOW) > 0
    assert documents.exists()  # something still waits for the leader

    clerk, officer = at_work(commune.clerk), at_work(commune.officer)
    for one, queues in (
        (clerk, {"tiep-nhan", "den-han", "qua-han", "cho-cong-dan", "cho-co-quan", "cho-tra"}),
        (officer, {"viec-cua-toi", "den-han", "qua-han", "cho-cong-dan", "cho-co-quan"}),
        (at_work(commune.leader), {"cho-ky"}),
    ):
        assert queues <= set(lists.counts(one, NOW))
    assert not any(found.count for found in integrity.findings())


def test_an_opinion_is_asked_of_the_departments_and_answered_as_the_table_allows(commune: Office) -> None:
    factories.agency("H09.6", kind=AgencyKind.DEPARTMENT)
    publish("1.013225")
    seed(3000)

    asked = CaseRequest.objects.consultations()
    assert asked.awaited().exists() and asked.exclude(answered_at=None).exists()
    for event in CaseEvent.objects.filter(action=Action.ANSWER_OPINION):
        assert is_allowed(event.from_state, event.action, Role(event.role))  # type: ignore[arg-type]


def test_the_same_seed_writes_the_same_lives_whatever_keys_the_agencies_have(db: None) -> None:
    def lives() -> list[tuple[Any, ...]]:
        with transaction.atomic():
            factories.agency("H09", kind=AgencyKind.PROVINCE, unit=factories.unit())
            factories.office()
            publish(factories.EXTRACT)
            seed(50)
            found = list(Case.objects.order_by("code").values_list("code", "state", "changed_at", "due_at"))
            transaction.set_rollback(True)
        return found

    assert lives() == lives()  # what is rolled back gives no key back


def test_every_case_moves_as_the_table_of_states_allows_and_its_history_is_whole(commune: Office) -> None:
    seed()

    for case in Case.objects.prefetch_related("events"):
        events = sorted(case.events.all(), key=lambda event: event.sequence)
        previous, state = ledger.GENESIS, State.DRAFT
        assert [event.sequence for event in events] == list(range(1, case.version + 1))
        for event in events:
            assert bytes(event.previous_hash) == previous
            assert bytes(event.hash) == ledger.chain(previous, hashed_fields(event))
            assert event.from_state == state
            assert is_allowed(state, event.action, Role(event.role))  # type: ignore[arg-type]
            previous, state = bytes(event.hash), State(event.to_state)
        assert case.state == state
        assert [event.at for event in events] == sorted(event.at for event in events)


def test_a_case_stands_in_one_step_until_it_has_ended_and_its_clock_stands_where_it_should(commune: Office) -> None:
    seed(1500)

    running = Case.objects.filter(accepted_at__isnull=False).exclude(state__in=ENDED)
    assert running.exists()
    assert set(CaseStep.objects.filter(finished_at=None).values_list("case", flat=True)) == set(
        running.values_list("pk", flat=True)
    )
    assert not CaseStep.objects.filter(finished_at=None, warn_at__lte=NOW).exists()
    stands = Case.objects.filter(state__in=CLOCK_STOPS, due_at__isnull=False)
    assert not stands.filter(remaining_minutes=None).exists()


def test_people_are_found_by_name_number_and_phone(commune: Office) -> None:
    seed(60)
    case = Case.objects.order_by("pk")[30]

    for index, value in (
        ("applicant_name_index", case.applicant_name.upper()),
        ("applicant_id_number_index", case.applicant_id_number),
        ("applicant_phone_index", case.applicant_phone),
    ):
        assert case in Case.objects.filter(**{index: value})


def test_the_same_seed_makes_the_same_province_and_another_one_another(commune: Office) -> None:
    def told(number: int) -> list[tuple[Any, ...]]:
        with transaction.atomic():
            seed(80, number)
            cases = Case.objects.order_by("code")
            rows = [(case.code, case.applicant_name, case.state, case.due_at, case.version) for case in cases]
            transaction.set_rollback(True)
        return rows

    once = told(1)
    assert told(1) == once
    assert told(2) != once


def test_interrupted_it_goes_on_where_it_stopped(commune: Office) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(4000, progress=stop)
    before = Case.objects.count()
    assert 0 < before < 4000

    assert seed(4000) == 4000 - before
    assert Case.objects.count() == 4000
    assert seed(4000) == 0


def test_a_case_filed_afterwards_takes_the_next_number_of_the_day(commune: Office) -> None:
    seed(3000)
    last = CaseNumberSeries.objects.filter(day=NOW.date(), agency=commune.centre).first()

    filed = factories.filed(factories.citizen())
    assert filed.code is not None
    assert int(filed.code[-4:]) == (last.last if last else 0) + 1


def test_a_seeded_case_goes_on_like_any_other(commune: Office) -> None:
    seed(3000)
    waiting = Case.objects.filter(state=State.SUBMITTED, receiving_centre=commune.centre).first()
    assert waiting is not None

    receiving.accept(case_id=waiting.pk, actor=commune.clerk, at=NOW)
    assert CaseEvent.objects.filter(case=waiting).count() == 3


def test_it_refuses_a_database_that_is_not_a_demos(commune: Office) -> None:
    with pytest.raises(CommandError, match="not the database of a demo"):
        call_command("seed_demo", "--cases", "10")

    assert not Case.objects.exists()
    assert not Account.objects.filter(username="quantri").exists()


@pytest.mark.django_db
def test_the_straight_line_of_working_time_counts_as_the_calendar_does() -> None:
    calendar = calendar_of(factories.agency("H09.1").pk)
    clock = WorkingClock(calendar, date(2026, 11, 1), date(2027, 2, 1))

    @settings(deadline=None)
    @given(st.integers(0, 40 * 24 * 60), st.integers(1, 9000))
    def holds(later: int, minutes: int) -> None:
        start = NOW + timedelta(minutes=later)
        end = calendar.add_working_minutes(start, minutes)
        assert clock.add_minutes(start.timestamp(), minutes) == end.timestamp()
        assert clock.minutes(start.timestamp(), end.timestamp()) == calendar.working_minutes_between(start, end)

    holds()


def test_a_stretch_of_a_single_case_is_written_like_any_other(commune: Office) -> None:
    # Whatever a life leaves out, a request or a step, its table takes no row then.
    for number in range(5, 25):
        assert seed(1, number) == 1
