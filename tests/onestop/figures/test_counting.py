"""Every number of a leader's page equals a slow count over the cases, and the list behind it holds just these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from identity.officers import Seat
from identity.states import Role
from onestop import figures
from onestop.figures import Dimension, Figure, Period, Question, Scope, Stretch, period_of
from onestop.models import Case, CaseStep
from tests import factories
from tests.factories import NOW, Office, at_work

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
WHOLE = Scope(whole=True)
STATES_IN_HAND = {
    "ACCEPTED",
    "PROCESSING",
    "PAYMENT_REQUIRED",
    "SUPPLEMENT_REQUESTED",
    "SUSPENDED",
    "WITHDRAWAL_REQUESTED",
}
KEYS: dict[Dimension, Callable[[Case], Any]] = {
    Dimension.AGENCY: lambda case: case.competent_agency_id,
    Dimension.SECTOR: lambda case: case.procedure.sector_id,
    Dimension.PROCEDURE: lambda case: case.procedure_id,
    Dimension.CHANNEL: lambda case: case.channel,
}


def counts(case: Case, figure: Figure, period: Period) -> bool:
    """Say in plain Python whether a case belongs to a number."""

    def within(moment: Any) -> bool:
        return moment is not None and period.first <= timezone.localtime(moment).date() <= period.last

    is_late = bool(case.decided_at and case.due_at and case.decided_at > case.due_at)
    in_hand = case.state in STATES_IN_HAND and case.decided_at is None
    runs = case.state in {"ACCEPTED", "PROCESSING", "PAYMENT_REQUIRED"}
    return {
        Figure.RECEIVED: within(case.accepted_at),
        Figure.ON_TIME: within(case.decided_at) and not is_late,
        Figure.LATE: within(case.decided_at) and is_late,
        Figure.LATE_BY_KPI: within(case.decided_at) and (is_late or case.supplements > 1),
        Figure.IN_HAND: in_hand,
        Figure.OVERDUE: in_hand and runs and case.due_at is not None and case.due_at < NOW,
    }[figure]


def all_behind(question: Question, figure: Figure) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        page = figures.cases_behind(question, figure, after)
        found += [case.pk for case in page.cases]
        after = page.after
        if after is None:
            return found


@pytest.mark.parametrize("stretch", list(Stretch))
@pytest.mark.parametrize("dimension", list(KEYS))
def test_every_number_is_that_of_a_slow_count(register: list[Case], dimension: Dimension, stretch: Stretch) -> None:
    question = Question(WHOLE, period_of(stretch, TODAY), NOW)
    rows = figures.table(question, dimension)

    for figure in Figure:
        slow: dict[Any, int] = {}
        for case in register:
            if counts(case, figure, question.period):
                slow[KEYS[dimension](case)] = slow.get(KEYS[dimension](case), 0) + 1
        assert {row.key: row.numbers[figure] for row in rows if row.numbers[figure]} == slow, figure
        assert figures.total(rows).numbers[figure] == sum(slow.values())


@pytest.mark.parametrize("figure", list(Figure))
def test_behind_a_number_are_its_cases_and_no_others(
    register: list[Case], figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop.figures.behind.PAGE", 3)
    agency = register[0].competent_agency_id
    question = Question(WHOLE, period_of(Stretch.THIS_YEAR, TODAY), NOW, agency=agency, channel="ONLINE")
    wanted = [
        case.pk
        for case in register
        if case.competent_agency_id == agency and case.channel == "ONLINE" and counts(case, figure, question.period)
    ]

    assert wanted
    assert sorted(all_behind(question, figure)) == wanted


def test_the_register_holds_every_number(register: list[Case]) -> None:
    question = Question(WHOLE, period_of(Stretch.THIS_MONTH, TODAY), NOW)

    assert all(figures.total(figures.table(question, Dimension.AGENCY)).numbers.values())


def test_decided_at_its_due_time_is_on_time_and_a_moment_later_is_not(register: list[Case]) -> None:
    question = Question(WHOLE, Period(date(2020, 1, 1), date(2030, 1, 1)), NOW)
    exact = {case.pk for case in register if case.due_at and case.decided_at == case.due_at}
    late = {case.pk for case in register if case.due_at and case.decided_at and case.decided_at > case.due_at}

    assert exact
    assert exact <= set(all_behind(question, Figure.ON_TIME))
    assert late == set(all_behind(question, Figure.LATE))


def test_sent_back_twice_counts_as_late_for_the_index_alone(register: list[Case]) -> None:
    question = Question(WHOLE, Period(date(2020, 1, 1), date(2030, 1, 1)), NOW)
    twice = set(all_behind(question, Figure.LATE_BY_KPI)) - set(all_behind(question, Figure.LATE))

    assert twice
    assert all(case.supplements == 2 for case in register if case.pk in twice)
    assert twice <= set(all_behind(question, Figure.ON_TIME))


def test_an_officers_numbers_are_the_cases_whose_steps_they_held(register: list[Case], office: Office) -> None:
    question = Question(WHOLE, period_of(Stretch.THIS_YEAR, TODAY), NOW)
    row = next(r for r in figures.table(question, Dimension.OFFICER) if r.key == office.officer.account.pk)
    held = [step for step in CaseStep.objects.select_related("case") if step.holder_id == office.officer.account.pk]

    def done(step: CaseStep) -> bool:
        return step.finished_at is not None and timezone.localtime(step.finished_at).year == TODAY.year

    late = [s for s in held if done(s) and s.due_at and s.finished_at and s.finished_at > s.due_at]
    in_hand = [s for s in held if s.finished_at is None and counts(s.case, Figure.IN_HAND, question.period)]
    assert row.numbers[Figure.LATE] == len(late) > 0
    assert row.numbers[Figure.ON_TIME] == len([s for s in held if done(s)]) - len(late) > 0
    assert row.numbers[Figure.IN_HAND] == len(in_hand) > 0

    for figure in Figure:
        theirs = Question(WHOLE, question.period, NOW, officer=row.key)
        assert len(all_behind(theirs, figure)) == row.numbers[figure], figure


def test_the_trend_adds_up_to_the_months(register: list[Case]) -> None:
    months = figures.trend(Question(WHOLE, period_of(Stretch.THIS_MONTH, TODAY), NOW))

    assert len(months) == 12
    assert months[-1].first == TODAY.replace(day=1)
    for month in months:
        last = (month.first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        period = Period(month.first, last)
        for figure, shown in ((Figure.RECEIVED, month.received), (Figure.LATE, month.late)):
            assert shown == sum(counts(case, figure, period) for case in register), month.first
        assert month.on_time == sum(counts(case, Figure.ON_TIME, period) for case in register)


def test_the_worst_queues_are_those_with_most_over_their_time(register: list[Case]) -> None:
    worst = figures.worst_queues(Question(WHOLE, period_of(Stretch.THIS_MONTH, TODAY), NOW))

    assert sum(queue.overdue for queue in worst) == sum(
        counts(case, Figure.OVERDUE, period_of(Stretch.THIS_MONTH, TODAY)) for case in register
    )
    assert worst == sorted(worst, key=lambda queue: -queue.overdue)


@pytest.mark.parametrize("narrowed", ["agency", "procedure", "channel"])
def test_the_worst_queues_are_narrowed_like_the_table(register: list[Case], narrowed: str) -> None:
    late = [case for case in register if counts(case, Figure.OVERDUE, period_of(Stretch.THIS_MONTH, TODAY))]
    names = {"agency": "competent_agency_id", "procedure": "procedure_id", "channel": "channel"}
    over = Counter(getattr(case, names[narrowed]) for case in late)
    values: set[Any] = {getattr(case, names[narrowed]) for case in register}
    assert any(over[value] < len(late) for value in values)
    for value in values:
        narrower: dict[str, Any] = {narrowed: value}
        question = Question(WHOLE, period_of(Stretch.THIS_MONTH, TODAY), NOW, **narrower)
        assert sum(queue.overdue for queue in figures.worst_queues(question)) == over[value]


def test_a_leader_counts_the_agency_a_head_the_centre_and_the_chairman_all(
    register: list[Case], office: Office, neighbour: Office, chairman: Seat
) -> None:
    def counted(actor: Seat) -> set[int]:
        question = Question(figures.scope_of(at_work(actor)), Period(date(2020, 1, 1), date(2030, 1, 1)), NOW)
        return set(all_behind(question, Figure.RECEIVED))

    assert counted(office.leader) == {case.pk for case in register if case.competent_agency_id == office.committee.pk}
    assert counted(office.head) == {case.pk for case in register if case.receiving_centre_id == office.centre.pk}
    assert counted(chairman) == {case.pk for case in register}
    assert counted(office.officer) == set()


def test_a_leader_counts_what_lies_below_the_agency_too(register: list[Case], office: Office) -> None:
    above = factories.agency("H09.90")
    leader = factories.actor(Role.LEADER, above)
    office.committee.parent = above
    office.committee.save()

    assert office.committee.pk in figures.scope_of(at_work(leader)).agencies


@pytest.mark.parametrize("dimension", list(Dimension))
def test_the_number_of_queries_depends_on_nothing(register: list[Case], dimension: Dimension) -> None:
    def queries(scope: Scope) -> int:
        question = Question(scope, period_of(Stretch.THIS_YEAR, TODAY), NOW)
        with CaptureQueriesContext(connection) as captured:
            figures.table(question, dimension)
            figures.trend(question)
            figures.worst_queues(question)
        return len(captured)

    few = queries(Scope(agencies=frozenset({register[0].competent_agency_id or 0})))
    assert queries(WHOLE) == few <= 10


def test_periods_are_whole_months_quarters_and_years() -> None:
    assert period_of(Stretch.LAST_QUARTER, date(2026, 2, 3)) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert period_of(Stretch.THIS_QUARTER, date(2026, 2, 28)) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period_of(Stretch.LAST_MONTH, date(2026, 1, 31)) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert period_of(Stretch.LAST_YEAR, date(2026, 1, 31)) == Period(date(2025, 1, 1), date(2025, 12, 31))


def plans_of(statements: list[str]) -> list[str]:
    """Return the plans of statements as Postgres makes them for tables that are long and well kept."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "UPDATE pg_class SET reltuples = 1000000, relpages = 100, relallvisible = 100 WHERE relname IN (%s, %s)",
            [Case._meta.db_table, CaseStep._meta.db_table],
        )
        plans = []
        for sql in statements:
            cursor.execute("EXPLAIN " + sql)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans


