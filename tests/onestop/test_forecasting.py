"""A forecast says how sure it is, learns from what has not ended, and says nothing when it knows too little."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from identity.models import Account
from identity.states import AgencyKind
from onestop.actors import applicant
from onestop.models import Case, CaseStep, StepCurve
from onestop.seeding import seed_cases
from onestop.services import forecasting, requesting
from onestop.survival import estimate
from procedures import services as procedure_services
from tests import factories
from tests.factories import DOCUMENTS, EXTRACT, NOW, Office

lengths = st.lists(st.integers(1, 5000), min_size=1, max_size=60)


@given(lengths)
def test_where_everything_has_ended_it_is_plain_counting(minutes: list[int]) -> None:
    curve = estimate((minute, True) for minute in minutes)
    for at in (0, 1, 100, 2500, 5000):
        assert curve.open_after(at) == pytest.approx(sum(minute > at for minute in minutes) / len(minutes))
    assert curve.ended_by(0.9, elapsed=0) in minutes


def test_the_estimate_of_kaplan_and_meier_by_hand() -> None:
    # 6 watched; ends at 10 and 30; one left at 20 unfinished, one at 40: 5/6, then 5/6 · 3/4.
    curve = estimate([(10, True), (20, False), (30, True), (40, False), (50, True), (50, True)])
    assert curve.open_after(9) == 1
    assert curve.open_after(29) == pytest.approx(5 / 6)
    assert curve.open_after(30) == pytest.approx(5 / 6 * 3 / 4)
    assert curve.open_after(50) == 0
    assert curve.late_after(30, elapsed=11) == pytest.approx(3 / 4)
    assert curve.late_after(30, elapsed=10) == pytest.approx(5 / 6 * 3 / 4)  # it may end in this very minute
    assert curve.ended == 4


@given(lengths, st.lists(st.integers(1, 5000), min_size=1, max_size=60))
def test_what_is_still_open_makes_a_forecast_later_never_earlier(ended: list[int], watched: list[int]) -> None:
    alone = estimate((minute, True) for minute in ended)
    longest = max(ended)
    with_open = estimate([*((minute, True) for minute in ended), *((longest + more, False) for more in watched)])
    for at in (1, 100, 2500, 5000):
        assert with_open.open_after(at) >= alone.open_after(at) - 1e-9


def test_of_what_was_seen_of_nobody_nothing_is_said() -> None:
    # Twenty ended at once, nine times as many are still open: when most end, nobody has seen.
    curve = estimate([*[(100, True)] * 20, *[(5000, False)] * 180])
    assert curve.ended_by(0.1, elapsed=0) == 100
    assert curve.ended_by(0.9, elapsed=0) is None
    assert curve.late_after(3000, elapsed=0) == pytest.approx(0.9)
    assert curve.late_after(5001, elapsed=0) is None
    # All took the same time: of one that takes longer, nothing is known.
    curve = estimate([(100, True)] * 20)
    assert (curve.ended_by(0.1, elapsed=0), curve.ended_by(0.9, elapsed=0)) == (100, 100)
    assert curve.late_after(5000, elapsed=0) == 0
    assert curve.ended_by(0.9, elapsed=101) is None
    assert curve.late_after(5000, elapsed=101) is None
    # All was done the minute it came.
    curve = estimate([(0, True)] * 20)
    assert (curve.ended_by(0.1, elapsed=0), curve.late_after(10, elapsed=0)) == (0, 0)
    assert estimate([]).ended_by(0.5, elapsed=0) is None


@pytest.mark.django_db
def test_under_twenty_decided_cases_nothing_is_said(office: Office, by: Account, client: Client) -> None:
    factories.published(EXTRACT, at=NOW - timedelta(days=400))
    case = factories.accepted(office, by)
    _decided_before(case, forecasting.FEWEST - 1)
    forecasting.learn(now=NOW)
    assert forecasting.forecast_of(_step(case), NOW) is None
    _decided_before(case, 1)
    forecasting.learn(now=NOW)
    forecast = forecasting.forecast_of(_step(case), NOW)
    assert forecast and NOW < forecast.early <= forecast.late
    client.force_login(by)
    assert "không phải là lời hẹn" in client.get(f"/ho-so/{case.uuid}/").content.decode()


@pytest.mark.django_db
def test_who_is_late_already_is_late_and_who_waits_for_the_applicant_or_is_decided_has_no_forecast(
    office: Office, by: Account
) -> None:
    factories.published(EXTRACT, at=NOW - timedelta(days=400))
    case = factories.accepted(office, by)
    _decided_before(case, forecasting.FEWEST)
    forecasting.learn(now=NOW)
    assert case.due_at
    late = forecasting.forecast_of(_step(case), case.due_at + timedelta(minutes=1))
    assert late and late.risk == 100
    assert forecasting.rate(now=case.due_at + timedelta(minutes=1)) == 1
    assert _step(case).risk == _step(case).case.risk == 100
    asked = NOW + timedelta(hours=1)
    requesting.request_supplement(
        case_id=case.pk,
        actor=office.officer,
        text="Thiếu",
        items=["phone"],
        due_at=asked + timedelta(days=5),
        at=asked,
    )
    assert forecasting.forecast_of(_step(case), asked) is None
    requesting.answer_supplement(
        case_id=case.pk, actor=applicant(by), answers={"phone": "0987654321"}, at=asked + timedelta(days=1)
    )
    assert forecasting.forecast_of(_step(case), asked + timedelta(days=1)) is not None
    Case.objects.filter(pk=case.pk).update(decided_at=asked + timedelta(days=2))
    assert forecasting.forecast_of(_step(case), asked + timedelta(days=3)) is None
    assert forecasting.rate(now=asked + timedelta(days=3)) == 0
    assert _step(case).risk is None and _step(case).case.risk is None


@pytest.mark.django_db
def test_of_a_seeded_province_four_of_five_come_within_the_range() -> None:
    factories.agency("H09", kind=AgencyKind.PROVINCE, unit=factories.unit())
    factories.office()
    procedure_services.publish(
        document=DOCUMENTS[factories.BIRTH],
        effective_from=date(2024, 7, 1),
        published_by=None,
        at=NOW - timedelta(days=800),
    )
    seed_cases(count=2000, seed=1, at=NOW, password="x")
    tested = [forecasting.back_test(now=NOW, days=days) for days in range(10, 400, 5)]
    inside, decided = sum(one for one, _of in tested), sum(of for _one, of in tested)
    assert decided >= 200
    assert 0.75 <= inside / decided <= 0.85


@pytest.mark.django_db
def test_who_takes_longer_than_anybody_did_has_no_range(office: Office, by: Account, client: Client) -> None:
    factories.published(EXTRACT, at=NOW - timedelta(days=400))
    case = factories.accepted(office, by)
    _decided_before(case, forecasting.FEWEST)
    Case.objects.filter(pk=case.pk).update(due_at=NOW + timedelta(days=60))
    forecasting.learn(now=NOW)
    assert forecasting.forecast_of(_step(case), NOW + timedelta(days=30)) is None
    assert forecasting.rate(now=NOW + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_what_is_late_comes_first_whatever_is_known_of_others(office: Office, by: Account) -> None:
    case = factories.accepted(office, by)
    assert case.due_at
    assert forecasting.rate(now=NOW) == 0
    assert forecasting.rate(now=case.due_at) == 1
    assert _step(case).risk == _step(case).case.risk == 100


def _step(case: Case) -> CaseStep:
    return CaseStep.objects.select_related("case").get(case=case, finished_at=None)


def _decided_before(like: Case, count: int) -> None:
    """Make decided cases like this one, each a day slower than the one before."""
    step = _step(like)
    for days in range(1, count + 1):
        begun = NOW - timedelta(days=28)
        case = Case.objects.create(
            procedure=like.procedure,
            procedure_version=like.procedure_version,
            channel=like.channel,
            state="RETURNED",
            code=f"X-{like.pk}-{Case.objects.count()}",
            receiving_centre=like.receiving_centre,
            competent_agency=like.competent_agency,
            created_at=begun,
            changed_at=begun,
            decided_at=begun + timedelta(days=days),
        )
        CaseStep.objects.create(
            case=case,
            sequence=1,
            code=step.code,
            name=step.name,
            role=step.role,
            agency=step.agency,
            started_at=begun,
            finished_at=begun + timedelta(days=days),
        )
    StepCurve.objects.all().delete()