def test_what_officers_held_and_was_sent_back_again_is_found_without_reading_cases(register: list[Case]) -> None:
    question = Question(WHOLE, period_of(Stretch.THIS_YEAR, TODAY), NOW)
    with CaptureQueriesContext(connection) as captured:
        figures.table(question, Dimension.OFFICER)
    by_kpi = next(query["sql"] for query in captured.captured_queries if "LATE_BY_KPI" in query["sql"])

    [plan] = plans_of([by_kpi])
    assert "Index Only Scan using case_sent_back_again" in plan, plan
    assert "Index Only Scan using step_done_by" in plan, plan


@pytest.mark.parametrize("dimension", [Dimension.AGENCY, Dimension.PROCEDURE, Dimension.CHANNEL])
def test_counting_a_period_reads_no_case_but_indexes_only(register: list[Case], dimension: Dimension) -> None:
    question = Question(WHOLE, period_of(Stretch.THIS_YEAR, TODAY), NOW)
    with CaptureQueriesContext(connection) as captured:
        figures.table(question, dimension)
        figures.trend(question)
    counting = [query["sql"] for query in captured.captured_queries if '_at" >= ' in query["sql"]]

    plans = plans_of(counting)
    assert len(plans) == 4  # what is in hand is little: whichever index over it serves
    for plan in plans:
        assert "Index Only Scan using case_" in plan, plan
